"""XLSX and CSV that open well in an office and run nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from linli.foundation.clock import SHANGHAI
from linli.foundation.tables.cells import CONTROL, Cell, text_of

#: Text that spreadsheets take for a formula, full-width forms included: East Asian versions accept them.
ARMED = re.compile(r"[=+\-@\t\r＝＋－＠]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
LONGEST_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
DATE_FORMAT = "yyyy-mm-dd"
MOMENT_FORMAT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class Column:
    """A column to write: heading, width in characters, spreadsheet number format such as ``#,##0``."""

    heading: str
    width: float = 14
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet to write: rows hold one cell per column; ``title`` stands above the header when given."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


def write_xlsx(sheets: Sequence[OutSheet], *, now: datetime, watermark: str = "") -> bytes:
    """Return a workbook; the same sheets and moment give the same bytes.

    Args:
        sheets: At least one sheet.
        now: Written as the moment of creation.
        watermark: Stands in the footer of every printed page and in the file's remarks.

    Raises:
        ValueError: No sheet was given.
    """
    import xlsxwriter

    if not sheets:
        raise ValueError("at least one sheet is needed")
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    created = now.astimezone(SHANGHAI).replace(tzinfo=None)
    workbook.set_properties({"created": created, "comments": watermark})
    formats = _Formats(workbook)
    taken: set[str] = set()
    for sheet in sheets:
        page = workbook.add_worksheet(sheet_name(sheet.name, taken))
        if watermark:
            page.set_footer(f"&L{watermark.replace('&', '&&')}&R&P/&N")
        _fill(page, sheet, formats)
    workbook.close()
    return buffer.getvalue()


def write_csv(sheet: OutSheet) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, so that spreadsheets show Chinese."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([disarmed(column.heading) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([disarmed(cell) if isinstance(cell, str) else text_of(cell) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def disarmed(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples:
        >>> disarmed("=1+1"), disarmed("-5"), disarmed("＝cmd"), disarmed("甲小区")
        ("'=1+1", '-5', "'＝cmd", '甲小区')
    """
    clean = CONTROL.sub("", text) if not ARMED.match(text) else text
    return f"'{clean}" if _is_armed(clean) else clean


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a valid sheet name not yet taken, and take it.

    Examples:
        >>> taken = set()
        >>> sheet_name("小区/楼栋", taken), sheet_name("小区/楼栋", taken)
        ('小区_楼栋', '小区_楼栋 2')
    """
    base = FORBIDDEN_IN_SHEET_NAME.sub("_", name).strip()[:LONGEST_SHEET_NAME] or "Sheet"
    chosen, again = base, 2
    while chosen.lower() in taken:
        ending = f" {again}"
        chosen, again = base[: LONGEST_SHEET_NAME - len(ending)] + ending, again + 1
    taken.add(chosen.lower())
    return chosen


def _is_armed(text: str) -> bool:
    return bool(ARMED.match(text)) and not PLAIN_NUMBER.fullmatch(text)


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.note = workbook.add_format({"font_color": "#5b6573", "text_wrap": True})
        self.header = workbook.add_format(
            {"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )

    def cell(self, number_format: str, *, quoted: bool = False) -> Any:
        key = (number_format, quoted)
        if key not in self._made:
            made = self._workbook.add_format({"border": 1, "valign": "top"})
            if number_format:
                made.set_num_format(number_format)
            if quoted:
                made.set_quote_prefix()
            self._made[key] = made
        return self._made[key]


def _fill(page: Any, sheet: OutSheet, formats: _Formats) -> None:
    top = 0
    for text, style in [(sheet.title, formats.title)] * bool(sheet.title) + [(n, formats.note) for n in sheet.notes]:
        page.write_string(top, 0, text, style)
        top += 1
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(top, place, column.heading, formats.header)
    page.freeze_panes(top + 1, 0)
    last = top
    for last, row in enumerate(sheet.rows, start=top + 1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, last, place, cell, column, formats)
    if sheet.columns and last > top:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, row: int, place: int, cell: Cell, column: Column, formats: _Formats) -> None:
    if cell is None or cell == "":
        page.write_blank(row, place, None, formats.cell(""))
    elif isinstance(cell, bool | str):
        text = CONTROL.sub("", text_of(cell)) if isinstance(cell, bool) else CONTROL.sub("", cell)
        page.write_string(row, place, text, formats.cell("", quoted=_is_armed(text)))
    elif isinstance(cell, datetime):
        local = cell.astimezone(SHANGHAI).replace(tzinfo=None) if cell.tzinfo else cell
        page.write_datetime(row, place, local, formats.cell(column.number_format or MOMENT_FORMAT))
    elif isinstance(cell, date):
        page.write_datetime(row, place, cell, formats.cell(column.number_format or DATE_FORMAT))
    else:
        page.write_number(row, place, cell, formats.cell(column.number_format))
