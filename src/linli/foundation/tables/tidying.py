"""Cells brought to order as they come in: blanks gone, dates as dates, hidden characters out and told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from linli.foundation.errors import Fault, Place
from linli.foundation.tables.cells import CONTROL, Cell
from linli.foundation.tables.faults import too_large
from linli.foundation.tables.limits import Limits

#: Number of a row as the reader's software shows it, and its cells.
TidyRow = tuple[int, list[Cell]]
LARGEST_EXACT = 2**53
MOST_REMARKS = 100


def tidy_rows(
    raw_rows: Iterable[Iterable[object]], *, file: str, name: str, limits: Limits
) -> tuple[list[TidyRow], list[Fault]]:
    """Return the filled rows of a sheet with their numbers, and what was tidied on the way.

    Args:
        raw_rows: Rows from the top of the sheet, blank ones included.
        file: Name of the file.
        name: Name of the sheet.
        limits: Bounds.

    Raises:
        ValidationFaults: Too many rows or columns, or a cell too long.
    """
    tidy = _Tidy(Place(file, name), limits)
    filled: list[TidyRow] = []
    for number, raw in enumerate(raw_rows, start=1):
        if number > limits.rows:
            raise too_large(tidy.place, what=_("行数"), most=limits.rows, found=_("更多"))
        cells = [tidy.cell(value, number) for value in raw]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > limits.columns:
            raise too_large(tidy.place, what=_("列数"), most=limits.columns, found=len(cells))
        if cells:
            filled.append((number, cells))
    return filled, tidy.remarks


class _Tidy:
    """Tidies the cells of one sheet and remembers what it did."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self.place = place
        self.limits = limits
        self.remarks: list[Fault] = []

    def cell(self, value: object, number: int) -> Cell:
        if isinstance(value, str):
            # Most text needs nothing but its ends trimmed.
            if value.isprintable() and len(value) <= self.limits.cell_characters:
                return value.strip() or None
            return self._text(value, number)
        if isinstance(value, float):
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
        if clean != plain and len(self.remarks) < MOST_REMARKS:
            self.remarks.append(
                Fault(
                    Place(self.place.file, self.place.sheet, number),
                    _("没有不可见的控制字符"),
                    clean.strip()[:40],
                    _("已自动整理，请核对"),
                    "tables.control-characters",
                )
            )
        return clean.strip() or None
