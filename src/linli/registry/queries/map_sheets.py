"""The map of an area as a description of an A3 sheet: borders, names, blind spots, offices, table of sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import community_shapes, geometries_to_zone
from linli.foundation.documents.sheets import Label, LegendEntry, MapDrawing, MapLayer, MapSheet, SideTable
from linli.foundation.policies import profile
from linli.registry.models import Building, Community, District, Layout, Parcel, TerrainLine
from linli.registry.queries.areas import Area
from linli.registry.queries.layouts import Ground, ground_of, membership_of
from linli.registry.queries.map_files import label_points, sums_per_community

#: Above so many communities buildings are left out: at that scale they are dust.
MOST_COMMUNITIES_WITH_BUILDINGS = 30
#: Narrower water is drawn this wide, or it would not be seen on paper.
NARROWEST_RIVER_M = 12.0
LINE_STYLES = {
    TerrainLine.Kind.ARTERIAL: "road",
    TerrainLine.Kind.ROAD: "road",
    TerrainLine.Kind.EXPRESSWAY: "road",
    TerrainLine.Kind.RAILWAY: "rail",
}
LEGEND = (
    LegendEntry("border", "社区界线（由地块推算）"),
    LegendEntry("parcel", "地块"),
    LegendEntry("hatch-rising", "管理盲区"),
    LegendEntry("mark-square", "社区办事点"),
)


def map_sheet(district: District, layout: Layout, *, area: Area, title: str, on: date) -> MapSheet:
    """Return the sheet of what a reader covers, in a layout.

    Args:
        district: The district.
        layout: The layout printed.
        area: What the reader covers; nothing else is drawn but roads and water.
        title: Name of the area.
        on: Day of printing, and of the standards named.
    """
    ground = ground_of(district, parcel_set=layout.parcel_set)
    community_of, _grid_of = membership_of(layout, ground)
    shapes = geometries_to_zone(list(ground.outlines), district.zone)
    own = sorted(
        Community.objects.filter(pk__in=np.unique(community_of[community_of >= 0]).tolist()),
        key=lambda row: row.code,
    )
    if not area.is_whole_district:
        own = [row for row in own if row.pk in area.community_ids]
    place = {row.pk: number for number, row in enumerate(own)}
    member = np.array([place.get(int(key), -1) for key in community_of], dtype=np.int64)
    households, people = sums_per_community(district, ground, community_of, area=area)
    blind = [
        shapes[row]
        for row in np.flatnonzero(community_of < 0)
        if ground.kinds[row] != Parcel.Kind.WATER and area.is_whole_district
    ]
    drawing = MapDrawing(
        layers=_layers(district, ground, shapes, member, own, blind),
        labels=_labels(district, ground, member, own, households),
        focus=_focus(shapes, member),
        description=f"{title}社区治理地图",
    )
    low, high = profile(district.profile).at(on)["community_households"].band
    out = frozenset(n for n, row in enumerate(own) if not low <= households.get(row.pk, 0) <= high)
    return MapSheet(
        title=f"{title}社区治理地图",
        subtitle=f"布局 {layout.number}，{layout.effective_from:%Y-%m-%d} 起；共 {len(own)} 个社区",
        drawing=drawing,
        legend=LEGEND if blind else tuple(entry for entry in LEGEND if entry.style != "hatch-rising"),
        table=SideTable(
            heading="各社区规模",
            note=f"标准 {low:,.0f}–{high:,.0f} 户，粗体为超出标准",
            columns=("社区", "户数", "常住人口"),
            rows=tuple(
                (row.name.removesuffix("社区"), f"{households.get(row.pk, 0):,}", f"{people.get(row.pk, 0):,}")
                for row in own
            ),
            alignment=("left", "right", "right"),
            widths=(2.0, 1.2, 1.2),
            strong=out,
            totals=(
                f"{len(own)} 个",
                f"{sum(households.get(row.pk, 0) for row in own):,}",
                f"{sum(people.get(row.pk, 0) for row in own):,}",
            ),
        ),
        as_of=f"打印于 {on:%Y-%m-%d}",
        caliber="户数按实际入住户合计，缺数的小区不计。坐标系 CGCS2000",
    )


def _layers(
    district: District,
    ground: Ground,
    shapes: NDArray[np.object_],
    member: NDArray[np.int64],
    own: Sequence[Community],
    blind: Sequence[BaseGeometry],
) -> list[MapLayer]:
    inside = member >= 0
    kinds = np.array(ground.kinds)
    layers = [
        MapLayer("water", [*shapes[kinds == Parcel.Kind.WATER], *_rivers(district)], is_backdrop=True),
        MapLayer("green", list(shapes[(kinds == Parcel.Kind.PARK) & inside])),
        MapLayer("parcel", list(shapes[inside])),
    ]
    if len(own) <= MOST_COMMUNITIES_WITH_BUILDINGS:
        outlines = Building.objects.filter(district=district, outline__isnull=False).values_list("outline", flat=True)
        layers.append(MapLayer("building", _in_zone(outlines, district), is_backdrop=True))
    for style in ("road", "rail"):
        kinds_of_style = [kind for kind, look in LINE_STYLES.items() if look == style]
        courses = TerrainLine.objects.filter(district=district, kind__in=kinds_of_style).values_list(
            "course", flat=True
        )
        layers.append(MapLayer(style, _in_zone(courses, district), is_backdrop=True))
    unions = community_shapes(shapes, member.astype(np.int32), n_communities=len(own)).shapes
    offices = [row.office_point for row in own if row.office_point is not None]
    layers += [
        MapLayer("hatch-rising", blind),
        MapLayer("outline", blind),
        MapLayer("border", [shapely.boundary(union) for union in unions]),
        MapLayer("mark-square", _in_zone(offices, district)),
    ]
    return [layer for layer in layers if len(layer.shapes)]


def _rivers(district: District) -> list[BaseGeometry]:
    """Return rivers as areas: what is stored is the middle of the stream and its width."""
    rows = list(
        TerrainLine.objects.filter(
            district=district, kind__in=[TerrainLine.Kind.RIVER, TerrainLine.Kind.STREAM]
        ).values_list("course", "width_m")
    )
    courses = _in_zone([course for course, _width in rows], district)
    return [
        course.buffer(max(width, NARROWEST_RIVER_M) / 2) for course, (_course, width) in zip(courses, rows, strict=True)
    ]


def _labels(
    district: District,
    ground: Ground,
    member: NDArray[np.int64],
    own: Sequence[Community],
    households: dict[int, int],
) -> list[Label]:
    points = label_points(ground, member.tolist(), len(own))
    at = shapely.get_coordinates(geometries_to_zone(shapely.points(points), district.zone)) if points else []
    named = [
        Label(row.name.removesuffix("社区"), float(x), float(y), below=f"{households.get(row.pk, 0):,} 户")
        for row, (x, y) in zip(own, at, strict=True)
    ]
    return sorted(named, key=lambda label: label.text)


def _focus(shapes: NDArray[np.object_], member: NDArray[np.int64]) -> tuple[float, float, float, float] | None:
    inside = shapes[member >= 0]
    if not len(inside):
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(inside))
    return west, south, east, north


def _in_zone(shapes: Iterable[Any], district: District) -> list[BaseGeometry]:
    return list(geometries_to_zone(np.array(list(shapes), dtype=object), district.zone))
