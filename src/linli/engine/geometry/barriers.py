"""Barrier lines: a border along a river, railway or expressway is no adjacency."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engine.geometry.adjacency import Adjacency
from linli.engine.geometry.datum import as_points


def barrier_edges(
    adjacency: Adjacency,
    barrier_lines: ArrayLike,
    crossings: ArrayLike = (),
    *,
    reach_m: float = 10.0,
    least_share: float = 0.8,
    crossing_reach_m: float = 50.0,
) -> NDArray[np.bool_]:
    """Return which directed edges are cut by a barrier without a crossing.

    A shared border lies on a barrier when at least ``least_share`` of its length runs
    within ``reach_m`` of barrier lines. A crossing (bridge, underpass, level crossing)
    within ``crossing_reach_m`` of that border opens it.

    Args:
        adjacency: Neighbours with their border pieces, of ``m`` directed edges.
        barrier_lines: Lines in metres, shape ``(b,)``.
        crossings: Points in metres, shape ``(c, 2)``.
        reach_m: How far a border may run beside the line that it follows.
        least_share: Share of the border on barriers from which it counts as cut.
        crossing_reach_m: Greatest distance from a crossing to the border that it opens.

    Returns:
        One flag per directed edge, shape ``(m,)``, equal in both directions.

    Examples:
        >>> from linli.engine.geometry.adjacency import rook_adjacency
        >>> row = rook_adjacency([shapely.box(100 * i, 0, 100 * i + 100, 100) for i in range(3)])
        >>> river = [shapely.LineString([(100, -50), (100, 150)])]
        >>> barrier_edges(row, river)
        array([ True,  True, False, False])
        >>> barrier_edges(row, river, [(100, 120)]).any()
        np.False_
    """
    lines = np.asarray(barrier_lines, dtype=object)
    if not len(lines) or not len(adjacency.segments):
        return np.zeros(len(adjacency.indices), dtype=bool)
    pieces = shapely.linestrings(adjacency.segments.reshape(-1, 2, 2))
    n = max(adjacency.n_polygons, 1)
    pair = adjacency.segment_pair.astype(np.int64)
    keys, edge = np.unique(pair[:, 0] * n + pair[:, 1], return_inverse=True)
    length = shapely.length(pieces)
    on_barrier = length * _covered_share(adjacency.segments, lines, reach_m)
    share = np.bincount(edge, weights=on_barrier) / np.bincount(edge, weights=length)
    cut = share >= least_share
    points = as_points(crossings)
    if len(points):
        tree = shapely.STRtree(pieces)
        _, opened = tree.query(shapely.points(points), predicate="dwithin", distance=crossing_reach_m)
        cut[edge[opened]] = False
    source, target = adjacency.sources.astype(np.int64), adjacency.indices.astype(np.int64)
    directed = np.minimum(source, target) * n + np.maximum(source, target)
    return np.asarray(cut[np.searchsorted(keys, directed)], dtype=bool)


def _covered_share(segments: NDArray[np.float64], lines: NDArray[np.object_], reach_m: float) -> NDArray[np.float64]:
    """Return the share of each straight piece that runs within reach of the lines."""
    xy, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = line[1:] == line[:-1]
    reach = shapely.buffer(shapely.linestrings(np.stack((xy[:-1][same], xy[1:][same]), axis=1)), reach_m)
    pieces = shapely.linestrings(segments.reshape(-1, 2, 2))
    piece, near = shapely.STRtree(reach).query(pieces, predicate="intersects")
    inside = shapely.intersection(pieces[piece], reach[near])
    running = shapely.length(inside) > 0.0
    # The surroundings of a straight line are convex, so each holds one stretch of the piece.
    piece, ends = piece[running], shapely.get_coordinates(inside[running]).reshape(-1, 2, 2)
    start, run = segments[piece, :2], segments[piece, 2:] - segments[piece, :2]
    place = np.einsum("ijk,ik->ij", ends - start[:, None], run) / np.einsum("ij,ij->i", run, run)[:, None]
    # Stretches of piece i are laid out from 2i to 2i + 1, so one running maximum joins them all.
    stretch = np.clip(np.sort(place, axis=1), 0.0, 1.0) + 2.0 * piece[:, None]
    order = np.argsort(stretch[:, 0], kind="stable")
    piece, stretch = piece[order], stretch[order]
    reached = np.concatenate(([-1.0], np.maximum.accumulate(stretch[:, 1])))[:-1]
    fresh = np.maximum(stretch[:, 1] - np.maximum(stretch[:, 0], reached), 0.0)
    return np.bincount(piece, weights=fresh, minlength=len(segments)).astype(np.float64)


def without_edges(adjacency: Adjacency, barrier: NDArray[np.bool_]) -> Adjacency:
    """Return the adjacency without the marked directed edges (see `barrier_edges`).

    Raises:
        ValueError: There is not one flag per directed edge.
    """
    if barrier.shape != adjacency.indices.shape:
        raise ValueError(f"one flag per directed edge is needed: {len(adjacency.indices)}, got {barrier.shape}")
    n = max(adjacency.n_polygons, 1)
    open_edges = ~barrier
    kept_source = adjacency.sources[open_edges]
    indptr = np.zeros(adjacency.n_polygons + 1, dtype=np.int32)
    np.cumsum(np.bincount(kept_source, minlength=adjacency.n_polygons), out=indptr[1:])
    open_keys = kept_source.astype(np.int64) * n + adjacency.indices[open_edges]
    pair = adjacency.segment_pair.astype(np.int64)
    shown = np.isin(pair[:, 0] * n + pair[:, 1], open_keys)
    return Adjacency(
        indptr=indptr,
        indices=adjacency.indices[open_edges],
        length_m=adjacency.length_m[open_edges],
        segments=adjacency.segments[shown],
        segment_pair=adjacency.segment_pair[shown],
    )
