"""What the audit reads, and the form of what it finds: plain records, codes and rows instead of keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from linli.foundation.policies import Standard

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class AuditedSubject:
    """Anything of the ledger that a finding can be about; ``point`` in degrees."""

    code: str
    name: str
    point: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class AuditedCommunity(AuditedSubject):
    """A community; ``point`` is its office (办事点).

    Attributes:
        subdistrict: Code of its subdistrict.
        current: What counts of each field.
        is_band_exempt: A registered exemption from the band is in force.
        is_contiguity_exempt: A registered exemption from contiguity is in force.
        has_party: A Party organisation is on record.
    """

    subdistrict: str = ""
    current: Mapping[str, Any] = field(default_factory=dict)
    is_band_exempt: bool = False
    is_contiguity_exempt: bool = False
    has_party: bool = False


@dataclass(frozen=True, slots=True)
class AuditedCompound(AuditedSubject):
    """A compound.

    Attributes:
        rows: Rows of the parcels it stands on, ascending; empty where it has none.
        current: Newest value of each field; a missing key is 未填.
        counted: What counts of each field; the newest values where not given.
        kept: Fields whose implausible value was kept with a reason.
        as_of_on: Day of the newest figure.
        contracts: Start and end of its running contracts of property management.
        has_party: A Party organisation covers it.
    """

    rows: tuple[int, ...] = ()
    current: Mapping[str, Any] = field(default_factory=dict)
    counted: Mapping[str, Any] | None = None
    kept: frozenset[str] = frozenset()
    as_of_on: date | None = None
    contracts: tuple[tuple[date | None, date | None], ...] = ()
    has_party: bool = False

    @property
    def _counted(self) -> Mapping[str, Any]:
        return self.current if self.counted is None else self.counted

    @property
    def households(self) -> int | None:
        """实际入住户; None where missing or impossible."""
        return _count(self._counted.get("household_count"))

    @property
    def people(self) -> int | None:
        """常住人口; None where missing or impossible."""
        return _count(self._counted.get("residents_count"))


@dataclass(frozen=True, slots=True)
class AuditedClaim:
    """What an office says (主张): ``community`` is a row; an outline claims the parcels whose inner point it holds."""

    kind: str
    subject_code: str
    community: int
    source: str
    outline: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class AuditedCustody:
    """A custody (代管) that was not ended; ``compound`` and ``custodian`` are rows."""

    compound: int
    custodian: int
    since_on: date
    until_on: date | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """Everything the audit of one district reads; ``n`` parcels, all shapes in degrees (EPSG:4490).

    Attributes:
        on: The day of the audit.
        zone: EPSG code of the district's 3-degree zone.
        standards: Standards in force on the day.
        outline: The district; None where unknown.
        parcel_codes: Codes in order.
        parcel_names: Names in order, empty where a parcel has none.
        parcel_uses: What stands on each, in Chinese.
        outlines: Parcels, shape ``(n,)``.
        community_of: Row of the community per parcel, -1 for none, shape ``(n,)``; None without a layout.
        communities: Communities in the order of their codes.
        compounds: Compounds in the order of their codes.
        facilities: Facilities in the order of their codes.
        claims: Claims that no decision has settled yet.
        custodies: Custodies that were not ended.
        barriers: Rivers, railways, expressways.
        crossings: Points where people cross them.
        has_party_ledger: Party organisations are on record at all.
        lawful_overlaps: Communities that lawfully share a subject, by the code of the finding's subject.
        known_holes: Places of holes that are registered as none of the district's.
    """

    on: date
    zone: int
    standards: Mapping[str, Standard]
    outline: Polygon | MultiPolygon | None
    parcel_codes: tuple[str, ...]
    parcel_names: tuple[str, ...]
    parcel_uses: tuple[str, ...]
    outlines: NDArray[np.object_]
    community_of: Rows | None
    communities: tuple[AuditedCommunity, ...]
    compounds: tuple[AuditedCompound, ...]
    facilities: tuple[AuditedSubject, ...] = ()
    claims: tuple[AuditedClaim, ...] = ()
    custodies: tuple[AuditedCustody, ...] = ()
    barriers: tuple[BaseGeometry, ...] = ()
    crossings: tuple[Point, ...] = ()
    has_party_ledger: bool = False
    lawful_overlaps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known_holes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing wrong.

    Attributes:
        kind: One of `linli.registry.rules.audit.KINDS`.
        subject_kind: ``compound``, ``community``, ``parcel``, ``facility`` or ``place``.
        subject_code: Code; two of them as ``A|B``; a field as ``X-0012:household_count``; a place as ``lon,lat``.
        subject_name: As it is read.
        people: People touched, as far as known.
        households: Households touched, as far as known.
        community: Code of the community it is filed under; empty for a blind spot.
        subdistrict: Code of the subdistrict it is filed under: the nearest for a blind spot.
        place: Where, in degrees.
        evidence: Figures of the sentence; ``parcels`` and ``communities`` list the codes concerned.
    """

    kind: str
    subject_kind: str
    subject_code: str
    subject_name: str
    people: int = 0
    households: int = 0
    community: str = ""
    subdistrict: str = ""
    place: BaseGeometry | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value >= 0 else None
