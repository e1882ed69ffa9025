"""The rows that did not go in, as a workbook to be mended and loaded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from linli.foundation import trail
from linli.foundation.tables import Cell, Column, OutSheet, write_xlsx
from linli.organisation.access import Scope
from linli.registry.models import ImportBatch
from linli.registry.operations.exports import watermark
from linli.registry.operations.imports.looking import Stage, batch_for_reading, table_of
from linli.registry.queries.imports import ImportCard, RowCard, card_of, kind_of, rows_of
from linli.registry.rules.importing.columns import REASON_HEADING, is_restricted
from linli.registry.rules.importing.kinds import KindRules
from linli.registry.rules.importing.questions import Ask
from linli.registry.rules.importing.sources import SourceTable

KNOWN = frozenset({Stage.PREVIEWED.value, Stage.COMMITTED.value})
REASON_WIDTH = 60
WIDEST, NARROWEST = 40, 8
ASKED = {
    Ask.RENAME: _lazy("台账里编码 %(code)s 叫“%(name)s”，要确认是更名还是编码写错"),
    Ask.MATCH: _lazy("像台账的“%(name)s”（%(code)s），要确认是不是同一个"),
    Ask.CONTRADICTION: _lazy("与台账 %(code)s 里不会变的数不同，要确认哪个对"),
}


@transaction.atomic
def refused_workbook(number: str, *, scope: Scope, now: datetime) -> bytes:
    """Return the refused and undecided rows of an import as they came, with the reasons last; the trail keeps it.

    Loaded again, the column of reasons is known and left out. Personal columns do not go out again either.

    Args:
        number: The import.
        scope: Who acts.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It was not previewed, or was taken back.
    """
    batch = batch_for_reading(number, scope=scope, act=_("取回不合格的行"), stages=KNOWN)
    kind = kind_of(batch)
    returned = (*rows_of(number, verdict="REFUSED"), *rows_of(number, verdict="DOUBTFUL"))
    table = table_of(batch) if batch.content else _remembered(batch, kind, returned)
    kept = [
        column
        for column, heading in enumerate(table.headings)
        if not is_restricted(heading, batch.mapping.get(heading, ""), kind) and heading not in batch.notes["dropped"]
    ]
    place_of = {row: place for place, row in enumerate(table.numbers)}
    lines: list[Sequence[Cell]] = []
    for row in sorted(returned, key=lambda one: one.row):
        cells = [table.rows[place_of[row.row]][column] for column in kept] if row.row in place_of else []
        lines.append((*cells, _reasons(row)))
    columns = [Column(table.headings[column], _width(table, column)) for column in kept]
    sheet = OutSheet(
        name=_("待改的行"),
        columns=[*columns, Column(REASON_HEADING, REASON_WIDTH)],
        rows=lines,
    )
    return _taken(card_of(batch), sheet, verb="registry.import.rows-taken", by=scope, now=now)


@transaction.atomic
def problem_workbook(card: ImportCard, sheet: OutSheet, *, by: Scope, now: datetime) -> bytes:
    """Return the list of faults and warnings of an import, for whoever filled the table in, and tell the trail.

    Args:
        card: The import, which the caller has found for the post.
        sheet: The list.
        by: Who takes it.
        now: When.
    """
    return _taken(card, sheet, verb="registry.import.problems-taken", by=by, now=now)


def _taken(card: ImportCard, sheet: OutSheet, *, verb: str, by: Scope, now: datetime) -> bytes:
    """Write a workbook whose printed pages say who took it, and tell the trail; the rows stay as they are."""
    rows = list(sheet.rows)
    taken = watermark(by=by, conditions=_("导入 %(number)s") % {"number": card.number}, count=len(rows), now=now)
    trail.record(verb, subject=card, by=by, at=now, district=by.district_code, rows=len(rows))
    return write_xlsx([replace(sheet, rows=rows)], now=now, watermark=taken)


def _remembered(batch: ImportBatch, kind: KindRules, rows: Sequence[RowCard]) -> SourceTable:
    """Return rows as the preview keeps them: a file with personal columns is not kept once it is written."""
    fields = {heading: batch.mapping[heading] for heading in batch.notes["headings"] if batch.mapping.get(heading)}
    return SourceTable(
        name=batch.sheet,
        headings=tuple(fields),
        numbers=tuple(row.row for row in rows),
        rows=tuple(
            tuple(
                row.code if field == kind.code else str(row.values.get(field, {}).get("original", ""))
                for field in fields.values()
            )
            for row in rows
        ),
    )


def _reasons(row: RowCard) -> str:
    where = _("原第 %(row)s 行") % {"row": row.row}
    asked = [ASKED[one.ask] % {"name": one.held.get("name", ""), "code": one.code} for one in row.questions]
    return f"{where}：" + "；".join(row.faults or [str(words) for words in asked])


def _width(table: SourceTable, column: int) -> int:
    longest = max((len(str(row[column])) for row in table.rows[:200] if row[column] is not None), default=0)
    return min(WIDEST, max(NARROWEST, 2 * len(table.headings[column]), longest + 2))
