"""What an adjustment plan needs of the ledger, in one read: figures, places and terrain, in the order of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import geometries_to_zone
from linli.foundation import clock
from linli.registry.errors import EntryUnknown, LayoutMissing
from linli.registry.models import (
    Community,
    Compound,
    CompoundParcel,
    Crossing,
    Custody,
    District,
    Facility,
    Layout,
    Subdistrict,
    TerrainLine,
)
from linli.registry.queries.exempt import exempt_on
from linli.registry.queries.layouts import ground_of, layout_at, membership_of
from linli.registry.queries.places import district_by_code

Metres = NDArray[np.float64]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PlannedSubdistrict:
    """A subdistrict (街道); ``key`` is for foreign keys only."""

    key: int
    code: str
    name: str
    office_code: str


@dataclass(frozen=True, slots=True)
class PlannedCommunity:
    """A community of the present layout; figures that the ledger does not know are None.

    Attributes:
        code: Twelve digits.
        name: Name.
        subdistrict: Row of its subdistrict.
        colour: Colour 1–12 of the map.
        office: Easting and northing of its office (办事点) in the district's zone.
        office_address: Address of the office.
        office_m2: Floor area of the committee's rooms.
        service_m2: Floor area of all rooms for residents' services.
        workers: Community workers.
    """

    code: str
    name: str
    subdistrict: int
    colour: int
    office: tuple[float, float] | None
    office_address: str
    office_m2: float | None
    service_m2: float | None
    workers: float | None


@dataclass(frozen=True, slots=True)
class PlannedCompound:
    """A compound with the counts a plan leans on; None is 缺, never zero.

    Attributes:
        code: Code for life.
        name: Name.
        households: 实际入住户.
        people: Usual residents.
        is_verified: Whether the household count was confirmed by a second body.
        buildings: Number of buildings.
        dwellings: Number of dwellings.
        rows: Rows of the parcels it stands on, ascending; empty where it has none.
    """

    code: str
    name: str
    households: int | None
    people: int | None
    is_verified: bool
    buildings: int | None
    dwellings: int | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedCustody:
    """A compound that another community looks after (代管)."""

    compound: str
    custodian: str
    since_on: date
    until_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A road, river or railway in the district's zone; a width of 0 is not known."""

    name: str
    kind: str
    is_barrier: bool
    course: BaseGeometry
    width_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PlanningGround:
    """The ledger as a plan reads it at a moment; ``n`` parcels in the order of their codes.

    Attributes:
        district_key: Key of the district, for foreign keys only.
        district_code: Six digits.
        district_name: Name.
        zone: EPSG code of its 3-degree zone; all metres below are in it.
        profile: Name of its policy profile.
        layout_key: Key of the layout in force, for foreign keys only.
        layout_number: Its number.
        layout_hash: Its hash.
        layout_from: Since when it holds.
        parcel_codes: Codes, each once.
        parcel_kinds: Kinds.
        parcel_names: Names, empty where a parcel has none.
        outlines: Polygons in metres, shape ``(n,)``.
        area_m2: Areas, shape ``(n,)``.
        community_of: Row of the community per parcel, -1 for a blind spot (管理盲区), shape ``(n,)``.
        subdistricts: Subdistricts in the order of their codes.
        communities: Communities in the order of their codes.
        compounds: Compounds in the order of their codes.
        facility_kinds: Kind of each facility with a known place.
        facility_points: Their places, shape ``(f, 2)``.
        lines: Roads, rivers, railways.
        crossings: Bridges and underpasses, shape ``(c, 2)``.
        band_exceptions: Reason per community that is registered as out of the band.
        contiguity_exceptions: Reason per community that is registered as lying in several parts.
        custodies: Open custodies.
        names_taken: Names of all communities of the district that have not ended.
    """

    district_key: int
    district_code: str
    district_name: str
    zone: int
    profile: str
    layout_key: int
    layout_number: int
    layout_hash: str
    layout_from: datetime
    parcel_codes: tuple[str, ...]
    parcel_kinds: tuple[str, ...]
    parcel_names: tuple[str, ...]
    outlines: NDArray[np.object_]
    area_m2: Metres
    community_of: Rows
    subdistricts: tuple[PlannedSubdistrict, ...]
    communities: tuple[PlannedCommunity, ...]
    compounds: tuple[PlannedCompound, ...]
    facility_kinds: tuple[str, ...]
    facility_points: Metres
    lines: tuple[NamedLine, ...]
    crossings: Metres
    band_exceptions: Mapping[str, str]
    contiguity_exceptions: Mapping[str, str]
    custodies: tuple[PlannedCustody, ...]
    names_taken: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of parcels."""
        return len(self.parcel_codes)


def planning_ground(district_code: str, *, now: datetime) -> PlanningGround:
    """Return everything that a plan over the layout in force is made from. Twelve queries.

    Raises:
        DistrictUnknown: No district has the code.
        LayoutMissing: Nothing was taken over yet.
    """
    district = district_by_code(district_code)
    layout = layout_at(district, at=now)
    if layout is None:
        raise LayoutMissing(district=district.name, on=clock.today(now).isoformat())
    return _read(district, layout, now)


def planning_ground_of_layout(layout_key: int, *, now: datetime) -> PlanningGround:
    """Return the ground over a given layout, with the ledger's figures of today.

    Raises:
        EntryUnknown: There is no such layout.
    """
    layout = Layout.objects.filter(pk=layout_key).select_related("district").first()
    if layout is None:
        raise EntryUnknown(code=str(layout_key), kind=_("布局"))
    return _read(layout.district, layout, now)


def subdistricts_of(district_code: str) -> tuple[PlannedSubdistrict, ...]:
    """Return the subdistricts of a district that have not ended, in the order of their codes."""
    rows = Subdistrict.objects.filter(district__code=district_code, ended_at=None).order_by("code")
    return tuple(
        PlannedSubdistrict(key, code, name, office or "")
        for key, code, name, office in rows.values_list("pk", "code", "name", "office__code")
    )


def community_names(district_code: str) -> tuple[str, ...]:
    """Return the names of the communities of a district that have not ended, in the order of their codes."""
    rows = Community.objects.filter(district__code=district_code, ended_at=None).order_by("code")
    return tuple(rows.values_list("name", flat=True))


def name_per_community(district_code: str) -> dict[str, str]:
    """Return the name of every community of a district by code, ended ones included."""
    return dict(Community.objects.filter(district__code=district_code).values_list("code", "name"))


def compound_per_parcel(district_code: str) -> dict[str, tuple[str, str]]:
    """Return code and name of the compound that stands on a parcel, by the parcel's code."""
    rows = CompoundParcel.objects.filter(compound__district__code=district_code, compound__ended_at=None)
    found = rows.order_by("compound__code").values_list("parcel__code", "compound__code", "compound__name")
    return {parcel: (code, name) for parcel, code, name in found}


def subdistricts_of_offices(district_code: str, office_keys: frozenset[int]) -> frozenset[str]:
    """Return the codes of the subdistricts that offices, or committees below them, answer for."""
    mine = Q(office__in=office_keys) | Q(communities__office__in=office_keys)
    return frozenset(
        Subdistrict.objects.filter(mine, district__code=district_code, ended_at=None).values_list("code", flat=True)
    )


def _read(district: District, layout: Layout, now: datetime) -> PlanningGround:
    ground = ground_of(district, parcel_set=layout.parcel_set)
    members, _grids = membership_of(layout, ground)
    subdistricts = subdistricts_of(district.code)
    keys, communities = _communities(district, subdistricts, members)
    row_of = {key: row for row, key in enumerate(keys)}
    points, kinds = _facilities(district)
    exempt = exempt_on(district, on=clock.today(now))
    return PlanningGround(
        district_key=district.pk,
        district_code=district.code,
        district_name=district.name,
        zone=district.zone,
        profile=district.profile,
        layout_key=layout.pk,
        layout_number=layout.number,
        layout_hash=layout.content_hash,
        layout_from=layout.effective_from,
        parcel_codes=ground.codes,
        parcel_kinds=ground.kinds,
        parcel_names=ground.names,
        outlines=geometries_to_zone(ground.outlines, district.zone),
        area_m2=ground.area_m2,
        community_of=np.array([row_of.get(int(key), -1) for key in members], dtype=np.int32),
        subdistricts=subdistricts,
        communities=communities,
        compounds=_compounds(district, ground.ids),
        facility_kinds=kinds,
        facility_points=_metres(points, district.zone),
        lines=_lines(district),
        crossings=_metres(
            [place for (place,) in Crossing.objects.filter(district=district).order_by("pk").values_list("place")],
            district.zone,
        ),
        band_exceptions=exempt.bands,
        contiguity_exceptions=exempt.exclaves,
        custodies=_custodies(district),
        names_taken=community_names(district.code),
    )


def _communities(
    district: District, subdistricts: Sequence[PlannedSubdistrict], members: NDArray[np.int64]
) -> tuple[list[int], tuple[PlannedCommunity, ...]]:
    place = {subdistrict.key: row for row, subdistrict in enumerate(subdistricts)}
    held = {int(key) for key in np.unique(members) if key >= 0}
    rows = [
        row
        for row in Community.objects.filter(district=district).order_by("code")
        if row.pk in held or row.ended_at is None
    ]
    offices = _metres([row.office_point for row in rows], district.zone)
    return [row.pk for row in rows], tuple(
        PlannedCommunity(
            code=row.code,
            name=row.name,
            subdistrict=place[row.subdistrict_id],
            colour=row.colour,
            office=None if np.isnan(at[0]) else (float(at[0]), float(at[1])),
            office_address=row.office_address,
            office_m2=_decimal(counted, "office_area"),
            service_m2=_decimal(counted, "service_area"),
            workers=_decimal(counted, "workers_total"),
        )
        for row, at in zip(rows, offices, strict=True)
        for counted in (row.counted,)
    )


def _compounds(district: District, parcels: NDArray[np.int64]) -> tuple[PlannedCompound, ...]:
    row_of = {int(key): row for row, key in enumerate(parcels)}
    standing: dict[int, list[int]] = {}
    for compound, parcel in CompoundParcel.objects.filter(compound__district=district).values_list(
        "compound_id", "parcel_id"
    ):
        if parcel in row_of:
            standing.setdefault(compound, []).append(row_of[parcel])
    rows = Compound.objects.filter(district=district, ended_at=None).order_by("code")
    return tuple(
        PlannedCompound(
            code=row.code,
            name=row.name,
            households=row.household_count,
            people=row.residents_count,
            is_verified=row.is_household_verified,
            buildings=_whole(row.current, "building_count"),
            dwellings=_whole(row.current, "dwelling_count"),
            rows=tuple(sorted(standing.get(row.pk, ()))),
        )
        for row in rows.only(
            "code", "name", "household_count", "residents_count", "is_household_verified", "current", "district"
        )
    )


def _facilities(district: District) -> tuple[list[BaseGeometry], tuple[str, ...]]:
    rows = Facility.objects.filter(district=district, ended_at=None).order_by("code").values_list("point", "kind")
    known = [(point, kind) for point, kind in rows if point is not None]
    return [point for point, _kind in known], tuple(kind for _point, kind in known)


def _lines(district: District) -> tuple[NamedLine, ...]:
    rows = list(TerrainLine.objects.filter(district=district).order_by("name", "kind", "pk"))
    courses = geometries_to_zone([row.course for row in rows], district.zone)
    return tuple(
        NamedLine(row.name, row.kind, row.is_barrier, course, row.width_m)
        for row, course in zip(rows, courses, strict=True)
    )


def _custodies(district: District) -> tuple[PlannedCustody, ...]:
    rows = Custody.objects.filter(compound__district=district, ended_at=None).order_by("compound__code", "since_on")
    return tuple(
        PlannedCustody(*row)
        for row in rows.values_list("compound__code", "custodian__code", "since_on", "until_on", "reason")
    )


def _metres(points: Sequence[BaseGeometry | None], zone: int) -> Metres:
    placed = np.full((len(points), 2), np.nan)
    known = [row for row, point in enumerate(points) if point is not None]
    if known:
        projected = geometries_to_zone(np.array([points[row] for row in known], dtype=object), zone)
        placed[known] = shapely.get_coordinates(shapely.centroid(projected))
    return placed


def _decimal(values: Mapping[str, Any], field: str) -> float | None:
    try:
        return float(values[field])
    except (KeyError, TypeError, ValueError):
        return None


def _whole(values: Mapping[str, Any], field: str) -> int | None:
    number = _decimal(values, field)
    return None if number is None or number < 0 else int(number)
