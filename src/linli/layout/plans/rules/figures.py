"""What a plan says in figures: stored with its revision, read by pages and papers alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Names along the four sides of a community (四至); empty where nothing named runs along."""

    east: Names
    south: Names
    west: Names
    north: Names


@dataclass(frozen=True, slots=True)
class Side:
    """A community before or after; None is 缺.

    Attributes:
        households: Households counted.
        people: People counted.
        people_missing: Compounds whose people are not known.
        area_m2: Area.
        compounds: Codes of its compounds.
        parts: Pieces that do not touch; 1 is contiguous.
        office_address: Address of the office, empty where there is none.
        office_m2: Rooms of the committee.
        service_m2: All rooms for residents' services.
        workers: Community workers.
        farthest_m: Longest walk from a home to the office.
        bounds: Names along the four sides.
    """

    households: int
    people: int
    people_missing: int
    area_m2: float
    compounds: Names
    parts: int
    office_address: str
    office_m2: float | None
    service_m2: float | None
    workers: float | None
    farthest_m: float | None
    bounds: Bounds

    @property
    def room_m2_per_100_households(self) -> float | None:
        """Square metres of rooms per 100 households."""
        known = self.service_m2 is not None and self.households > 0
        return round(self.service_m2 * 100 / self.households, 1) if known and self.service_m2 is not None else None

    @property
    def workers_per_10_000_people(self) -> float | None:
        """Community workers per 10,000 people; unknown while a compound's people are missing."""
        if self.workers is None or self.people == 0 or self.people_missing:
            return None
        return round(self.workers * 10_000 / self.people, 1)


@dataclass(frozen=True, slots=True)
class CommunityFigures:
    """One community in a plan; ``before`` is None where it is founded, ``after`` where it ends.

    Attributes:
        code: Code, or draft id of a new one.
        name: Name; that of a new one as first proposed.
        subdistrict: Code of its subdistrict after the plan.
        colour: Colour 1–12 of the map.
        is_touched: Whether it gains or loses a parcel.
        before: At present.
        after: In the plan.
    """

    code: str
    name: str
    subdistrict: str
    colour: int
    is_touched: bool
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True)
class AdjustmentFigures:
    """One act of the plan in figures (调整).

    Attributes:
        verb: One of `linli.engine.districting.Verb`.
        from_ids: Communities that give.
        to_ids: Communities that receive.
        parcels: Codes of the parcels concerned.
        compounds: Codes of the compounds on them.
        households: Households on them.
        people: People on them.
        ended_ids: Communities that end by it.
        founded_ids: Communities that begin by it.
        before: Former name or subdistrict of a renaming or whole transfer.
        after: New name or subdistrict.
        farthest_before_m: Longest walk from these homes to their office before.
        farthest_after_m: The same after; None where the new community has no office yet.
        is_across_subdistricts: Whether it moves land over the border of a subdistrict: the higher track.
        until: Last day of a custody, empty for none.
        reason: Reason of a custody.
    """

    verb: str
    from_ids: Names
    to_ids: Names
    parcels: Names
    compounds: Names
    households: int
    people: int
    ended_ids: Names
    founded_ids: Names
    before: str
    after: str
    farthest_before_m: float | None
    farthest_after_m: float | None
    is_across_subdistricts: bool
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequirementFigures:
    """The verdict on one requirement: codes that miss it, codes excused by a registered exception."""

    rule: str
    offenders: Names
    excused: Names
    total: int

    @property
    def is_met(self) -> bool:
        """Whether nothing offends against it."""
        return not self.offenders


@dataclass(frozen=True, slots=True)
class CompoundFigures:
    """A compound as the plan counted it, with the codes of its parcels."""

    name: str
    parcels: Names
    households: int | None
    people: int | None
    is_estimated: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """All that a plan says.

    Attributes:
        communities: Communities in the order of their codes, new ones last.
        adjustments: Acts in the order of the verbs.
        requirements: Verdicts.
        compounds: Compounds of the area by code.
        unplaced: Compounds of the district that stand on no parcel, so that no plan can place them.
        scores_before: The four principles and stability at present.
        scores_after: The same in the plan.
        households: Households in the area.
        moved: Households that change their community.
        bound: Households that every plan must move, proven; None where not known.
        gap: How far the moved households exceed the bound.
        exceptions: Reason per community excused from the scale or from contiguity.
        subdistrict_names: Name per code of a subdistrict.
    """

    communities: tuple[CommunityFigures, ...]
    adjustments: tuple[AdjustmentFigures, ...]
    requirements: tuple[RequirementFigures, ...]
    compounds: Mapping[str, CompoundFigures]
    unplaced: Names
    scores_before: Mapping[str, float | None]
    scores_after: Mapping[str, float | None]
    households: int
    moved: int
    bound: int | None
    gap: float | None
    exceptions: Mapping[str, str]
    subdistrict_names: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for storing."""
        return asdict(self)

    @property
    def moved_share(self) -> float:
        """Share of the area's households that change their community."""
        return self.moved / self.households if self.households else 0.0

    @property
    def estimated(self) -> Names:
        """Codes of compounds whose households are an assumption."""
        return tuple(code for code, compound in self.compounds.items() if compound.is_estimated)

    @property
    def verified_households(self) -> int:
        """Households that a second body confirmed (其中已核实), of those the plan counts."""
        confirmed = (one for one in self.compounds.values() if one.is_verified and not one.is_estimated)
        return sum(one.households or 0 for one in confirmed)

    @property
    def unverified(self) -> Names:
        """Codes of compounds whose households nobody confirmed."""
        return tuple(code for code, compound in self.compounds.items() if not compound.is_verified)


def figures_from(stored: Mapping[str, Any]) -> PlanFigures:
    """Return stored figures; the inverse of `PlanFigures.as_dict`, lists becoming tuples."""
    return PlanFigures(
        **{
            **stored,
            "communities": tuple(_community(one) for one in stored["communities"]),
            "adjustments": tuple(AdjustmentFigures(**_tupled(one)) for one in stored["adjustments"]),
            "requirements": tuple(RequirementFigures(**_tupled(one)) for one in stored["requirements"]),
            "compounds": {code: CompoundFigures(**_tupled(one)) for code, one in stored["compounds"].items()},
            "unplaced": tuple(stored["unplaced"]),
        }
    )


def _community(stored: Mapping[str, Any]) -> CommunityFigures:
    return CommunityFigures(**{**stored, "before": _side(stored["before"]), "after": _side(stored["after"])})


def _side(stored: Mapping[str, Any] | None) -> Side | None:
    return None if stored is None else Side(**{**_tupled(stored), "bounds": Bounds(**_tupled(stored["bounds"]))})


def _tupled(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
