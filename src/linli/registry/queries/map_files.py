"""The two files that a map of the district reads: its parcels, and a layout over them.

Their format is described in docs/reference/map-files.md. Both are named by a hash of their content, so that
browsers keep them for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.db.models import Max
from numpy.typing import NDArray

from linli.foundation.ui.map_files import (
    CommunityEntry,
    FindingEntry,
    LineEntry,
    Origin,
    ParcelEntry,
    encode_shape,
    encode_street,
    file_content,
)
from linli.registry.models import Building, Community, Compound, District, Fact, Layout, Parcel, TerrainLine
from linli.registry.queries.layouts import Ground, ground_of, membership_of

#: How the map draws each kind of parcel and line.
PARCEL_LOOK = {
    Parcel.Kind.RESIDENTIAL: "compound",
    Parcel.Kind.COMMERCIAL: "mall",
    Parcel.Kind.CAMPUS: "school",
    Parcel.Kind.PUBLIC: "public",
    Parcel.Kind.PARK: "park",
    Parcel.Kind.WORKS: "works",
    Parcel.Kind.CONSTRUCTION: "site",
    Parcel.Kind.WATER: "public",
    Parcel.Kind.OTHER: "site",
}
LINE_LOOK = {
    TerrainLine.Kind.ARTERIAL: "main",
    TerrainLine.Kind.ROAD: "street",
    TerrainLine.Kind.LANE: "lane",
    TerrainLine.Kind.RIVER: "river",
    TerrainLine.Kind.STREAM: "canal",
    TerrainLine.Kind.RAILWAY: "rail",
    TerrainLine.Kind.EXPRESSWAY: "expressway",
}
NO_PROPERTY = "无物业"
KEPT_S = 24 * 3600


def parcels_file(district: District, *, parcel_set: int) -> tuple[str, bytes]:
    """Return name hash and bytes of the parcels file; kept in the cache until a fact or the set changes."""
    newest = Fact.objects.filter(district=district).aggregate(newest=Max("pk"))["newest"]
    key = f"parcels-file:{district.pk}:{parcel_set}:{newest}"
    found: tuple[str, bytes] | None = cache.get(key)
    if found is None:
        found = file_content(_parcels_content(district, ground_of(district, parcel_set=parcel_set)))
        cache.set(key, found, KEPT_S)
    return found


def layout_file(
    district: District,
    layout: Layout,
    *,
    findings: Sequence[FindingEntry] = (),
) -> tuple[str, bytes]:
    """Return name hash and bytes of a layout file, with the letters of findings on it."""
    ground = ground_of(district, parcel_set=layout.parcel_set)
    community_of, _grid_of = membership_of(layout, ground)
    rows = Community.objects.filter(pk__in=np.unique(community_of[community_of >= 0]).tolist()).select_related(
        "subdistrict"
    )
    communities = sorted(rows, key=lambda row: row.code)
    place = {row.pk: number for number, row in enumerate(communities)}
    member = [place.get(int(community), -1) for community in community_of]
    households, people = sums_per_community(district, ground, community_of)
    labels = label_points(ground, member, len(communities))
    entries: list[CommunityEntry] = []
    for row, label in zip(communities, labels, strict=True):
        entry = CommunityEntry(
            code=row.code,
            name=row.name.removesuffix("社区"),
            subdistrict=row.subdistrict.code,
            colour=row.colour,
            households=households.get(row.pk),
            people=people.get(row.pk),
            label=label,
        )
        if row.office_point is not None:
            entry["office"] = (row.office_point.x, row.office_point.y)
        entries.append(entry)
    return file_content({"version": 1, "communities": entries, "member": member, "findings": list(findings)})


def sums_per_community(
    district: District, ground: Ground, community_of: NDArray[np.int64]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return households and people per community key; missing and impossible figures add nothing.

    A compound on several parcels counts once, where its first parcel lies.
    """
    counts = {
        key: (households, people)
        for key, households, people in Compound.objects.filter(district=district, ended_at=None).values_list(
            "pk", "household_count", "residents_count"
        )
    }
    households: dict[int, int] = {}
    people: dict[int, int] = {}
    seen: set[int] = set()
    for compound, community in zip(ground.compound_of.tolist(), community_of.tolist(), strict=True):
        if compound < 0 or community < 0 or compound in seen:
            continue
        seen.add(compound)
        for sums, count in zip((households, people), counts.get(compound, (None, None)), strict=True):
            sums[community] = sums.get(community, 0) + max(count or 0, 0)
    return households, people


def label_points(ground: Ground, member: Sequence[int], n_communities: int) -> list[tuple[float, float]]:
    """Return a point for the name of each community: the parcel nearest to the middle of its largest ones.

    Args:
        ground: The parcels.
        member: Place of the community per parcel, -1 for none.
        n_communities: How many communities there are; each holds a parcel.

    Returns:
        Longitude and latitude per community.
    """
    outlines = np.array(ground.outlines, dtype=object)
    middles = shapely.get_coordinates(shapely.point_on_surface(outlines))
    place = np.asarray(member)
    points = []
    for community in range(n_communities):
        own = np.flatnonzero(place == community)
        weight = ground.area_m2[own][:, None]
        centre = (middles[own] * weight).sum(axis=0) / weight.sum()
        nearest = own[np.argmin(((middles[own] - centre) ** 2).sum(axis=1))]
        points.append((round(float(middles[nearest, 0]), 6), round(float(middles[nearest, 1]), 6)))
    return points


def _parcels_content(district: District, ground: Ground) -> dict[str, Any]:
    west, south, *_east_north = (
        shapely.total_bounds(np.array(ground.outlines, dtype=object)) if ground.codes else (0, 0)
    )
    origin: Origin = (round(float(west), 6), round(float(south), 6))
    compounds = Compound.objects.filter(district=district, ended_at=None).in_bulk()
    return {
        "version": 1,
        "origin": origin,
        "scale": 1_000_000,
        "parcels": [_parcel_entry(ground, row, compounds, origin) for row in range(len(ground.codes))],
        "areas": [
            {"kind": "water", "name": "", "shape": encode_shape(ground.outlines[row], origin=origin)}
            for row, kind in enumerate(ground.kinds)
            if kind == Parcel.Kind.WATER
        ],
        "lines": [
            LineEntry(
                kind=LINE_LOOK[TerrainLine.Kind(line.kind)], name=line.name, line=encode_street(part, origin=origin)
            )
            for line in TerrainLine.objects.filter(district=district)
            for part in shapely.get_parts(line.course)
        ],
        "buildings": [
            {"shape": encode_shape(outline, origin=origin)}
            for outline in Building.objects.filter(district=district, outline__isnull=False)
            .order_by("code")
            .values_list("outline", flat=True)
        ],
    }


def _parcel_entry(ground: Ground, row: int, compounds: Mapping[int, Compound], origin: Origin) -> ParcelEntry:
    entry = ParcelEntry(
        code=ground.codes[row],
        kind=PARCEL_LOOK[Parcel.Kind(ground.kinds[row])],
        name=ground.names[row],
        shape=encode_shape(ground.outlines[row], origin=origin),
    )
    compound = compounds.get(int(ground.compound_of[row]))
    if compound is not None:
        entry["name"] = compound.name
        entry["compound"] = compound.code
        entry["households"] = compound.household_count
        entry["people"] = compound.residents_count
        entry["age60"] = compound.age_60_plus
        entry["property"] = compound.property_form != NO_PROPERTY if compound.property_form else None
    return entry
