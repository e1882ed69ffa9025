"""ReCom and reversible ReCom, compiled. Import through `linli.engine.kernels`."""

# ruff: noqa: D103  (compiled functions take arrays only; `walks` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from linli.engine.kernels.shapes import Ints, Longs, Stream
from linli.engine.kernels.trees import Forest, Words, forest_of, minimum_tree, next_below, root_by_leaves, uniform_tree

#: Trees drawn for one pair of labels before another pair is tried, and pairs tried before the chain gives up.
_TREES, _PAIRS = 1000, 1000


class Piece(NamedTuple):
    """Two labels thrown together, with local numbers; scratch that is kept from step to step.

    ``edges`` hold ``tail << 32 | head``; ``rows`` and ``ends`` are the same edges in compressed rows; ``above``,
    ``order`` and ``below`` describe a rooted tree; ``cuts`` are the places in its order where it may be cut, from the
    last to the first; ``weight`` is the size of each node.
    """

    members: Ints
    place: Ints
    weight: Longs
    edges: Words
    rows: Ints
    ends: Ints
    above: Ints
    order: Ints
    below: Longs
    cuts: Ints
    side: Ints
    forest: Forest


class Lists(NamedTuple):
    """The nodes of each label as a linked list: the first of a label, and the one that follows a node; -1 ends."""

    first: Ints
    following: Ints


@njit(cache=True, nogil=True)
def _scratch(n: int, n_arcs: int) -> Piece:
    return Piece(
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int64),
        np.empty(n_arcs // 2 + 1, dtype=np.uint64),
        np.empty(n + 1, dtype=np.int32),
        np.empty(n_arcs, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        forest_of(n, n_arcs // 2),
    )


@njit(cache=True, nogil=True)
def _lists(label: Ints, k: int) -> Lists:
    first = np.full(k, -1, dtype=np.int32)
    following = np.empty(len(label), dtype=np.int32)
    for u in range(len(label) - 1, -1, -1):
        following[u] = first[label[u]]
        first[label[u]] = u
    return Lists(first, following)


@njit(cache=True, nogil=True)
def _cut_arcs(source: Ints, indices: Ints, label: Ints) -> int:
    cut = 0
    for e in range(len(indices)):
        cut += label[source[e]] != label[indices[e]]
    return cut


@njit(cache=True, nogil=True)
def _gather(
    indptr: Ints,
    indices: Ints,
    size: Longs,
    label: Ints,
    lists: Lists,
    a: int,
    b: int,
    piece: Piece,
    wants_rows: bool,
) -> tuple[int, int, int]:
    """Number the nodes of two labels locally; return how many nodes, edges, and edges between the two."""
    m = 0
    for c in (a, b):
        u = lists.first[c]
        while u >= 0:
            piece.members[m] = u
            piece.place[u] = m
            piece.weight[m] = size[u]
            m += 1
            u = lists.following[u]
    n_edges, seam, fill = 0, 0, 0
    for i in range(m):
        u = piece.members[i]
        own = label[u]
        if wants_rows:
            piece.rows[i] = fill
        for e in range(indptr[u], indptr[u + 1]):
            there = label[indices[e]]
            if there != a and there != b:
                continue
            j = piece.place[indices[e]]
            if wants_rows:
                piece.ends[fill] = j
                fill += 1
            # Written each time and counted once: whether j lies behind i is no better than chance.
            piece.edges[n_edges] = (np.uint64(i) << np.uint64(32)) | np.uint64(j)
            n_edges += j > i
            seam += (j > i) & (there != own)
    if wants_rows:
        piece.rows[m] = fill
    return m, n_edges, seam


@njit(cache=True, nogil=True)
def _draw_minimum(m: int, n_edges: int, piece: Piece, stream: Stream) -> None:
    forest = piece.forest
    minimum_tree(m, n_edges, piece.edges, forest, stream)
    root_by_leaves(m, forest.chosen, piece.above, piece.order, forest.hook, forest.group)


@njit(cache=True, nogil=True)
def _weigh(m: int, whole: int, low: int, high: int, piece: Piece) -> int:
    """Sum up the tree; return how many of its edges cut it into two parts within the limits."""
    below, order, above, cuts = piece.below, piece.order, piece.above, piece.cuts
    for i in range(m):
        below[i] = piece.weight[i]
    least, most = max(low, whole - high), min(high, whole - low)
    found = 0
    for at in range(m - 1, 0, -1):
        i = order[at]
        here = below[i]
        below[above[i]] += here
        cuts[found] = at
        found += (least <= here) & (here <= most)
    return found


@njit(cache=True, nogil=True)
def _cut(m: int, n_edges: int, start: int, piece: Piece) -> int:
    """Mark the part of the tree from place ``start`` of its order down; return the edges between the two parts."""
    side, order = piece.side, piece.order
    for at in range(start):
        side[order[at]] = 0
    side[order[start]] = 1
    for at in range(start + 1, m):
        side[order[at]] = side[piece.above[order[at]]]
    seam = 0
    for at in range(n_edges):
        edge = piece.edges[at]
        seam += side[edge >> np.uint64(32)] ^ side[edge & np.uint64(0xFFFFFFFF)]
    return seam


@njit(cache=True, nogil=True)
def _give(m: int, size: Longs, a: int, b: int, piece: Piece, label: Ints, total: Longs, lists: Lists) -> None:
    """Hand the two parts to the two labels, so that most nodes keep theirs."""
    kept = 0
    for i in range(m):
        kept += (label[piece.members[i]] == a) == (piece.side[i] == 1)
    one, other = (a, b) if 2 * kept >= m else (b, a)
    for c in (a, b):
        lists.first[c] = -1
        total[c] = 0
    for i in range(m - 1, -1, -1):
        u = piece.members[i]
        c = one if piece.side[i] == 1 else other
        label[u] = c
        total[c] += size[u]
        lists.following[u] = lists.first[c]
        lists.first[c] = u


@njit(cache=True, nogil=True)
def recombine(
    indptr: Ints,
    indices: Ints,
    source: Ints,
    size: Longs,
    low: int,
    high: int,
    label: Ints,
    total: Longs,
    steps: int,
    uniform: bool,
    cut_edges: Longs,
    stream: Stream,
) -> tuple[int, int]:
    piece, lists = _scratch(len(label), len(indices)), _lists(label, len(total))
    cut = _cut_arcs(source, indices, label) // 2
    trees = 0
    for step in range(steps):
        found, pairs = 0, 0
        while found == 0:
            if cut == 0 or pairs == _PAIRS:
                return step, trees
            e = next_below(stream, len(indices))
            a, b = label[source[e]], label[indices[e]]
            if a == b:
                continue
            pairs += 1
            m, n_edges, seam = _gather(indptr, indices, size, label, lists, a, b, piece, uniform)
            for _ in range(_TREES):
                trees += 1
                if uniform:
                    root = piece.place[source[e]]
                    uniform_tree(m, root, piece.rows, piece.ends, piece.above, piece.order, piece.side, stream)
                else:
                    _draw_minimum(m, n_edges, piece, stream)
                found = _weigh(m, total[a] + total[b], low, high, piece)
                if found > 0:
                    break
        cut += _cut(m, n_edges, piece.cuts[next_below(stream, found)], piece) - seam
        _give(m, size, a, b, piece, label, total, lists)
        cut_edges[step] = cut
    return steps, trees


@njit(cache=True, nogil=True)
def recombine_reversibly(
    indptr: Ints,
    indices: Ints,
    source: Ints,
    size: Longs,
    low: int,
    high: int,
    label: Ints,
    total: Longs,
    steps: int,
    most_cuts: int,
    cut_edges: Longs,
    stream: Stream,
) -> tuple[int, int]:
    piece, lists = _scratch(len(label), len(indices)), _lists(label, len(total))
    cut = _cut_arcs(source, indices, label) // 2
    taken, widest = 0, 0
    for step in range(steps):
        a = next_below(stream, len(total))
        b = next_below(stream, len(total) - 1)
        b += b >= a
        m, n_edges, seam = _gather(indptr, indices, size, label, lists, a, b, piece, True)
        if seam > 0:
            uniform_tree(m, 0, piece.rows, piece.ends, piece.above, piece.order, piece.side, stream)
            found = _weigh(m, total[a] + total[b], low, high, piece)
            widest = max(widest, found)
            chosen = next_below(stream, most_cuts)
            if chosen < found:
                fresh = _cut(m, n_edges, piece.cuts[chosen], piece)
                if next_below(stream, fresh) == 0:
                    _give(m, size, a, b, piece, label, total, lists)
                    cut += fresh - seam
                    taken += 1
        cut_edges[step] = cut
    return taken, widest
