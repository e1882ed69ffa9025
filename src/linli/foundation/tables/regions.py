"""Where on a sheet the tables are: titles above, headings of several lines, several tables below or beside each other.

Only what can be told for certain counts: a blank row inside a table is a blank row, unless below it stands a row of
words over columns that hold figures above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.foundation.tables.cells import Cell
from linli.foundation.tables.tidying import TidyRow

#: First and last row and column of merged cells, from 0, as the parser gives them.
Merge = tuple[tuple[int, int], tuple[int, int]]

DIGIT = re.compile(r"\d")
#: 填报单位：某街道; a unit inside the brackets of a heading is none.
LABEL = re.compile(r"[^()（）]{1,10}[:：]")
MOST_HEADING_LINES = 3
LONGEST_HEADING = 40
#: Rows from which the width of a table and the columns that hold figures are judged.
SAMPLE = 200
#: How far below a blank row its heading may stand, titles between them.
REACH = 4


@dataclass(frozen=True, slots=True)
class Region:
    """One table on a sheet.

    Attributes:
        lines: Places of its heading's rows among the filled rows.
        body: Places of the rows below, up to the next table.
        first: First column.
        width: Number of columns.
    """

    lines: range
    body: range
    first: int
    width: int


def find_regions(rows: Sequence[TidyRow], merges: Sequence[Merge] = ()) -> tuple[Region, ...]:
    """Return the tables of a sheet from top to bottom, those beside each other from left to right.

    Args:
        rows: The filled rows with their numbers.
        merges: Merged cells; empty where the file knows none.

    Examples:
        >>> rows = [(1, ["台账"]), (2, ["小区", "户数"]), (3, ["甲", 12]), (5, ["楼栋", "层数"]), (6, ["1栋", 6])]
        >>> [(region.lines, region.body) for region in find_regions(rows)]
        [(range(1, 2), range(2, 3)), (range(3, 4), range(4, 5))]
    """
    found: list[Region] = []
    begin = 0
    while begin < len(rows):
        lines = _heading(rows, begin, merges)
        end = _end(rows, lines.stop)
        found += _side_by_side(rows, lines, range(lines.stop, end))
        begin = end
    return tuple(found)


def without_merges(rows: Sequence[TidyRow], merges: Sequence[Merge], lines: range) -> None:
    """Write the value of merged cells into each of them: down the rows of a table, across the headings.

    Args:
        rows: The filled rows, changed in place.
        merges: Merged cells.
        lines: Places of the heading's rows; in them a merge also fills to the right.
    """
    place_of = {number - 1: place for place, (number, _cells) in enumerate(rows)}
    for (top, left), (bottom, right) in merges:
        at = place_of.get(top)
        value = rows[at][1][left] if at is not None and left < len(rows[at][1]) else None
        if at is None or value is None or at < lines.start:
            continue
        last_column = right if at in lines else left
        for row in range(top, min(bottom, rows[-1][0] - 1) + 1):
            place = place_of.get(row)
            if place is not None and (place in lines) == (at in lines):
                _fill(rows[place][1], left, last_column, value)


def _fill(cells: list[Cell], left: int, right: int, value: Cell) -> None:
    cells.extend([None] * (right + 1 - len(cells)))
    for column in range(left, right + 1):
        if cells[column] is None:
            cells[column] = value


def _heading(rows: Sequence[TidyRow], begin: int, merges: Sequence[Merge]) -> range:
    """Return the places of the heading that follows ``begin``: the first row that is half as full as the fullest."""
    sample = range(begin, min(len(rows), begin + SAMPLE))
    widest = max(_count(rows[place][1]) for place in sample)
    need = max(min(2, widest), -(-widest // 2))
    spans = _spans(merges)
    top = next(
        (place for place in sample if _reach(rows[place], spans) >= need and not _is_labels(rows[place][1])),
        begin,
    )
    # Wide data under a narrow heading: the row of words above figures is the heading.
    if top > begin and not _is_words(rows[top][1]) and _is_words(rows[top - 1][1]):
        top -= 1
    while top > begin and _is_words(rows[top][1]) and _completes(rows[top - 1][1], rows[top][1]):
        top -= 1
    return range(top, top + _height(rows, top, merges))


def _height(rows: Sequence[TidyRow], top: int, merges: Sequence[Merge]) -> int:
    number = rows[top][0] - 1
    starting = [(end[0] - number, end[1] - begin[1]) for begin, end in merges if begin[0] == number]
    height = 1 + max((down for down, _across in starting), default=0)
    if height == 1 and any(across for _down, across in starting):
        height = 2 if top + 1 < len(rows) and _is_words(rows[top + 1][1]) else 1
    while (
        not starting
        and height < MOST_HEADING_LINES
        and top + height < len(rows)
        and rows[top + height][0] == rows[top + height - 1][0] + 1
        and _is_words(rows[top + height][1])
        and _completes(rows[top + height - 1][1], rows[top + height][1])
    ):
        height += 1
    return min(height, MOST_HEADING_LINES, len(rows) - top)


def _completes(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Say whether a row of words is the second line of a heading: it fills gaps of the upper line and little else."""
    if not _is_words(upper) or _count(upper) < 2:
        return False
    width = max(len(upper), len(lower))
    above, below = (tuple(line) + (None,) * (width - len(line)) for line in (upper, lower))
    in_gaps = [column for column in range(width) if above[column] is None and below[column] is not None]
    # Below a heading that has one of its own stands only the first of the columns it spans.
    doubled = [column for column in range(width) if above[column] is not None and below[column] is not None]
    return bool(in_gaps) and all(column + 1 in in_gaps for column in doubled)


def _end(rows: Sequence[TidyRow], first: int) -> int:
    """Return the place after the last row of the table whose body begins at ``first``."""
    figures: set[int] | None = None
    width = 0
    for place in range(first + 1, len(rows)):
        number, cells = rows[place]
        if number == rows[place - 1][0] + 1 and _count(cells) > 1:
            continue
        if figures is None or place - first < SAMPLE:
            figures = _columns_of_figures(rows[first:place])
            width = max(len(cells) for _number, cells in rows[first:place][:SAMPLE])
        if _begins_a_table(rows, place, figures, width):
            return place
    return len(rows)


def _begins_a_table(rows: Sequence[TidyRow], place: int, figures: set[int], width: int) -> bool:
    """Say whether a heading stands at a place or soon below: words over columns of figures, or over another width."""
    for at in range(place, min(len(rows) - 1, place + REACH)):
        cells = rows[at][1]
        if _count(cells) < 2 or _is_labels(cells):
            continue
        below = [row for _number, row in rows[at + 1 : at + 1 + REACH]]
        is_over_figures = any(column < len(cells) and cells[column] is not None for column in figures)
        is_apart = rows[at][0] > rows[at - 1][0] + 1 or at > place
        has_own_width = is_apart and _count(cells) == max(map(len, below)) < width - 1
        return (
            _is_words(cells)
            and (is_over_figures or has_own_width)
            and any(_has_digit(cell) for row in below for cell in row)
        )
    return False


def _columns_of_figures(rows: Sequence[TidyRow]) -> set[int]:
    sample = rows[:SAMPLE]
    width = max((len(cells) for _number, cells in sample), default=0)
    filled, figures = [0] * width, [0] * width
    for _number, cells in sample:
        for column, cell in enumerate(cells):
            if cell is not None:
                filled[column] += 1
                figures[column] += _has_digit(cell)
    return {column for column in range(width) if figures[column] * 2 > filled[column]}


def _side_by_side(rows: Sequence[TidyRow], lines: range, body: range) -> list[Region]:
    """Part a table at each column that is blank from its heading to its end, with two columns or more at both sides."""
    used: set[int] = set()
    for place in (*lines, *body):
        used.update(column for column, cell in enumerate(rows[place][1]) if cell is not None)
    width = max(used, default=0) + 1
    headed = {column for place in lines for column, cell in enumerate(rows[place][1]) if cell is not None}
    parts: list[list[int]] = [[]]
    for column in range(width):
        if column in used:
            parts[-1].append(column)
        elif len(parts[-1]) > 1 and len({*range(column + 1, width)} & used) > 1:
            parts.append([])
    # Without headings of its own the part beyond the gap belongs to the table before it.
    if not all(len(headed.intersection(part)) > 1 for part in parts):
        return [Region(lines, body, 0, width)]
    if len(parts) == 1:
        return [Region(lines, body, 0, width)]
    return [Region(lines, body, part[0], part[-1] - part[0] + 1) for part in parts]


def _spans(merges: Sequence[Merge]) -> dict[int, int]:
    """Return how many further cells the merges of each row fill."""
    more: dict[int, int] = {}
    for (top, left), (_bottom, right) in merges:
        more[top] = more.get(top, 0) + right - left
    return more


def _reach(row: TidyRow, spans: Mapping[int, int]) -> int:
    """Return how many columns a row covers; one cell merged across the sheet is a title and covers one."""
    filled = _count(row[1])
    return filled + spans.get(row[0] - 1, 0) if filled > 1 else filled


def _count(cells: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _is_words(cells: Sequence[Cell]) -> bool:
    """Say whether a row could be a heading: short words, none twice, no figures among them."""
    filled = [cell for cell in cells if cell is not None]
    return len(set(filled)) == len(filled) and all(
        isinstance(cell, str) and len(cell) <= LONGEST_HEADING and not DIGIT.match(cell) for cell in filled
    )


def _is_labels(cells: Sequence[Cell]) -> bool:
    """Say whether a row above the heading says who filled the table in and when, as 填报单位：某街道."""
    return any(isinstance(cell, str) and LABEL.match(cell) for cell in cells)


def _has_digit(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or DIGIT.search(cell) is not None)
