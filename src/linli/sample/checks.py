"""How far the survey of the sample district has come: whose figures were verified, and which were returned, and why.

Drawn apart from the district itself, so that the same seed still gives the same ground, figures and planted ills.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linli.sample.dataset import SampleDistrict

#: Shares of verified compounds as communities of a real survey reported them: some done, most under way, some begun.
SHARES = ((0.05, 1.0, 1.0), (0.17, 0.9, 1.0), (0.7, 0.5, 0.9), (1.0, 0.1, 0.5))
#: Share of the figures of a verified compound that have been filled in anew since and wait again.
NEW_SINCE = 0.06
#: What officers return, by field: nothing that a plan or a total leans on.
REASONS = {
    "age_0_3": "与卫健部门新生儿登记相差较大，请核对统计截止日",
    "car_spaces": "地上、地下车位请合计后填报",
    "lift_count": "与市场监管部门在用电梯台数不一致，请核对",
}


@dataclass(frozen=True, slots=True)
class Checks:
    """What became of the figures that the communities filled in.

    Attributes:
        verified: Codes of compounds and communities whose figures were verified.
        waiting: Code and field of figures of theirs that wait again all the same.
        returned: Code and field of returned figures, with the reason.
    """

    verified: frozenset[str]
    waiting: frozenset[tuple[str, str]]
    returned: Mapping[tuple[str, str], str]


def checks_of(sample: SampleDistrict) -> Checks:
    """Return how far the verification of a district has come; every fourth community has one figure returned.

    Compounds with a planted ill are left unverified: nobody confirms what cannot be.
    """
    rng = np.random.default_rng([sample.seed, 3])
    ill = {code for _kind, subject in sample.answer_key for code in subject.partition(":")[0].split("|")}
    members: dict[str | None, list[str]] = {}
    for compound in sample.compounds:
        members.setdefault(sample.membership[compound.parcel_codes[0]][0], []).append(compound.code)
    verified: set[str] = set()
    waiting: set[tuple[str, str]] = set()
    returned: dict[tuple[str, str], str] = {}
    figures = {compound.code: compound.figures for compound in sample.compounds}
    for number, community in enumerate(sample.communities):
        share = _share(rng)
        if rng.random() < share:
            verified.add(community.code)
        open_ones = []
        for code in members.get(community.code, []):
            if rng.random() < share and code not in ill:
                verified.add(code)
                waiting.update((code, field) for field in figures[code] if rng.random() < NEW_SINCE)
            else:
                open_ones.append(code)
        some = open_ones or members.get(community.code, [])
        if number % 4 == 0 and some:
            field = sorted(REASONS)[number // 4 % len(REASONS)]
            code = some[int(rng.integers(len(some)))]
            if figures[code][field].value is not None:
                returned[code, field] = REASONS[field]
    return Checks(frozenset(verified), frozenset(waiting), returned)


def _share(rng: np.random.Generator) -> float:
    drawn = rng.random()
    low, high = next((low, high) for upto, low, high in SHARES if drawn <= upto)
    return float(rng.uniform(low, high))
