"""Compounds that are probably in the ledger twice (疑似重复), likeliest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from linli.foundation.names import compound_key, plain_name
from linli.foundation.policies import profile
from linli.registry.models import DistinctCompounds, District
from linli.registry.queries.areas import Area, Hidden
from linli.registry.queries.import_background import place_of
from linli.registry.queries.placing import compounds_in
from linli.registry.rules.importing.likeness import Features, Scale, metres_between
from linli.registry.rules.importing.verdicts import Held

#: A name or address that more compounds share says nothing of any two of them.
MOST_SHARING = 12
LISTED = 200


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two compounds that may be one."""

    code: str
    name: str
    address: str
    community: str
    households: int | Hidden | None


@dataclass(frozen=True, slots=True)
class RepeatedPair:
    """Two compounds that may be one.

    Attributes:
        one: The compound with the smaller code.
        other: The other.
        percent: How sure it is, in percent.
        is_name: Their names are one, blanks and common words left out.
        is_address: Their addresses are one.
        distance_m: Metres between their points; None where one has none.
    """

    one: Twin
    other: Twin
    percent: int
    is_name: bool
    is_address: bool
    distance_m: float | None

    @property
    def twins(self) -> tuple[Twin, Twin]:
        """Return both."""
        return self.one, self.other


def repeated_pairs(district: District, area: Area, *, on: date) -> tuple[RepeatedPair, ...]:
    """Return the compounds of an area that are probably in the ledger twice, likeliest first, at most `LISTED`.

    Pairs share name, address or place; those that somebody said to be two stay away.

    Args:
        district: The district.
        area: What the reader covers.
        on: Day whose policy weighs the likeness.
    """
    scale = Scale(profile(district.profile).at(on), compound_key)
    rows = (
        compounds_in(area)
        .order_by("code")
        .values_list("code", "name", "address", "point", "home__name", "household_count")
    )
    held: dict[str, Held] = {}
    twins: dict[str, Twin] = {}
    for code, name, address, point, home, households in rows:
        held[code] = Held(code, name, place_of(point), {"address": address})
        twins[code] = Twin(code, name, address, home or "", area.shown(households))
    known = set(DistinctCompounds.objects.filter(district=district).values_list("first_code", "second_code"))
    found = []
    for first, second in sorted(_candidates(held, scale) - known):
        one, other = held[first], held[second]
        sure = scale.weigh(Features(one.name, twins[first].address, one.place), other)
        if sure >= scale.least:
            found.append(_pair(twins[first], twins[second], one, other, sure))
    return tuple(sorted(found, key=lambda pair: (-pair.percent, pair.one.code, pair.other.code))[:LISTED])


def _candidates(held: dict[str, Held], scale: Scale) -> set[tuple[str, str]]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    # About twice the distance of likely doubles; the four neighbours that come after make each pair seen.
    degrees = 2 * scale.near_m / 100_000
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for code, one in held.items():
        groups["name", compound_key(one.name)].append(code)
        if address := plain_name(str(one.current["address"])):
            groups["address", address].append(code)
        if one.place is not None:
            cells[int(one.place[0] // degrees), int(one.place[1] // degrees)].append(code)
    pairs = {pair for group in groups.values() if len(group) <= MOST_SHARING for pair in combinations(sorted(group), 2)}
    for first, second in _near(cells):
        here, there = held[first].place, held[second].place
        if here is not None and there is not None and metres_between(here, there) <= scale.near_m:
            pairs.add((first, second) if first < second else (second, first))
    return pairs


def _near(cells: dict[tuple[int, int], list[str]]) -> Iterator[tuple[str, str]]:
    for (east, north), codes in list(cells.items()):
        yield from combinations(codes, 2)
        for step in ((1, -1), (1, 0), (1, 1), (0, 1)):
            others: Iterable[str] = cells.get((east + step[0], north + step[1]), ())
            yield from ((code, other) for code in codes for other in others)


def _pair(first: Twin, second: Twin, one: Held, other: Held, sure: float) -> RepeatedPair:
    here, there = one.place, other.place
    return RepeatedPair(
        first,
        second,
        percent=round(sure * 100),
        is_name=compound_key(one.name) == compound_key(other.name),
        is_address=bool(first.address) and plain_name(first.address) == plain_name(second.address),
        distance_m=None if here is None or there is None else metres_between(here, there),
    )
