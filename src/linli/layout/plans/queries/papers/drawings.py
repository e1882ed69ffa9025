"""Maps of a plan in black ink: the whole area before and after, each touched community before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.foundation.documents.sheets import Label, MapDrawing, MapLayer, frame_of, map_svg, svg_to_png
from linli.foundation.documents.sheets.map import scale_bar_svg
from linli.foundation.documents.sheets.styles import BLACK, PAPER
from linli.foundation.documents.typesetting import FONT
from linli.layout.plans.queries.papers.source import PaperMap, PaperSource, Shapes

WAYS: Final = frozenset({"arterial", "road", "expressway"})
RAILWAYS: Final = frozenset({"railway"})
RIVERS: Final = frozenset({"river", "stream"})
WATER, GREEN = "water", "park"
# A pair of small maps beside each other on the width of a page.
PAIR_MM: Final = (77.0, 56.0)
GAP_MM: Final = 2.0
HEADING_MM: Final = 6.0
PAIR_PPI: Final = 170.0
NAME_MM: Final = 2.6
# The scale bar stands in the heading, two thirds of its size on a map sheet.
BAR_SIZE: Final = 'y="0" width="4270" height="600"'
# Ground shown round a community, as a share of its extent.
AROUND: Final = 0.12


class Drawings:
    """The maps of one plan; what they share is drawn up once."""

    def __init__(self, source: PaperSource) -> None:
        self.source = source
        self.map: PaperMap = source.map

    @cached_property
    def changed(self) -> list[int]:
        """Rows of the parcels that change their community."""
        return np.flatnonzero(self.map.before != self.map.after).tolist()

    def whole(self, *, is_after: bool) -> MapDrawing:
        """Return the map of the whole area."""
        shapes = self.map.shapes_after if is_after else self.map.shapes_before
        alive = [row for row, shape in enumerate(shapes) if not shape.is_empty]
        layers = [*self._backdrop(), MapLayer("border", [shapes[row] for row in alive])]
        if is_after:
            layers[-1:-1] = [MapLayer("hatch-rising", self._outlines(self.changed))]
            layers.append(MapLayer("border-abolished", self._lost_borders()))
        else:
            layers[-1:-1] = [MapLayer("hatch-crossed", self._outlines(np.flatnonzero(self.map.before < 0)))]
        layers.append(MapLayer("border-outer", [self._extent]))
        layers.append(self._offices(alive))
        labels = [self._name(row, shapes[row], is_after=is_after) for row in self._weightiest(alive, shapes)]
        what = "调整后" if is_after else "调整前"
        return MapDrawing(layers, [*labels, *self._rivers()], description=f"{self.source.area}社区布局（{what}）")

    def pair(self, code: str) -> bytes:
        """Return a community before and after, beside each other, as PNG."""
        row = self.source.row_of(code)
        both = [shape[row] for shape in (self.map.shapes_before, self.map.shapes_after) if not shape[row].is_empty]
        west, south, east, north = shapely.total_bounds(both).tolist()
        wide, high = (east - west) * AROUND, (north - south) * AROUND
        focus = (west - wide, south - high, east + wide, north + high)
        width, height = PAIR_MM
        full = width * 2 + GAP_MM
        tall = (height + HEADING_MM) * 100
        parts, scale = [], 0
        for place, is_after in enumerate((False, True)):
            drawing = self._close(row, focus, is_after=is_after)
            scale = frame_of(drawing, width_mm=width, height_mm=height).scale
            drawn = map_svg(drawing, width_mm=width, height_mm=height, name_mm=NAME_MM, has_furniture=False)
            left = place * (width + GAP_MM) * 100
            at = f'x="{left:.0f}" y="{HEADING_MM * 100:.0f}" width="{width * 100:.0f}" height="{height * 100:.0f}"'
            # Nested, so that both maps keep their own coordinates.
            parts.append(drawn.replace(f'width="{width:g}mm" height="{height:g}mm"', at, 1))
            parts.append(f'<rect {at} fill="none" stroke="{BLACK}" stroke-width="20"/>')
            heading = "调整后" if is_after else "调整前"
            parts.append(f'<text x="{left:.0f}" y="430" font-family="{FONT}" font-size="380">{heading}</text>')
            parts.append(self._mark(left + 150, tall - 180))
        bar = f'x="{full * 100 - 4000:.0f}" {BAR_SIZE}'
        parts.append(scale_bar_svg(scale).replace('width="64mm" height="9mm"', bar, 1))
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{full:g}mm" height="{tall / 100:g}mm" '
            f'viewBox="0 0 {full * 100:.0f} {tall:.0f}">{"".join(parts)}</svg>'
        )
        return svg_to_png(svg, ppi=PAIR_PPI)

    def _mark(self, x: float, y: float) -> str:
        """Return the warning that stands in each small map of a plan with an assumption."""
        return (
            f'<text x="{x:.0f}" y="{y:.0f}" font-family="{FONT}" font-size="380" fill="{BLACK}" stroke="{PAPER}" '
            f'stroke-width="110" paint-order="stroke">{self.source.watermark}</text>'
        )

    def _close(self, row: int, focus: tuple[float, float, float, float], *, is_after: bool) -> MapDrawing:
        shapes = self.map.shapes_after if is_after else self.map.shapes_before
        labels = self.map.after if is_after else self.map.before
        window = shapely.box(*focus)
        near = [
            other
            for other, shape in enumerate(shapes)
            if other != row and not shape.is_empty and shapely.intersects(shape, window)
        ]
        layers = [*self._backdrop(window), MapLayer("outline", [shapes[other] for other in near], is_backdrop=True)]
        came = [parcel for parcel in self.changed if self.map.after[parcel] == row]
        left = [parcel for parcel in self.changed if self.map.before[parcel] == row]
        if is_after:
            layers.append(MapLayer("hatch-rising", self._outlines(came)))
            layers.append(MapLayer("border-abolished", self._lost_borders(window)))
        else:
            layers.append(MapLayer("hatch-falling", self._outlines(left)))
        if (labels == row).any():
            layers.append(MapLayer("border", [shapes[row]]))
        layers.append(self._offices([one for one in (row, *near) if not shapes[one].is_empty]))
        own = [self._name(row, shapes[row], is_after=is_after)] if not shapes[row].is_empty else []
        around = [self._neighbour(other, shapely.intersection(shapes[other], window)) for other in near]
        return MapDrawing(layers, [*own, *around], focus=focus, description=self.source.names[self._code(row)])

    def _backdrop(self, window: BaseGeometry | None = None) -> list[MapLayer]:
        """Return water, green, parcels, roads and railways, near a window where one is given."""
        parcels = range(len(self.map.outlines)) if window is None else self._tree.query(window).tolist()
        kinds = self.map.parcel_kinds
        lines = [line for line in self.map.lines if window is None or shapely.intersects(line.course, window)]
        return [
            MapLayer("water", self._outlines(row for row in parcels if kinds[row] == WATER)),
            MapLayer("green", self._outlines(row for row in parcels if kinds[row] == GREEN)),
            MapLayer("parcel", self._outlines(row for row in parcels if kinds[row] not in (WATER, GREEN))),
            MapLayer(
                "water",
                [shapely.buffer(line.course, line.width_m / 2) for line in lines if line.kind in RIVERS],
                is_backdrop=True,
            ),
            MapLayer("road", [line.course for line in lines if line.kind in WAYS], is_backdrop=True),
            MapLayer("rail", [line.course for line in lines if line.kind in RAILWAYS], is_backdrop=True),
        ]

    def _outlines(self, rows: Iterable[int]) -> list[BaseGeometry]:
        return [self.map.outlines[row] for row in rows]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.map.outlines)

    @cached_property
    def _extent(self) -> BaseGeometry:
        return shapely.coverage_union_all(self.map.outlines)

    @cached_property
    def _lost(self) -> list[BaseGeometry]:
        """Borders of the present layout that the plan takes away."""
        before = shapely.union_all([shapely.boundary(one) for one in self.map.shapes_before if not one.is_empty])
        after = shapely.union_all([shapely.boundary(one) for one in self.map.shapes_after if not one.is_empty])
        lost = shapely.difference(before, shapely.union(after, shapely.boundary(self._extent)))
        return [part for part in shapely.get_parts(lost) if part.length > 0]

    def _lost_borders(self, window: BaseGeometry | None = None) -> list[BaseGeometry]:
        return [line for line in self._lost if window is None or shapely.intersects(line, window)]

    def _offices(self, rows: Iterable[int]) -> MapLayer:
        return MapLayer("mark-square", [self.map.offices[row] for row in rows if row in self.map.offices])

    def _code(self, row: int) -> str:
        return self.source.figures.communities[row].code

    def _weightiest(self, rows: Sequence[int], shapes: Shapes) -> list[int]:
        return sorted(rows, key=lambda row: (-float(shapely.area(shapes[row])), row))

    def _name(self, row: int, shape: BaseGeometry, *, is_after: bool) -> Label:
        community = self.source.figures.communities[row]
        side = community.after if is_after else community.before
        at = _middle(shape)
        below = "" if side is None else f"{side.households:,} 户"
        return Label(_short(self.source.names[community.code]), at.x, at.y, below=below)

    def _neighbour(self, row: int, part: BaseGeometry) -> Label:
        at = _middle(part)
        return Label(_short(self.source.names[self._code(row)]), at.x, at.y, is_faint=True)

    def _rivers(self) -> list[Label]:
        named: dict[str, BaseGeometry] = {}
        for line in self.map.lines:
            if line.kind in RIVERS and line.name and shapely.intersects(line.course, self._extent):
                named.setdefault(line.name, shapely.intersection(line.course, self._extent))
        places = {name: shapely.point_on_surface(course) for name, course in named.items()}
        return [Label(name, at.x, at.y, is_faint=True) for name, at in sorted(places.items())]


def _middle(shape: BaseGeometry) -> BaseGeometry:
    """Return a point well inside the largest part of an area."""
    parts = shapely.get_parts(shape)
    areas = [part for part in parts if shapely.get_dimensions(part) == 2]
    largest = max(areas or list(parts), key=lambda part: part.area)
    if not areas:
        return largest.centroid
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=10.0), 0)


def _short(name: str) -> str:
    """Return a community's name without its ending, as maps write it."""
    return name.removesuffix("社区") or name
