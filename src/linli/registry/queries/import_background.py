"""What the rows of an import are held against: the entries, communities and parcels of the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from linli.registry.models import (
    Claim,
    Community,
    Compound,
    CompoundParcel,
    District,
    Facility,
    LayoutMember,
    Parcel,
    Subdistrict,
)
from linli.registry.queries.areas import Area
from linli.registry.queries.mergers import successors
from linli.registry.rules.importing.kinds import ImportKind, KindRules
from linli.registry.rules.importing.places import CommunityBook
from linli.registry.rules.importing.verdicts import Held


def community_book(district: District, more_subdistricts: Iterable[tuple[str, str]] = ()) -> CommunityBook:
    """Return the district's communities and subdistricts by name, with those that the file itself brings."""
    communities = Community.objects.filter(district=district, ended_at=None).values_list("code", "name")
    subdistricts = Subdistrict.objects.filter(district=district, ended_at=None).values_list("code", "name")
    return CommunityBook(communities, [*subdistricts, *more_subdistricts])


def held_entries(district: District, kind: KindRules, *, area: Area, office: str) -> tuple[Held, ...]:
    """Return the ledger's entries as rows of a kind are held against them. At most five queries.

    Args:
        district: The district.
        kind: What the rows are about.
        area: The places the importing post covers.
        office: Its office, whose own claims the rows are compared with.
    """
    if kind.kind is ImportKind.COMMUNITY:
        return _held_communities(district, area)
    if kind.kind is ImportKind.FACILITY:
        return _held_facilities(district, area)
    if kind.kind is ImportKind.PARCEL:
        return ()
    return _held_compounds(district, area, office)


def _held_compounds(district: District, area: Area, office: str) -> tuple[Held, ...]:
    claimed = dict(
        Claim.objects.filter(
            district=district, kind=Claim.Kind.COMPOUND, withdrawn_at=None, origin__office_code=office
        ).values_list("subject_code", "community__code")
    )
    within: set[int] | None = None
    if not area.is_whole_district:
        members = LayoutMember.objects.filter(layout=area.layout_id, community__in=area.community_ids)
        within = set(
            CompoundParcel.objects.filter(parcel__in=members.values("parcel")).values_list("compound_id", flat=True)
        )
    merged = successors(district)
    rows = Compound.objects.filter(district=district).values_list("pk", "code", "name", "point", "current", "ended_at")
    return tuple(
        Held(
            code=code,
            name=name,
            place=place_of(point),
            current=current,
            claimed=claimed.get(code, ""),
            is_ended=ended is not None,
            is_within=within is None or key in within,
            successor=merged.get(code, ""),
        )
        for key, code, name, point, current, ended in rows
    )


def _held_communities(district: District, area: Area) -> tuple[Held, ...]:
    rows = Community.objects.filter(district=district).values_list(
        "pk", "code", "name", "office_point", "current", "office_address", "ended_at"
    )
    return tuple(
        Held(
            code=code,
            name=name,
            place=place_of(point),
            current={**current, "office_address": address} if address else current,
            is_ended=ended is not None,
            is_within=area.is_whole_district or key in area.community_ids,
        )
        for key, code, name, point, current, address, ended in rows
    )


def _held_facilities(district: District, area: Area) -> tuple[Held, ...]:
    found = []
    for row in Facility.objects.filter(district=district).select_related("community"):
        own = {
            "facility_kind": row.kind,
            "address": row.address,
            "floor_area": row.floor_area_m2,
            "community": row.community.code if row.community else None,
        }
        found.append(
            Held(
                code=row.code,
                name=row.name,
                place=place_of(row.point),
                current={**row.current, **{key: value for key, value in own.items() if value not in (None, "")}},
                is_ended=row.ended_at is not None,
                is_within=area.is_whole_district or row.community_id in area.community_ids,
            )
        )
    return tuple(found)


def place_of(point: BaseGeometry | None) -> tuple[float, float] | None:
    """Return longitude and latitude of a stored point."""
    return None if point is None else (float(point.x), float(point.y))


def parcels_in(district: District, layout: int | None) -> tuple[list[BaseGeometry], list[int], list[str]]:
    """Return outlines, keys and community codes of the district's current parcels, in the order of their codes."""
    current = Parcel.objects.filter(district=district, since_set__lte=district.parcel_set).filter(
        Q(until_set=None) | Q(until_set__gt=district.parcel_set)
    )
    rows = list(current.order_by("code").values_list("pk", "outline"))
    communities = (
        {}
        if layout is None
        else dict(
            LayoutMember.objects.filter(layout=layout)
            .exclude(community=None)
            .values_list("parcel_id", "community__code")
        )
    )
    return [row[1] for row in rows], [row[0] for row in rows], [communities.get(row[0], "") for row in rows]
