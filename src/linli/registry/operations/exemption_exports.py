"""Taking the list of registered exceptions out of the house, told to the trail like every list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.tables import Cell, Column, OutSheet, write_csv, write_xlsx
from linli.organisation.access import Scope
from linli.registry.operations.exports import ExportedFile, FileForm
from linli.registry.queries.exemptions import ExemptionCard


@transaction.atomic
def export_exemptions(
    cards: Sequence[ExemptionCard], *, conditions: str, form: FileForm, by: Scope, now: datetime
) -> ExportedFile:
    """Write a list of exceptions, as it stands filtered, into a file that says who took it, when, by which conditions.

    Args:
        cards: The exceptions.
        conditions: What was asked for, in words.
        form: The form of the file.
        by: Who takes it.
        now: The moment.
    """
    title = _("登记例外")
    taken = _("导出：%(office)s %(post)s，%(at)s；条件：%(conditions)s；共 %(count)d 条。内部资料，注意保管") % {
        "office": by.post.office.name,
        "post": by.post.title,
        "at": f"{now.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
        "conditions": conditions,
        "count": len(cards),
    }
    headings = (
        (_("编码"), 20),
        (_("对象"), 24),
        (_("类型"), 12),
        (_("涉及社区"), 30),
        (_("理由"), 40),
        (_("起"), 12),
        (_("期限"), 12),
        (_("状态"), 10),
        (_("登记岗位"), 24),
        (_("终止日期"), 12),
        (_("终止岗位"), 24),
    )
    columns = [Column(heading, width) for heading, width in headings]
    rows: list[list[Cell]] = [_row(card) for card in cards]
    if form is FileForm.CSV:
        rows.append([taken, *[None] * (len(columns) - 1)])
        content = write_csv(OutSheet(name=title, columns=columns, rows=rows))
    else:
        sheet = OutSheet(name=title, columns=columns, rows=rows, title=title, notes=(taken,))
        content = write_xlsx([sheet], now=now, watermark=taken)
    trail.record(
        "registry.exemptions.exported",
        subject=trail.Subject(kind="registry.exemption", code="all"),
        by=by,
        at=now,
        district=by.district_code,
        rows=len(cards),
        form=str(form),
        conditions=conditions,
    )
    return ExportedFile(f"{title}-{clock.today(now).isoformat()}.{form}", content, form.content_type)


def _row(card: ExemptionCard) -> list[Cell]:
    return [
        card.subject,
        card.subject_name,
        card.kind_name,
        "、".join(name for _code, name in card.communities),
        card.reason,
        card.since_on,
        card.until_on,
        card.standing_name,
        card.registered_by,
        card.ended_on,
        card.ended_by,
    ]
