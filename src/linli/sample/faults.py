"""The ills of the books: missing and impossible figures, double claims, open custody, no cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from linli.sample.dataset import Claim, Compound, Custody
from linli.sample.figures import with_people, with_value
from linli.sample.graph import NOBODY
from linli.sample.planting import Ground

N_DOUBLE_CLAIMS, N_OPEN_CUSTODIES, N_NO_PROPERTY, N_NO_PARTY = 4, 3, 5, 4
#: Households are all there: a plan may be asked for at once.
MISSING: tuple[tuple[str, int], ...] = (
    ("residents_count", 6),
    ("age_60_plus", 6),
    ("dwelling_count", 4),
    ("building_count", 2),
    ("floor_area", 2),
)
CUSTODY_SINCE, CUSTODY_PAST, CUSTODY_UNTIL = date(2023, 7, 1), date(2026, 6, 30), date(2027, 6, 30)


@dataclass(slots=True)
class Books:
    """What the offices have written down, while it is being spoilt; the key grows as it is."""

    compounds: list[Compound]
    claims: list[Claim]
    custodies: list[Custody]
    key: list[tuple[str, str]]


def other_side(ground: Ground, compound: int) -> int:
    """Return the community across the longest walkable border of a compound, ``NOBODY`` when there is none."""
    metres: dict[int, float] = {}
    for parcel in np.flatnonzero(ground.compound == compound).tolist():
        for other, length in ground.near.walk_m[parcel].items():
            label = int(ground.community[other])
            same = ground.subdistrict[other] == ground.subdistrict[parcel]
            if label not in (NOBODY, int(ground.community[parcel])) and length > 60 and same:
                metres[label] = metres.get(label, 0.0) + length
    return max(metres, key=lambda label: (metres[label], -label), default=NOBODY)


def add_custody(
    books: Books, compound: Compound, owner: str, custodian: str, *, until: date | None, reason: str
) -> None:
    """Write down that a community looks after a compound of another."""
    books.custodies.append(Custody(compound.code, owner, custodian, CUSTODY_SINCE, until, reason))


def plant_in_books(books: Books, ground: Ground, community_codes: list[str], rng: np.random.Generator) -> None:
    """Spoil compounds, one ill each, and write each ill into the key.

    Raises:
        ValueError: No compound is left for one of the ills.
    """
    home = [int(ground.community[np.flatnonzero(ground.compound == c)[0]]) for c in range(len(books.compounds))]
    fit = [c for c in rng.permutation(len(home)).tolist() if home[c] != NOBODY]
    used: set[int] = set()

    def take(wanted: int, *, at_seam: bool = False) -> Iterator[int]:
        left = wanted
        for c in fit:
            if c in used or (at_seam and other_side(ground, c) == NOBODY):
                continue
            used.add(c)
            left -= 1
            yield c
            if not left:
                return
        raise ValueError("no compound left to spoil")

    for c in take(N_DOUBLE_CLAIMS, at_seam=True):
        compound = books.compounds[c]
        code = community_codes[other_side(ground, c)]
        books.claims.append(Claim("COMPOUND", compound.code, code, "社区摸排", date(2026, 11, 17)))
        books.key.append(("DOUBLE_CLAIM", compound.code))
    for until, c in zip((None, CUSTODY_PAST, None), take(N_OPEN_CUSTODIES, at_seam=True), strict=False):
        owner, custodian = community_codes[home[c]], community_codes[other_side(ground, c)]
        add_custody(books, books.compounds[c], owner, custodian, until=until, reason="产权单位撤并，就近代管")
        books.key.append(("OPEN_CUSTODY", books.compounds[c].code))
    for c in take(N_NO_PROPERTY):
        books.compounds[c] = replace(books.compounds[c], property_form="无物业", property_company_name="")
        books.key.append(("NO_PROPERTY_COVER", books.compounds[c].code))
    for c in take(N_NO_PARTY):
        books.compounds[c] = replace(books.compounds[c], party_branch_formed="未成立")
        books.key.append(("NO_PARTY_ORGANISATION", books.compounds[c].code))
    for field, wanted in MISSING:
        for c in take(wanted):
            compound = books.compounds[c]
            books.compounds[c] = replace(compound, figures=with_value(dict(compound.figures), field, None))
            books.key.append(("MISSING_FIGURE", f"{compound.code}:{field}"))
    for kind, c in enumerate(take(8)):
        books.compounds[c], field = _spoilt(books.compounds[c], kind)
        books.key.append(("IMPOSSIBLE_FIGURE", f"{books.compounds[c].code}:{field}"))


def _spoilt(compound: Compound, kind: int) -> tuple[Compound, str]:
    """Return the compound with one figure that cannot be, and the name of its field."""
    figures = dict(compound.figures)
    households, people = int(figures["household_count"].value or 0), int(figures["residents_count"].value or 0)
    if kind == 0:
        return replace(compound, figures=with_people(figures, round(households * 5.6))), "residents_count"
    if kind == 1:
        return replace(compound, figures=with_people(figures, round(households * 1.1))), "residents_count"
    if kind == 2:
        return replace(compound, completion_year=2062), "completion_year"
    field, value = {
        3: ("age_60_plus", people + 47),
        4: ("age_80_plus", int(figures["age_65_plus"].value or 0) + 12),
        5: ("building_count", 0),
        6: ("floor_area", -float(figures["floor_area"].value or 1)),
        7: ("party_members", people + 20),
    }[kind]
    return replace(compound, figures=with_value(figures, field, value)), field
