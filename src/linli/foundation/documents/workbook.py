"""Workbooks to be printed and signed: title, 口径, ruled table, totals, page set-up.

Ledger exports are written by `linli.foundation.tables`; this is the printed form, which adds what paper needs.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from linli.foundation.documents.errors import DescriptionUnfit
from linli.foundation.documents.text import one_line, printable, width_of
from linli.foundation.tables.writing import disarmed, sheet_name

Kind = Literal["text", "integer", "decimal", "percent", "date"]
PrintCell = str | int | float | date | None

MISSING: Final = "缺"
NUMBER_FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "integer": "#,##0",
    "decimal": "#,##0.00",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
}
NUMERIC: Final = frozenset({"integer", "decimal", "percent"})
# SUBTOTAL with this function leaves hidden and filtered rows out.
SUM_OF_SHOWN: Final = 109
TEXT_FONT: Final = "仿宋"
HEAD_FONT: Final = "黑体"
A4: Final = 9
EPOCH: Final = datetime(1980, 1, 1)
TEXT_SIZE: Final = 11
LINE_HEIGHT: Final = 15
TALLEST_ROW: Final = 400
LONGEST_TEXT: Final = 32767


@dataclass(frozen=True, slots=True)
class PrintColumn:
    """A column of a printed sheet.

    Args:
        heading: Printed in the head.
        kind: Number format and alignment.
        width: In characters of the spreadsheet; as wide as heading and cells when 0.
        is_totalled: Whether the totals row adds the column up.
    """

    heading: str
    kind: Kind = "text"
    width: float = 0.0
    is_totalled: bool = False

    def __post_init__(self) -> None:
        if self.is_totalled and self.kind not in {"integer", "decimal"}:
            raise DescriptionUnfit(part=f"“{self.heading}”列", expected="数字列才能合计", found=self.kind)


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """A sheet to print on A4.

    Args:
        name: Name of the sheet.
        title: Centred above.
        columns: At least one.
        rows: Cells; a missing one is printed as 缺, text in a number column (such as "<5") as it is.
        notes: 口径, date, source: lines between title and table.
        unit: At the right above the table, such as "单位：户".
        totals_label: Label of the totals row.
        is_landscape: Whether the page lies across.
        frozen_columns: Columns that stay in sight and are repeated on every printed page.
        foot: Printed at the foot of every page, left of the page number.
    """

    name: str
    title: str
    columns: Sequence[PrintColumn]
    rows: Sequence[Sequence[PrintCell]]
    notes: Sequence[str] = ()
    unit: str = ""
    totals_label: str = "合计"
    is_landscape: bool = True
    frozen_columns: int = 1
    foot: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise DescriptionUnfit(part=f"工作表“{self.name}”", expected="至少一列", found="没有列")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise DescriptionUnfit(
                    part=f"工作表“{self.name}”第 {number} 行",
                    expected=f" {len(self.columns)} 格",
                    found=f" {len(row)} 格",
                )


def write_workbook(sheets: Sequence[PrintSheet], *, on: date | None = None, author: str = "") -> bytes:
    """Return a workbook for printing; the same sheets give the same bytes.

    Text never becomes a formula or a link; text that begins like a formula is marked as text, so that it stays text
    when it is edited or saved again.

    Args:
        sheets: At least one sheet.
        on: Date of the workbook, in its properties.
        author: Office, in its properties.

    Raises:
        DescriptionUnfit: No sheet was given, or a number is infinite.
    """
    import xlsxwriter

    if not sheets:
        raise DescriptionUnfit(part="工作簿", expected="至少一张工作表", found="没有工作表")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    created = datetime(on.year, on.month, on.day) if on else EPOCH
    book.set_properties({"title": one_line(sheets[0].title), "author": one_line(author), "created": created})
    taken: set[str] = set()
    looks = _Looks(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet_name(one_line(sheet.name), taken))
        _Writer(page, sheet, looks).write()
    book.close()
    return buffer.getvalue()


class _Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Any] = {}

    def of(
        self,
        *,
        font: str = TEXT_FONT,
        size: float = 11,
        number_format: str = "",
        align: str = "left",
        is_ruled: bool = True,
        is_bold: bool = False,
        is_quoted: bool = False,
    ) -> Any:
        key = (font, size, number_format, align, is_ruled, is_bold, is_quoted)
        if key not in self._made:
            wanted: dict[str, object] = {
                "font_name": font,
                "font_size": size,
                "align": align,
                "valign": "vcenter",
                "text_wrap": True,
                "bold": is_bold,
                "border": 1 if is_ruled else 0,
            }
            if number_format:
                wanted["num_format"] = number_format
            if is_quoted:
                wanted["quote_prefix"] = True
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]


class _Writer:
    """Writes one sheet from the top down."""

    def __init__(self, page: Any, sheet: PrintSheet, looks: _Looks) -> None:
        self.page, self.sheet, self.looks = page, sheet, looks
        self.row = 0

    def write(self) -> None:
        sheet, last = self.sheet, len(self.sheet.columns) - 1
        self.page.set_default_row(18)
        self._line(sheet.title, height=32, size=18, font=HEAD_FONT, align="center")
        for note in sheet.notes:
            self._line(note, height=16)
        if sheet.unit:
            self._line(sheet.unit, height=16, align="right")
        head = self.row
        for place, column in enumerate(sheet.columns):
            self.page.write_string(
                head, place, printable(column.heading), self.looks.of(font=HEAD_FONT, align="center")
            )
            self.page.set_column(place, place, column.width or self._fitting_width(place))
        self.page.set_row(head, 24)
        self.row += 1
        first = self.row
        for cells in sheet.rows:
            for place, cell in enumerate(cells):
                self._cell(place, cell)
            self._raise_row(cells)
            self.row += 1
        if any(column.is_totalled for column in sheet.columns) and sheet.rows:
            self._totals(first, self.row - 1)
        if sheet.rows:
            self.page.autofilter(head, 0, first + len(sheet.rows) - 1, last)
        self._set_page(head, last)

    def _line(self, text: str, *, height: float, size: float = 10, font: str = TEXT_FONT, align: str = "left") -> None:
        """Write a line across all columns."""
        last = len(self.sheet.columns) - 1
        words = one_line(text)
        look = self.looks.of(font=font, size=size, align=align, is_ruled=False, is_quoted=disarmed(words) != words)
        room = sum(column.width or self._fitting_width(place) for place, column in enumerate(self.sheet.columns))
        self.page.set_row(self.row, height * max(1, math.ceil(width_of(words) * 2 * size / TEXT_SIZE / room)))
        if last:
            self.page.merge_range(self.row, 0, self.row, last, "", look)
        self.page.write_string(self.row, 0, words, look)
        self.row += 1

    def _raise_row(self, cells: Sequence[PrintCell]) -> None:
        """Make a row as high as its longest wrapped text: a default height keeps readers from doing it."""
        lines = 1
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                room = self.sheet.columns[place].width or self._fitting_width(place)
                lines = max(lines, sum(math.ceil(width_of(line) * 2 / room) or 1 for line in cell.split("\n")))
        if lines > 1:
            self.page.set_row(self.row, min(LINE_HEIGHT * lines + 4, TALLEST_ROW))

    def _cell(self, place: int, cell: PrintCell, *, is_bold: bool = False) -> None:
        kind = self.sheet.columns[place].kind
        align = "right" if kind in NUMERIC else "center" if kind == "date" else "left"
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            self.page.write_string(self.row, place, MISSING, self.looks.of(align="center", is_bold=is_bold))
            return
        if isinstance(cell, float) and math.isinf(cell):
            raise DescriptionUnfit(part=f"第 {self.row + 1} 行", expected="有限的数字", found="无穷大")
        if isinstance(cell, date):
            look = self.looks.of(number_format=NUMBER_FORMATS["date"], align="center", is_bold=is_bold)
            self.page.write_datetime(self.row, place, cell, look)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            number_format = NUMBER_FORMATS[kind if kind in NUMERIC else "decimal" if cell % 1 else "integer"]
            look = self.looks.of(number_format=number_format, align="right", is_bold=is_bold)
            self.page.write_number(self.row, place, cell, look)
        else:
            text = printable(str(cell))[:LONGEST_TEXT]
            is_armed = disarmed(text) != text
            look = self.looks.of(number_format="@", align=align, is_bold=is_bold, is_quoted=is_armed)
            self.page.write_string(self.row, place, text, look)

    def _totals(self, first: int, last: int) -> None:
        """Add up the rows in sight, with the count of rows that lack the figure beside the sum."""
        from xlsxwriter.utility import xl_range

        missing = []
        for place, column in enumerate(self.sheet.columns):
            if not column.is_totalled:
                self._cell(place, self.sheet.totals_label if place == 0 else "", is_bold=True)
                continue
            figures = [row[place] for row in self.sheet.rows]
            numbers = [one for one in figures if isinstance(one, int | float) and not math.isnan(one)]
            look = self.looks.of(number_format=NUMBER_FORMATS[column.kind], align="right", is_bold=True)
            formula = f"=SUBTOTAL({SUM_OF_SHOWN},{xl_range(first, place, last, place)})"
            self.page.write_formula(self.row, place, formula, look, math.fsum(numbers))
            if len(numbers) < len(figures):
                missing.append(f"“{one_line(column.heading)}”有 {len(figures) - len(numbers)} 行没有数字，未计入合计")
        self.row += 1
        if missing:
            self._line("；".join(missing) + "。", height=16)

    def _fitting_width(self, place: int) -> float:
        column = self.sheet.columns[place]
        texts = [column.heading, *(str(row[place]) for row in self.sheet.rows[:200] if row[place] is not None)]
        longest = max(width_of(line) for text in texts for line in printable(text).split("\n"))
        return min(max(longest * 2 + 3, 8), 42)

    def _set_page(self, head: int, last: int) -> None:
        page, sheet = self.page, self.sheet
        page.freeze_panes(head + 1, min(sheet.frozen_columns, last))
        page.set_paper(A4)
        if sheet.is_landscape:
            page.set_landscape()
        page.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.8)
        page.center_horizontally()
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
        page.print_area(0, 0, max(self.row - 1, head), last)
        foot = one_line(sheet.foot).replace("&", "&&")
        page.set_footer(f"&L&9{' ' if foot[:1].isdigit() else ''}{foot}&R&9第 &P 页，共 &N 页"[:255])
