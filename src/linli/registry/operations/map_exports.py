"""Taking the map out of the house: a printed sheet that says who took it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.documents.sheets import MapSheet, write_map_sheet
from linli.organisation.access import Scope
from linli.registry.operations.exports import ExportedFile, watermark


@transaction.atomic
def export_map_sheet(sheet: MapSheet, *, layout: int, by: Scope, now: datetime) -> ExportedFile:
    """Write the map of an area as a PDF, its foot saying who took it and when, and tell the trail.

    Args:
        sheet: The sheet.
        layout: Number of the layout that it shows.
        by: Who takes it.
        now: The moment.
    """
    count = len(sheet.table.rows) if sheet.table is not None else 0
    taken = watermark(by=by, conditions=_("布局 %(number)d") % {"number": layout}, count=count, now=now)
    content = write_map_sheet(replace(sheet, caliber=f"{sheet.caliber}。{taken}"))
    trail.record(
        "registry.map.exported",
        subject=trail.Subject(kind="layout", code=str(layout)),
        by=by,
        at=now,
        district=by.district_code,
        area=by.area_code,
    )
    return ExportedFile(f"{sheet.title}-{clock.today(now).isoformat()}.pdf", content, "application/pdf")
