"""Twins of the compiled chains, written for reading: sets and whole sums, no scratch, no Numba.

They draw the same random numbers in the same order and number nodes and edges in the same order, so that the tests
can ask for equal layouts.
"""

from __future__ import annotations

import math

import numpy as np

from linli.engine.kernels.reference import label_parts, next_unit
from linli.engine.kernels.shapes import Ints, Longs, Net, Stream
from linli.engine.kernels.walks import Walk

Edge = tuple[int, int]


def next_below(stream: Stream, n: int) -> int:
    """Return a number of 0 … n - 1; see `linli.engine.kernels.trees.next_below`.

    Examples:
        >>> stream = np.array([1], dtype=np.uint64)
        >>> [next_below(stream, 6) for _ in range(4)]
        [3, 4, 5, 2]
    """
    unit = next_unit(stream)
    return (int(unit * 2**32) * n) >> 32


class _Layout:
    """A layout as lists of nodes per community, in the order in which the kernels keep them."""

    def __init__(self, net: Net, label: Ints, k: int) -> None:
        self.net, self.label, self.k = net, label, k
        self.nodes: list[list[int]] = [[u for u in range(net.n) if label[u] == c] for c in range(k)]

    def piece(self, a: int, b: int) -> tuple[list[int], list[Edge], dict[int, list[int]]]:
        """Return the nodes of two communities, their edges, and their neighbours, all by place in the list."""
        members = self.nodes[a] + self.nodes[b]
        place = {u: i for i, u in enumerate(members)}
        near = {i: [place[v] for v in self.neighbours(u) if v in place] for i, u in enumerate(members)}
        return members, [(i, j) for i in near for j in near[i] if j > i], near

    def neighbours(self, u: int) -> list[int]:
        """Return the neighbours of a node."""
        found: list[int] = self.net.indices[self.net.indptr[u] : self.net.indptr[u + 1]].tolist()
        return found

    def give(self, a: int, b: int, members: list[int], side: set[int]) -> None:
        """Hand the marked part to the community that held most of it, the rest to the other."""
        kept = sum((self.label[u] == a) == (i in side) for i, u in enumerate(members))
        one, other = (a, b) if 2 * kept >= len(members) else (b, a)
        for i, u in enumerate(members):
            self.label[u] = one if i in side else other
        self.nodes[one] = [u for i, u in enumerate(members) if i in side]
        self.nodes[other] = [u for i, u in enumerate(members) if i not in side]

    def cut_arcs(self) -> list[int]:
        """Return the directed edges between communities, ascending."""
        net = self.net
        arcs: list[int] = np.flatnonzero(self.label[net.source] != self.label[net.indices]).tolist()
        return arcs


def minimum_tree(m: int, edges: list[Edge], stream: Stream) -> tuple[list[int], list[int]]:
    """Return the minimum tree of one random weight for each edge, by Kruskal's rule, rooted as the kernel roots it."""
    weights = [int(next_unit(stream) * 2**32) for _ in edges]
    group = list(range(m))
    near: list[set[int]] = [set() for _ in range(m)]
    for _, (a, b) in sorted(zip(weights, edges, strict=True), key=lambda pair: pair[0]):
        if group[a] != group[b]:
            old = group[b]
            group = [group[a] if one == old else one for one in group]
            near[a].add(b)
            near[b].add(a)
    above = [-1] * m
    queue = [i for i in range(m) if len(near[i]) == 1]
    for at in range(m - 1):
        up = near[queue[at]].pop()
        near[up].remove(queue[at])
        above[queue[at]] = up
        if len(near[up]) == 1 and up not in queue:
            queue.append(up)
    root = next(i for i in range(m) if i not in queue[: m - 1])
    return above, [root, *reversed(queue[: m - 1])]


def uniform_tree(m: int, root: int, near: dict[int, list[int]], stream: Stream) -> tuple[list[int], list[int]]:
    """Return the tree of Wilson's rule: walk to the tree, forget the loops, add the way."""
    above, order, reached = [-1] * m, [root], {root}
    for start in range(m):
        way: dict[int, int] = {}
        i = start
        while i not in reached:
            way[i] = near[i][next_below(stream, len(near[i]))]
            i = way[i]
        branch = []
        i = start
        while i not in reached:
            branch.append(i)
            above[i] = way[i]
            i = way[i]
        reached.update(branch)
        order += reversed(branch)
    return above, order


def _lawful_cuts(
    net: Net, members: list[int], above: list[int], order: list[int], low: int, high: int
) -> list[set[int]]:
    """Return the part below each lawful edge of a tree, against the order of the tree."""
    below: dict[int, set[int]] = {i: {i} for i in order}
    for i in reversed(order[1:]):
        below[above[i]] |= below[i]
    whole = sum(int(net.size[u]) for u in members)
    weights = {i: sum(int(net.size[members[j]]) for j in below[i]) for i in order}
    return [below[i] for i in order[:0:-1] if low <= weights[i] <= high and low <= whole - weights[i] <= high]


def recombine(
    net: Net, label: Ints, total: Longs, *, low: int, high: int, steps: int, stream: Stream, uniform: bool = False
) -> Walk:
    """Walk by ReCom; see `linli.engine.kernels.recombine`."""
    layout = _Layout(net, label, len(total))
    cut_edges: list[int] = []
    trees = 0
    for _ in range(steps):
        cuts: list[set[int]] = []
        while not cuts:
            if not layout.cut_arcs():
                return Walk(np.array(cut_edges, dtype=np.int64), trees)
            arc = next_below(stream, len(net.indices))
            a, b = int(label[net.source[arc]]), int(label[net.indices[arc]])
            if a == b:
                continue
            members, edges, near = layout.piece(a, b)
            while not cuts:
                trees += 1
                if uniform:
                    above, order = uniform_tree(len(members), members.index(net.source[arc]), near, stream)
                else:
                    above, order = minimum_tree(len(members), edges, stream)
                cuts = _lawful_cuts(net, members, above, order, low, high)
        layout.give(a, b, members, cuts[next_below(stream, len(cuts))])
        cut_edges.append(len(layout.cut_arcs()) // 2)
    total[:] = net.totals(label, len(total))
    return Walk(np.array(cut_edges, dtype=np.int64), trees)


def recombine_reversibly(
    net: Net, label: Ints, total: Longs, *, low: int, high: int, steps: int, most_cuts: int, stream: Stream
) -> Walk:
    """Walk by reversible ReCom; see `linli.engine.kernels.recombine_reversibly`."""
    layout = _Layout(net, label, len(total))
    cut_edges: list[int] = []
    taken, widest = 0, 0
    for _ in range(steps):
        a = next_below(stream, layout.k)
        b = next_below(stream, layout.k - 1)
        b += b >= a
        members, edges, near = layout.piece(a, b)
        if any(label[members[i]] != label[members[j]] for i, j in edges):
            above, order = uniform_tree(len(members), 0, near, stream)
            cuts = _lawful_cuts(net, members, above, order, low, high)
            widest = max(widest, len(cuts))
            chosen = next_below(stream, most_cuts)
            if chosen < len(cuts):
                seam = sum((i in cuts[chosen]) != (j in cuts[chosen]) for i, j in edges)
                if next_below(stream, seam) == 0:
                    layout.give(a, b, members, cuts[chosen])
                    taken += 1
        cut_edges.append(len(layout.cut_arcs()) // 2)
    total[:] = net.totals(label, len(total))
    return Walk(np.array(cut_edges, dtype=np.int64), taken, widest)


def flip(
    net: Net,
    label: Ints,
    total: Longs,
    *,
    low: int,
    high: int,
    steps: int,
    stream: Stream,
    weight: float = 0.0,
    metropolis: bool = True,
) -> Walk:
    """Walk by single flips; see `linli.engine.kernels.flip`."""
    layout = _Layout(net, label, len(total))
    # The list of cut edges has a history: what is gone is replaced by the last one.
    listed = layout.cut_arcs()
    cut_edges: list[int] = []
    accepted = 0
    while len(cut_edges) < steps and listed:
        arc = listed[next_below(stream, len(listed))]
        u, b = int(net.source[arc]), int(label[net.indices[arc]])
        a = int(label[u])
        flipped = label.copy()
        flipped[u] = b
        totals = net.totals(flipped, layout.k)
        taken = bool(low <= totals[a] and totals[b] <= high)
        if taken and metropolis:
            to_a = sum(label[v] == a for v in layout.neighbours(u))
            to_b = sum(label[v] == b for v in layout.neighbours(u))
            later = len(listed) + 2 * (to_a - to_b)
            chance = math.exp(weight * (to_b - to_a)) * (to_a * len(listed)) / (to_b * later) if to_a else 0.0
            taken = chance >= 1 or next_unit(stream) < chance
        if taken:
            parts = label_parts(net.indptr, net.indices, np.where(flipped == a, 0, -1).astype(np.int32))
            taken = parts.max() == 0 and any(label[v] == a for v in layout.neighbours(u))
        if taken:
            label[u] = b
            accepted += 1
            for arc in range(net.indptr[u], net.indptr[u + 1]):
                c = label[net.indices[arc]]
                if c == a:
                    listed += [arc, int(net.twin[arc])]
                elif c == b:
                    for gone in (arc, int(net.twin[arc])):
                        last = listed.pop()
                        if last != gone:
                            listed[listed.index(gone)] = last
        if taken or metropolis:
            cut_edges.append(len(layout.cut_arcs()) // 2)
    total[:] = net.totals(label, layout.k)
    return Walk(np.array(cut_edges, dtype=np.int64), accepted)
