"""Which polygons share a border, and how long it is (rook adjacency)."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Indices = NDArray[np.int32]
Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Symmetric neighbour lists in CSR form, with the border pieces they come from.

    Attributes:
        indptr: Row starts, shape ``(n + 1,)``.
        indices: Neighbours of each polygon in ascending order, shape ``(m,)``.
        length_m: Length of the shared border per directed edge, shape ``(m,)``.
        segments: Shared border pieces ``x0, y0, x1, y1``, shape ``(s, 4)``.
        segment_pair: The two polygons of each piece, lower index first, shape ``(s, 2)``.
    """

    indptr: Indices
    indices: Indices
    length_m: Metres
    segments: NDArray[np.float64]
    segment_pair: Indices

    @property
    def n_polygons(self) -> int:
        """Number of polygons."""
        return len(self.indptr) - 1

    @property
    def sources(self) -> Indices:
        """Polygon at the tail of each directed edge, shape ``(m,)``."""
        return np.repeat(np.arange(self.n_polygons, dtype=np.int32), np.diff(self.indptr))

    def neighbours(self, polygon: int) -> Indices:
        """Return the neighbours of one polygon."""
        return self.indices[self.indptr[polygon] : self.indptr[polygon + 1]]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Straight border pieces: end vertices (indices into ``vertices``) and owning polygon."""

    vertices: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    owner: Indices

    def part(self, chosen: NDArray[np.bool_]) -> "_Pieces":
        return _Pieces(self.vertices, self.start[chosen], self.end[chosen], self.owner[chosen])


def rook_adjacency(polygons: ArrayLike, *, snap_m: float = 0.01, least_border_m: float = 0.0) -> Adjacency:
    """Return which polygons share a border of positive length.

    Borders with the same vertices are matched by a sort over all border pieces. What is
    left over (the outer border, and borders drawn twice with other vertices) goes through a
    slower pass: vertices closer than the tolerance become one, pieces are cut where a
    vertex of another polygon lies on them, and the cut pieces are matched again.

    Args:
        polygons: Polygons or multi-polygons in metres, shape ``(n,)``.
        snap_m: Borders that run within this distance of each other count as shared.
        least_border_m: Neighbours share more than this length.

    Returns:
        Neighbour lists; touching in a point is no adjacency.

    Raises:
        ValueError: The tolerance is negative.

    Notes:
        O(s log s) in the number of vertices. Polygons that overlap by more than the
        tolerance share no border there: audit the coverage first.

    Examples:
        >>> row = [shapely.box(i, 0, i + 1, 2) for i in range(3)]
        >>> rook = rook_adjacency(row)
        >>> rook.indptr, rook.indices, rook.length_m
        (array([0, 1, 3, 4], dtype=int32), array([1, 0, 2, 1], dtype=int32), array([2., 2., 2., 2.]))
    """
    if snap_m < 0:
        raise ValueError(f"the snapping tolerance must not be negative, got {snap_m}")
    shapes = np.asarray(polygons, dtype=object)
    pieces = _pieces(shapes)
    pairs, left, right, matched = _matches(pieces)
    segments = [np.hstack((pieces.vertices[left], pieces.vertices[right]))]
    rest = pieces.part(~matched)
    if snap_m > 0 and len(rest.start):
        nodes = _noded(rest, snap_m)
        more, left, right, _ = _matches(nodes)
        pairs = np.vstack((pairs, more))
        segments.append(np.hstack((nodes.vertices[left], nodes.vertices[right])))
    return _assembled(len(shapes), pairs, np.vstack(segments), least_border_m)


def _pieces(shapes: NDArray[np.object_]) -> _Pieces:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    # A complex number sorts by x, then y: one key per vertex without a structured view.
    keys, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    vertices = np.column_stack((keys.real, keys.imag))
    inside_ring = ring[1:] == ring[:-1]
    start, end = vertex[:-1][inside_ring], vertex[1:][inside_ring]
    owners = owner[part[ring[:-1][inside_ring]]].astype(np.int32)
    moved = start != end
    return _Pieces(vertices, start[moved], end[moved], owners[moved])


def _matches(pieces: _Pieces) -> tuple[Indices, NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return pairs of polygons that own the same piece, its two vertices, and which pieces matched."""
    low, high = np.minimum(pieces.start, pieces.end), np.maximum(pieces.start, pieces.end)
    key = low * np.int64(len(pieces.vertices)) + high
    order = np.lexsort((pieces.owner, key))
    key, owner = key[order], pieces.owner[order]
    matched = np.zeros(len(key), dtype=bool)
    firsts: list[NDArray[np.int64]] = []
    seconds: list[NDArray[np.int64]] = []
    # Where polygons overlap more than two may own one piece: compare at every distance that occurs.
    step = 1
    while step < len(key):
        same = np.flatnonzero(key[step:] == key[:-step])
        if not len(same):
            break
        same = same[owner[same] != owner[same + step]]
        firsts.append(order[same])
        seconds.append(order[same + step])
        step += 1
    first = np.concatenate(firsts) if firsts else np.empty(0, dtype=np.int64)
    second = np.concatenate(seconds) if seconds else np.empty(0, dtype=np.int64)
    matched[first] = matched[second] = True
    pairs = np.column_stack((pieces.owner[first], pieces.owner[second]))
    return pairs.reshape(-1, 2), low[first], high[first], matched


def _noded(pieces: _Pieces, snap_m: float) -> _Pieces:
    """Merge close vertices and cut pieces at the vertices that lie on them."""
    used = np.unique(np.concatenate((pieces.start, pieces.end)))
    merged = _merged(pieces.vertices[used], snap_m)
    kept, place = np.unique(merged, return_inverse=True)
    vertices = pieces.vertices[used[kept]]
    start, end = place[np.searchsorted(used, pieces.start)], place[np.searchsorted(used, pieces.end)]
    moved = start != end
    start, end, owner = start[moved], end[moved], pieces.owner[moved]
    lines = shapely.linestrings(np.stack((vertices[start], vertices[end]), axis=1))
    tree = shapely.STRtree(shapely.points(vertices))
    piece, node = tree.query(lines, predicate="dwithin", distance=snap_m)
    run = vertices[end] - vertices[start]
    ahead = np.einsum("ij,ij->i", vertices[node] - vertices[start[piece]], run[piece])
    along = ahead / np.einsum("ij,ij->i", run, run)[piece]
    inner = (node != start[piece]) & (node != end[piece]) & (along > 0.0) & (along < 1.0)
    everything = np.arange(len(start))
    where = np.concatenate((everything, piece[inner], everything))
    stop = np.concatenate((start, node[inner], end))
    order = np.lexsort((np.concatenate((np.zeros(len(start)), along[inner], np.ones(len(start)))), where))
    where, stop = where[order], stop[order]
    joined = (where[1:] == where[:-1]) & (stop[1:] != stop[:-1])
    return _Pieces(vertices, stop[:-1][joined], stop[1:][joined], owner[where[:-1][joined]])


def _merged(vertices: NDArray[np.float64], snap_m: float) -> NDArray[np.int64]:
    """Return for each vertex the lowest-numbered vertex of its cluster."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    n = len(vertices)
    close = cKDTree(vertices).query_pairs(snap_m, output_type="ndarray")
    graph = coo_array((np.ones(len(close), dtype=np.int8), (close[:, 0], close[:, 1])), shape=(n, n))
    _, cluster = connected_components(graph, directed=False)
    lowest = np.full(n, n, dtype=np.int64)
    np.minimum.at(lowest, cluster, np.arange(n))
    return np.asarray(lowest[cluster], dtype=np.int64)


def _assembled(n: int, pairs: Indices, segments: NDArray[np.float64], least_border_m: float) -> Adjacency:
    low, high = pairs.min(axis=1, initial=n), pairs.max(axis=1, initial=-1)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    keys, edge = np.unique(low.astype(np.int64) * max(n, 1) + high, return_inverse=True)
    # Summed in the order of the pieces' coordinates: the same bits for any order of the input.
    order = np.lexsort((*segments.T[::-1], edge))
    total: Metres = np.bincount(edge[order], weights=length[order], minlength=len(keys)).astype(np.float64)
    kept = total > least_border_m
    one, other, total = keys[kept] // max(n, 1), keys[kept] % max(n, 1), total[kept]
    source, target = np.concatenate((one, other)), np.concatenate((other, one))
    csr = np.lexsort((target, source))
    indptr = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=n), out=indptr[1:])
    shown = order[kept[edge[order]]]
    return Adjacency(
        indptr=indptr,
        indices=target[csr].astype(np.int32),
        length_m=np.concatenate((total, total))[csr],
        segments=segments[shown],
        segment_pair=np.column_stack((low[shown], high[shown])).astype(np.int32),
    )
