"""What is wrong with a layer of polygons, told apart by kind and measured in true square metres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry.coverage import CoverageAudit, Overlap, Shapes, Void, audit_coverage

#: Plane coordinates, shape ``(n, 2)``, to the plane's areas over the true ones, shape ``(n,)``.
ArealScale = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class FlawKind(StrEnum):
    """Kinds of flaws that shapes alone show."""

    NULL_GEOMETRY = "null_geometry"
    INVALID_GEOMETRY = "invalid_geometry"
    OVERLAP = "overlap"
    HOLE = "hole"
    SLIVER = "sliver"
    OUTSIDE_OUTLINE = "outside_outline"
    UNCOVERED_OUTLINE = "uncovered_outline"
    MULTIPART_UNIT = "multipart_unit"
    TINY_UNIT = "tiny_unit"


class SliverOf(StrEnum):
    """What a sliver is a narrow case of."""

    GAP = "gap"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bounds between what is a flaw, what is a sliver and what is rounding.

    Attributes:
        sliver_width_m: An overlap or gap of a smaller mean width (twice the area over the perimeter) is a sliver.
        sliver_m2: So is one of a smaller area.
        least_m2: Nothing smaller is reported.
        tiny_m2: A unit of a smaller area is tiny, if it is also below ``tiny_share`` of the layer's median unit.
        tiny_share: A layer of buildings is no layer of tiny communities.
    """

    sliver_width_m: float = 1.0
    sliver_m2: float = 10.0
    least_m2: float = 0.01
    tiny_m2: float = 100.0
    tiny_share: float = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Flaw:
    """One thing wrong with a layer.

    Attributes:
        kind: What it is.
        polygons: Rows concerned: of a hole or gap those around it.
        area_m2: True area of ``shape``; of a multipart unit that of all parts but the largest.
        width_m: Twice the area over the perimeter.
        of: What a sliver is a narrow case of.
        shape: The land, in plane coordinates; the spot where a polygon is invalid; None where there is none.
        reason: The geometry library's English reason, of an invalid polygon.
        parts_m2: True areas of the parts by falling size, of a multipart unit.
    """

    kind: FlawKind
    polygons: tuple[int, ...]
    area_m2: float = 0.0
    width_m: float = 0.0
    of: SliverOf | None = None
    shape: BaseGeometry | None = None
    reason: str = ""
    parts_m2: tuple[float, ...] = ()

    @property
    def is_land_of_two(self) -> bool:
        """Two polygons hold the same land."""
        return self.kind is FlawKind.OVERLAP or self.of is SliverOf.OVERLAP

    @property
    def is_land_of_none(self) -> bool:
        """Land between polygons, or between them and the outline, in none of them."""
        return self.kind in {FlawKind.HOLE, FlawKind.UNCOVERED_OUTLINE} or self.of is SliverOf.GAP


ORDER = {kind: place for place, kind in enumerate(FlawKind)}
#: Corners that an overlay makes lie this far at most from the border they were cut from.
CUT_M = 1e-5


def find_flaws(
    polygons: ArrayLike,
    *,
    outline: shapely.Polygon | shapely.MultiPolygon | None = None,
    unit_of: ArrayLike | None = None,
    thresholds: Thresholds | None = None,
    areal_scale: ArealScale | None = None,
) -> tuple[Flaw, ...]:
    """Return everything that is wrong with a layer that should cover its ground once.

    Args:
        polygons: Polygons and multi-polygons in plane metres, shape ``(n,)``; None and empty ones are null.
        outline: What the layer should cover, in the same plane.
        unit_of: Unit of each polygon, 0 to m - 1, shape ``(n,)``; each its own where not given.
        thresholds: What counts.
        areal_scale: How much the plane exaggerates areas, by place; 1 everywhere where not given.

    Returns:
        Flaws by kind, then by falling area.

    Notes:
        Polygons are compared in the plane they were drawn in: bending them to another projection first would open
        gaps wherever a corner of one lies on a straight side of the other. Only what is found is measured truly.

    Examples:
        >>> from shapely import box
        >>> row = [box(0, 0, 100, 100), box(99.5, 0, 200, 100), box(203, 0, 300, 100), box(0, 100, 300, 200)]
        >>> [(flaw.kind.value, flaw.polygons, flaw.area_m2) for flaw in find_flaws(row)]
        [('sliver', (0, 1), 50.0)]
    """
    bounds = thresholds or Thresholds()
    given = np.asarray(polygons, dtype=object)
    units = np.arange(len(given)) if unit_of is None else np.asarray(unit_of)
    audit = audit_coverage(given, outline=outline, overlap_m2=0.0, void_m2=0.0, sliver_m2=0.0, sliver_width_m=0.0)
    ruler = _Ruler(areal_scale)
    found = [
        *_unfit(given, audit),
        *_overlaps(audit, ruler, bounds),
        *_voids(given, audit, ruler, bounds, has_outline=outline is not None),
        *_beyond(audit, ruler),
        *_units(given, units, ruler, bounds),
    ]
    spared = {FlawKind.NULL_GEOMETRY, FlawKind.INVALID_GEOMETRY, FlawKind.TINY_UNIT}
    kept = [flaw for flaw in found if flaw.kind in spared or flaw.area_m2 >= bounds.least_m2]
    return tuple(sorted(kept, key=lambda flaw: (ORDER[flaw.kind], -flaw.area_m2, flaw.polygons)))


class _Ruler:
    """Measures shapes of the plane in true metres."""

    def __init__(self, areal_scale: ArealScale | None) -> None:
        self._areal_scale = areal_scale

    def scale(self, shapes: Shapes) -> NDArray[np.float64]:
        if self._areal_scale is None or not len(shapes):
            return np.ones(len(shapes))
        return self._areal_scale(shapely.get_coordinates(shapely.centroid(shapes)))

    def areas(self, shapes: Shapes) -> NDArray[np.float64]:
        return np.asarray(shapely.area(shapes) / self.scale(shapes))

    def widths(self, shapes: Shapes) -> NDArray[np.float64]:
        wide = 2.0 * shapely.area(shapes) / np.maximum(shapely.length(shapes), np.finfo(float).tiny)
        return np.asarray(wide / np.sqrt(self.scale(shapes)))


def _array(shapes: Iterable[BaseGeometry]) -> Shapes:
    found = list(shapes)
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


def _unfit(given: Shapes, audit: CoverageAudit) -> Iterator[Flaw]:
    for ring in audit.invalid:
        is_null = given[ring.index] is None or given[ring.index].is_empty
        kind = FlawKind.NULL_GEOMETRY if is_null else FlawKind.INVALID_GEOMETRY
        yield Flaw(kind, (ring.index,), shape=ring.place, reason="" if is_null else ring.reason)


def _overlaps(audit: CoverageAudit, ruler: _Ruler, bounds: Thresholds) -> Iterator[Flaw]:
    shapes = _array(overlap.geometry for overlap in audit.overlaps)
    pieces, whole = shapely.get_parts(shapes, return_index=True)
    broad = ~_is_sliver(ruler.areas(pieces), ruler.widths(pieces), bounds)
    # One broad piece makes the pair an overlap, however many narrow ones run beside it.
    is_broad = np.bincount(whole, weights=broad, minlength=len(shapes)) > 0
    for overlap, area, width, meant in zip(
        audit.overlaps, ruler.areas(shapes), ruler.widths(shapes), is_broad, strict=True
    ):
        yield _overlap(overlap, float(area), float(width), meant=bool(meant))


def _overlap(overlap: Overlap, area: float, width: float, *, meant: bool) -> Flaw:
    flaw = Flaw(FlawKind.OVERLAP, (overlap.first, overlap.second), area, width, shape=overlap.geometry)
    return flaw if meant else replace(flaw, kind=FlawKind.SLIVER, of=SliverOf.OVERLAP)


def _is_sliver(areas: NDArray[np.float64], widths: NDArray[np.float64], bounds: Thresholds) -> NDArray[np.bool_]:
    return np.asarray((areas < bounds.sliver_m2) | (widths < bounds.sliver_width_m))


def _voids(
    given: Shapes, audit: CoverageAudit, ruler: _Ruler, bounds: Thresholds, *, has_outline: bool
) -> Iterator[Flaw]:
    shapes = _array(void.geometry for void in audit.voids)
    areas, widths = ruler.areas(shapes), ruler.widths(shapes)
    large = np.flatnonzero(areas >= bounds.least_m2)
    around = dict(zip(large.tolist(), _around(given, shapes[large]), strict=True))
    slivers = _is_sliver(areas, widths, bounds)
    for i in large.tolist():
        flaw = Flaw(FlawKind.HOLE, around[i], float(areas[i]), float(widths[i]), shape=shapes[i])
        if has_outline and not audit.voids[i].is_enclosed:
            yield replace(flaw, kind=FlawKind.UNCOVERED_OUTLINE)
        elif slivers[i]:
            yield replace(flaw, kind=FlawKind.SLIVER, of=SliverOf.GAP)
        else:
            yield flaw


def _around(given: Shapes, voids: Shapes) -> list[tuple[int, ...]]:
    """Return the rows that border each void."""
    sound = given.copy()
    sound[shapely.is_missing(given)] = shapely.Polygon()
    found: list[list[int]] = [[] for _ in voids]
    which, polygon = shapely.STRtree(sound).query(voids, predicate="dwithin", distance=CUT_M)
    for void, row in sorted(zip(which.tolist(), polygon.tolist(), strict=True)):
        found[void].append(row)
    return [tuple(rows) for rows in found]


def land_flaws(polygons: ArrayLike, overlaps: Sequence[Overlap], voids: Sequence[Void]) -> tuple[Flaw, ...]:
    """Return overlaps and voids of `audit_coverage` as flaws, in their order, for `find_causes`.

    Args:
        polygons: As the audit took them, shape ``(n,)``.
        overlaps: Those that count.
        voids: Those that count.
    """
    around = _around(np.asarray(polygons, dtype=object), _array(void.geometry for void in voids))
    ruler = _Ruler(None)
    return (
        *(_overlap(one, one.area_m2, float(ruler.widths(_array([one.geometry]))[0]), meant=True) for one in overlaps),
        *(
            Flaw(FlawKind.HOLE, rows, void.area_m2, void.width_m, shape=void.geometry)
            for void, rows in zip(voids, around, strict=True)
        ),
    )


def _beyond(audit: CoverageAudit, ruler: _Ruler) -> Iterator[Flaw]:
    shapes = _array(part.geometry for part in audit.protrusions)
    for part, area, width in zip(audit.protrusions, ruler.areas(shapes), ruler.widths(shapes), strict=True):
        yield Flaw(FlawKind.OUTSIDE_OUTLINE, (part.index,), float(area), float(width), shape=part.geometry)


def _units(given: Shapes, units: NDArray[np.int_], ruler: _Ruler, bounds: Thresholds) -> Iterator[Flaw]:
    """Find units in several parts, and tiny ones; one with an invalid polygon is told as that and has no measure."""
    areal = np.isin(shapely.get_type_id(given), (3, 6)) & ~shapely.is_empty(given)
    unfit = np.unique(units[~(areal & shapely.is_valid(given))])
    rows = np.flatnonzero(~np.isin(units, unfit))
    if not len(rows):
        return
    totals = np.bincount(units[rows], weights=ruler.areas(given[rows]), minlength=int(units.max()) + 1)
    parts = np.bincount(units[rows], weights=shapely.get_num_geometries(given[rows]), minlength=len(totals))
    for unit in np.flatnonzero(parts > 1).tolist():
        own = rows[units[rows] == unit]
        shape = given[own[0]] if len(own) == 1 else shapely.union_all(given[own])
        sizes = np.sort(ruler.areas(shapely.get_parts(shape)))[::-1]
        sizes = sizes[sizes >= bounds.least_m2]
        if len(sizes) > 1:
            apart = float(sizes[1:].sum())
            yield Flaw(FlawKind.MULTIPART_UNIT, tuple(own.tolist()), apart, shape=shape, parts_m2=tuple(sizes.tolist()))
    least = min(bounds.tiny_m2, bounds.tiny_share * float(np.median(totals[parts > 0])))
    for unit in np.flatnonzero((parts > 0) & (totals < least)).tolist():
        own = rows[units[rows] == unit]
        shape = given[own[0]] if len(own) == 1 else shapely.geometrycollections(given[own])
        yield Flaw(FlawKind.TINY_UNIT, tuple(own.tolist()), float(totals[unit]), shape=shape)
