"""The API of the registry: ledger, layouts, findings, imports, changes, bulk export."""

from ninja import Router

from linli.registry.api import changes, exports, imports, layouts, ledger

router = Router()
router.add_router("", ledger.router)
router.add_router("", layouts.router)
router.add_router("", imports.router)
router.add_router("", changes.router)
router.add_router("", exports.router)

__all__ = ["router"]
