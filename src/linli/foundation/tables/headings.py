"""Headings of one, two or three lines brought to one heading per column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from linli.foundation.tables.cells import Cell, text_of

BLANK = re.compile(r"\s+")
#: Between the lines of a heading.
JOINT = "/"


def join_headings(
    lines: Sequence[Sequence[Cell]], *, first: int, width: int
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return a heading per column, each once, and those that had to be told apart.

    A heading of the upper line stands over the columns at its right that have none of their own but one below.

    Args:
        lines: The heading's rows from the top, merged cells already filled in.
        first: First column of the table.
        width: Number of its columns.

    Examples:
        >>> join_headings([["小区名称", "人口", None, "户 数"], [None, "常住", "户籍", None]], first=0, width=4)[0]
        ['小区名称', '人口/常住', '人口/户籍', '户数']
        >>> join_headings([["户数", "户数", None]], first=0, width=3)
        (['户数', '户数（2）', '第3列'], [('户数', '户数（2）')])
    """
    spread = [_spread(lines, place, first, width) for place in range(len(lines))]
    found: list[str] = []
    repeated: list[tuple[str, str]] = []
    for column in range(width):
        parts = list(dict.fromkeys(words for line in spread if (words := line[column])))
        heading = JOINT.join(parts) or _("第%d列") % (first + column + 1)
        named, again = heading, 2
        while named in found:
            named, again = f"{heading}（{again}）", again + 1
        if named != heading:
            repeated.append((heading, named))
        found.append(named)
    return found, repeated


def _spread(lines: Sequence[Sequence[Cell]], place: int, first: int, width: int) -> list[str]:
    words = [_words(lines[place], first + column) for column in range(width)]
    if place + 1 == len(lines):
        return words
    below = [_words(lines[place + 1], first + column) for column in range(width)]
    above = [""] * width if place == 0 else [_words(lines[place - 1], first + column) for column in range(width)]
    for column in range(1, width):
        if not words[column] and below[column] and not above[column]:
            words[column] = words[column - 1]
    return words


def _words(line: Sequence[Cell], column: int) -> str:
    return BLANK.sub("", text_of(line[column])) if column < len(line) else ""
