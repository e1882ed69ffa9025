"""The two files that a map of the district reads: its parcels, and a layout over them.

Their format is described in docs/reference/map-files.md. Both are named by a hash of their content, so that
browsers keep them for good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.db.models import Count, Max
from numpy.typing import NDArray

from linli.foundation.ui.map_files import (
    CodedShape,
    CommunityEntry,
    FindingEntry,
    Origin,
    ParcelEntry,
    encode_shape,
    file_content,
)
from linli.registry.models import (
    Building,
    Community,
    Compound,
    District,
    Fact,
    Layout,
    Parcel,
    Subdistrict,
    TerrainLine,
)
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import FindingCard
from linli.registry.queries.layouts import Ground, ground_of, membership_of
from linli.registry.queries.map_lines import line_entries

#: How the map draws each kind of parcel.
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
NO_PROPERTY = "无物业"
KEPT_S = 24 * 3600
MAKING = Lock()


def parcels_name(district: District, *, parcel_set: int, area: Area | None = None) -> str:
    """Return the name of the parcels file as it would be made now, without making it."""
    return _name_of(_parcels_key(district, parcel_set, area))


def parcels_file(district: District, *, parcel_set: int, area: Area | None = None) -> tuple[str, bytes]:
    """Return name and bytes of the parcels file; kept in the cache until a fact or the set changes.

    Args:
        district: The district.
        parcel_set: The version of its parcels.
        area: What the reader covers: parcels elsewhere keep their shape and name but show no figures. The whole
            district by default.
    """

    def content() -> dict[str, Any]:
        ground = ground_of(district, parcel_set=parcel_set)
        return _parcels_content(district, ground, _drawn(district, ground, parcel_set), _in_force(district), area)

    return _made_once(_parcels_key(district, parcel_set, area), content)


def layout_name(
    district: District, layout: Layout, *, findings: Sequence[FindingEntry] = (), area: Area | None = None
) -> str:
    """Return the name of a layout file as it would be made now, without making it."""
    return _name_of(_layout_key(district, layout, findings, area))


def layout_file(
    district: District, layout: Layout, *, findings: Sequence[FindingEntry] = (), area: Area | None = None
) -> tuple[str, bytes]:
    """Return name and bytes of a layout file, with the letters of findings on it.

    Args:
        district: The district.
        layout: The layout.
        findings: What is drawn as letters and hatches; the caller leaves out what the reader may not see.
        area: What the reader covers: communities elsewhere show neither name nor figures.
    """
    key = _layout_key(district, layout, findings, area)
    return _made_once(key, lambda: _layout_content(district, layout, findings, area))


def _made_once(key: str, content: Callable[[], dict[str, Any]]) -> tuple[str, bytes]:
    """Return a file from the cache, or make it while others who ask for it wait instead of making it too."""
    found: bytes | None = cache.get(key)
    if found is None:
        with MAKING:
            found = cache.get(key)
            if found is None:
                found = file_content(content())[1]
                cache.set(key, found, KEPT_S)
    return _name_of(key), found


def _name_of(key: str) -> str:
    """Return the name of a file, made of what it depends on: a page can say it before the file is made."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _parcels_key(district: District, parcel_set: int, area: Area | None) -> str:
    now = _in_force(district)
    return f"parcels-file:{district.pk}:{parcel_set}:{_ledger_mark(district)}:{now and now.pk}:{_key_of(area)}"


def _layout_key(district: District, layout: Layout, findings: Sequence[FindingEntry], area: Area | None) -> str:
    shown = hashlib.sha256(repr(findings).encode()).hexdigest()
    return f"layout-file:{layout.pk}:{_ledger_mark(district)}:{_key_of(area)}:{shown}"


def _in_force(district: District) -> Layout | None:
    return Layout.objects.filter(district=district, effective_until=None).first()


def _ledger_mark(district: District) -> str:
    """Return what changes when a figure does, or when a compound is archived, merged or brought back."""
    # With its moment: after a restore, another fact may have the same key.
    newest = Fact.objects.filter(district=district).order_by("-pk").values_list("pk", "recorded_at").first()
    gone = Compound.objects.filter(district=district, ended_at__isnull=False)
    ended = gone.aggregate(n=Count("pk"), last=Max("ended_at"))
    last = "" if ended["last"] is None else ended["last"].timestamp()
    fact = "" if newest is None else f"{newest[0]}@{newest[1].timestamp()}"
    return f"{fact}:{ended['n']}:{last}"


def _key_of(area: Area | None) -> str:
    if area is None:
        return "all"
    covered = "all" if area.is_whole_district else sorted(area.community_ids)
    return hashlib.sha256(repr((covered, area.small_below)).encode()).hexdigest()[:16]


def _layout_content(
    district: District, layout: Layout, findings: Sequence[FindingEntry], area: Area | None
) -> dict[str, Any]:
    ground = ground_of(district, parcel_set=layout.parcel_set)
    community_of, _grid_of = membership_of(layout, ground)
    rows = Community.objects.filter(pk__in=np.unique(community_of[community_of >= 0]).tolist()).select_related(
        "subdistrict"
    )
    communities = sorted(rows, key=lambda row: row.code)
    place = {row.pk: number for number, row in enumerate(communities)}
    member = [place.get(int(community), -1) for community in community_of]
    households, people = sums_per_community(district, ground, community_of, area=area)
    labels = label_points(ground, member, len(communities))
    entries: list[CommunityEntry] = []
    for row, label in zip(communities, labels, strict=True):
        entry = CommunityEntry(code=row.code, name=row.name, subdistrict=row.subdistrict.code, colour=row.colour)
        if area is None or area.is_whole_district or row.pk in area.community_ids:
            entry |= CommunityEntry(households=households.get(row.pk), people=people.get(row.pk), label=label)
            if row.office_point is not None:
                entry["office"] = (row.office_point.x, row.office_point.y)
        entries.append(entry)
    return {"version": 1, "communities": entries, "member": member, "findings": list(findings)}


def mark_of(card: FindingCard) -> FindingEntry:
    """Return a finding as the map draws it: its letter in the middle of a community, else on its first parcel."""
    entry = FindingEntry(code=card.code, letter=card.letter, tone=card.tone or "idle", parcels=list(card.parcels))
    if card.place is not None and (card.subject_kind == "community" or not card.parcels):
        point = card.place.representative_point()
        entry["at"] = (round(point.x, 6), round(point.y, 6))
    return entry


def sums_per_community(
    district: District, ground: Ground, community_of: NDArray[np.int64], *, area: Area | None = None
) -> tuple[dict[int, int], dict[int, int]]:
    """Return households and people per community key; missing and impossible figures add nothing.

    A compound on several parcels counts once, where its first parcel lies. What is hidden from the reader adds
    nothing either: the sum would tell it to who subtracts the compounds that are shown.
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
            told = count if area is None else area.known(count)
            sums[community] = sums.get(community, 0) + max(told or 0, 0)
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


def _drawn(district: District, ground: Ground, parcel_set: int) -> dict[str, Any]:
    """Return what is drawn of a version of the parcels, without a figure; kept until the ground itself changes.

    Figures change with every edit, outlines hardly ever; writing them down is most of the work.
    """
    counts = [
        tuple(model.objects.filter(district=district).aggregate(n=Count("pk"), newest=Max("pk")).values())
        for model in (TerrainLine, Building)
    ]
    outlines = hashlib.sha256(b"".join(shapely.to_wkb(np.array(ground.outlines, dtype=object)))).hexdigest()
    key = f"parcels-drawn:{district.pk}:{parcel_set}:{outlines}:{counts[0]}:{counts[1]}".replace(" ", "")
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _draw(district, ground)
        cache.set(key, found, KEPT_S)
    return found


def _draw(district: District, ground: Ground) -> dict[str, Any]:
    west, south, *_east_north = (
        shapely.total_bounds(np.array(ground.outlines, dtype=object)) if ground.codes else (0, 0)
    )
    origin: Origin = (round(float(west), 6), round(float(south), 6))
    shapes = [encode_shape(outline, origin=origin) for outline in ground.outlines]
    return {
        "origin": origin,
        "shapes": shapes,
        "areas": [
            {"kind": "water", "name": "", "shape": shapes[row]}
            for row, kind in enumerate(ground.kinds)
            if kind == Parcel.Kind.WATER
        ],
        "lines": line_entries(district, origin),
        "buildings": [
            {"shape": encode_shape(outline, origin=origin)}
            for outline in Building.objects.filter(district=district, outline__isnull=False)
            .order_by("code")
            .values_list("outline", flat=True)
        ],
    }


def _parcels_content(
    district: District, ground: Ground, drawn: Mapping[str, Any], now: Layout | None, area: Area | None
) -> dict[str, Any]:
    compounds = Compound.objects.filter(district=district, ended_at=None).defer("point", "searched").in_bulk()
    subdistricts, is_seen = _belonging(ground, now, area)
    return {
        "version": 1,
        "origin": drawn["origin"],
        "scale": 1_000_000,
        "parcels": [
            _parcel_entry(
                ground,
                row,
                compounds,
                drawn["shapes"][row],
                subdistrict=subdistricts[row],
                area=area,
                is_seen=is_seen[row],
            )
            for row in range(len(ground.codes))
        ],
        "areas": drawn["areas"],
        "lines": drawn["lines"],
        "buildings": drawn["buildings"],
    }


def _belonging(ground: Ground, now: Layout | None, area: Area | None) -> tuple[list[str], list[bool]]:
    """Return the subdistrict's code of each parcel, and whether the reader sees its figures.

    A parcel in no community counts to the subdistrict of the nearest one that has a community: somebody must
    look after it.
    """
    if now is None or not ground.codes:
        return [""] * len(ground.codes), [area is None or area.is_whole_district] * len(ground.codes)
    community_of, _grid_of = membership_of(now, ground)
    home = dict(Community.objects.filter(district=now.district_id).values_list("pk", "subdistrict_id"))
    codes = dict(Subdistrict.objects.filter(district=now.district_id).values_list("pk", "code"))
    subdistrict_of = np.array([home.get(int(key), -1) for key in community_of], dtype=np.int64)
    lost, held = np.flatnonzero(subdistrict_of < 0), np.flatnonzero(subdistrict_of >= 0)
    if len(lost) and len(held):
        outlines = np.array(ground.outlines, dtype=object)
        nearest = shapely.STRtree(outlines[held]).nearest(outlines[lost])
        subdistrict_of[lost] = subdistrict_of[held[nearest]]
    seen = [
        area is None
        or area.is_whole_district
        or int(community) in area.community_ids
        or (community < 0 and int(subdistrict) in area.subdistrict_ids)
        for community, subdistrict in zip(community_of, subdistrict_of, strict=True)
    ]
    return [codes.get(int(key), "") for key in subdistrict_of], seen


def _parcel_entry(
    ground: Ground,
    row: int,
    compounds: Mapping[int, Compound],
    shape: CodedShape,
    *,
    subdistrict: str,
    area: Area | None,
    is_seen: bool,
) -> ParcelEntry:
    entry = ParcelEntry(
        code=ground.codes[row],
        kind=PARCEL_LOOK[Parcel.Kind(ground.kinds[row])],
        name=ground.names[row],
        subdistrict=subdistrict,
        shape=shape,
    )
    compound = compounds.get(int(ground.compound_of[row]))
    if compound is not None:
        entry["name"] = compound.name
        entry["compound"] = compound.code
        if is_seen:
            known = (lambda count: count) if area is None else area.known
            entry["households"] = known(compound.household_count)
            entry["people"] = known(compound.residents_count)
            entry["age60"] = known(compound.age_60_plus)
            entry["property"] = compound.property_form != NO_PROPERTY if compound.property_form else None
    return entry
