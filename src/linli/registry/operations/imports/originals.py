"""Handing out an imported file as it was uploaded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.foundation import trail
from linli.organisation.access import Scope, can_import
from linli.registry.errors import ImportUnknown
from linli.registry.models import ImportBatch
from linli.registry.operations.exports import ExportedFile
from linli.registry.queries.imports import card_of


@transaction.atomic
def take_import_file(number: str, *, by: Scope, now: datetime) -> ExportedFile:
    """Hand out the file of an import to a post that imports for the same area, and tell the trail.

    Args:
        number: The import.
        by: Who takes it.
        now: The moment.

    Raises:
        ImportUnknown: There is no such import in the area of the post, or its file was not kept.
    """
    batch = ImportBatch.objects.filter(number=number, district__code=by.district_code).first()
    if batch is None or not batch.content or not can_import(by, office=batch.office_code):
        raise ImportUnknown(number=number)
    trail.record(
        "registry.import.file-taken",
        subject=card_of(batch),
        by=by,
        at=now,
        district=by.district_code,
        file_hash=batch.file_hash,
    )
    return ExportedFile(batch.file_name, bytes(batch.content), "application/octet-stream")
