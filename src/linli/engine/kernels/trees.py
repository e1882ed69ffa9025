"""Random spanning trees of a piece of a graph, compiled. Import only through `linli.engine.kernels`.

A piece is given by local nodes ``0 … m - 1`` and its undirected edges. A tree comes as the node above each node, -1
for its root, and as an order of nodes in which each comes after the one above it. The caller lends the scratch and
keeps it from step to step: allocating it anew would cost more than the tree.

Numba's cache looks at the file of a function alone; settings name its folder by all sources of this package, so that
a change here reaches the files that call it.
"""

# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from linli.engine.kernels.shapes import Ints, Stream

#: Words without sign: an index that cannot be negative is looked up without asking whether it is.
Words = NDArray[np.uint64]
Places = NDArray[np.uint32]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_HALF, _LOW_WORD, _ALL = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGH_WORD = np.uint64(0xFFFFFFFF00000000)


class Forest(NamedTuple):
    """Scratch for drawing minimum trees of up to ``n`` nodes and ``e`` edges.

    Attributes:
        chosen: The edges of the tree drawn last, shape ``(n,)``, of which the first ``m - 1`` count.
        ends: The trees that an edge joins, ``one << 32 | other``, shape ``(e,)``.
        keys: Weight and number of an edge, ``weight << 32 | number``, shape ``(e,)``.
        best: Least key at each tree, shape ``(n,)``.
        hook: The tree to which each tree is hooked, shape ``(n,)``.
        group: The tree that each node belongs to, shape ``(n,)``.
    """

    chosen: Words
    ends: Words
    keys: Words
    best: Words
    hook: Places
    group: Places


@njit(cache=True, nogil=True)
def forest_of(n: int, n_edges: int) -> Forest:
    """Lend the scratch."""
    return Forest(
        np.empty(n, dtype=np.uint64),
        np.empty(n_edges, dtype=np.uint64),
        np.empty(n_edges, dtype=np.uint64),
        np.empty(n, dtype=np.uint64),
        np.empty(n, dtype=np.uint32),
        np.empty(n, dtype=np.uint32),
    )


@njit(cache=True, nogil=True, inline="always")
def _scrambled(state: np.uint64) -> np.uint64:
    z = uint64((state ^ (state >> uint64(30))) * _MIX_1)
    z = uint64((z ^ (z >> uint64(27))) * _MIX_2)
    return z ^ (z >> uint64(31))


@njit(cache=True, nogil=True, inline="always")
def next_below(stream: Stream, n: int) -> int:
    """Return a number of 0 … n - 1 from a SplitMix64 stream, by multiplying and shifting (Lemire 2019).

    The bias is below n / 2^32, far below what any statistic of a chain can show.
    """
    stream[0] = stream[0] + _GAMMA
    return np.int64(((_scrambled(stream[0]) >> _HALF) * uint64(n)) >> _HALF)  # type: ignore[return-value]


@njit(cache=True, nogil=True)
def _draw_keys(n_edges: int, keys: Words, stream: Stream) -> None:
    # The words do not wait for one another, so that the compiler draws several at once.
    state = stream[0]
    for e in range(uint64(n_edges)):
        keys[e] = (_scrambled(state + (e + uint64(1)) * _GAMMA) & _HIGH_WORD) | e
    stream[0] = state + uint64(n_edges) * _GAMMA


@njit(cache=True, nogil=True)
def _find_best(trees: np.uint64, live: np.uint64, ends: Words, keys: Words, best: Words) -> None:
    for c in range(trees):
        best[c] = _ALL
    for e in range(live):
        one, other, key = ends[e] >> _HALF, ends[e] & _LOW_WORD, keys[e]
        best[one] = min(best[one], key)
        best[other] = min(best[other], key)


@njit(cache=True, nogil=True)
def _join(trees: np.uint64, taken: np.uint64, edges: Words, forest: Forest) -> np.uint64:
    """Hook each tree to the one behind its best edge; of two that chose the same edge, the first stays a root."""
    best, group = forest.best, forest.group
    for c in range(trees):
        edge = edges[best[c] & _LOW_WORD]
        other = uint64(group[edge >> _HALF]) ^ uint64(group[edge & _LOW_WORD]) ^ c
        is_root = (best[other] == best[c]) & (c < other)
        forest.hook[c] = c if is_root else other
        forest.chosen[taken] = edge
        taken += uint64(not is_root)
    return taken


@njit(cache=True, nogil=True)
def _number(trees: np.uint64, forest: Forest) -> np.uint64:
    """Write the new number of each tree over ``best``; return how many trees are left."""
    best, hook = forest.best, forest.hook
    moving = True
    while moving:
        moving = False
        for c in range(trees):
            up = hook[hook[c]]
            moving |= up != hook[c]
            hook[c] = up
    left = uint64(0)
    for c in range(trees):
        is_root = hook[c] == c
        best[c] = left if is_root else best[c]
        left += uint64(is_root)
    for c in range(trees):
        best[c] = best[hook[c]]
    return left


@njit(cache=True, nogil=True)
def _contract(live: np.uint64, ends: Words, forest: Forest) -> np.uint64:
    """Keep the edges that still join two trees; return how many."""
    best, keys = forest.best, forest.keys
    kept = uint64(0)
    for e in range(live):
        one, other = best[ends[e] >> _HALF], best[ends[e] & _LOW_WORD]
        keys[kept] = keys[e]
        forest.ends[kept] = (one << _HALF) | other
        kept += uint64(one != other)
    return kept


@njit(cache=True, nogil=True)
def minimum_tree(m: int, n_edges: int, edges: Words, forest: Forest, stream: Stream) -> None:
    """Draw the minimum tree of random weights into ``forest.chosen``, by the rounds of Borůvka (1926).

    In each round every tree takes the lightest edge that leaves it. The loops hold no branch that hangs on chance:
    a processor that guesses wrong at every second edge would spend most of its time on that.

    Args:
        m: Number of nodes of the piece, which is whole.
        n_edges: Number of its edges.
        edges: ``tail << 32 | head``, shape ``(n_edges,)``; left as they are.
        forest: Scratch, and the answer. Weights have 32 bits; equal ones are told apart by the edge's number.
        stream: State of the random stream; advanced by one word for each edge.
    """
    _draw_keys(n_edges, forest.keys, stream)
    for i in range(uint64(m)):
        forest.group[i] = i
    if m == 1:
        return
    trees, live = uint64(m), uint64(n_edges)
    _find_best(trees, live, edges, forest.keys, forest.best)
    taken = _join(trees, uint64(0), edges, forest)
    ends = edges
    while taken < uint64(m - 1):
        trees = _number(trees, forest)
        for i in range(uint64(m)):
            forest.group[i] = forest.best[forest.group[i]]
        live = _contract(live, ends, forest)
        ends = forest.ends
        _find_best(trees, live, ends, forest.keys, forest.best)
        taken = _join(trees, taken, edges, forest)


@njit(cache=True, nogil=True)
def root_by_leaves(m: int, edges: Words, above: Ints, order: Ints, degree: Places, joint: Places) -> None:
    """Root a tree by taking off leaves; the joint of a node is the exclusive or of its neighbours, one at the end."""
    for i in range(uint64(m)):
        degree[i] = 0
        joint[i] = 0
    for at in range(uint64(m - 1)):
        tail, head = edges[at] >> _HALF, edges[at] & _LOW_WORD
        degree[tail] += np.uint32(1)
        degree[head] += np.uint32(1)
        joint[tail] ^= np.uint32(head)
        joint[head] ^= np.uint32(tail)
    # The order is filled from its end with the leaves in the order in which they turn up.
    last = uint64(m - 1)
    found = uint64(0)
    for i in range(uint64(m)):
        order[last - found] = i
        found += uint64((degree[i] == 1) & (found < last))
    for at in range(last):
        leaf = uint64(order[last - at])
        up = uint64(joint[leaf])
        above[leaf] = up
        joint[up] ^= np.uint32(leaf)
        degree[up] -= np.uint32(1)
        order[last - min(found, last)] = up
        found += uint64(degree[up] == 1)
    above[order[0]] = -1


@njit(cache=True, nogil=True)
def uniform_tree(
    m: int, root: int, rows: Ints, ends: Ints, above: Ints, order: Ints, way: Ints, stream: Stream
) -> None:
    """Draw a tree uniformly from all spanning trees: loop-erased random walks (Wilson 1996).

    ``rows`` and ``ends`` hold the piece in compressed rows; it must be whole. Any root gives the same distribution,
    one in the middle of the piece is found soonest. ``way`` is where the present walk last left each node: a walk
    forgets its loops by writing over it.
    """
    state = stream[0]
    for i in range(m):
        above[i] = -2
    above[root] = -1
    order[0] = root
    reached = 1
    for start in range(m):
        i = start
        while above[i] == -2:
            first = rows[i]
            state += _GAMMA
            step = ((_scrambled(state) >> _HALF) * uint64(rows[i + 1] - first)) >> _HALF
            way[i] = ends[uint64(first) + step]
            i = way[i]
        top = reached
        i = start
        while above[i] == -2:
            above[i] = way[i]
            order[top] = i
            top += 1
            i = way[i]
        # The walk ran towards the tree, and those nearer to it come first.
        near, far = reached, top - 1
        while near < far:
            order[near], order[far] = order[far], order[near]
            near += 1
            far -= 1
        reached = top
    stream[0] = state
