"""A sheet as it was read: a header and rows of tidy cells, each with its row number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from linli.foundation.errors import Fault, Place
from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits

Cell = str | int | float | bool | date | datetime | None

#: Everything below a space except tab and line feed, the delete character, and marks that turn or hide text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
LARGEST_EXACT = 2**53
MOST_REMARKS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Attributes:
        file: Name of the file.
        name: Name of the sheet; empty for CSV.
        header: Headings, each once.
        rows: Rows as long as the header; empty rows are left out.
        row_numbers: Number of each row as the reader's software shows it, from 1.
        remarks: What was tidied on the way, at most a hundred; the rows are usable.
    """

    file: str
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_numbers: tuple[int, ...]
    remarks: tuple[Fault, ...] = ()

    def records(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield each row's number and its cells by heading."""
        for number, row in zip(self.row_numbers, self.rows, strict=True):
            yield number, dict(zip(self.header, row, strict=True))

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Return a place in this sheet, for faults."""
        return Place(self.file, self.name, row, column)


def text_of(cell: Cell) -> str:
    """Return a cell as a reader would type it; nothing for an empty one.

    Examples:
        >>> text_of(1200), text_of(2.5), text_of(date(2026, 1, 1)), text_of(None), text_of(" 甲 ")
        ('1200', '2.5', '2026-01-01', '', '甲')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def build_sheet(raw_rows: Iterable[Iterable[object]], *, file: str, name: str, limits: Limits) -> Sheet:
    """Return a sheet from raw rows: header found, cells tidied, blank rows left out.

    The header is the first row with at least two filled cells, for many ledgers carry a title above it; in a
    table of one column it is the first filled row.

    Args:
        raw_rows: Rows from the top of the sheet, blank ones included.
        file: Name of the file.
        name: Name of the sheet.
        limits: Bounds.

    Raises:
        ValidationFaults: No header, or too many rows or columns, or a cell too long.
    """
    tidy = _Tidy(file, name, limits)
    filled = [(number, cells) for number, cells in tidy.rows(raw_rows) if any(cell is not None for cell in cells)]
    if not filled:
        raise refused(
            Place(file, name),
            code="sheet-empty",
            expected=_("有表头和数据"),
            found="",
            remedy=_("请检查是否选对了文件和工作表"),
        )
    widest = max(sum(cell is not None for cell in cells) for _number, cells in filled)
    top = next(
        place for place, (_number, cells) in enumerate(filled) if sum(c is not None for c in cells) >= min(2, widest)
    )
    width = max(_last_filled(cells) for _number, cells in filled[top:]) + 1
    header = tidy.header(filled[top], width)
    rows = filled[top + 1 :]
    return Sheet(
        file=file,
        name=name,
        header=header,
        rows=tuple((*cells[:width], *[None] * (width - len(cells))) for _number, cells in rows),
        row_numbers=tuple(number for number, _cells in rows),
        remarks=tuple(tidy.remarks),
    )


class _Tidy:
    """Tidies the cells of one sheet and remembers what it did."""

    def __init__(self, file: str, name: str, limits: Limits) -> None:
        self.place = Place(file, name)
        self.limits = limits
        self.remarks: list[Fault] = []

    def rows(self, raw_rows: Iterable[Iterable[object]]) -> Iterator[tuple[int, list[Cell]]]:
        for number, raw in enumerate(raw_rows, start=1):
            if number > self.limits.rows:
                raise too_large(self.place, what=_("行数"), most=self.limits.rows, found=_("更多"))
            cells = [self.cell(value, number) for value in raw]
            if _last_filled(cells) >= self.limits.columns:
                raise too_large(self.place, what=_("列数"), most=self.limits.columns, found=_last_filled(cells) + 1)
            yield number, cells

    def cell(self, value: object, number: int) -> Cell:
        if isinstance(value, str):
            return self._text(value, number)
        if isinstance(value, float) and not isinstance(value, bool):
            if value != value or value in (float("inf"), float("-inf")):
                return None
            return int(value) if value.is_integer() and abs(value) < LARGEST_EXACT else value
        if isinstance(value, datetime) and value.time() == time(0):
            return value.date()
        if isinstance(value, bool | int | date):
            return value
        return str(value) if isinstance(value, time | timedelta) else None

    def _text(self, value: str, number: int) -> str | None:
        if len(value) > self.limits.cell_characters:
            raise too_large(
                Place(self.place.file, self.place.sheet, number),
                what=_("单元格字数"),
                most=self.limits.cell_characters,
                found=len(value),
            )
        plain = value.replace("\r\n", "\n").replace("\r", "\n")
        clean = CONTROL.sub("", plain)
        if clean != plain:
            self.remark(
                number, "", expected=_("没有不可见的控制字符"), found=clean.strip()[:40], code="control-characters"
            )
        return clean.strip() or None

    def header(self, row: tuple[int, list[Cell]], width: int) -> tuple[str, ...]:
        number, cells = row
        found: list[str] = []
        for column in range(width):
            heading = text_of(cells[column]) if column < len(cells) else ""
            heading = re.sub(r"\s+", "", heading) or _("第%d列") % (column + 1)
            named, again = heading, 2
            while named in found:
                named, again = f"{heading}（{again}）", again + 1
            if named != heading:
                self.remark(number, heading, expected=_("只出现一次"), found=named, code="heading-repeated")
            found.append(named)
        return tuple(found)

    def remark(self, row: int, column: str, *, expected: str, found: str, code: str) -> None:
        if len(self.remarks) < MOST_REMARKS:
            where = Place(self.place.file, self.place.sheet, row, column)
            self.remarks.append(Fault(where, expected, found, _("已自动整理，请核对"), f"tables.{code}"))


def _last_filled(cells: list[Cell]) -> int:
    """Return the place of the last filled cell, -1 when there is none."""
    return max((place for place, cell in enumerate(cells) if cell is not None), default=-1)
