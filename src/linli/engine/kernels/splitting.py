"""Cutting a set of nodes in two along an edge of a random spanning tree, compiled."""

# ruff: noqa: D103  (compiled functions take arrays only; `partitioning` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import numpy as np
from numba import njit

from linli.engine.kernels.shapes import Flags, Floats, Ints, Stream
from linli.engine.kernels.trees import forest_of, minimum_tree, root_by_leaves


@njit(cache=True, nogil=True)
def split(
    indptr: Ints,
    indices: Ints,
    cost: Floats,
    size: Floats,
    members: Ints,
    mean: float,
    pieces: int,
    trees: int,
    strict: bool,
    place: Ints,
    stream: Stream,
) -> tuple[Flags, int]:
    m = len(members)
    for i in range(m):
        place[members[i]] = i
    n_edges = 0
    for i in range(m):
        u = members[i]
        for e in range(indptr[u], indptr[u + 1]):
            n_edges += place[indices[e]] > i
    edges = np.empty(n_edges, dtype=np.uint64)
    forest = forest_of(m, n_edges)
    n_edges = 0
    for i in range(m):
        u = members[i]
        for e in range(indptr[u], indptr[u + 1]):
            if place[indices[e]] > i:
                edges[n_edges] = (np.uint64(i) << np.uint64(32)) | np.uint64(place[indices[e]])
                n_edges += 1
    above = np.empty(m, dtype=np.int32)
    order = np.empty(m, dtype=np.int32)
    one = np.empty(m, dtype=np.int32)
    other = np.empty(m, dtype=np.int32)
    below = np.empty(m, dtype=np.float64)
    seam = np.empty(m, dtype=np.float64)
    best = np.zeros(m, dtype=np.bool_)
    best_pieces, cheapest = pieces // 2, np.inf
    whole = 0.0
    for i in range(m):
        whole += size[members[i]]
    for _ in range(trees):
        minimum_tree(m, n_edges, edges, forest, stream)
        root_by_leaves(m, forest.chosen, above, order, forest.hook, forest.group)
        seams(indptr, indices, cost, members, place, above, order, one, other, seam)
        for i in range(m):
            below[i] = size[members[i]]
        chosen, chosen_pieces = -1, 0
        for at in range(m - 1, 0, -1):
            i = order[at]
            below[above[i]] += below[i]
            near = round(below[i] / mean)
            near = min(max(near, 1), pieces - 1)
            # What the two sides miss of their means, per piece of the smaller one; and how uneven the halves are.
            off = abs(below[i] - near * (whole / pieces)) / (mean * min(near, pieces - near))
            lopsided = max(abs(near - pieces / 2) / pieces - 0.2, 0.0)
            price = (seam[i] + 1e-9) * (1.0 + 20.0 * off + 10.0 * lopsided) + 1e3 * max(off - 0.1, 0.0) * (
                seam[i] + 1.0
            )
            if strict:
                price = 1e6 * off + lopsided + 1e-6 * seam[i]
            if price < cheapest:
                chosen, chosen_pieces, cheapest = at, near, price
        if chosen > 0:
            best_pieces = chosen_pieces
            for at in range(chosen):
                best[order[at]] = False
            best[order[chosen]] = True
            for at in range(chosen + 1, m):
                best[order[at]] = best[above[order[at]]]
    for i in range(m):
        place[members[i]] = -1
    return best, best_pieces


@njit(cache=True, nogil=True)
def seams(
    indptr: Ints,
    indices: Ints,
    cost: Floats,
    members: Ints,
    place: Ints,
    above: Ints,
    order: Ints,
    depth: Ints,
    unused: Ints,
    seam: Floats,
) -> None:
    """Sum up, for each node, the cost of all edges between what hangs below it in the tree and the rest.

    The sum over a subtree of the costs at its nodes counts edges inside twice; those are taken off at the lowest
    node that both ends hang below.
    """
    m = len(members)
    for at in range(m):
        i = order[at]
        depth[i] = 0 if above[i] < 0 else depth[above[i]] + 1
        seam[i] = 0.0
    for i in range(m):
        u = members[i]
        for e in range(indptr[u], indptr[u + 1]):
            j = place[indices[e]]
            if j < 0:
                continue
            seam[i] += cost[e]
            if j > i:
                a, b = i, j
                while a != b:
                    if depth[a] >= depth[b]:
                        a = above[a]
                    else:
                        b = above[b]
                seam[a] -= 2.0 * cost[e]
    for at in range(m - 1, 0, -1):
        i = order[at]
        seam[above[i]] += seam[i]
