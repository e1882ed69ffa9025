"""Taking a list of the ledger out of the house: a file that says who took it, when, and by which conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.tables import Column, OutSheet, write_csv, write_xlsx
from linli.organisation.access import Scope
from linli.registry.queries.ledger import Form, LedgerList, ListColumn, file_row


class FileForm(StrEnum):
    """The forms of an exported file."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """The media type."""
        if self is FileForm.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand out."""

    name: str
    content: bytes
    content_type: str


@transaction.atomic
def export_list(listed: LedgerList, *, conditions: str, form: FileForm, by: Scope, now: datetime) -> ExportedFile:
    """Write every line of a list, as it stands filtered and ordered, into a file, and tell the trail.

    The file says which post took it, when, and by which conditions; in a workbook above the head and in the
    footer of every page, in CSV in the last row.

    Args:
        listed: The list; all its pages are written.
        conditions: What was asked for, in words.
        form: The form of the file.
        by: Who takes it.
        now: The moment.
    """
    title = str(listed.kind.title)
    taken = _("导出：%(office)s %(post)s，%(at)s；条件：%(conditions)s；共 %(count)d 条。内部资料，注意保管") % {
        "office": by.post.office.name,
        "post": by.post.title,
        "at": f"{now.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
        "conditions": conditions,
        "count": len(listed.lines),
    }
    columns = [Column(_("编码"), 16), *(_column(one) for one in listed.kind.columns if one.key != "code")]
    rows = [file_row(listed, line) for line in listed.lines]
    if form is FileForm.CSV:
        rows.append([taken, *[None] * (len(columns) - 1)])
        content = write_csv(OutSheet(name=title, columns=columns, rows=rows))
    else:
        sheet = OutSheet(
            name=title,
            columns=columns,
            rows=rows,
            title=_("工作台账：%(title)s") % {"title": title},
            notes=(taken, _totals(listed)),
        )
        content = write_xlsx([sheet], now=now, watermark=taken)
    trail.record(
        "registry.ledger.exported",
        subject=trail.Subject(kind="registry.ledger", code=str(listed.question.tab)),
        by=by,
        at=now,
        district=by.district_code,
        rows=len(listed.lines),
        form=str(form),
        conditions=conditions,
    )
    day = clock.today(now).isoformat()
    return ExportedFile(f"{_('工作台账')}-{title}-{day}.{form}", content, form.content_type)


def _column(column: ListColumn) -> Column:
    number_format = {Form.COUNT: "#,##0", Form.DECIMAL: "0.0", Form.METER: "0"}.get(column.form, "")
    heading = str(column.heading)
    if column.unit and str(column.unit) not in heading:
        heading = f"{heading}（{column.unit}）"
    return Column(heading, 24 if column.form in {Form.NAME, Form.MARKS} else 16, number_format)


def _totals(listed: LedgerList) -> str:
    known = [total for total in listed.totals if total.value is not None]
    return "；".join(
        (
            _("合计 %(count)d %(unit)s") % {"count": len(listed.lines), "unit": listed.kind.unit},
            *(f"{total.label} {total.value:,.{total.digits}f} {total.unit} {total.note}".strip() for total in known),
        )
    )
