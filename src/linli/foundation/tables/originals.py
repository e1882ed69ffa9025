"""One row of a file as it stands there, so that a figure can be traced to its cell."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables.delimited import decoded, separator_of
from linli.foundation.tables.headings import JOINT
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.protection import OLE
from linli.foundation.tables.spreadsheets import check_parts

ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class OriginalCell:
    """A filled cell of a row.

    Args:
        reference: Where it is, as spreadsheet software says, such as ``C15``.
        heading: What stands above it in the line of headings; empty for nothing.
        text: What stands in it.
        is_sought: Whether it is the cell that was asked for.
    """

    reference: str
    heading: str
    text: str
    is_sought: bool


def original_row(
    content: bytes, *, name: str, sheet: str, number: int, heading: str, original: str = ""
) -> tuple[OriginalCell, ...]:
    """Return the filled cells of one row of a file, with the one below a heading marked.

    Nothing is returned where the file is no table, has no such row, or cannot be read any more. No cell is marked
    where the heading does not lead to exactly one.

    Args:
        content: The file as it was read in, without a password.
        name: Its name.
        sheet: Name of the table in it; empty for text.
        number: The row as spreadsheet software numbers it.
        heading: Heading of the column sought; lines of a heading are joined by ``/``.
        original: Text of the cell sought, which decides between columns of one heading.
    """
    try:
        grid = _grid(content, name=name, sheet=sheet, rows=number)
    except (ValidationFaults, ValueError, OSError, csv.Error):
        return ()
    if not 0 < number <= len(grid):
        return ()
    above, row = grid[: number - 1], grid[number - 1]
    sought, headings = _column(above, row, heading=heading, original=original), _heading_line(above)
    return tuple(
        OriginalCell(
            f"{letters_of(column)}{number}", headings[column] if column < len(headings) else "", text, column == sought
        )
        for column, text in enumerate(row)
        if text
    )


def letters_of(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples:
        >>> letters_of(0), letters_of(25), letters_of(26), letters_of(16383)
        ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _grid(content: bytes, *, name: str, sheet: str, rows: int) -> list[list[str]]:
    """Return the first rows of a table from its first column on, as text."""
    if not content.startswith((ZIP, OLE)):
        text = decoded(content, name=name)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
        return [[cell.strip() for cell in row] for row, _number in zip(reader, range(rows), strict=False)]
    from python_calamine import CalamineError, CalamineWorkbook

    if content.startswith(ZIP):
        check_parts(content, name=name, limits=Limits())
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        # A sheet that holds several tables is named with the row that the table begins at.
        named = [one for one in workbook.sheet_names if sheet == one or sheet.startswith(one)]
        if not named:
            return []
        found = workbook.get_sheet_by_name(max(named, key=len)).to_python(skip_empty_area=False, nrows=rows)
    except CalamineError as fault:
        raise ValueError(str(fault)) from fault
    return [[_text(cell) for cell in row] for row in found]


def _column(above: Sequence[Sequence[str]], row: Sequence[str], *, heading: str, original: str) -> int | None:
    last = _plain(heading.rsplit(JOINT, maxsplit=1)[-1])
    if not last:
        return None
    columns = {column for line in above for column, text in enumerate(line) if _plain(text) == last}
    if len(columns) > 1 and original:
        columns = {column for column in columns if column < len(row) and _plain(row[column]) == _plain(original)}
    return next(iter(columns)) if len(columns) == 1 else None


def _heading_line(above: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return the line that the headings stand in: the first of those with most words."""
    return max(above, key=lambda line: sum(bool(text) and not _is_number(text) for text in line), default=())


def _is_number(text: str) -> bool:
    return text.replace(",", "").lstrip("-").replace(".", "", 1).isdecimal()


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
