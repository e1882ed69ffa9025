"""The compiled loops. Import only through `linli.engine.kernels`: importing Numba costs about a second."""

# ruff: noqa: D103  (compiled functions take arrays only; `calls` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import math

import numpy as np
from numba import njit, uint64

from linli.engine.kernels.shapes import Flags, Ints, Longs, Stream

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@njit(cache=True)
def next_unit(stream: Stream) -> float:
    """Return the next number of [0, 1) from a SplitMix64 stream (Steele, Lea and Flood 2014)."""
    stream[0] = stream[0] + _GAMMA
    z = stream[0]
    z = uint64((z ^ (z >> uint64(30))) * _MIX_1)
    z = uint64((z ^ (z >> uint64(27))) * _MIX_2)
    z = z ^ (z >> uint64(31))
    return float(z >> uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def label_parts(indptr: Ints, indices: Ints, label: Ints) -> Ints:
    n = len(indptr) - 1
    part = np.full(n, -1, dtype=np.int32)
    queue = np.empty(n, dtype=np.int32)
    parts = 0
    for start in range(n):
        if label[start] < 0 or part[start] >= 0:
            continue
        part[start] = parts
        queue[0] = start
        head, tail = 0, 1
        while head < tail:
            u = queue[head]
            head += 1
            for e in range(indptr[u], indptr[u + 1]):
                v = indices[e]
                if part[v] < 0 and label[v] == label[start]:
                    part[v] = parts
                    queue[tail] = v
                    tail += 1
        parts += 1
    return part


@njit(cache=True)
def absorb(indptr: Ints, indices: Ints, border: Longs, label: Ints, home: Ints, closed: Flags) -> Ints:
    n = len(indptr) - 1
    label = label.copy()
    pull = np.zeros(len(closed), dtype=np.int64)
    wave = np.empty(n, dtype=np.int32)
    given = np.empty(n, dtype=np.int32)
    while True:
        size = 0
        for u in range(n):
            if label[u] >= 0:
                continue
            best, strongest = -1, np.int64(-1)
            for e in range(indptr[u], indptr[u + 1]):
                c = label[indices[e]]
                if c < 0 or closed[c]:
                    continue
                pull[c] += border[e] + 1
            for e in range(indptr[u], indptr[u + 1]):
                c = label[indices[e]]
                if c < 0 or closed[c]:
                    continue
                strength = np.int64(2) ** 60 if c == home[u] else pull[c]
                if strength > strongest or (strength == strongest and c < best):
                    best, strongest = c, strength
            for e in range(indptr[u], indptr[u + 1]):
                c = label[indices[e]]
                if c >= 0:
                    pull[c] = 0
            if best >= 0:
                wave[size] = u
                given[size] = best
                size += 1
        if size == 0:
            return label
        for i in range(size):
            label[wave[i]] = given[i]


@njit(cache=True)
def _miss(total: int, count: int, low: int, high: int) -> int:
    if count == 0:
        return 0
    if total < low:
        return low - total
    if total > high:
        return total - high
    return 0


@njit(cache=True)
def _leaves_whole(
    indptr: Ints, indices: Ints, label: Ints, u: int, mark: Longs, wanted: Longs, queue: Ints, stamp: int
) -> bool:
    """Tell whether the neighbours of ``u`` in its label stay joined without ``u``."""
    own = label[u]
    sought = 0
    first = -1
    for e in range(indptr[u], indptr[u + 1]):
        v = indices[e]
        if label[v] == own:
            if first < 0:
                first = v
            else:
                wanted[v] = stamp
                sought += 1
    if sought == 0:
        return True
    mark[u] = stamp
    mark[first] = stamp
    queue[0] = first
    head, tail = 0, 1
    while head < tail:
        w = queue[head]
        head += 1
        for e in range(indptr[w], indptr[w + 1]):
            v = indices[e]
            if label[v] == own and mark[v] != stamp:
                mark[v] = stamp
                if wanted[v] == stamp:
                    sought -= 1
                    if sought == 0:
                        return True
                queue[tail] = v
                tail += 1
    return False


@njit(cache=True)
def anneal(
    indptr: Ints,
    indices: Ints,
    border: Longs,
    size: Longs,
    home: Ints,
    stay: Longs,
    fixed: Flags,
    anchor: Ints,
    closed: Flags,
    enduring: Flags,
    low: Longs,
    high: Longs,
    weight: int,
    label: Ints,
    total: Longs,
    count: Longs,
    active: Ints,
    hot: float,
    cold: float,
    steps: int,
    stream: Stream,
) -> tuple[int, int]:
    n = len(indptr) - 1
    mark = np.zeros(n, dtype=np.int64)
    wanted = np.zeros(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int32)
    taken = 0
    change = np.int64(0)
    cooling = math.log(cold / hot) / max(steps, 1)
    for step in range(steps):
        u = active[int(next_unit(stream) * len(active))]
        degree = indptr[u + 1] - indptr[u]
        if fixed[u] or degree == 0:
            continue
        a = label[u]
        b = label[indices[indptr[u] + int(next_unit(stream) * degree)]]
        if b == a or closed[a] or closed[b]:
            continue
        if anchor[u] == a or (count[a] == 1 and enduring[a]):
            continue
        s = size[u]
        cost = weight * (
            _miss(total[a] - s, count[a] - 1, low[a], high[a])
            - _miss(total[a], count[a], low[a], high[a])
            + _miss(total[b] + s, count[b] + 1, low[b], high[b])
            - _miss(total[b], count[b], low[b], high[b])
        )
        if a == home[u]:
            cost += stay[u]
        elif b == home[u]:
            cost -= stay[u]
        for e in range(indptr[u], indptr[u + 1]):
            c = label[indices[e]]
            if c == a:
                cost += border[e]
            elif c == b:
                cost -= border[e]
        if cost > 0 and next_unit(stream) >= math.exp(-cost / (hot * math.exp(cooling * step))):
            continue
        if not _leaves_whole(indptr, indices, label, u, mark, wanted, queue, step + 1):
            continue
        label[u] = b
        total[a] -= s
        total[b] += s
        count[a] -= 1
        count[b] += 1
        change += cost
        taken += 1
    return taken, int(change)


@njit(cache=True)
def _root(parent: Longs, u: int) -> int:
    while parent[u] != u:
        parent[u] = parent[parent[u]]
        u = parent[u]
    return u


@njit(cache=True)
def bisect(
    indptr: Ints,
    indices: Ints,
    size: Longs,
    members: Ints,
    low: int,
    high: int,
    pieces: int,
    weight: int,
    stream: Stream,
) -> Flags:
    m = len(members)
    place = np.full(len(indptr) - 1, -1, dtype=np.int32)
    for i in range(m):
        place[members[i]] = i
    edges = 0
    for i in range(m):
        u = members[i]
        for e in range(indptr[u], indptr[u + 1]):
            if place[indices[e]] > i:
                edges += 1
    tails = np.empty(edges, dtype=np.int32)
    heads = np.empty(edges, dtype=np.int32)
    draws = np.empty(edges, dtype=np.float64)
    edges = 0
    for i in range(m):
        u = members[i]
        for e in range(indptr[u], indptr[u + 1]):
            j = place[indices[e]]
            if j > i:
                tails[edges] = i
                heads[edges] = j
                draws[edges] = next_unit(stream)
                edges += 1
    # Kruskal on random weights gives the tree; rows of the tree come from counting its ends.
    group = np.arange(m)
    degree = np.zeros(m + 1, dtype=np.int32)
    chosen = np.empty(m, dtype=np.int32)
    joined = 0
    for e in np.argsort(draws, kind="mergesort"):
        a, b = _root(group, tails[e]), _root(group, heads[e])
        if a != b:
            group[a] = b
            chosen[joined] = e
            joined += 1
            degree[tails[e] + 1] += 1
            degree[heads[e] + 1] += 1
    rows = np.cumsum(degree)
    fill = rows[:m].copy()
    ends = np.empty(2 * joined, dtype=np.int32)
    for i in range(joined):
        a, b = tails[chosen[i]], heads[chosen[i]]
        ends[fill[a]] = b
        fill[a] += 1
        ends[fill[b]] = a
        fill[b] += 1
    above = np.full(m, -1, dtype=np.int32)
    order = np.empty(m, dtype=np.int32)
    order[0] = 0
    head, tail = 0, 1
    while head < tail:
        i = order[head]
        head += 1
        for e in range(rows[i], rows[i + 1]):
            if ends[e] != above[i]:
                above[ends[e]] = i
                order[tail] = ends[e]
                tail += 1
    below = np.zeros(m, dtype=np.int64)
    for at in range(tail - 1, -1, -1):
        i = order[at]
        below[i] += size[members[i]]
        if above[i] >= 0:
            below[above[i]] += below[i]
    whole = below[0]
    others = pieces - 1
    best, cheapest, flipped = -1, np.int64(0), False
    for i in range(1, m):
        if above[i] < 0:
            continue
        rest = whole - below[i]
        straight = _miss(below[i], 1, low, high) + _miss(rest, 1, others * low, others * high)
        turned = _miss(rest, 1, low, high) + _miss(below[i], 1, others * low, others * high)
        cost = weight * min(straight, turned) + min(below[i], rest)
        if best < 0 or cost < cheapest:
            best, cheapest, flipped = i, cost, turned < straight
    side = np.zeros(m, dtype=np.bool_)
    if best < 0:
        return side
    side[best] = True
    for at in range(tail):
        i = order[at]
        if above[i] >= 0 and side[above[i]]:
            side[i] = True
    if flipped:
        return ~side
    return side
