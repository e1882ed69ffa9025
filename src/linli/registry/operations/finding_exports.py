"""Taking a list of findings out of the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.tables import Cell, Column, OutSheet, write_csv, write_xlsx
from linli.organisation.access import Scope
from linli.registry.operations.exports import ExportedFile, FileForm, watermark
from linli.registry.queries.finding_lists import FindingLine
from linli.registry.rules.audit import GROUP_NAMES


@transaction.atomic
def export_findings(
    lines: Sequence[FindingLine], *, conditions: str, form: FileForm, by: Scope, now: datetime
) -> ExportedFile:
    """Write a list of findings, as it stands filtered and ordered, into a file, and tell the trail.

    Args:
        lines: The findings.
        conditions: What was asked for, in words.
        form: The form of the file.
        by: Who takes it.
        now: The moment.
    """
    title = _("核查问题")
    taken = watermark(by=by, conditions=conditions, count=len(lines), now=now)
    headings = (
        (_("问题"), 40),
        (_("依据"), 44),
        (_("类别"), 10),
        (_("涉及人数"), 12),
        (_("涉及户数"), 12),
        (_("社区"), 18),
        (_("街道"), 18),
        (_("最早发现"), 12),
        (_("下一步"), 36),
        (_("对象编码"), 24),
    )
    columns = [Column(heading, width) for heading, width in headings]
    rows: list[list[Cell]] = [_row(line) for line in lines]
    if form is FileForm.CSV:
        rows.append([taken, *[None] * (len(columns) - 1)])
        content = write_csv(OutSheet(name=title, columns=columns, rows=rows))
    else:
        sheet = OutSheet(name=title, columns=columns, rows=rows, title=title, notes=(taken,))
        content = write_xlsx([sheet], now=now, watermark=taken)
    trail.record(
        "registry.findings.exported",
        subject=trail.Subject(kind="registry.finding", code="all"),
        by=by,
        at=now,
        district=by.district_code,
        rows=len(lines),
        form=str(form),
        conditions=conditions,
    )
    return ExportedFile(f"{title}-{clock.today(now).isoformat()}.{form}", content, form.content_type)


def _row(line: FindingLine) -> list[Cell]:
    card = line.card
    return [
        card.title,
        card.evidence,
        str(GROUP_NAMES[card.group]),
        line.people,
        line.households,
        card.community,
        card.subdistrict,
        line.since_on,
        card.next_step,
        card.subject_code,
    ]
