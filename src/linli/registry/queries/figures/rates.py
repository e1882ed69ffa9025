"""Completeness and verification (完整率、核实率) per field, community and subdistrict, and what exactly is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.registry.models import Community
from linli.registry.queries.areas import Area
from linli.registry.queries.entries import EXPECTED_OF_A_COMMUNITY
from linli.registry.queries.placing import compounds_in, homes
from linli.registry.rules.fields import EXPECTED_OF_A_COMPOUND, Ledger, fields_of
from linli.registry.rules.verifying import Stage

EXPECTED: Mapping[str, tuple[str, ...]] = {
    Ledger.COMPOUND: EXPECTED_OF_A_COMPOUND,
    Ledger.COMMUNITY: EXPECTED_OF_A_COMMUNITY,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of what is expected is there.

    Args:
        expected: Values that should be there.
        filled: Values that are.
        verified: Values that are verified.
    """

    expected: int = 0
    filled: int = 0
    verified: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.expected + other.expected, self.filled + other.filled, self.verified + other.verified)

    @property
    def completeness(self) -> int | None:
        """Share of what is expected that is filled in, in whole percent, full only where nothing lacks.

        Examples:
            >>> Rate(expected=1000, filled=999).completeness, Rate(expected=3).completeness, Rate().completeness
            (99, 0, None)
        """
        return 100 * self.filled // self.expected if self.expected else None

    @property
    def verification(self) -> int | None:
        """Share of what is filled in that is verified, in whole percent; None where nothing is filled in."""
        return 100 * self.verified // self.filled if self.filled else None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One community, or one subdistrict with all of its communities.

    Attributes:
        code: Code of the place; empty for compounds in no community.
        name: Its name; empty likewise.
        is_subdistrict: Whether it sums up the communities below it.
        entries: How many entries it has.
        rates: One per field.
        whole: All fields together.
    """

    code: str
    name: str
    is_subdistrict: bool
    entries: int
    rates: tuple[Rate, ...]
    whole: Rate


@dataclass(frozen=True, slots=True)
class RateTable:
    """Rates of an area: subdistricts, each before its communities.

    Attributes:
        ledger: The ledger.
        fields: Key and heading of each expected field.
        rows: The rows.
        total: The area whole.
    """

    ledger: str
    fields: tuple[tuple[str, str], ...]
    rows: tuple[RateRow, ...]
    total: RateRow


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """An entry that lacks expected values.

    Attributes:
        ledger: Its ledger.
        code: Its code.
        name: Its name.
        community: Name of its community; empty in a blind spot.
        fields: Key and heading of each field that is missing.
        filled: How many of the expected fields are filled in.
        expected: How many are expected.
    """

    ledger: str
    code: str
    name: str
    community: str
    fields: tuple[tuple[str, str], ...]
    filled: int
    expected: int


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    name: str
    community: int | None
    current: Mapping[str, Any]
    stages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    name: str
    subdistrict: tuple[str, str]


def rate_table(area: Area, ledger: str) -> RateTable:
    """Return the rates of the compounds, or of the communities themselves, of an area. Three queries.

    Args:
        area: What the reader covers.
        ledger: ``compound`` or ``community``.
    """
    expected = EXPECTED[ledger]
    places = _places(area)
    per_place: dict[int | None, list[_Entry]] = {}
    for entry in _entries(area, ledger):
        per_place.setdefault(entry.community if entry.community in places else None, []).append(entry)
    groups: dict[tuple[str, str], list[RateRow]] = {}
    for key, place in places.items():
        row = _row(place.code, place.name, per_place.get(key, []), expected)
        groups.setdefault(place.subdistrict, []).append(row)
    rows: list[RateRow] = []
    for (code, name), below in groups.items():
        rows += [_summed(code, name, below), *below]
    if None in per_place:
        rows.append(_row("", "", per_place[None], expected))
    leaves = [row for row in rows if not row.is_subdistrict]
    return RateTable(
        ledger=ledger,
        fields=_headings(ledger, expected),
        rows=tuple(rows),
        total=_summed("", "", leaves) if leaves else _row("", "", [], expected),
    )


def missing_entries(area: Area, *, ledger: str, community: str = "", field: str = "") -> tuple[MissingEntry, ...]:
    """Return the entries that lack expected values, those that lack most first.

    Args:
        area: What the reader covers.
        ledger: ``compound`` or ``community``.
        community: Code of the only community asked about.
        field: The only field asked about.
    """
    expected = EXPECTED[ledger]
    places = _places(area)
    wanted = {key for key, place in places.items() if place.code == community}
    found = []
    for entry in _entries(area, ledger):
        if community and entry.community not in wanted:
            continue
        missing = [key for key in expected if key not in entry.current]
        if not missing or (field and field not in missing):
            continue
        place = places.get(entry.community) if entry.community is not None else None
        found.append(
            MissingEntry(
                ledger=ledger,
                code=entry.code,
                name=entry.name,
                community="" if place is None else place.name,
                fields=_headings(ledger, missing),
                filled=len(expected) - len(missing),
                expected=len(expected),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.filled, one.code)))


def _places(area: Area) -> dict[int, _Place]:
    rows = Community.objects.filter(pk__in=area.community_ids, ended_at=None).order_by("subdistrict__code", "code")
    return {
        key: _Place(code, name, (above, above_name))
        for key, code, name, above, above_name in rows.values_list(
            "pk", "code", "name", "subdistrict__code", "subdistrict__name"
        )
    }


def _entries(area: Area, ledger: str) -> Iterable[_Entry]:
    if ledger == Ledger.COMMUNITY:
        rows = Community.objects.filter(pk__in=area.community_ids, ended_at=None).order_by("code")
        return [
            _Entry(code, name, key, current, stages)
            for key, code, name, current, stages in rows.values_list("pk", "code", "name", "current", "stages")
        ]
    placed = homes(area.layout_id)
    compounds = compounds_in(area).order_by("code").values_list("pk", "code", "name", "current", "stages")
    return [
        _Entry(code, name, placed.get(key, (None, None))[0], current, stages)
        for key, code, name, current, stages in compounds
    ]


def _row(code: str, name: str, entries: Sequence[_Entry], expected: Sequence[str]) -> RateRow:
    rates = tuple(
        Rate(
            expected=len(entries),
            filled=sum(key in entry.current for entry in entries),
            verified=sum(key in entry.current and entry.stages.get(key) == Stage.VERIFIED for entry in entries),
        )
        for key in expected
    )
    return RateRow(code, name, False, len(entries), rates, sum(rates, Rate()))


def _summed(code: str, name: str, rows: Sequence[RateRow]) -> RateRow:
    rates = tuple(sum(column, Rate()) for column in zip(*(row.rates for row in rows), strict=True))
    return RateRow(code, name, True, sum(row.entries for row in rows), rates, sum(rates, Rate()))


def _headings(ledger: str, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    catalogue = fields_of(ledger)
    return tuple((key, str(catalogue[key].name)) for key in keys)
