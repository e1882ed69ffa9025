"""The frozen graph of parcels and the two ways to build it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engine.errors import GraphNotSound
from linli.engine.kernels import label_parts

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ParcelGraph:
    """Parcels (地块) and their common borders, in compressed sparse rows.

    Every border stands twice, once from each side. A barrier edge is a border along a river, railway or
    expressway without a crossing: it has a length, yet joins nothing. The arrays are read-only.

    Attributes:
        indptr: Row starts, shape ``(n + 1,)``.
        indices: Neighbours, ascending within a row, shape ``(m,)``.
        border_m: Length of the common border in metres, shape ``(m,)``; 0 for a registered crossing.
        barrier: Whether the border is a barrier, shape ``(m,)``.
        x: Easting of a point inside each parcel, shape ``(n,)``.
        y: Northing, shape ``(n,)``.
        area_m2: Area, shape ``(n,)``; 0 where unknown.
        component: Connected component over borders that are no barrier, shape ``(n,)``, numbered by first parcel.
    """

    indptr: Ints
    indices: Ints
    border_m: Floats
    barrier: Flags
    x: Floats
    y: Floats
    area_m2: Floats
    component: Ints

    @property
    def n(self) -> int:
        """Number of parcels."""
        return len(self.indptr) - 1

    def sources(self) -> Ints:
        """Return the parcel from which each directed edge starts, shape ``(m,)``."""
        return np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.indptr))

    def passable(self) -> tuple[Ints, Ints, Floats]:
        """Return rows, neighbours and border lengths without barrier edges."""
        keep = ~self.barrier
        counts = np.bincount(self.sources()[keep], minlength=self.n)
        indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        return indptr, self.indices[keep], self.border_m[keep]


def graph_from_edges(
    n: int,
    edges: ArrayLike,
    *,
    border_m: ArrayLike | None = None,
    barrier: ArrayLike | None = None,
    crossings: ArrayLike | None = None,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    area_m2: ArrayLike | None = None,
) -> ParcelGraph:
    """Build a graph from undirected pairs of parcels.

    Args:
        n: Number of parcels.
        edges: Pairs of parcel numbers, shape ``(e, 2)``, each pair once, in either direction.
        border_m: Length per pair; 1 where left out.
        barrier: Whether the pair touches only along a barrier; none where left out.
        crossings: Registered pairs that count as neighbours although they share no border or only a barrier
            (a bridge, an underpass, a registered exception), shape ``(c, 2)``.
        x: Easting per parcel; 0 where left out.
        y: Northing per parcel.
        area_m2: Area per parcel.

    Raises:
        GraphNotSound: A pair leaves the range, joins a parcel to itself or stands twice; an array has the
            wrong length, or a length that is negative or not finite.

    Examples:
        >>> graph = graph_from_edges(3, [(2, 1), (0, 1)], barrier=[True, False])
        >>> graph.indices.tolist(), graph.component.tolist()
        ([1, 0, 2, 1], [0, 0, 1])
    """
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    lengths = _floats(border_m, len(pairs), "border_m", 1.0)
    walls = np.zeros(len(pairs), dtype=np.bool_) if barrier is None else np.asarray(barrier, dtype=np.bool_)
    if walls.shape != (len(pairs),):
        raise GraphNotSound("barrier must have one value per pair", expected=len(pairs), came=walls.size)
    _check_pairs(pairs, n)
    keys = _pair_keys(pairs, n)
    if len(np.unique(keys)) != len(keys):
        twice = int(pairs[np.setdiff1d(np.arange(len(keys)), np.unique(keys, return_index=True)[1])[0], 0])
        raise GraphNotSound("a pair of parcels stands twice: add up its borders first", parcel=twice)
    if crossings is not None:
        pairs, lengths, walls = _with_crossings(pairs, lengths, walls, np.asarray(crossings, dtype=np.int64), n)
    tails = np.concatenate((pairs[:, 0], pairs[:, 1]))
    heads = np.concatenate((pairs[:, 1], pairs[:, 0]))
    order = np.lexsort((heads, tails))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=n))))
    return _frozen(
        indptr,
        heads[order],
        np.tile(lengths, 2)[order],
        np.tile(walls, 2)[order],
        _floats(x, n, "x", 0.0, signed=True),
        _floats(y, n, "y", 0.0, signed=True),
        _floats(area_m2, n, "area_m2", 0.0),
    )


def graph_from_csr(
    indptr: ArrayLike,
    indices: ArrayLike,
    *,
    border_m: ArrayLike | None = None,
    barrier: ArrayLike | None = None,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    area_m2: ArrayLike | None = None,
) -> ParcelGraph:
    """Build a graph from compressed rows in which every border stands from both sides.

    Raises:
        GraphNotSound: The rows are no graph, or one side of a border lacks or differs from the other.

    Examples:
        >>> graph_from_csr([0, 1, 2], [1, 0]).n
        2
    """
    rows = np.asarray(indptr, dtype=np.int64)
    heads = np.asarray(indices, dtype=np.int64)
    if rows.ndim != 1 or len(rows) == 0 or rows[0] != 0 or rows[-1] != len(heads) or (np.diff(rows) < 0).any():
        raise GraphNotSound("indptr must rise from 0 to the number of indices", expected=len(heads))
    n = len(rows) - 1
    tails = np.repeat(np.arange(n), np.diff(rows))
    _check_pairs(np.column_stack((tails, heads)), n)
    lengths = _floats(border_m, len(heads), "border_m", 1.0)
    walls = np.zeros(len(heads), dtype=np.bool_) if barrier is None else np.asarray(barrier, dtype=np.bool_)
    if walls.shape != heads.shape:
        raise GraphNotSound("barrier must have one value per edge", expected=len(heads), came=walls.size)
    there = np.lexsort((heads, tails))
    back = np.lexsort((tails, heads))
    same = np.array_equal(tails[there], heads[back]) and np.array_equal(heads[there], tails[back])
    if not same:
        raise GraphNotSound("a border stands from one side only: give both directions")
    if len(np.unique(tails * n + heads)) != len(heads):
        raise GraphNotSound("a pair of parcels stands twice: add up its borders first")
    if not np.allclose(lengths[there], lengths[back]) or not np.array_equal(walls[there], walls[back]):
        raise GraphNotSound("the two sides of a border differ in length or barrier")
    return _frozen(
        rows,
        heads[there],
        lengths[there],
        walls[there],
        _floats(x, n, "x", 0.0, signed=True),
        _floats(y, n, "y", 0.0, signed=True),
        _floats(area_m2, n, "area_m2", 0.0),
    )


def _frozen(
    indptr: NDArray[np.int64], indices: NDArray[np.int64], border_m: Floats, barrier: Flags, *places: Floats
) -> ParcelGraph:
    rows, heads = indptr.astype(np.int32), indices.astype(np.int32)
    n = len(rows) - 1
    tails = np.repeat(np.arange(n), np.diff(rows))
    kept = np.concatenate(([0], np.cumsum(np.bincount(tails[~barrier], minlength=n)))).astype(np.int32)
    component = label_parts(kept, heads[~barrier], np.zeros(n, dtype=np.int32))
    x, y, area_m2 = places
    graph = ParcelGraph(rows, heads, border_m, barrier, x, y, area_m2, component)
    for array in vars(graph).values():
        array.flags.writeable = False
    return graph


def _with_crossings(
    pairs: NDArray[np.int64], lengths: Floats, walls: Flags, crossings: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], Floats, Flags]:
    extra = crossings.reshape(-1, 2)
    _check_pairs(extra, n)
    extra = extra[np.unique(_pair_keys(extra, n), return_index=True)[1]]
    keys, opened = _pair_keys(pairs, n), _pair_keys(extra, n)
    walls = walls & ~np.isin(keys, opened)
    added = extra[~np.isin(opened, keys)]
    return (
        np.concatenate((pairs, added)),
        np.concatenate((lengths, np.zeros(len(added)))),
        np.concatenate((walls, np.zeros(len(added), dtype=np.bool_))),
    )


def _pair_keys(pairs: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return pairs.min(axis=1) * n + pairs.max(axis=1) if len(pairs) else np.zeros(0, dtype=np.int64)


def _check_pairs(pairs: NDArray[np.int64], n: int) -> None:
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= n):
        raise GraphNotSound("a neighbour is no parcel of this graph", parcels=n, largest=int(pairs.max()))
    loops = pairs[:, 0] == pairs[:, 1]
    if loops.any():
        raise GraphNotSound("a parcel neighbours itself", parcel=int(pairs[loops][0, 0]))


def _floats(values: ArrayLike | None, n: int, name: str, default: float, *, signed: bool = False) -> Floats:
    if values is None:
        return np.full(n, default)
    array = np.array(values, dtype=np.float64)
    if array.shape != (n,):
        raise GraphNotSound(f"{name} has the wrong length", expected=n, came=int(array.size))
    if not np.isfinite(array).all() or (not signed and (array < 0).any()):
        raise GraphNotSound(f"{name} must be finite{'' if signed else ' and not negative'}", name=name)
    return array
