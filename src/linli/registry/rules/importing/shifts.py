"""Rows whose cells slipped into neighbouring columns: told by what the rest of each column looks like.

A column of figures that nearly all rows write alike ("990户") betrays the row that holds an address there, and more so
when the figure stands in another column of that row. Such a row is refused, never put right by guessing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from linli.foundation.tables import Cell, text_of
from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.values import UNKNOWN

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
#: Form of a cell that is no figure with a unit.
WORDS = "…"
#: Longest text around the figures of a cell that still counts as its unit.
LONGEST_UNIT = 6
#: Rows from which the form of a column is taken.
SAMPLE = 1000
#: Fewer cells than this tell no form.
LEAST_CELLS = 5
LEAST_SHARE = 0.8
#: Words may hold anything; only a column without any figure is one of words.
LEAST_SHARE_OF_WORDS = 0.95
FURTHEST = 3


def form_of(cell: Cell) -> str:
    """Return how a cell is written: its unit around a 9 for each figure; empty for nothing said.

    Examples:
        >>> [form_of(cell) for cell in ("２４１２户", "2016年建成", "凤翔大道1001号", 12, "暂无", "2015-01-30")]
        ['9户', '9年建成', '…', '9', '', '9-9-9']
    """
    if isinstance(cell, int | float):
        return "9"
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text or text.lower() in UNKNOWN:
        return ""
    form = FIGURE.sub("9", text)
    return form if form[0] == "9" and len(form.replace("9", "")) <= LONGEST_UNIT else WORDS


def shifted_rows(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Mapping[int, Remark]:
    """Return the rows that look shifted, by place, each with the cells that betray it.

    Args:
        headings: Headings of the columns.
        rows: Rows as long as the headings.
    """
    usual = _usual_forms(headings, rows)
    figures = [column for column, form in usual.items() if form != WORDS]
    known: dict[tuple[int, Cell], bool] = {}
    found: dict[int, Remark] = {}
    for place, row in enumerate(rows):
        for column in figures:
            cell = row[column]
            if cell is None:
                continue
            token = (column, cell)
            fits = known.get(token)
            if fits is None:
                fits = known[token] = form_of(cell) in ("", usual[column])
            if not fits:
                told = _told(headings, row, usual)
                if told:
                    found[place] = remark("ROW_SHIFTED", found="；".join(told))
                break
    return found


def overlong_rows(headed: int, rows: Sequence[Sequence[Cell]]) -> Mapping[int, Remark]:
    """Return the rows of a text table with more cells than there are headings: a comma inside a cell cut it in two.

    Args:
        headed: Number of columns up to the last that has a heading.
        rows: Rows as long as the longest.
    """
    beyond = {place: count for place, row in enumerate(rows) if (count := sum(c is not None for c in row[headed:]))}
    # Where most rows go on, the heading is what is too short.
    if len(beyond) * 2 > len(rows):
        return {}
    return {place: remark("ROW_OVERLONG", more=count) for place, count in beyond.items()}


def _usual_forms(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    step = max(1, len(rows) // SAMPLE)
    usual: dict[int, str] = {}
    for column in range(len(headings)):
        forms = Counter(form for row in rows[::step] if (form := form_of(row[column])))
        if forms.total() < LEAST_CELLS:
            continue
        form, count = forms.most_common(1)[0]
        least = LEAST_SHARE_OF_WORDS if form == WORDS else LEAST_SHARE
        # In a short table one cell is already a large share.
        if forms.total() - count <= max(1, forms.total() * (1 - least)):
            usual[column] = form
    return usual


def _told(headings: Sequence[str], row: Sequence[Cell], usual: Mapping[int, str]) -> list[str]:
    """Return what betrays a shift; nothing for a row with a single odd cell."""
    forms = {column: form for column, cell in enumerate(row) if (form := form_of(cell))}
    odd = [column for column, form in forms.items() if usual.get(column, form) != form]
    home = {form: column for column, form in usual.items() if form not in {WORDS, "9"}}
    moved = [
        (column, home[forms[column]])
        for column, form in forms.items()
        if form in home and usual.get(column) != form and forms.get(home[form]) != form
    ]
    if len({*odd, *(column for column, _home in moved)}) < 2:
        return []
    return [
        f"“{headings[column]}” {_short(row[column])} → “{headings[belongs]}”"
        for column, belongs in moved or _slid(odd, forms, usual)
    ]


def _slid(odd: Sequence[int], forms: Mapping[int, str], usual: Mapping[int, str]) -> list[tuple[int, int]]:
    """Return odd cells that would all fit the same number of columns away: words where figures belong and back."""
    for step in (*range(1, FURTHEST + 1), *range(-1, -FURTHEST - 1, -1)):
        run = [(column, column - step) for column in odd if usual.get(column - step) == forms[column]]
        has_both = {forms[column] == WORDS for column, _belongs in run} == {True, False}
        if has_both and len(run) == sum(column - step in usual for column in odd):
            return run
    return []


def _short(cell: Cell) -> str:
    text = text_of(cell)
    return text if len(text) <= 16 else f"{text[:15]}…"
