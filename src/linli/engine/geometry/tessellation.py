"""Derived parcels: a district cut up around points where no outlines are known.

The outline is first cut along roads and water into blocks, then each block among the
points in it, each place going to the nearest point of its block. The result covers the
outline exactly and shares every vertex, so it is a valid coverage.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from linli.engine.geometry.adjacency import rook_adjacency
from linli.engine.geometry.datum import Points, as_points

Shapes = NDArray[np.object_]
_OVERSHOOT_M = 1e-4
_TOUCH_M = 1e-7
_VORONOI_GRID_M = 0.01
_SLIDES_M = np.array(sorted(np.arange(-100, 101) * 1e-8, key=abs))
_NO_LABEL = -1


@dataclass(frozen=True, slots=True)
class Tessellation:
    """Cells that cover an outline, and where the points went.

    Attributes:
        cells: Polygons in metres, shape ``(k,)``, ordered by their western, then
            southern edge.
        point_of_cell: The cell's point with the lowest index, shape ``(k,)``; -1 for a
            block without points.
        cell_of_point: Shape ``(n,)``; -1 for refused points.
        is_shared: Another point shares the cell, shape ``(n,)``.
        is_snapped: The point lay outside and was moved to the outline, shape ``(n,)``.
        is_refused: The point lay too far outside, or is not finite, shape ``(n,)``.
    """

    cells: Shapes
    point_of_cell: NDArray[np.int32]
    cell_of_point: NDArray[np.int32]
    is_shared: NDArray[np.bool_]
    is_snapped: NDArray[np.bool_]
    is_refused: NDArray[np.bool_]


def tessellate(
    outline: Polygon | MultiPolygon,
    points: ArrayLike,
    lines: ArrayLike = (),
    *,
    share_m: float = 1.0,
    snap_m: float = 100.0,
    least_cell_m2: float = 1.0,
) -> Tessellation:
    """Cut an outline into derived parcels, one around each point.

    Args:
        outline: District outline in metres.
        points: Compounds in metres, shape ``(n, 2)``.
        lines: Roads, water and the like in metres; lines that do not cut an area off are
            without effect.
        share_m: Points up to this distance apart share a cell.
        snap_m: Points up to this far outside are moved to the outline; farther ones are
            refused.
        least_cell_m2: Smaller scraps without a point are joined to the neighbour with the
            longest common border.

    Raises:
        ValueError: The outline is empty or invalid.

    Notes:
        Cell corners inside blocks are rounded to 1 cm, corners on the outline not at all.
        A piece of a cell that a bend of its block cuts off from its point goes to a
        neighbour in the same block: every cell with a point is one polygon.

    Examples:
        >>> made = tessellate(shapely.box(0, 0, 40, 20), [(10, 10), (30, 10), (10.5, 10)])
        >>> [cell.area for cell in made.cells], made.cell_of_point
        ([400.0, 400.0], array([0, 1, 0], dtype=int32))
    """
    if outline.is_empty or not outline.is_valid:
        raise ValueError(f"the outline must be a valid area, got: {shapely.is_valid_reason(outline)}")
    places, snapped, refused = _placed(outline, as_points(points), snap_m)
    sites, site_of_point = _sites(places, ~refused, share_m)
    cuts = [outline.boundary, *_clipped(np.asarray(lines, dtype=object), outline)]
    blocks = _polygonised(cuts, outline)
    block_of_site = _nearest(blocks, sites)
    faces = _polygonised([*cuts, *_site_borders(blocks, sites, block_of_site)], outline)
    faces = _settled(faces, outline)
    label = _labels(faces, blocks, sites, block_of_site, least_cell_m2)
    cells, cell_of_face = _cells(faces, label)
    cell_of_site = cell_of_face[_home_face(faces, label, sites)]
    cell_of_point = np.where(refused, -1, np.append(cell_of_site, -1)[site_of_point]).astype(np.int32)
    taken = np.flatnonzero(~refused)
    point_of_cell = np.full(len(cells), len(places), dtype=np.int32)
    np.minimum.at(point_of_cell, cell_of_point[taken], taken.astype(np.int32))
    point_of_cell[point_of_cell == len(places)] = -1
    members = np.bincount(cell_of_point[taken], minlength=len(cells))
    return Tessellation(
        cells=cells,
        point_of_cell=point_of_cell,
        cell_of_point=cell_of_point,
        is_shared=(members[cell_of_point] > 1) & ~refused,
        is_snapped=snapped,
        is_refused=refused,
    )


def _placed(
    outline: Polygon | MultiPolygon, points: Points, snap_m: float
) -> tuple[Points, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the points, those just outside moved to the outline, and the flags snapped and refused."""
    refused = np.asarray(~np.isfinite(points).all(axis=1), dtype=bool)
    places = np.where(refused[:, None], 0.0, points)
    spots = shapely.points(places)
    away = np.where(refused, 0.0, shapely.distance(spots, outline))
    snapped = np.asarray((away > 0.0) & (away <= snap_m), dtype=bool)
    bridge = shapely.shortest_line(outline, spots[snapped])
    places[snapped] = shapely.get_coordinates(bridge)[::2]
    return places, snapped, refused | (away > snap_m)


def _sites(places: Points, taken: NDArray[np.bool_], share_m: float) -> tuple[Points, NDArray[np.int64]]:
    """Return one place per cluster of close points, by x then y, and the site of each point.

    A cluster stands at its westernmost point, whatever the order of the input. Points that
    are not taken get -1.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    used = np.flatnonzero(taken)
    used = used[np.lexsort((places[used, 1], places[used, 0]))]
    site_of_point = np.full(len(places), -1, dtype=np.int64)
    if not len(used):
        return np.empty((0, 2)), site_of_point
    close = cKDTree(places[used]).query_pairs(share_m, output_type="ndarray")
    graph = coo_array((np.ones(len(close)), (close[:, 0], close[:, 1])), shape=(len(used), len(used)))
    _, cluster = connected_components(graph, directed=False)
    _, first, inverse = np.unique(cluster, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    site_of_point[used] = rank[inverse]
    return places[used[first[order]]], site_of_point


def _clipped(lines: Shapes, area: Polygon | MultiPolygon) -> list[shapely.Geometry]:
    # A little beyond the border, so that noding finds a true crossing there; polygonising
    # drops the loose ends.
    kept = shapely.intersection(lines, shapely.buffer(area, _OVERSHOOT_M, join_style="mitre"))
    return [line for line in np.atleast_1d(kept) if not line.is_empty]


def _polygonised(linework: list[shapely.Geometry], outline: Polygon | MultiPolygon) -> Shapes:
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(linework))))
    shapely.prepare(outline)
    inside: Shapes = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    return inside


def _settled(faces: Shapes, outline: Polygon | MultiPolygon) -> Shapes:
    """Slide new corners along the outline to where floating point comes closest to it.

    Northings of millions of metres are a nanometre apart, so a corner between two vertices
    of the outline seldom lies on it. Sliding it by up to a micrometre finds a representable
    place some fifty times closer, which keeps the covered area equal to the outline's.
    """
    ends, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(outline)), return_index=True)
    same = ring[1:] == ring[:-1]
    tail, head = ends[:-1][same], ends[1:][same]
    keys = np.unique(shapely.get_coordinates(faces) @ np.array([1.0, 1j]))
    keys = keys[~np.isin(keys, ends @ np.array([1.0, 1j]))]
    corners = np.column_stack((keys.real, keys.imag))
    edges = shapely.STRtree(shapely.linestrings(np.stack((tail, head), axis=1)))
    corner, edge = edges.query(shapely.points(corners), predicate="dwithin", distance=_TOUCH_M)
    corner, first = np.unique(corner, return_index=True)
    if not len(corner):
        return faces
    tail, run = tail[edge[first]], (head - tail)[edge[first]]
    run /= np.hypot(run[:, 0], run[:, 1])[:, None]
    tries = corners[corner][:, None, :] + _SLIDES_M[None, :, None] * run[:, None, :]
    offset = tries - tail[:, None, :]
    miss = np.abs(offset[..., 0] * run[:, None, 1] - offset[..., 1] * run[:, None, 0])
    better = tries[np.arange(len(corner)), miss.argmin(axis=1)]
    moving = keys[corner]

    def slid(vertices: Points) -> Points:
        here = vertices @ np.array([1.0, 1j])
        at = np.minimum(np.searchsorted(moving, here), len(moving) - 1)
        return np.where((moving[at] == here)[:, None], better[at], vertices)

    return np.atleast_1d(shapely.transform(faces, slid))


def _nearest(areas: Shapes, places: Points) -> NDArray[np.int64]:
    """Return the area that holds each place, or the nearest; of several the first."""
    place, area = shapely.STRtree(areas).query_nearest(shapely.points(places), all_matches=True)
    first = np.full(len(places), len(areas), dtype=np.int64)
    np.minimum.at(first, place, area)
    return first


def _site_borders(blocks: Shapes, sites: Points, block_of_site: NDArray[np.int64]) -> list[shapely.Geometry]:
    """Return the lines halfway between the sites of each block."""
    borders: list[shapely.Geometry] = []
    block, count = np.unique(block_of_site, return_counts=True)
    for i in block[count > 1]:
        area = blocks[i]
        inside = shapely.multipoints(sites[block_of_site == i])
        edges = shapely.voronoi_polygons(inside, extend_to=area, only_edges=True)
        # Points on a lattice give bundles of corners a nanometre apart: the grid makes them one.
        # It is taken off again, or clipping would round the ends away from the block's border.
        rounded = shapely.set_precision(shapely.set_precision(edges, _VORONOI_GRID_M), 0.0)
        borders += _clipped(shapely.get_parts(rounded), area)
    return borders


def _labels(
    faces: Shapes, blocks: Shapes, sites: Points, block_of_site: NDArray[np.int64], least_cell_m2: float
) -> NDArray[np.int64]:
    """Return the cell label per face: the site, or the number of sites plus the block without any."""
    from scipy.spatial import cKDTree

    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    block = _nearest(blocks, inner)
    label = len(sites) + block
    for i in np.unique(block_of_site):
        here = np.flatnonzero(block_of_site == i)
        mine = block == i
        label[mine] = here[cKDTree(sites[here]).query(inner[mine])[1]]
    with_site = np.flatnonzero(label < len(sites))
    away = shapely.distance(faces[with_site], shapely.points(sites[label[with_site]]))
    # The face that holds the site comes first, of several that touch it the largest.
    order = with_site[np.lexsort((-shapely.area(faces[with_site]), away, label[with_site]))]
    _, first = np.unique(label[order], return_index=True)
    homeless = (shapely.area(faces) < least_cell_m2) | (label < len(sites))
    homeless[order[first]] = False
    return _adopted(faces, block, np.where(homeless, _NO_LABEL, label), label)


def _adopted(
    faces: Shapes, block: NDArray[np.int64], label: NDArray[np.int64], otherwise: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give faces without a label that of the neighbour with the longest border, own block first."""
    rook = rook_adjacency(faces, snap_m=0.0)
    source, target = rook.sources, rook.indices
    for reachable in (block[source] == block[target], np.ones(len(source), dtype=bool)):
        while True:
            edge = np.flatnonzero(reachable & (label[source] == _NO_LABEL) & (label[target] != _NO_LABEL))
            if not len(edge):
                break
            edge = edge[np.lexsort((label[target[edge]], -rook.length_m[edge], source[edge]))]
            face, first = np.unique(source[edge], return_index=True)
            label[face] = label[target[edge[first]]]
    return np.where(label == _NO_LABEL, otherwise, label)


def _cells(faces: Shapes, label: NDArray[np.int64]) -> tuple[Shapes, NDArray[np.int64]]:
    """Join the faces of each label; return the cells in their order and the cell of each face."""
    _, group = np.unique(label, return_inverse=True)
    order = np.argsort(group, kind="stable")
    members = np.split(faces[order], np.flatnonzero(np.diff(group[order])) + 1)
    joined = [part[0] if len(part) == 1 else shapely.coverage_union_all(part) for part in members]
    cells = shapely.normalize(np.array([_single(shape) for shape in joined], dtype=object))
    bounds = shapely.bounds(cells)
    place = np.lexsort((shapely.area(cells), bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))
    rank = np.empty(len(cells), dtype=np.int64)
    rank[place] = np.arange(len(cells))
    return cells[place], rank[group]


def _single(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _home_face(faces: Shapes, label: NDArray[np.int64], sites: Points) -> NDArray[np.int64]:
    """Return a face of each site's cell; the nearest face for a site whose cell is too thin to draw."""
    home = _nearest(faces, sites)
    with_site = np.flatnonzero(label < len(sites))
    home[label[with_site[::-1]]] = with_site[::-1]
    return home
