"""Reading a block of cells pasted from a spreadsheet (从表格粘贴): with headings or without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.registry.rules.fields import LedgerField, fields_of

MOST_LINES, MOST_COLUMNS = 5_000, 40
SPACES = re.compile(r"\s+")
BRACKETS = re.compile(r"[（(].*?[)）]")


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One value that was pasted for an entry.

    Args:
        line: The line of the block, counted from 1.
        key: Code or name of the entry, as pasted.
        field: The field it goes to.
        text: The value, as pasted.
    """

    line: int
    key: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A block as it was understood.

    Attributes:
        cells: The values, line by line.
        fields: The fields of its columns, in order.
        ignored: Headings that no field of the forms is called by.
        has_headings: Whether its first line names its columns.
    """

    cells: tuple[PastedCell, ...]
    fields: tuple[str, ...]
    ignored: tuple[str, ...]
    has_headings: bool


def read_block(text: str, *, ledger: str, editable: Sequence[str], keys: Sequence[str], field: str = "") -> Pasted:
    r"""Return what a pasted block says.

    The first column names the entries by code or name. A first line of known headings names the others; without one
    there may be a single further column, for the field that was chosen.

    Args:
        text: The block: cells parted by tabs, or by commas where there is no tab.
        ledger: Which ledger.
        editable: Fields that may be written.
        keys: Fields that name an entry: its code and its name.
        field: The field of the second column, where the block has no headings.

    Raises:
        ValueError: The block is empty, too large, or nobody can tell what its columns mean; the sentence says which.

    Examples:
        >>> block = "小区名称\t户数（户）\n锦澜苑\t120\n"
        >>> read_block(block, ledger="compound", editable=["household_count"], keys=["compound_name"]).cells
        (PastedCell(line=2, key='锦澜苑', field='household_count', text='120'),)
        >>> read_block("X-0001\t120", ledger="compound", editable=["household_count"], keys=["compound_code"],
        ...     field="household_count").cells
        (PastedCell(line=1, key='X-0001', field='household_count', text='120'),)
    """
    lines = _lines(text)
    if not lines:
        raise ValueError("EMPTY")
    if len(lines) > MOST_LINES + 1 or max(len(cells) for _number, cells in lines) > MOST_COLUMNS:
        raise ValueError("TOO_LARGE")
    catalogue = fields_of(ledger)
    heads = [_field_called(cell, catalogue) for cell in lines[0][1]]
    has_headings = any(head in keys for head in heads) and any(head in editable for head in heads)
    if has_headings:
        place = next(place for place, head in enumerate(heads) if head in keys)
        wanted = {at: head for at, head in enumerate(heads) if head in editable and at != place}
        ignored = [
            cell
            for at, cell in enumerate(lines[0][1])
            if at != place and at not in wanted and heads[at] not in keys and cell
        ]
        lines = lines[1:]
    else:
        if not field or any(len(cells) > 2 for _number, cells in lines):
            raise ValueError("NO_HEADINGS")
        place, wanted, ignored = 0, {1: field}, []
    cells = tuple(
        PastedCell(number, row[place], head, row[at])
        for number, row in lines
        if len(row) > place and row[place]
        for at, head in wanted.items()
        # An empty cell says nothing: a block may be full of gaps, and emptying values is done one by one.
        if at < len(row) and row[at]
    )
    return Pasted(cells, tuple(dict.fromkeys(wanted.values())), tuple(ignored), has_headings)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    separator = "\t" if "\t" in text else ","
    rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    lines = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1)]
    return [(number, cells) for number, cells in lines if any(cells)]


def _field_called(heading: str, catalogue: Mapping[str, LedgerField]) -> str:
    plain = _plain(heading)
    if not plain:
        return ""
    for key, field in catalogue.items():
        if plain in {_plain(name) for name in (key, field.name.zh, field.name.en, *field.aliases)}:
            return key
    return {"编码": _code_of(catalogue), "名称": _name_of(catalogue), "户数": "household_count"}.get(plain, "")


def _code_of(catalogue: Mapping[str, LedgerField]) -> str:
    return next((key for key in catalogue if key.endswith("_code")), "")


def _name_of(catalogue: Mapping[str, LedgerField]) -> str:
    return next((key for key in catalogue if key.endswith("_name")), "")


def _plain(heading: str) -> str:
    return SPACES.sub("", BRACKETS.sub("", heading)).lower()
