"""Twins of the compiled loops, written for reading: whole sums each time, no shortcuts, no Numba.

They draw the same random numbers in the same order, so that the tests can ask for equal results.
"""

from __future__ import annotations

import math

import numpy as np

from linli.engine.kernels.shapes import Draft, Flags, Ground, Ints, Stream

_WORD = (1 << 64) - 1


def next_unit(stream: Stream) -> float:
    """Return the next number of [0, 1) from a SplitMix64 stream (Steele, Lea and Flood 2014).

    Examples:
        >>> next_unit(np.array([1], dtype=np.uint64))
        0.5665615751722809
    """
    z = (int(stream[0]) + 0x9E3779B97F4A7C15) & _WORD
    stream[0] = z
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _WORD
    return ((z ^ (z >> 31)) >> 11) / 2**53


def label_parts(indptr: Ints, indices: Ints, label: Ints) -> Ints:
    """Return the connected part of its label for each node; see `linli.engine.kernels.label_parts`."""
    n = len(label)
    sources = np.repeat(np.arange(n, dtype=np.int32), np.diff(indptr))
    inside = label[sources] == label[indices]
    part = np.arange(n, dtype=np.int32)
    while True:
        lower = part.copy()
        np.minimum.at(lower, sources[inside], part[indices[inside]])
        if np.array_equal(lower, part):
            break
        part = lower
    part[label < 0] = -1
    numbers = np.unique(part[part >= 0])
    return np.where(part >= 0, np.searchsorted(numbers, part), -1).astype(np.int32)


def absorb(ground: Ground, label: Ints) -> Ints:
    """Give units without label to a neighbouring label; see `linli.engine.kernels.absorb`."""
    label = label.copy()
    sources = np.repeat(np.arange(len(label)), np.diff(ground.indptr))
    while True:
        taker = label[ground.indices]
        usable = (label[sources] < 0) & (taker >= 0)
        usable[usable] = ~ground.closed[taker[usable]]
        if not usable.any():
            return label
        pull = np.zeros((len(label), len(ground.closed)), dtype=np.int64)
        np.add.at(pull, (sources[usable], taker[usable]), ground.border[usable] + 1)
        at_home = np.flatnonzero(ground.home >= 0)
        touched = at_home[pull[at_home, ground.home[at_home]] > 0]
        pull[touched, ground.home[touched]] = 2**60
        reached = np.unique(sources[usable])
        label[reached] = pull[reached].argmax(axis=1)


def anneal(
    ground: Ground, draft: Draft, active: Ints, *, hot: float, cold: float, steps: int, stream: Stream
) -> tuple[int, int]:
    """Flip single units under a falling temperature; see `linli.engine.kernels.anneal`."""
    taken, change = 0, 0
    cooling = math.log(cold / hot) / max(steps, 1)
    for step in range(steps):
        unit = int(active[int(next_unit(stream) * len(active))])
        near = ground.indices[ground.indptr[unit] : ground.indptr[unit + 1]]
        if ground.fixed[unit] or len(near) == 0:
            continue
        old, new = int(draft.label[unit]), int(draft.label[near[int(next_unit(stream) * len(near))]])
        if old == new or ground.closed[old] or ground.closed[new] or ground.anchor[unit] == old:
            continue
        if draft.count[old] == 1 and ground.enduring[old]:
            continue
        label = draft.label.copy()
        label[unit] = new
        tried = Draft.of(label, ground)
        cost = tried.cost(ground) - draft.cost(ground)
        if cost > 0 and next_unit(stream) >= math.exp(-cost / (hot * math.exp(cooling * step))):
            continue
        if not _stays_whole(ground, draft.label, unit):
            continue
        draft.label[:], draft.total[:], draft.count[:] = tried.label, tried.total, tried.count
        taken += 1
        change += cost
    return taken, change


def _stays_whole(ground: Ground, label: Ints, unit: int) -> bool:
    """Tell whether the neighbours of a unit in its label lie in one part once the unit is gone."""
    near = ground.indices[ground.indptr[unit] : ground.indptr[unit + 1]]
    own = near[label[near] == label[unit]]
    without = np.where(label == label[unit], 0, -1).astype(np.int32)
    without[unit] = -1
    return len(np.unique(label_parts(ground.indptr, ground.indices, without)[own])) <= 1


def bisect(ground: Ground, members: Ints, *, low: int, high: int, pieces: int, stream: Stream) -> Flags:
    """Cut one piece off along the best edge of a random spanning tree; see `linli.engine.kernels.bisect`."""
    place = {int(unit): i for i, unit in enumerate(members)}
    edges = [
        (i, place[int(v)])
        for unit, i in place.items()
        for v in ground.indices[ground.indptr[unit] : ground.indptr[unit + 1]]
        if place.get(int(v), -1) > i
    ]
    draws = np.array([next_unit(stream) for _ in edges])
    tree: list[tuple[int, int]] = []
    for e in np.argsort(draws, kind="stable"):
        if edges[e][1] not in _joined(len(members), tree, edges[e][0]):
            tree.append(edges[e])
    sizes = ground.size[members]
    cuts = []
    for edge in tree:
        rest = _joined(len(members), [other for other in tree if other != edge], 0)
        child = edge[0] if edge[1] in rest else edge[1]
        stem = int(sizes[list(rest)].sum())
        crown = int(sizes.sum()) - stem
        misses = [
            _miss(one, low, high) + _miss(other, (pieces - 1) * low, (pieces - 1) * high)
            for one, other in ((crown, stem), (stem, crown))
        ]
        cuts.append((ground.weight * min(misses) + min(stem, crown), child, rest, misses[1] < misses[0]))
    side = np.zeros(len(members), dtype=np.bool_)
    if cuts:
        _, _, rest, turned = min(cuts, key=lambda cut: cut[:2])
        side[list(rest)] = True
        side = side if turned else ~side
    return side


def _miss(total: int, low: int, high: int) -> int:
    return max(low - total, total - high, 0)


def _joined(n: int, tree: list[tuple[int, int]], start: int) -> set[int]:
    """Return the nodes that a forest joins to one of them."""
    near: list[list[int]] = [[] for _ in range(n)]
    for a, b in tree:
        near[a].append(b)
        near[b].append(a)
    found, open_ends = {start}, [start]
    while open_ends:
        fresh = [node for node in near[open_ends.pop()] if node not in found]
        found.update(fresh)
        open_ends += fresh
    return found
