"""Figures over all lines that the filters leave: what is missing is counted and said, never taken for zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.foundation.ui.parts import Figure
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger.lines import Line


def number_of(line: Line, key: str) -> float | None:
    """Return a number of a line; one below zero cannot be and is no figure."""
    value = line.values.get(key)
    return value if isinstance(value, int | float) and value >= 0 else None


def sum_of(lines: Sequence[Line], key: str, *, label: str, unit: str = "", digits: int = 0) -> Figure:
    """Return the sum of a column."""
    known = [number for line in lines if (number := number_of(line, key)) is not None]
    return Figure(
        label=label,
        value=sum(known) if known or not lines else None,
        unit=unit,
        digits=digits,
        note=left_out(len(lines) - len(known)),
    )


def ratio_of(lines: Sequence[Line], part: str, whole: str, *, label: str) -> Figure:
    """Return the sum of one column in percent of another's, over the lines that know both."""
    pairs = [
        (a, b)
        for line in lines
        if (a := number_of(line, part)) is not None and (b := number_of(line, whole)) is not None
    ]
    total = sum(b for _a, b in pairs)
    return Figure(
        label=label,
        value=100 * sum(a for a, _b in pairs) / total if total else None,
        unit="%",
        digits=1,
        note=left_out(len(lines) - len(pairs)),
    )


def mean_of(lines: Sequence[Line], key: str, *, label: str, unit: str = "%") -> Figure:
    """Return the mean of a column."""
    known = [number for line in lines if (number := number_of(line, key)) is not None]
    return Figure(
        label=label,
        value=sum(known) / len(known) if known else None,
        unit=unit,
        digits=1,
        note=left_out(len(lines) - len(known)),
    )


def share_of(lines: Sequence[Line], is_so: Callable[[Line], bool], *, label: str) -> Figure:
    """Return the share of lines for which something holds, in percent."""
    return Figure(label=label, value=100 * sum(map(is_so, lines)) / len(lines) if lines else None, unit="%", digits=1)


def left_out(count: int) -> str:
    """Return how many lines a figure leaves out, in words; empty for none."""
    return _("缺 %(count)d 个") % {"count": count} if count else ""


def known(column: str, area: Area) -> Q:
    """Return the condition that a stored count is known to the reader: not missing, possible, and not hidden."""
    sound = Q(**{f"{column}__gte": 0})
    if area.small_below is None:
        return sound
    return sound & (Q(**{column: 0}) | Q(**{f"{column}__gte": area.small_below}))
