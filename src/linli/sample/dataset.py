"""Shapes of the sample district: frozen records, codes instead of references.

Field names follow the ledger's column keys. Positions are longitude, latitude in
EPSG:4490 with 8 decimals; parcels that meet share identical vertices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shapely import LineString, Polygon

LonLat = tuple[float, float]
FigureValue = int | float | None
ParcelKind = Literal["residential", "commercial", "campus", "park", "works", "water", "construction", "public"]
CommunityKind = Literal["RESIDENTS", "VILLAGE_CONVERTED"]
LineKind = Literal["arterial", "road", "lane", "river", "stream", "railway", "expressway"]
CrossingKind = Literal["bridge", "underpass"]
ClaimKind = Literal["COMPOUND", "PARCEL"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the ledger with its meaning (口径), source and as-of date; ``None`` is 未填, not zero."""

    value: FigureValue
    meaning: str
    unit: str
    source: str
    as_of_on: date


@dataclass(frozen=True, slots=True)
class Parcel:
    """Smallest piece of terrain (地块), reaching to the middle of its streets."""

    code: str
    kind: ParcelKind
    name: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """街道."""

    code: str
    name: str
    office_point: LonLat
    office_address: str


@dataclass(frozen=True, slots=True)
class Community:
    """社区 with its office and its rooms in square metres."""

    code: str
    name: str
    kind: CommunityKind
    subdistrict_code: str
    founded_date: date
    office_point: LonLat
    office_address: str
    office_area: float
    service_area: float
    workers_total: int


@dataclass(frozen=True, slots=True)
class Grid:
    """网格: a part of one community; its parcels stand in ``SampleDistrict.membership``."""

    code: str
    name: str
    kind: str
    community_code: str


@dataclass(frozen=True, slots=True)
class Compound:
    """小区 on one or several parcels of one community."""

    code: str
    name: str
    parcel_codes: tuple[str, ...]
    subdistrict_code: str
    point: LonLat
    address: str
    ownership_kind: str
    old_compound: bool
    completion_year: int | None
    enclosed: str
    property_form: str
    property_company_name: str
    owners_committee_formed: str
    party_branch_formed: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Building:
    """楼栋: a footprint; ``compound_code`` is ``None`` on parcels where nobody lives."""

    code: str
    name: str
    compound_code: str | None
    parcel_code: str
    use_kind: str
    floors: int
    stairwells: int
    dwellings: int
    floor_area: float
    built_year: int
    has_lift: bool
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Facility:
    """服务设施."""

    code: str
    name: str
    facility_kind: str
    community_code: str
    point: LonLat
    address: str
    floor_area: float
    capacity: int
    opened: date


@dataclass(frozen=True, slots=True)
class Line:
    """A street, river, railway or expressway along its middle; parcels meet on it."""

    code: str
    kind: LineKind
    name: str
    width_m: float
    is_barrier: bool
    path: LineString


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where people on foot cross a barrier line."""

    code: str
    kind: CrossingKind
    name: str
    line_code: str
    point: LonLat


@dataclass(frozen=True, slots=True)
class PropertyManagement:
    """物业服务 of one compound."""

    compound_code: str
    company_name: str
    contract_kind: str
    contract_start: date
    contract_end: date
    charge_per_m2: float
    staff_count: int
    service_grade: str


@dataclass(frozen=True, slots=True)
class PartyOrganisation:
    """党组织 of a community, or the branch that covers some of its compounds."""

    code: str
    organisation_name: str
    organisation_kind: str
    subdistrict_code: str
    community_code: str | None
    parent_code: str | None
    compound_codes: tuple[str, ...]
    full_members: int
    founded_date: date


@dataclass(frozen=True, slots=True)
class OwnersCommittee:
    """业主委员会."""

    compound_code: str
    stage: str
    founded_date: date
    filing_date: date
    term_end: date
    members: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What an office says about where a compound or a parcel belongs (主张)."""

    kind: ClaimKind
    subject_code: str
    community_code: str
    source: str
    as_of_on: date


@dataclass(frozen=True, slots=True)
class Custody:
    """代管: one community looks after a compound of another; open when it has no end or is past it."""

    compound_code: str
    owner_code: str
    custodian_code: str
    since_on: date
    until_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class SampleDistrict:
    """A fictional district, whole, with the key of everything that was planted in it."""

    code: str
    name: str
    as_of_on: date
    seed: int
    outline: Polygon
    subdistricts: tuple[Subdistrict, ...]
    communities: tuple[Community, ...]
    grids: tuple[Grid, ...]
    parcels: tuple[Parcel, ...]
    compounds: tuple[Compound, ...]
    buildings: tuple[Building, ...]
    facilities: tuple[Facility, ...]
    lines: tuple[Line, ...]
    crossings: tuple[Crossing, ...]
    property_management: tuple[PropertyManagement, ...]
    party_organisations: tuple[PartyOrganisation, ...]
    owners_committees: tuple[OwnersCommittee, ...]
    membership: Mapping[str, tuple[str | None, str | None]]
    claims: tuple[Claim, ...]
    custodies: tuple[Custody, ...]
    answer_key: tuple[tuple[str, str], ...]
