"""The chain of single flips, compiled. Import through `linli.engine.kernels`."""

# ruff: noqa: D103  (compiled functions take arrays only; `walks` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import math

import numpy as np
from numba import njit

from linli.engine.kernels.loops import next_unit
from linli.engine.kernels.shapes import Ints, Longs, Stream
from linli.engine.kernels.trees import next_below


@njit(cache=True, nogil=True)
def _top(group: Ints, i: int) -> int:
    while group[i] != i:
        i = group[i]
    return i


@njit(cache=True, nogil=True)
def _stays_whole(
    indptr: Ints, indices: Ints, label: Ints, u: int, mark: Longs, base: int, group: Ints, head: Ints, tail: Ints,
    chain: Ints,
) -> bool:  # fmt: skip
    """Tell whether the neighbours of ``u`` in its label stay joined without ``u``; False where it has none.

    Neighbours that touch one another are joined at once, which settles most cases. What is left is searched on from
    every neighbour in turn: the search ends once all have met, or once the smallest part has been seen whole.
    ``mark`` holds ``base + neighbour`` for each node seen, so that it need not be cleared from call to call.
    """
    own = label[u]
    degree = 0
    for e in range(indptr[u], indptr[u + 1]):
        v = indices[e]
        if label[v] == own:
            mark[v] = base + degree
            group[degree] = degree
            head[degree] = v
            tail[degree] = v
            degree += 1
    if degree == 0:
        return False
    groups = degree
    for i in range(degree):
        v = head[i]
        for e in range(indptr[v], indptr[v + 1]):
            j = mark[indices[e]] - base
            if j >= 0:
                x, y = _top(group, i), _top(group, j)
                if x != y:
                    group[y] = x
                    groups -= 1
        if groups == 1:
            return True
    # Each neighbour leads a queue, linked through chain: head is looked at next, -1 once the queue has run dry.
    while True:
        for i in range(degree):
            v = head[i]
            if v < 0:
                top = _top(group, i)
                for j in range(degree):
                    if head[j] >= 0 and _top(group, j) == top:
                        break
                else:
                    return False
                continue
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                if label[w] != own or w == u:
                    continue
                j = mark[w] - base
                if j < 0:
                    mark[w] = base + i
                    chain[tail[i]] = w
                    tail[i] = w
                    continue
                x, y = _top(group, i), _top(group, j)
                if x != y:
                    group[y] = x
                    groups -= 1
                    if groups == 1:
                        return True
            head[i] = chain[v] if v != tail[i] else -1


@njit(cache=True, nogil=True)
def flip(
    indptr: Ints,
    indices: Ints,
    source: Ints,
    twin: Ints,
    size: Longs,
    low: int,
    high: int,
    label: Ints,
    total: Longs,
    steps: int,
    weight: float,
    metropolis: bool,
    cut_edges: Longs,
    stream: Stream,
) -> tuple[int, int]:
    n, n_arcs = len(label), len(indices)
    # The arcs between labels, in a list with the place of each, so that one is drawn in one go.
    listed = np.empty(n_arcs, dtype=np.int32)
    place = np.full(n_arcs, -1, dtype=np.int32)
    cut = 0
    for e in range(n_arcs):
        if label[source[e]] != label[indices[e]]:
            listed[cut] = e
            place[e] = cut
            cut += 1
    widest = 0
    for u in range(n):
        widest = max(widest, indptr[u + 1] - indptr[u])
    mark = np.full(n, -1, dtype=np.int64)
    chain = np.empty(n, dtype=np.int32)
    group = np.empty(widest, dtype=np.int32)
    head = np.empty(widest, dtype=np.int32)
    tail = np.empty(widest, dtype=np.int32)
    accepted, proposed, done = 0, 0, 0
    base = 0
    while done < steps and cut > 0 and proposed < 1000 * (steps + 1000):
        proposed += 1
        e = listed[next_below(stream, cut)]
        u = source[e]
        a, b = label[u], label[indices[e]]
        s = size[u]
        taken = low <= total[a] - s and total[b] + s <= high
        if taken and metropolis:
            to_a, to_b = 0, 0
            for arc in range(indptr[u], indptr[u + 1]):
                to_a += label[indices[arc]] == a
                to_b += label[indices[arc]] == b
            # The way back is drawn with to_a arcs out of the later number of cut arcs (Hastings 1970).
            later = cut + 2 * (to_a - to_b)
            chance = math.exp(weight * (to_b - to_a)) * (to_a * cut) / (to_b * later) if to_a > 0 else 0.0
            taken = chance >= 1.0 or next_unit(stream) < chance
        if taken:
            taken = _stays_whole(indptr, indices, label, u, mark, base, group, head, tail, chain)
            base += widest
        if taken:
            label[u] = b
            total[a] -= s
            total[b] += s
            for arc in range(indptr[u], indptr[u + 1]):
                c = label[indices[arc]]
                if c == a:
                    for fresh in (arc, twin[arc]):
                        listed[cut] = fresh
                        place[fresh] = cut
                        cut += 1
                elif c == b:
                    for gone in (arc, twin[arc]):
                        cut -= 1
                        last = listed[cut]
                        listed[place[gone]] = last
                        place[last] = place[gone]
                        place[gone] = -1
            accepted += 1
        if taken or metropolis:
            cut_edges[done] = cut // 2
            done += 1
    return done, accepted
