"""Cells put right by hand before a table is judged; the file itself stays as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from linli.registry.rules.importing.sources import SourceTable

#: Number of the row and heading, to what the cell should hold.
Mends = Mapping[tuple[int, str], str]


def mended(table: SourceTable, mends: Mends) -> SourceTable:
    """Return a table with its mended cells; mends of rows or columns that are not there have no effect.

    Examples:
        >>> table = SourceTable("", ("小区", "户数"), (2, 3), (("甲", "-46"), ("乙", 9)))
        >>> mended(table, {(2, "户数"): "46"}).rows
        (('甲', '46'), ('乙', 9))
    """
    if not mends:
        return table
    column_of = {heading: column for column, heading in enumerate(table.headings)}
    rows = list(table.rows)
    place_of = {number: place for place, number in enumerate(table.numbers)}
    for (number, heading), value in mends.items():
        place, column = place_of.get(number), column_of.get(heading)
        if place is not None and column is not None:
            rows[place] = (*rows[place][:column], value.strip() or None, *rows[place][column + 1 :])
    return replace(table, rows=tuple(rows))
