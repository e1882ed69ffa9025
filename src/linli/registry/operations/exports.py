"""Taking a list of the ledger out of the house: a file that says who took it, when, and by which conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.tables import Column, OutSheet, write_csv, write_xlsx
from linli.organisation.access import Scope
from linli.registry.queries.ledger import Form, LedgerList, ListColumn, file_row
from linli.registry.queries.ledger_comparison import LedgerComparison

#: The sums per community that a comparison holds, as `Tally` names them.
TALLIED = ("compounds", "households", "people")


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


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of the list that it holds.

    Args:
        conditions: What was asked for, in words.
        on: The past day that is shown; None for now.
        list_name: Name of the saved list that was opened.
    """

    conditions: str
    on: date | None = None
    list_name: str = ""

    @property
    def words(self) -> str:
        """Conditions, day and name of the list, as the file states them."""
        parts = [self.conditions]
        if self.on is not None:
            parts.append(_("截至 %(day)s 当天结束时的台账，不是现状") % {"day": self.on.isoformat()})
        if self.list_name:
            parts.append(_("视图“%(name)s”") % {"name": self.list_name})
        return "；".join(parts)


@transaction.atomic
def export_list(listed: LedgerList, *, told: Told, form: FileForm, by: Scope, now: datetime) -> ExportedFile:
    """Write every line of a list, as it stands filtered and ordered, into a file, and tell the trail.

    The file says which post took it, when, of which day and by which conditions; in a workbook above the head and in
    the footer of every page, in CSV in the last row.

    Args:
        listed: The list; all its pages are written.
        told: What the file says of it.
        form: The form of the file.
        by: Who takes it.
        now: The moment.
    """
    title = str(listed.kind.title)
    taken = watermark(by=by, conditions=told.words, count=listed.total, now=now)
    columns = [Column(_("编码"), 16), *(_column(one) for one in listed.columns if one.key != "code")]
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
        rows=listed.total,
        form=str(form),
        conditions=told.conditions,
        **({} if told.on is None else {"on": told.on.isoformat()}),
        **({"list": told.list_name} if told.list_name else {}),
    )
    day = (told.on or clock.today(now)).isoformat()
    return ExportedFile(f"{_('工作台账')}-{title}-{day}.{form}", content, form.content_type)


@transaction.atomic
def export_comparison(
    compared: LedgerComparison, *, old_on: date, new_on: date, by: Scope, now: datetime
) -> ExportedFile:
    """Write two days held against each other into a workbook, one sheet per kind of change, and tell the trail.

    Args:
        compared: What changed.
        old_on: The earlier day.
        new_on: The later day.
        by: Who takes it.
        now: The moment.
    """
    conditions = _("两日对比：%(old)s 和 %(new)s") % {"old": old_on.isoformat(), "new": new_on.isoformat()}
    count = len(compared.arrived) + len(compared.gone) + len(compared.changed)
    taken = watermark(by=by, conditions=conditions, count=count, now=now)
    named = [Column(_("编码"), 16), Column(_("小区"), 24)]
    places = [*named, Column(_("所属社区"), 20), Column(_("户数"), 12)]
    days = (old_on.isoformat(), new_on.isoformat())
    figures = [Column(f"{word} {day}", 16, "#,##0") for word in (_("小区数"), _("户数"), _("常住人口")) for day in days]
    sheets = [
        OutSheet(
            name=_("改动"),
            columns=[*named, Column(_("项目"), 18), Column(old_on.isoformat(), 20), Column(new_on.isoformat(), 20)],
            rows=[
                [row.code, row.name, row.label, row.old or _("未填"), row.new or _("未填")] for row in compared.changed
            ],
            title=conditions,
            notes=(taken,),
        ),
        *(
            OutSheet(
                name=name,
                columns=places,
                rows=[[row.code, row.name, row.community or _("未划入"), row.households or _("缺")] for row in rows],
                notes=(taken,),
            )
            for name, rows in ((_("新增"), compared.arrived), (_("不在了"), compared.gone))
        ),
        OutSheet(
            name=_("各社区合计"),
            columns=[Column(_("编码"), 16), Column(_("社区"), 24), *figures],
            rows=[
                [row.code, row.name, *(getattr(tally, key) for key in TALLIED for tally in (row.old, row.new))]
                for row in compared.communities
            ],
            notes=(taken,),
        ),
    ]
    trail.record(
        "registry.comparison.exported",
        subject=trail.Subject(kind="registry.ledger", code="compounds"),
        by=by,
        at=now,
        district=by.district_code,
        rows=count,
        old=old_on.isoformat(),
        new=new_on.isoformat(),
    )
    name = f"{_('台账两日对比')}-{old_on.isoformat()}-{new_on.isoformat()}.xlsx"
    return ExportedFile(name, write_xlsx(sheets, now=now, watermark=taken), FileForm.XLSX.content_type)


def watermark(*, by: Scope, conditions: str, count: int, now: datetime) -> str:
    """Return the line that every file taken out of the house carries: who took it, when, by which conditions.

    A token signs with its number beside its post.
    """
    taker = f"{by.post.title} {by.actor.code}" if by.actor.kind == "token" else by.post.title
    return _("导出：%(office)s %(post)s，%(at)s；条件：%(conditions)s；共 %(count)d 条。内部资料，注意保管") % {
        "office": by.post.office.name,
        "post": taker,
        "at": f"{now.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
        "conditions": conditions,
        "count": count,
    }


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
            _("合计 %(count)d %(unit)s") % {"count": listed.total, "unit": listed.kind.unit},
            *(f"{total.label} {total.value:,.{total.digits}f} {total.unit} {total.note}".strip() for total in known),
        )
    )
