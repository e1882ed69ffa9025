"""Entries of the ledger as features: their shapes, made of the parcels of a layout, and which of them a box meets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from django.core.cache import cache
from django.db.models import Max, Min, Q, QuerySet
from shapely.geometry.base import BaseGeometry

from linli.foundation.geometry import intersecting_box
from linli.registry.models import Compound, CompoundParcel, Facility, Layout, LayoutMember
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import Tab

Box = tuple[float, float, float, float]
#: Which column names the feature that a parcel belongs to.
_OWNER = {
    Tab.COMMUNITIES: "community__code",
    Tab.GRIDS: "grid__code",
    Tab.PARCELS: "parcel__code",
    Tab.COMPOUNDS: "parcel__carries__compound__code",
}
KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Territory:
    """What was a community's in a layout: the derived boundary, from one moment to another.

    Attributes:
        id: ``<number of the layout>-<code of the community>``.
        layout: Number of the layout.
        community: Code of the community.
        name: Its name.
        effective_from: First moment.
        effective_until: First moment after it; None while it holds.
        parcels: How many parcels.
        shape: Their union.
    """

    id: str
    layout: int
    community: str
    name: str
    effective_from: datetime
    effective_until: datetime | None
    parcels: int
    shape: BaseGeometry


def shapes_of(tab: Tab, area: Area, *, codes: Collection[str]) -> dict[str, BaseGeometry]:
    """Return the shapes of entries by code, in degrees, longitude first; what has no place has no shape.

    A compound without a parcel is its point; communities and grids are the union of their parcels.
    """
    if tab is Tab.FACILITIES:
        rows = Facility.objects.filter(district=area.district_id, code__in=codes, point__isnull=False)
        return dict(rows.values_list("code", "point"))
    parts: dict[str, list[BaseGeometry]] = {}
    for code, outline in _pieces(tab, _members(tab, area).filter(**{f"{_OWNER[tab]}__in": list(codes)})):
        parts.setdefault(code, []).append(outline)
    shapes = {code: shapely.union_all(pieces) for code, pieces in parts.items()}
    if tab is Tab.COMPOUNDS:
        lost = set(codes) - set(shapes)
        points = Compound.objects.filter(district=area.district_id, code__in=lost, point__isnull=False)
        shapes |= dict(points.values_list("code", "point"))
    return shapes


def placed_codes(tab: Tab, area: Area) -> frozenset[str]:
    """Return the codes of the entries that have a shape; those of others may be among them."""
    if tab is Tab.FACILITIES:
        rows = Facility.objects.filter(district=area.district_id, point__isnull=False)
        return frozenset(rows.values_list("code", flat=True))
    owned = _members(tab, area).filter(**{f"{_OWNER[tab]}__isnull": False})
    found = frozenset(owned.values_list(_OWNER[tab], flat=True))
    if tab is Tab.COMPOUNDS:
        points = Compound.objects.filter(district=area.district_id, point__isnull=False)
        found |= frozenset(points.values_list("code", flat=True))
    return found


def codes_in_box(tab: Tab, area: Area, box: Box) -> frozenset[str]:
    """Return the codes of the entries whose shape meets a box, edges included."""
    frame = shapely.box(*box)
    if tab is Tab.FACILITIES:
        rows = intersecting_box(
            Facility.objects.filter(district=area.district_id, point__isnull=False), box, field="point"
        )
        return frozenset(rows.values_list("code", flat=True))
    near = intersecting_box(_members(tab, area), box, field="parcel__outline")
    found = {code for code, outline in _pieces(tab, near) if outline.intersects(frame)}
    if tab is Tab.COMPOUNDS:
        standing = CompoundParcel.objects.filter(parcel__memberships__layout=area.layout_id)
        points = intersecting_box(
            Compound.objects.filter(district=area.district_id, point__isnull=False).exclude(
                pk__in=standing.values("compound")
            ),
            box,
            field="point",
        )
        found |= set(points.values_list("code", flat=True))
    return frozenset(found)


def extent_of(area: Area) -> Box | None:
    """Return the box around the parcels of an area; None before the first take-over."""
    side = "parcel__outline_{}".format
    bounds = _members(Tab.PARCELS, area).aggregate(
        west=Min(side("min_x")), south=Min(side("min_y")), east=Max(side("max_x")), north=Max(side("max_y"))
    )
    if bounds["west"] is None:
        return None
    return bounds["west"], bounds["south"], bounds["east"], bounds["north"]


def first_moment(area: Area) -> datetime | None:
    """Return when the first layout of a district took effect; None before it."""
    layouts = Layout.objects.filter(district=area.district_id).order_by("effective_from")
    return layouts.values_list("effective_from", flat=True).first()


def territory_of(area: Area, identity: str) -> Territory | None:
    """Return the territory of a name, as `Territory.id` writes it; None where the area has none."""
    return next((one for one in territories(area) if one.id == identity), None)


def territories(
    area: Area, *, boxes: Sequence[Box] = (), since: datetime | None = None, until: datetime | None = None
) -> Sequence[Territory]:
    """Return the territories of the communities of an area in every layout that held in a stretch of time.

    Args:
        area: What the reader covers.
        boxes: Only those that meet one of them; none leaves nothing out.
        since: Only layouts that held at or after this moment.
        until: Only layouts that held at or before this moment.
    """
    layouts = Layout.objects.filter(district=area.district_id).order_by("number")
    if since is not None:
        layouts = layouts.filter(Q(effective_until=None) | Q(effective_until__gt=since))
    if until is not None:
        layouts = layouts.filter(effective_from__lte=until)
    frame = shapely.union_all([shapely.box(*box) for box in boxes])
    found = []
    for layout in layouts:
        for code, (name, count, shape) in sorted(_territories_of(layout, area).items()):
            if not boxes or shape.intersects(frame):
                found.append(
                    Territory(
                        id=f"{layout.number}-{code}",
                        layout=layout.number,
                        community=code,
                        name=name,
                        effective_from=layout.effective_from,
                        effective_until=layout.effective_until,
                        parcels=count,
                        shape=shape,
                    )
                )
    return found


def _territories_of(layout: Layout, area: Area) -> Mapping[str, tuple[str, int, BaseGeometry]]:
    """Return name, parcels and union per community; a layout is immutable, so that its unions are kept."""
    key = f"territories:{layout.pk}:{layout.content_hash}"
    kept: dict[int, tuple[str, str, int, bytes]] | None = cache.get(key)
    if kept is None:
        members = LayoutMember.objects.filter(layout=layout, community__isnull=False)
        pieces: dict[tuple[int, str, str], list[BaseGeometry]] = {}
        rows = members.values_list("community_id", "community__code", "community__name", "parcel__outline")
        for community, code, name, outline in rows:
            pieces.setdefault((community, code, name), []).append(outline)
        kept = {
            community: (code, name, len(outlines), shapely.to_wkb(shapely.union_all(outlines)))
            for (community, code, name), outlines in pieces.items()
        }
        cache.set(key, kept, KEPT_S)
    return {
        code: (name, count, shapely.from_wkb(shape))
        for community, (code, name, count, shape) in kept.items()
        if area.is_whole_district or community in area.community_ids
    }


def _members(tab: Tab, area: Area) -> QuerySet[LayoutMember]:
    """Return the members of the layout in force that a list shows; compounds are held to the area by their codes."""
    members = LayoutMember.objects.filter(layout=area.layout_id)
    if tab is Tab.COMPOUNDS or area.is_whole_district:
        return members
    return members.filter(community__in=area.community_ids)


def _pieces(tab: Tab, members: QuerySet[LayoutMember]) -> Iterator[tuple[str, BaseGeometry]]:
    """Yield the code of the feature and the outline of the parcel of each member that belongs to one."""
    owned = members.filter(**{f"{_OWNER[tab]}__isnull": False})
    yield from owned.values_list(_OWNER[tab], "parcel__outline")
