"""Where a search begins: a fresh cutting, communities grown from offices, or the present layout made whole."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from linli.engine.districting.partition.levels import Level
from linli.engine.kernels import label_parts
from linli.engine.kernels import partitioning as kernel
from linli.engine.kernels.shapes import Ints, Stream

#: Random spanning trees that are tried for each cut, and for a cut that must be even.
TREES, STRICT_TREES = 20, 2000


def cut_fresh(level: Level, component: Ints, counts: list[int], *, strict: bool = False, stream: Stream) -> Ints:
    """Cut each connected part in two, and the halves again, along the best of some random trees.

    Args:
        level: A small graph.
        component: Connected part per node, shape ``(n,)``.
        counts: Number of communities per part.
        strict: Draw many trees for even pieces, whatever the cuts cost.
        stream: State of the random stream; advanced in place.
    """
    label = np.zeros(level.n, dtype=np.int32)
    first = 0
    for part, count in enumerate(counts):
        cut_into(
            level, label, np.flatnonzero(component == part).astype(np.int32), count, first, strict=strict, stream=stream
        )
        first += count
    return label


def cut_into(
    level: Level, label: Ints, members: Ints, pieces: int, first: int, *, strict: bool = False, stream: Stream
) -> None:
    """Cut connected nodes into pieces, labelled from ``first`` on; changes ``label`` in place."""
    size = level.terms.size[:, 0].astype(np.float64) + 1e-3
    place = np.full(level.n, -1, dtype=np.int32)
    mean = float(size[members].sum()) / pieces
    todo = [(members, pieces, first)]
    while todo:
        nodes, wanted, number = todo.pop()
        if wanted == 1:
            label[nodes] = number
            continue
        side, taken = kernel.split(
            level.mesh,
            size=size,
            members=nodes,
            mean=mean,
            pieces=wanted,
            trees=STRICT_TREES if strict else TREES,
            strict=strict,
            place=place,
            stream=stream,
        )
        # A side needs at least one node per piece.
        taken = int(np.clip(taken, wanted - (~side).sum(), side.sum()))
        todo.append((nodes[side], taken, number))
        todo.append((nodes[~side], wanted - taken, number + taken))


def grow(level: Level, anchors: Ints) -> Ints:
    """Grow one community from each anchor, the smallest next, until every node has one."""
    label = np.full(level.n, -1, dtype=np.int32)
    total = np.zeros(len(anchors), dtype=np.int64)
    edges: list[list[int]] = [[] for _ in anchors]
    queue: list[tuple[int, int]] = []
    for c, u in enumerate(anchors):
        label[u] = c
        total[c] = level.terms.size[u, 0]
        edges[c].append(int(u))
        heappush(queue, (int(total[c]), c))
    while queue:
        _, c = heappop(queue)
        while edges[c]:
            u = edges[c][0]
            fresh = [v for v in level.mesh.indices[level.mesh.indptr[u] : level.mesh.indptr[u + 1]] if label[v] < 0]
            if fresh:
                v = int(fresh[0])
                label[v] = c
                total[c] += level.terms.size[v, 0]
                edges[c].append(v)
                heappush(queue, (int(total[c]), c))
                break
            edges[c].pop(0)
    return label


def far_apart(level: Level, seeds: Ints, count: int) -> Ints:
    """Choose seeds far from one another: the first, then always the one most edges away from those chosen."""
    chosen = [int(seeds[0])]
    steps = _steps_from(level, chosen[0])
    while len(chosen) < count:
        reach = np.where(np.isin(seeds, chosen), -1, steps[seeds])
        chosen.append(int(seeds[np.argmax(reach)]))
        steps = np.minimum(steps, _steps_from(level, chosen[-1]))
    return np.array(sorted(chosen), dtype=np.int32)


def _steps_from(level: Level, start: int) -> Ints:
    steps = np.full(level.n, level.n, dtype=np.int32)
    steps[start] = 0
    wave, away = np.array([start]), 0
    while len(wave):
        away += 1
        starts, ends = level.mesh.indptr[wave], level.mesh.indptr[wave + 1]
        reached = np.concatenate([level.mesh.indices[a:b] for a, b in zip(starts, ends, strict=True)])
        wave = np.unique(reached[steps[reached] == level.n])
        steps[wave] = away
    return steps


def made_whole(level: Level, label: Ints) -> Ints:
    """Keep the largest part of each community, and give the rest to neighbours, wave by wave.

    A part with a fixed node counts as larger than any without; nodes labelled -1 belong to the rest.
    """
    part = label_parts(level.mesh.indptr, level.mesh.indices, label)
    inside = part >= 0
    weight = np.bincount(part[inside], weights=(level.terms.size[:, 0] + 1e-6 + 1e15 * level.terms.fixed)[inside])
    owner = label[inside][np.unique(part[inside], return_index=True)[1]]
    order = np.lexsort((-weight, owner))
    kept = np.zeros(len(owner), dtype=np.bool_)
    kept[order[np.unique(owner[order], return_index=True)[1]]] = True
    whole = np.where(inside & kept[part], label, -1).astype(np.int32)
    while (whole < 0).any():
        tails, heads = level.mesh.source, level.mesh.indices
        open_arcs = np.flatnonzero((whole[tails] < 0) & (whole[heads] >= 0))
        if not len(open_arcs):
            # A connected part of the graph in which no community keeps a foothold: it stays as it was.
            bare = whole < 0
            whole[bare] = label[bare]
            break
        takers, firsts = np.unique(tails[open_arcs], return_index=True)
        whole[takers] = whole[heads[open_arcs[firsts]]]
    return whole


def with_count(level: Level, label: Ints, count: int, *, stream: Stream) -> tuple[Ints, Ints]:
    """Merge the smallest community into its smallest neighbour, or split the largest, until there are ``count``.

    Communities with fixed nodes are neither merged nor split.

    Returns:
        Communities numbered without gaps, and the number that each had before; new ones come last.
    """
    label = label.copy()
    while True:
        numbers = np.unique(label)
        if len(numbers) == count:
            return np.searchsorted(numbers, label).astype(np.int32), numbers
        total = np.bincount(label, weights=level.terms.size[:, 0])
        bound = np.bincount(label, weights=level.terms.fixed, minlength=len(total)) > 0
        free = numbers[~bound[numbers]]
        if not len(free):
            return np.searchsorted(numbers, label).astype(np.int32), numbers
        if len(numbers) > count:
            smallest = free[np.argmin(total[free])]
            tails, heads = label[level.mesh.source], label[level.mesh.indices]
            near = np.unique(heads[(tails == smallest) & (heads != smallest)])
            if not len(near):
                return np.searchsorted(numbers, label).astype(np.int32), numbers
            label[label == smallest] = near[np.argmin(total[near])]
        else:
            largest = free[np.argmax(total[free])]
            members = np.flatnonzero(label == largest).astype(np.int32)
            if len(members) < 2:
                return np.searchsorted(numbers, label).astype(np.int32), numbers
            halves = np.zeros(level.n, dtype=np.int32)
            cut_into(level, halves, members, 2, 0, stream=stream)
            label[members[halves[members] == 1]] = int(label.max()) + 1
