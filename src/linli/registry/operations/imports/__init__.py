"""Importing files (导入): upload, settle columns and coordinates, preview, write, take back."""

from linli.registry.operations.imports.committing import commit_import
from linli.registry.operations.imports.previewing import preview_import
from linli.registry.operations.imports.settling import map_columns, settle_system
from linli.registry.operations.imports.taking_back import TakenBack, discard_import, take_back_import
from linli.registry.operations.imports.uploading import upload_import

__all__ = [
    "TakenBack",
    "commit_import",
    "discard_import",
    "map_columns",
    "preview_import",
    "settle_system",
    "take_back_import",
    "upload_import",
]
