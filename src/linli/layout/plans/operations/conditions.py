"""Whether the exceptions and locks that an officer asks for can be used in the area of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from linli.foundation.trail.rules import PERSONAL
from linli.layout.plans.errors import ExceptionNotSound, LockNotSound
from linli.layout.plans.queries.problems import Rows, locked_rows
from linli.registry.queries.planning import PlanningGround

LONGEST_REASON = 200


def check_exceptions(ground: PlanningGround, rows: Rows, exceptions: Mapping[str, str]) -> None:
    """Refuse exceptions that cannot be used.

    Args:
        ground: The ledger.
        rows: Rows of the parcels that the plan may touch.
        exceptions: Reason per community.

    Raises:
        ExceptionNotSound: One names no community of the area, gives no reason, or one too long or too personal.
    """
    names = _communities_on(ground, rows)
    for code, reason in exceptions.items():
        if code not in names:
            raise ExceptionNotSound(reason=_("范围内没有编号为 %(code)s 的社区，请从列表里选") % {"code": code})
        fault = _reason_fault(reason)
        if not reason.strip():
            fault = _("没有写理由，请写明依据的文件或事实")
        if fault:
            raise ExceptionNotSound(reason=_("%(name)s：%(fault)s") % {"name": names[code], "fault": fault})


def check_locks(ground: PlanningGround, rows: Rows, locks: Mapping[str, str]) -> None:
    """Refuse locks that cannot be used.

    Args:
        ground: The ledger.
        rows: Rows of the parcels that the plan may touch.
        locks: Reason, perhaps empty, per community, compound or parcel.

    Raises:
        LockNotSound: One names nothing of the area, or what lies in no community, or its reason cannot stand.
    """
    inside = set(rows.tolist())
    names = _communities_on(ground, rows)
    for code, reason in locks.items():
        held = locked_rows(ground, {code})
        if code not in names and not inside.issuperset(held.tolist() or [-1]):
            raise LockNotSound(reason=_("范围内没有编号为 %(code)s 的社区、小区或地块，请从列表里选") % {"code": code})
        if (ground.community_of[held] < 0).any():
            raise LockNotSound(reason=_("%(code)s 现在不属于任何社区，锁不住。先明确归属，或不锁定它") % {"code": code})
        fault = _reason_fault(reason)
        if fault:
            raise LockNotSound(reason=_("%(name)s：%(fault)s") % {"name": names.get(code, code), "fault": fault})


def _communities_on(ground: PlanningGround, rows: Rows) -> dict[str, str]:
    held = {int(row) for row in ground.community_of[rows] if row >= 0}
    return {ground.communities[row].code: ground.communities[row].name for row in held}


def _reason_fault(reason: str) -> str:
    if len(reason) > LONGEST_REASON:
        return _("理由应在 %(most)s 字以内，实际 %(came)s 字") % {"most": LONGEST_REASON, "came": len(reason)}
    return _("理由里像有身份证号或手机号，请去掉") if PERSONAL.search(reason) else ""
