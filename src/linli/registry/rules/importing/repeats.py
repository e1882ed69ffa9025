"""Rows of one file that speak of the same thing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.verdicts import Incoming, Judged, Verdict

#: Rows that a sentence names at most: a name may stand in every row of a file.
MOST_NAMED = 5
SETTLED = frozenset({Verdict.CHANGED, Verdict.UNCHANGED})


def repeated_rows(
    rows: Sequence[Incoming],
    identity: Callable[[Incoming], tuple[str, str]],
    *,
    key: Callable[[str], str],
    code_heading: str,
    name_heading: str,
) -> tuple[Mapping[int, int], Mapping[int, tuple[Remark, ...]]]:
    """Return the rows that repeat an earlier one whole, with its number, and those that clash over a code or a name.

    Args:
        rows: The rows of the file.
        identity: Code and name of a row.
        key: Brings names to one form.
        code_heading: Heading of the codes.
        name_heading: Heading of the names.
    """
    seen: dict[tuple[Any, ...], int] = {}
    same: dict[int, int] = {}
    groups: dict[tuple[str, str], list[Incoming]] = defaultdict(list)
    for row in rows:
        content = (tuple(row.cells.items()), row.place)
        if content in seen:
            same[row.number] = seen[content]
            continue
        seen[content] = row.number
        code, name = identity(row)
        if code or name:
            groups["CODE_REPEATED" if code else "NAME_REPEATED", code or key(name)].append(row)
    clashes: dict[int, tuple[Remark, ...]] = {}
    for (reason, _key), group in groups.items():
        if len(group) < 2:
            continue
        heading = code_heading if reason == "CODE_REPEATED" else name_heading
        for row in group:
            code, name = identity(row)
            others = named_rows((other.number for other in group), besides=row.number)
            clashes[row.number] = (remark(reason, heading, found=code or name, rows=others),)
    return same, clashes


def without_doubles(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Refuse rows that were found to be one entry of the ledger, however each came to it."""
    found = tuple(judged)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for one in found:
        if one.code and one.verdict in SETTLED and not one.is_left_out:
            rows_of[one.code].append(one.row)
    return tuple(
        replace(
            one,
            verdict=Verdict.REFUSED,
            faults=(remark("ENTRY_TWICE", code=one.code, rows=named_rows(rows_of[one.code], besides=one.row)),),
        )
        if one.verdict in SETTLED and not one.is_left_out and len(rows_of[one.code]) > 1
        else one
        for one in found
    )


def named_rows(numbers: Iterable[int], *, besides: int) -> str:
    """Return numbers of rows as a sentence names them, the first few.

    Examples:
        >>> named_rows([2, 3, 9], besides=3), named_rows(range(2, 90), besides=3)
        ('2、9', '2、4、5、6、7…')
    """
    named: list[str] = []
    for number in numbers:
        if number == besides:
            continue
        if len(named) == MOST_NAMED:
            return "、".join(named) + "…"
        named.append(str(number))
    return "、".join(named)
