"""Importing files (导入): upload, settle columns and coordinates, preview, write, take back."""

from linli.registry.operations.imports.committing import commit_import
from linli.registry.operations.imports.deciding import answer_questions, mend_cell
from linli.registry.operations.imports.previewing import preview_import
from linli.registry.operations.imports.queueing import ask_for_commit, ask_for_preview, cancel_import_job, is_large
from linli.registry.operations.imports.returning import problem_workbook, refused_workbook
from linli.registry.operations.imports.settling import map_columns, settle_system
from linli.registry.operations.imports.taking_back import TakenBack, discard_import, take_back_import
from linli.registry.operations.imports.uploading import upload_import

__all__ = [
    "TakenBack",
    "answer_questions",
    "ask_for_commit",
    "ask_for_preview",
    "cancel_import_job",
    "commit_import",
    "discard_import",
    "is_large",
    "map_columns",
    "mend_cell",
    "preview_import",
    "problem_workbook",
    "refused_workbook",
    "settle_system",
    "take_back_import",
    "upload_import",
]
