"""Writing layouts. Only three acts do: the first take-over, a plan's approval, a technical re-issue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import geometries_to_zone, rook_adjacency
from linli.foundation import trail
from linli.registry.errors import DistrictTaken
from linli.registry.models import (
    Community,
    CompoundParcel,
    District,
    Grid,
    Layout,
    LayoutMember,
    Parcel,
    ParcelLineage,
)
from linli.registry.operations.editions import keep_editions
from linli.registry.rules.colours import choose_colours

Membership = Mapping[Parcel, tuple[Community | None, Grid | None]]


def content_hash(membership: Membership) -> str:
    """Return SHA-256 over the sorted lines ``parcel,community,grid``: equal for equal layouts on any database."""
    lines = sorted(
        f"{parcel.code},{'' if community is None else community.code},{'' if grid is None else grid.code}"
        for parcel, (community, grid) in membership.items()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def write_first_layout(
    district: District, membership: Membership, *, basis_text: str, by: trail.Actor, now: datetime
) -> Layout:
    """Record the present layout of a district as taken over (首次接收).

    Args:
        district: The district; it has no layout yet.
        membership: Community and grid of every parcel of the district's current set.
        basis_text: Where the layout comes from, in words.
        by: Who acts.
        now: From when it counts.

    Raises:
        DistrictTaken: The district has a layout.
    """
    if Layout.objects.filter(district=district).exists():
        raise DistrictTaken(code=district.code, name=district.name)
    layout = Layout.objects.create(
        district=district,
        number=1,
        parcel_set=district.parcel_set,
        basis=Layout.Basis.TAKE_OVER,
        basis_text=basis_text,
        effective_from=now,
        content_hash=content_hash(membership),
    )
    LayoutMember.objects.bulk_create(
        (
            LayoutMember(layout=layout, parcel=parcel, community=community, grid=grid)
            for parcel, (community, grid) in membership.items()
        ),
        batch_size=1000,
    )
    keep_editions(district, now=now)
    _colour_communities(district, membership)
    trail.record(
        "registry.layout.taken-over",
        subject=trail.Subject(kind="layout", code=f"{district.code}/{layout.number}"),
        by=by,
        at=now,
        district=district.code,
        parcels=len(membership),
        hash=layout.content_hash,
    )
    return layout


def write_technical_layout(
    district: District, standing: Layout, outlines: Mapping[str, BaseGeometry], *, basis_text: str, now: datetime
) -> Layout:
    """Redraw parcels and issue the layout anew on the next version of their set: no household changes community.

    Args:
        district: The district, locked.
        standing: The layout in force, on the newest version of the set.
        outlines: New outline per parcel code, in degrees.
        basis_text: Why, in words.
        now: From when it counts.
    """
    version = district.parcel_set + 1
    old = {one.code: one for one in Parcel.objects.filter(memberships__layout=standing, code__in=outlines)}
    areas = shapely.area(geometries_to_zone([outlines[code] for code in old], district.zone))
    fresh = [
        Parcel(
            district=district,
            code=one.code,
            name=one.name,
            kind=one.kind,
            outline=outlines[one.code],
            area_m2=float(area),
            is_derived=one.is_derived,
            since_set=version,
        )
        for one, area in zip(old.values(), areas, strict=True)
    ]
    Parcel.objects.filter(pk__in=[one.pk for one in old.values()]).update(until_set=version)
    Parcel.objects.bulk_create(fresh)
    new_of = {old[one.code].pk: one for one in Parcel.objects.filter(district=district, since_set=version)}
    ParcelLineage.objects.bulk_create(ParcelLineage(parent_id=key, child=child) for key, child in new_of.items())
    links = list(CompoundParcel.objects.filter(parcel__in=list(new_of)).select_related("compound"))
    CompoundParcel.objects.bulk_create(
        CompoundParcel(
            compound=link.compound,
            parcel=new_of[link.parcel_id],
            is_shared=link.is_shared,
            is_snapped=link.is_snapped,
        )
        for link in links
    )
    district.parcel_set = version
    district.save(update_fields=["parcel_set"])
    Layout.objects.filter(pk=standing.pk).update(effective_until=now)
    layout = Layout.objects.create(
        district=district,
        number=standing.number + 1,
        parcel_set=version,
        basis=Layout.Basis.TECHNICAL,
        basis_text=basis_text[:200],
        effective_from=now,
        content_hash=standing.content_hash,
    )
    members = LayoutMember.objects.filter(layout=standing).values_list("parcel_id", "community_id", "grid_id")
    LayoutMember.objects.bulk_create(
        (
            LayoutMember(
                layout=layout,
                parcel_id=new_of[parcel].pk if parcel in new_of else parcel,
                community_id=community,
                grid_id=grid,
            )
            for parcel, community, grid in members
        ),
        batch_size=1000,
    )
    keep_editions(district, now=now, codes={link.compound.code for link in links})
    return layout


def _colour_communities(district: District, membership: Membership) -> None:
    parcels = list(membership)
    shapes = geometries_to_zone([parcel.outline for parcel in parcels], district.zone)
    adjacency = rook_adjacency(shapes)
    codes = ["" if community is None else community.code for community, _grid in membership.values()]
    neighbours: dict[str, set[str]] = {code: set() for code in codes if code}
    for here, there in zip(adjacency.sources, adjacency.indices, strict=True):
        a, b = codes[here], codes[there]
        if a and b and a != b:
            neighbours[a].add(b)
    colours = choose_colours(neighbours)
    communities = list(Community.objects.filter(district=district, code__in=colours))
    for community in communities:
        community.colour = colours[community.code]
    Community.objects.bulk_update(communities, ["colour"], batch_size=500)
