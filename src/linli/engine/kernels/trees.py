"""Random spanning trees of a piece of a graph, compiled. Import only through `linli.engine.kernels`.

A piece is given by local nodes ``0 … m - 1`` and its undirected edges. A tree comes as the node above each node, -1
for its root, and as an order of nodes in which each comes after the one above it. The caller lends the scratch and
keeps it from step to step: allocating it anew would cost more than the tree.

Numba's cache looks at the file of a function alone; settings name its folder by all sources of this package, so that
a change here reaches the files that call it.
"""

# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import numpy as np
from numba import njit, uint64

from linli.engine.kernels.shapes import Ints, Longs, Stream

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LOW_WORD = np.uint64(0xFFFFFFFF)


@njit(cache=True, nogil=True, inline="always")
def next_below(stream: Stream, n: int) -> int:
    """Return a number of 0 … n - 1 from a SplitMix64 stream, by multiplying and shifting (Lemire 2019).

    The bias is below n / 2^32, far below what any statistic of a chain can show.
    """
    stream[0] = stream[0] + _GAMMA
    z = stream[0]
    z = uint64((z ^ (z >> uint64(30))) * _MIX_1)
    z = uint64((z ^ (z >> uint64(27))) * _MIX_2)
    z = z ^ (z >> uint64(31))
    return np.int64(((z >> uint64(32)) * uint64(n)) >> uint64(32))  # type: ignore[return-value]


@njit(cache=True, nogil=True)
def _root(group: Ints, i: int) -> int:
    while group[i] != i:
        group[i] = group[group[i]]
        i = group[i]
    return i


@njit(cache=True, nogil=True)
def minimum_tree(
    m: int, n_edges: int, edges: Longs, above: Ints, order: Ints, group: Ints, joint: Ints, stream: Stream
) -> None:
    """Draw the minimum tree of random weights: Kruskal over the edges in random order, as far as it is needed.

    ``edges`` holds ``tail << 32 | head`` and is shuffled in place; the chosen ones gather at its front.
    """
    for i in range(m):
        group[i] = i
    joined, at, last = 0, 0, n_edges
    while joined < m - 1 and at < last:
        if at == n_edges // 2:
            # By now most edges left over join what is joined already: sort those out before any is drawn.
            for i in range(m):
                group[i] = _root(group, i)
            kept = at
            for e in range(at, last):
                edge = edges[e]
                if group[edge >> 32] != group[edge & 0xFFFFFFFF]:
                    edges[e] = edges[kept]
                    edges[kept] = edge
                    kept += 1
            last = kept
        other = at + next_below(stream, last - at)
        edge = edges[other]
        edges[other] = edges[at]
        edges[at] = edge
        a, b = _root(group, edge >> 32), _root(group, edge & 0xFFFFFFFF)
        if a != b:
            group[b] = a
            edges[at] = edges[joined]
            edges[joined] = edge
            joined += 1
        at += 1
    _root_by_leaves(m, edges, above, order, group, joint)


@njit(cache=True, nogil=True)
def _root_by_leaves(m: int, edges: Longs, above: Ints, order: Ints, degree: Ints, joint: Ints) -> None:
    """Root a tree by taking off leaves; the joint of a node is the exclusive or of its neighbours, one at the end."""
    for i in range(m):
        degree[i] = 0
        joint[i] = 0
    for at in range(m - 1):
        tail, head = edges[at] >> 32, edges[at] & 0xFFFFFFFF
        degree[tail] += 1
        degree[head] += 1
        joint[tail] ^= head
        joint[head] ^= tail
    place = m - 1
    for i in range(m):
        leaf = i
        while degree[leaf] == 1 and place > 0:
            up = joint[leaf]
            degree[leaf] = 0
            above[leaf] = up
            order[place] = leaf
            place -= 1
            joint[up] ^= leaf
            degree[up] -= 1
            if up > i:
                break
            leaf = up
    order[0] = above[order[1]] if m > 1 else 0
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
    for i in range(m):
        above[i] = -2
    above[root] = -1
    order[0] = root
    reached = 1
    for start in range(m):
        i = start
        while above[i] == -2:
            first = rows[i]
            way[i] = ends[first + next_below(stream, rows[i + 1] - first)]
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
