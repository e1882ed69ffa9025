"""Audit of polygons that should cover a district without gap or overlap.

Nothing is repaired here. A hole may be a real enclave or a real blind spot (管理盲区):
filling it silently would hide what the audit is for.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Point, Polygon

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class InvalidRing:
    """A polygon that breaks the rules of simple features.

    Attributes:
        index: Position of the polygon in the input.
        reason: The geometry library's English reason, such as ``Self-intersection``.
        place: Where; None if the polygon is empty or missing.
    """

    index: int
    reason: str
    place: Point | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Land that two polygons both claim; ``first`` is the lower index."""

    first: int
    second: int
    area_m2: float
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class Void:
    """Land in no polygon, in one piece.

    Attributes:
        geometry: The piece.
        area_m2: Its area.
        width_m: Twice the area over the perimeter: the width of a long strip, half the
            side of a square.
        is_enclosed: Polygons surround it; otherwise it reaches the outer edge.
        is_sliver: It is narrower or smaller than the audit's thresholds.
    """

    geometry: Polygon
    area_m2: float
    width_m: float
    is_enclosed: bool
    is_sliver: bool


@dataclass(frozen=True, slots=True)
class MultiPart:
    """A polygon in several parts; areas by falling size."""

    index: int
    areas_m2: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Protrusion:
    """The part of a polygon that lies outside the outline."""

    index: int
    area_m2: float
    share: float
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class CoverageAudit:
    """Everything found; each list is ordered by polygon, voids by falling area."""

    invalid: tuple[InvalidRing, ...]
    overlaps: tuple[Overlap, ...]
    voids: tuple[Void, ...]
    multi_parts: tuple[MultiPart, ...]
    protrusions: tuple[Protrusion, ...]

    @property
    def holes(self) -> tuple[Void, ...]:
        """Voids that polygons surround, slivers left out."""
        return tuple(void for void in self.voids if void.is_enclosed and not void.is_sliver)

    @property
    def gaps(self) -> tuple[Void, ...]:
        """Voids between the polygons and the outline, slivers left out."""
        return tuple(void for void in self.voids if not void.is_enclosed and not void.is_sliver)

    @property
    def slivers(self) -> tuple[Void, ...]:
        """Voids too narrow or too small to be meant."""
        return tuple(void for void in self.voids if void.is_sliver)


def audit_coverage(
    polygons: ArrayLike,
    *,
    outline: Polygon | MultiPolygon | None = None,
    overlap_m2: float = 0.01,
    void_m2: float = 0.01,
    sliver_m2: float = 100.0,
    sliver_width_m: float = 1.0,
) -> CoverageAudit:
    """Compare polygons with each other and with the district's outline.

    Args:
        polygons: Polygons and multi-polygons in metres, shape ``(n,)``; None and empty
            ones are reported as invalid.
        outline: District outline in metres. Without it only enclosed voids can be told.
        overlap_m2: Overlaps and protrusions up to this area are left out.
        void_m2: Voids up to this area are left out.
        sliver_m2: Voids up to this area are slivers.
        sliver_width_m: Voids up to this width are slivers.

    Notes:
        Invalid polygons take part in the rest of the audit with the area that
        ``make_valid`` leaves of them. A valid coverage needs no pairwise test: 10,000
        city blocks take well below a second.

    Examples:
        >>> blocks = [shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)]
        >>> found = audit_coverage(blocks, outline=shapely.box(0, 0, 20, 30))
        >>> [(each.first, each.second, each.area_m2) for each in found.overlaps]
        [(0, 1, 10.0)]
        >>> [each.area_m2 for each in found.gaps]
        [400.0]
    """
    given = np.asarray(polygons, dtype=object)
    broken = _is_unfit(given)
    sound = given.copy()
    if broken.any():
        sound[broken] = _polygonal(shapely.make_valid(given[broken]))
    # One edge that no neighbour matches: the polygon overlaps another, or is drawn with other vertices.
    mismatched = ~shapely.is_empty(shapely.coverage_invalid_edges(sound))
    return CoverageAudit(
        invalid=_invalid(given, broken),
        overlaps=_overlaps(sound, np.flatnonzero(mismatched), overlap_m2),
        voids=_voids(_union(sound, mismatched), outline, void_m2, sliver_m2, sliver_width_m),
        multi_parts=_multi_parts(sound),
        protrusions=_protrusions(sound, outline, overlap_m2),
    )


def _is_unfit(given: Shapes) -> NDArray[np.bool_]:
    areal = np.isin(shapely.get_type_id(given), (3, 6))
    return np.asarray(~(areal & shapely.is_valid(given)) | shapely.is_empty(given), dtype=bool)


def _polygonal(shapes: Shapes) -> Shapes:
    """Return the areal part of each geometry; empty where there is none."""
    parts, index = shapely.get_parts(shapes, return_index=True)
    # make_valid answers with nested collections: polygons beside multi-polygons.
    parts, inner = shapely.get_parts(parts, return_index=True)
    index = index[inner]
    areal = shapely.get_type_id(parts) == 3
    kept = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    for i in np.unique(index[areal]):
        kept[i] = shapely.union_all(parts[areal & (index == i)])
    return kept


def _invalid(given: Shapes, broken: NDArray[np.bool_]) -> tuple[InvalidRing, ...]:
    found = []
    for i in np.flatnonzero(broken):
        shape = given[i]
        if shape is None or shape.is_empty:
            found.append(InvalidRing(int(i), "Empty geometry", None))
        elif shape.geom_type not in {"Polygon", "MultiPolygon"}:
            found.append(InvalidRing(int(i), "Not a polygon", shapely.point_on_surface(shape)))
        else:
            reason, _, place = shapely.is_valid_reason(shape).partition("[")
            x, y = (float(number) for number in place.rstrip("]").split()[:2])
            found.append(InvalidRing(int(i), reason, Point(x, y)))
    return tuple(found)


def _overlaps(sound: Shapes, mismatched: NDArray[np.int64], overlap_m2: float) -> tuple[Overlap, ...]:
    # Of two polygons that overlap, one has a mismatched edge; the other has none where it holds the first whole.
    query, found = shapely.STRtree(sound).query(sound[mismatched], predicate="intersects")
    pairs = np.sort(np.column_stack((mismatched[query], found)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    shared = shapely.intersection(sound[pairs[:, 0]], sound[pairs[:, 1]])
    large = np.flatnonzero(shapely.area(shared) > overlap_m2)
    return tuple(
        Overlap(int(pairs[i, 0]), int(pairs[i, 1]), float(shape.area), shape)
        for i, shape in zip(large, _polygonal(shared[large]), strict=True)
    )


def _union(sound: Shapes, mismatched: NDArray[np.bool_]) -> Polygon | MultiPolygon:
    """Return the land of all polygons.

    Polygons that match their neighbours are joined by dropping the borders they share, 20 times as fast as an
    overlay; the rest is laid over the result.
    """
    land = ~shapely.is_empty(sound)
    joined = shapely.coverage_union_all(sound[land & ~mismatched])
    rest = sound[land & mismatched]
    return shapely.union_all([joined, *rest]) if len(rest) else joined


def _voids(
    union: Polygon | MultiPolygon,
    outline: Polygon | MultiPolygon | None,
    void_m2: float,
    sliver_m2: float,
    sliver_width_m: float,
) -> tuple[Void, ...]:
    enclosed = _interior(union)
    if outline is None:
        pieces = enclosed
        surrounded = np.ones(len(pieces), dtype=bool)
    else:
        pieces = shapely.get_parts(_polygonal(np.array([shapely.difference(outline, union)], dtype=object)))
        surrounded = np.zeros(len(pieces), dtype=bool)
        if len(enclosed) and len(pieces):
            inner, _ = shapely.STRtree(enclosed).query(shapely.point_on_surface(pieces), predicate="within")
            surrounded[inner] = True
    area = shapely.area(pieces)
    width = 2.0 * area / np.maximum(shapely.length(pieces), np.finfo(float).tiny)
    sliver = (area <= sliver_m2) | (width <= sliver_width_m)
    order = [int(i) for i in np.argsort(-area, kind="stable") if area[i] > void_m2]
    return tuple(Void(pieces[i], float(area[i]), float(width[i]), bool(surrounded[i]), bool(sliver[i])) for i in order)


def _interior(union: Polygon | MultiPolygon) -> Shapes:
    """Return what the union surrounds but does not hold, one polygon per piece.

    Islands inside a hole are polygons of their own and are taken out of it.
    """
    parts = shapely.get_parts(union)
    lids = np.array([Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    if len(parts) > 1 and len(lids):
        shells = shapely.polygons(shapely.get_exterior_ring(parts))
        lid, island = shapely.STRtree(shells).query(lids, predicate="contains")
        for i in np.unique(lid):
            lids[i] = shapely.difference(lids[i], shapely.union_all(shells[island[lid == i]]))
    pieces: Shapes = shapely.get_parts(lids)
    return pieces


def _multi_parts(sound: Shapes) -> tuple[MultiPart, ...]:
    found = []
    for i in np.flatnonzero(shapely.get_num_geometries(sound) > 1):
        areas = np.sort(shapely.area(shapely.get_parts(sound[i])))[::-1]
        found.append(MultiPart(int(i), tuple(float(area) for area in areas)))
    return tuple(found)


def _protrusions(sound: Shapes, outline: Polygon | MultiPolygon | None, overlap_m2: float) -> tuple[Protrusion, ...]:
    if outline is None:
        return ()
    shapely.prepare(outline)
    crossing = np.flatnonzero(~shapely.covers(outline, sound) & ~shapely.is_empty(sound))
    beyond = shapely.difference(sound[crossing], outline)
    large = shapely.area(beyond) > overlap_m2
    crossing, shapes = crossing[large], _polygonal(beyond[large])
    return tuple(
        Protrusion(int(i), float(shape.area), float(shape.area / sound[i].area), shape)
        for i, shape in zip(crossing, shapes, strict=True)
    )
