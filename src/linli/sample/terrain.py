"""Parcels with exactly shared borders, their neighbours, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Polygon

from linli.sample.streets import RIVER_V, Cut, Floats, bend, draw_streets

if TYPE_CHECKING:
    from pyproj import Transformer

ORIGIN_EAST_M, ORIGIN_NORTH_M = 502_600.0, 3_320_400.0
PROJECTED, GEOGRAPHIC = "EPSG:4544", "EPSG:4490"
VERTEX_SPACING_M = 55.0
OUTSIDE = -1
LEAST_BORDER_M = 7.0


@cache
def _projection() -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(PROJECTED, GEOGRAPHIC, always_xy=True)


def to_lonlat(local: Floats) -> Floats:
    """Return longitude and latitude (EPSG:4490, 8 decimals) of points in local metres, shape ``(n, 2)``.

    Local metres are those of the 3-degree zone around 105° E, counted from the district's middle.
    """
    lon, lat = _projection().transform(local[:, 0] + ORIGIN_EAST_M, local[:, 1] + ORIGIN_NORTH_M)
    return np.round(np.column_stack([lon, lat]), 8)


@dataclass(frozen=True, slots=True)
class Borders:
    """Shared borders: parcels ``a < b``, metres in all, metres that lie on no barrier, the cut they lie on."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    length_m: Floats
    free_m: Floats
    cut: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terrain:
    """The district's ground before anybody lives on it.

    Attributes:
        shapes: Parcels in local metres, ordered from north-west to south-east.
        outlines: The same parcels in longitude and latitude.
        centres: Their centroids, local metres, shape ``(n, 2)``.
        areas: Their areas in square metres.
        borders: Borders between two parcels.
        touches_edge: Whether a parcel lies at the district's outline.
        is_north: Whether it lies north of the river.
        cuts: All lines; ``paths`` and ``local_paths`` run along their middle, ``None`` where nothing is left.
        cuts_of: For each parcel the cuts along its border, the longest first.
    """

    shapes: tuple[Polygon, ...]
    outlines: tuple[Polygon, ...]
    centres: Floats
    areas: Floats
    borders: Borders
    touches_edge: NDArray[np.bool_]
    is_north: NDArray[np.bool_]
    cuts: tuple[Cut, ...]
    paths: tuple[LineString | None, ...]
    local_paths: tuple[LineString | None, ...]
    cuts_of: tuple[tuple[int, ...], ...]
    outline: Polygon


def make_terrain(rng: np.random.Generator, *, n_parcels: int) -> Terrain:
    """Draw the streets, bend them, and return parcels that cover the outline without gap or overlap.

    Raises:
        ValueError: Two parcels all but touch at a corner, so that nobody could say whether they
            are neighbours; another drawing is needed.
    """
    rings, cuts = draw_streets(rng, n_blocks=n_parcels)
    flat, vertex_rings = _shared_vertices(rings, n_parcels=n_parcels)
    local = np.round(bend(flat), 3)
    order = _reading_order(local, vertex_rings)
    vertex_rings = [vertex_rings[i] for i in order]
    lonlat = to_lonlat(local)
    shapes = tuple(Polygon(local[ring]) for ring in vertex_rings)
    outlines = tuple(Polygon(lonlat[ring]) for ring in vertex_rings)
    first, second, owner = _segments(vertex_rings)
    cut_of_segment = _cut_of_segments(flat, first, second, cuts)
    lengths = np.hypot(*(local[first] - local[second]).T)
    borders, edge = _borders(first, second, owner, lengths, cut_of_segment, cuts)
    if borders.length_m.min() < LEAST_BORDER_M:
        raise ValueError("two parcels all but touch at a corner")
    touches = np.zeros(len(shapes), dtype=bool)
    touches[edge] = True
    flat_middle = np.array([flat[ring].mean(axis=0) for ring in vertex_rings])
    points = [_along(cut, cut_of_segment == i, flat, first, second) for i, cut in enumerate(cuts)]
    merged = shapely.coverage_union_all(outlines)
    if not isinstance(merged, Polygon):
        raise ValueError("the parcels do not form one piece")
    return Terrain(
        shapes=shapes,
        outlines=outlines,
        centres=np.array([shape.centroid.coords[0] for shape in shapes]),
        areas=shapely.area(np.array(shapes)),
        borders=borders,
        touches_edge=touches,
        is_north=flat_middle[:, 1] > RIVER_V,
        cuts=tuple(cuts),
        paths=tuple(LineString(lonlat[p]) if len(p) > 1 else None for p in points),
        local_paths=tuple(LineString(local[p]) if len(p) > 1 else None for p in points),
        cuts_of=_cuts_of_parcels(len(shapes), owner, lengths, cut_of_segment),
        outline=Polygon(merged.exterior),
    )


def _shared_vertices(
    rings: list[list[tuple[float, float]]], *, n_parcels: int
) -> tuple[Floats, list[NDArray[np.int64]]]:
    """Node all rings together, add vertices for bending, and return a vertex table with index rings."""
    lines = [LineString([*ring, ring[0]]) for ring in rings]
    noded = shapely.segmentize(shapely.unary_union(lines, grid_size=0.01), VERTEX_SPACING_M)
    if not isinstance(noded, MultiLineString):
        raise ValueError("the streets do not form a net")
    faces = shapely.polygonize(list(noded.geoms)).geoms
    if len(faces) != n_parcels:
        raise ValueError(f"{len(faces)} parcels were drawn, {n_parcels} expected")
    oriented = [shapely.orient_polygons(face) for face in faces]
    coordinates = [np.round(np.asarray(face.exterior.coords)[:-1], 4) for face in oriented]
    table, index = np.unique(np.concatenate(coordinates), axis=0, return_inverse=True)
    return table, np.split(index.astype(np.int64).ravel(), np.cumsum([len(c) for c in coordinates])[:-1])


def _reading_order(local: Floats, rings: list[NDArray[np.int64]]) -> list[int]:
    """Order parcels in strips from north to south, each from west to east, as an office numbers them."""
    middle = np.array([local[ring].mean(axis=0) for ring in rings])
    return [int(i) for i in np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 400)))]


def _segments(rings: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    first = np.concatenate(rings)
    second = np.concatenate([np.roll(ring, -1) for ring in rings])
    owner = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    return first, second, owner


def _cut_of_segments(
    flat: Floats, first: NDArray[np.int64], second: NDArray[np.int64], cuts: list[Cut]
) -> NDArray[np.int64]:
    middle = shapely.points((flat[first] + flat[second]) / 2)
    tree = shapely.STRtree([LineString([cut.start, cut.end]) for cut in cuts])
    found = np.full(len(first), OUTSIDE, dtype=np.int64)
    segment, cut = tree.query(middle, predicate="dwithin", distance=0.08)
    # A later cut ends on an earlier one; the midpoint of a segment lies on one only.
    found[segment] = cut
    return found


def _borders(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    owner: NDArray[np.int64],
    lengths: Floats,
    cut_of_segment: NDArray[np.int64],
    cuts: list[Cut],
) -> tuple[Borders, NDArray[np.int64]]:
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((owner, high, low))
    low, high = low[order], high[order]
    twin = np.flatnonzero((low[1:] == low[:-1]) & (high[1:] == high[:-1]))
    single = np.ones(len(order), dtype=bool)
    single[twin] = single[twin + 1] = False
    a, b = owner[order[twin]], owner[order[twin + 1]]
    metres, cut = lengths[order[twin]], cut_of_segment[order[twin]]
    barrier = np.array([c.is_barrier for c in cuts] + [False])
    pairs, index = np.unique(np.column_stack([np.minimum(a, b), np.maximum(a, b)]), axis=0, return_inverse=True)
    index = index.ravel()
    total: Floats = np.bincount(index, metres, len(pairs)).astype(np.float64)
    free: Floats = np.bincount(index, np.where(barrier[cut], 0.0, metres), len(pairs)).astype(np.float64)
    main = np.full(len(pairs), OUTSIDE, dtype=np.int64)
    by_length = np.argsort(metres, kind="stable")
    main[index[by_length]] = cut[by_length]
    return Borders(pairs[:, 0], pairs[:, 1], total, free, main), np.unique(owner[order[single]])


def _along(
    cut: Cut, mine: NDArray[np.bool_], flat: Floats, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the vertices along a cut in order; empty when no parcel border lies on it."""
    used = np.unique(np.concatenate([first[mine], second[mine]]))
    way = np.subtract(cut.end, cut.start)
    ordered: NDArray[np.int64] = used[np.argsort(flat[used] @ way, kind="stable")]
    return ordered


def _cuts_of_parcels(
    n: int, owner: NDArray[np.int64], lengths: Floats, cut: NDArray[np.int64]
) -> tuple[tuple[int, ...], ...]:
    found: list[dict[int, float]] = [{} for _ in range(n)]
    for parcel, metres, line in zip(owner.tolist(), lengths.tolist(), cut.tolist(), strict=True):
        if line != OUTSIDE:
            found[parcel][line] = found[parcel].get(line, 0.0) + metres
    return tuple(tuple(sorted(lines, key=lambda line: (-lines[line], line))) for lines in found)
