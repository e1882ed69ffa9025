"""Tables of communities often hold the levels above them too: the district and its subdistricts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from linli.foundation.tables import text_of
from linli.registry.rules.importing.kinds import KindRules
from linli.registry.rules.importing.places import place_name
from linli.registry.rules.importing.remarks import remark
from linli.registry.rules.importing.verdicts import Incoming, Judged, Verdict

ABOVE = re.compile(r"(?P<subdistrict>\d{9})(?:000)?")
LENGTH_OF_A_SUBDISTRICT = 9


def split_levels(
    rows: Sequence[Incoming], kind: KindRules, *, district: str, subdistricts: Mapping[str, str]
) -> tuple[tuple[Incoming, ...], tuple[Judged, ...]]:
    """Part the rows of communities from those of the levels above, and judge the latter.

    By the code rule of twelve digits, six are the district's, three the subdistrict's, three the community's;
    zeros stand for the level itself. Source: 统计用区划代码和城乡划分代码编制规则.

    Args:
        rows: All rows.
        kind: How they are read.
        district: Code of the district, six digits.
        subdistricts: Code and name of the subdistricts that the ledger knows.

    Returns:
        The rows of communities, and the verdicts on the others.
    """
    communities: list[Incoming] = []
    above: list[Judged] = []
    for row in rows:
        code = text_of(row.cells.get(kind.code))
        found = ABOVE.fullmatch(code)
        if found is None or not code.startswith(district):
            communities.append(row)
        elif found["subdistrict"] == district + "000":
            above.append(
                Judged(row.number, Verdict.UNCHANGED, district, _name(row, kind), warnings=(remark("IS_THE_DISTRICT"),))
            )
        else:
            above.append(_judge_subdistrict(row, found["subdistrict"], _name(row, kind), subdistricts))
    return tuple(communities), tuple(above)


def is_subdistrict(judged: Judged) -> bool:
    """Say whether a verdict is about a subdistrict."""
    return len(judged.code) == LENGTH_OF_A_SUBDISTRICT


def _name(row: Incoming, kind: KindRules) -> str:
    return place_name(text_of(row.cells.get(kind.name)))


def _judge_subdistrict(row: Incoming, code: str, name: str, subdistricts: Mapping[str, str]) -> Judged:
    if code in subdistricts:
        return Judged(row.number, Verdict.UNCHANGED, code, name)
    if not name:
        return Judged(row.number, Verdict.REFUSED, code, name, faults=(remark("NAME_MISSING", "名称"),))
    return Judged(row.number, Verdict.NEW, code, name)
