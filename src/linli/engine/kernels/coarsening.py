"""Pairing of neighbours along heavy edges, and the graph of the pairs, compiled."""

# ruff: noqa: D103  (compiled functions take arrays only; `partitioning` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import numpy as np
from numba import njit

from linli.engine.kernels.loops import next_unit
from linli.engine.kernels.shapes import Flags, Floats, Ints, Longs, Stream
from linli.engine.kernels.trees import next_below


@njit(cache=True, nogil=True)
def pair(
    indptr: Ints,
    indices: Ints,
    cost: Floats,
    bulk: Floats,
    limit: float,
    group: Ints,
    apart: Flags,
    foes_from: Ints,
    foes: Ints,
    stream: Stream,
) -> tuple[Ints, int]:
    n = len(indptr) - 1
    order = np.arange(n, dtype=np.int32)
    for at in range(n - 1, 0, -1):
        other = next_below(stream, at + 1)
        order[at], order[other] = order[other], order[at]
    upper = np.full(n, -1, dtype=np.int32)
    n_upper = 0
    for at in range(n):
        u = order[at]
        if upper[u] >= 0:
            continue
        chosen, strongest = -1, -1.0
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if upper[v] >= 0 or group[v] != group[u] or apart[u] or apart[v] or bulk[u] + bulk[v] > limit:
                continue
            friendly = True
            for foe in range(foes_from[u], foes_from[u + 1]):
                friendly = friendly and foes[foe] != v
            # Heavy edges between light nodes first: that keeps the pairs alike in bulk (Holtgrewe et al. 2010).
            strength = cost[e] * cost[e] / ((bulk[u] + 1e-9) * (bulk[v] + 1e-9)) * (0.5 + next_unit(stream))
            if friendly and strength > strongest:
                chosen, strongest = v, strength
        upper[u] = n_upper
        if chosen >= 0:
            upper[chosen] = n_upper
        n_upper += 1
    return upper, n_upper


@njit(cache=True, nogil=True)
def lift(indptr: Ints, indices: Ints, cost: Floats, upper: Ints, n_upper: int) -> tuple[Ints, Ints, Floats]:
    n = len(indptr) - 1
    first = np.full(n_upper, -1, dtype=np.int32)
    following = np.full(n, -1, dtype=np.int32)
    for u in range(n - 1, -1, -1):
        following[u] = first[upper[u]]
        first[upper[u]] = u
    rows = np.zeros(n_upper + 1, dtype=np.int32)
    heads = np.empty(len(indices), dtype=np.int32)
    sums = np.empty(len(indices), dtype=np.float64)
    seen = np.full(n_upper, -1, dtype=np.int64)
    fill = 0
    for p in range(n_upper):
        start = fill
        u = first[p]
        while u >= 0:
            for e in range(indptr[u], indptr[u + 1]):
                q = upper[indices[e]]
                if q == p:
                    continue
                if seen[q] >= start:
                    sums[seen[q]] += cost[e]
                else:
                    seen[q] = fill
                    heads[fill] = q
                    sums[fill] = cost[e]
                    fill += 1
            u = following[u]
        rows[p + 1] = fill
    return rows, heads[:fill].copy(), sums[:fill].copy()


@njit(cache=True, nogil=True)
def twins(indptr: Ints, indices: Ints) -> tuple[Ints, Ints]:
    """Return where each arc starts, and the place of the same edge seen from its other end; O(n + m)."""
    n, m = len(indptr) - 1, len(indices)
    source = np.empty(m, dtype=np.int32)
    twin = np.empty(m, dtype=np.int32)
    place = np.full(n, -1, dtype=np.int32)
    # Rows of arcs that arrive: an arc u -> v stands in the row of v, in the order of u.
    arriving = np.empty(m, dtype=np.int32)
    fill = indptr[:n].copy()
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            source[e] = u
            arriving[fill[indices[e]]] = e
            fill[indices[e]] += 1
    for u in range(n):
        for e in range(indptr[u], indptr[u + 1]):
            place[indices[e]] = e
        for at in range(indptr[u], indptr[u + 1]):
            twin[arriving[at]] = place[source[arriving[at]]]
    return source, twin


@njit(cache=True, nogil=True)
def sum_up(size: Longs, upper: Ints, n_upper: int) -> Longs:
    sums = np.zeros((n_upper, size.shape[1]), dtype=np.int64)
    for u in range(len(upper)):
        for t in range(size.shape[1]):
            sums[upper[u], t] += size[u, t]
    return sums


@njit(cache=True, nogil=True)
def cut_out(indptr: Ints, indices: Ints, cost: Floats, members: Ints, place: Ints) -> tuple[Ints, Ints, Floats]:
    m, n_arcs = len(members), 0
    for i in range(m):
        place[members[i]] = i
        n_arcs += indptr[members[i] + 1] - indptr[members[i]]
    rows = np.zeros(m + 1, dtype=np.int32)
    heads = np.empty(n_arcs, dtype=np.int32)
    costs = np.empty(n_arcs, dtype=np.float64)
    fill = 0
    for i in range(m):
        for e in range(indptr[members[i]], indptr[members[i] + 1]):
            if place[indices[e]] >= 0:
                heads[fill] = place[indices[e]]
                costs[fill] = cost[e]
                fill += 1
        rows[i + 1] = fill
    for i in range(m):
        place[members[i]] = -1
    return rows, heads[:fill].copy(), costs[:fill].copy()
