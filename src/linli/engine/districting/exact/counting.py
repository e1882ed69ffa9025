"""Necessary conditions that counting tests at any size: each failure names the rules it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.rules import COUNT, HIGH, LOW, Relaxed, Rule
from linli.engine.kernels import label_parts
from linli.engine.kernels.shapes import Flags, Ints, Longs


@dataclass(frozen=True)
class Finding:
    """One failed condition.

    Attributes:
        kind: See `linli.engine.districting.exact.infeasibility.PlainConflict`.
        nodes: Where, ascending.
        total: The figure that does not fit.
        rules: The rules that the proof uses.
    """

    kind: str
    nodes: tuple[int, ...]
    total: int
    rules: frozenset[Rule]


class Ground:
    """A question with its units (nodes that must stay together) and components."""

    def __init__(self, relaxed: Relaxed) -> None:
        self.question: Question = relaxed.question
        self.counted = relaxed.counted
        self.has_low = self.question.low > 0
        self.whole = np.zeros(self.question.n, dtype=np.int32)
        self.component: Ints = label_parts(self.question.indptr, self.question.indices, self.whole)

    @cached_property
    def unit(self) -> Ints:
        """Return the least node of each node's unit."""
        top = list(range(self.question.n))

        def root(i: int) -> int:
            while top[i] != i:
                top[i] = top[top[i]]
                i = top[i]
            return i

        for one, other in self.question.together:
            a, b = sorted((root(one), root(other)))
            top[b] = a
        return np.array([root(i) for i in range(self.question.n)], dtype=np.int32)

    @cached_property
    def unit_size(self) -> Longs:
        """Return the size of the unit named by each node, 0 where a node names none."""
        return np.bincount(self.unit, weights=self.question.size, minlength=self.question.n).astype(np.int64)

    @cached_property
    def unit_lock(self) -> Ints:
        """Return the label that a unit is locked to by any of its nodes, per node; -1 for none."""
        lock = np.full(self.question.n, -1, dtype=np.int32)
        placed = self.question.locked >= 0
        lock[self.unit[placed]] = self.question.locked[placed]
        return lock[self.unit]

    def ties(self, nodes: Flags) -> frozenset[Rule]:
        """Return the links inside the units of some nodes."""
        units = set(self.unit[nodes].tolist())
        return frozenset(Rule("together", pair) for pair in self.question.together if int(self.unit[pair[0]]) in units)

    def locks(self, nodes: Flags) -> frozenset[Rule]:
        """Return the locks on some nodes."""
        return frozenset(Rule("lock", (i,)) for i in np.flatnonzero(nodes & (self.question.locked >= 0)).tolist())

    def finding(self, kind: str, nodes: Flags, rules: frozenset[Rule], total: int | None = None) -> Finding:
        """Put a finding together."""
        total = int(self.question.size[nodes].sum()) if total is None else total
        return Finding(kind, tuple(np.flatnonzero(nodes).tolist()), total, rules)


def findings(relaxed: Relaxed) -> Iterator[Finding]:
    """Yield every failed condition, the plainest first."""
    ground = Ground(relaxed)
    for test in (_links, _heavy_units, _locked_totals, _regions, _numbers, _reaches, _pockets, _strangers):
        yield from test(ground)


def _links(ground: Ground) -> Iterator[Finding]:
    question = ground.question
    for pair in question.apart:
        if ground.unit[pair[0]] == ground.unit[pair[1]]:
            unit = ground.unit == ground.unit[pair[0]]
            yield ground.finding("together-and-apart", unit, ground.ties(unit) | {Rule("apart", pair)})
        locks = question.locked[list(pair)]
        if locks[0] == locks[1] >= 0:
            both = np.isin(np.arange(question.n), pair)
            yield ground.finding("locked-and-apart", both, ground.locks(both) | {Rule("apart", pair)})
    for top in sorted({int(ground.unit[i]) for pair in question.together for i in pair}):
        unit = ground.unit == top
        if len(np.unique(ground.component[unit])) > 1:
            yield ground.finding("together-across-regions", unit, ground.ties(unit))
        locks = question.locked[unit]
        if len(np.unique(locks[locks >= 0])) > 1:
            yield ground.finding("locks-disagree", unit, ground.ties(unit) | ground.locks(unit))


def _heavy_units(ground: Ground) -> Iterator[Finding]:
    for top in np.flatnonzero(ground.unit_size > ground.question.high).tolist():
        unit = ground.unit == top
        yield ground.finding("unit-above-ceiling", unit, ground.ties(unit) | {HIGH})


def _locked_totals(ground: Ground) -> Iterator[Finding]:
    question = ground.question
    for c in np.unique(ground.unit_lock[ground.unit_lock >= 0]).tolist():
        held = ground.unit_lock == c
        if question.size[held].sum() > question.high:
            yield ground.finding("locked-above-ceiling", held, ground.locks(held) | ground.ties(held) | {HIGH})


def _range(ground: Ground, region: Flags) -> tuple[int, int]:
    """Return the fewest and most communities that a component can hold by size alone."""
    question = ground.question
    total = int(question.size[region].sum())
    heavy = int(np.count_nonzero((2 * ground.unit_size > question.high) & region))
    units = len(np.unique(ground.unit[region]))
    fewest = max(1, -(-total // question.high) if question.high else 1, heavy)
    return fewest, min(units, total // question.low if ground.has_low else units)


def _regions(ground: Ground) -> Iterator[Finding]:
    for r in range(int(ground.component.max()) + 1):
        region = ground.component == r
        total = int(ground.question.size[region].sum())
        fewest, most = _range(ground, region)
        if most == 0:
            yield ground.finding("region-too-small", region, frozenset({LOW}))
        elif fewest > most:
            yield ground.finding("region-between-counts", region, frozenset({LOW, HIGH}) | ground.ties(region), total)


def _numbers(ground: Ground) -> Iterator[Finding]:
    if not ground.counted:
        return
    question = ground.question
    regions = [ground.component == r for r in range(int(ground.component.max()) + 1)]
    ranges = [_range(ground, region) for region in regions]
    everywhere = np.ones(question.n, dtype=np.bool_)
    fewest, most = sum(one[0] for one in ranges), sum(one[1] for one in ranges)
    rules = ground.ties(everywhere) | {COUNT}
    if len(regions) > question.k:
        yield ground.finding("fewer-communities-than-regions", everywhere, frozenset({COUNT}), len(regions))
    elif fewest > question.k:
        yield ground.finding("too-few-communities", everywhere, rules | {HIGH}, fewest)
    if most < question.k:
        yield ground.finding("too-many-communities", everywhere, rules | {LOW}, most)


def _reaches(ground: Ground) -> Iterator[Finding]:
    """What a community with locks can reach past the locks of others."""
    question = ground.question
    for c in np.unique(ground.unit_lock[ground.unit_lock >= 0]).tolist():
        barred = (ground.unit_lock >= 0) & (ground.unit_lock != c)
        held = ground.unit_lock == c
        part = label_parts(question.indptr, question.indices, np.where(barred, -1, 0).astype(np.int32))
        reached = np.isin(part, part[held])
        rules = ground.locks(held) | ground.ties(held) | ground.locks(barred) | ground.ties(barred)
        if len(np.unique(part[held])) > 1:
            yield ground.finding("locked-apart", held, rules)
        elif ground.has_low and question.size[reached].sum() < question.low:
            yield ground.finding("reach-too-small", reached, rules | {LOW})


def _pockets(ground: Ground) -> Iterator[Finding]:
    """Free nodes enclosed by locks, too few for a community and too many for what encloses them."""
    question = ground.question
    free = ground.unit_lock < 0
    part = label_parts(question.indptr, question.indices, np.where(free, 0, -1).astype(np.int32))
    totals = np.bincount(part[free], weights=question.size[free])
    source = np.repeat(np.arange(question.n), np.diff(question.indptr))
    for p in np.flatnonzero(totals < question.low).tolist():
        pocket = part == p
        beside = np.unique(question.indices[pocket[source] & ~pocket[question.indices]])
        labels = np.unique(ground.unit_lock[beside])
        room = [question.high - int(question.size[ground.unit_lock == c].sum()) for c in labels.tolist()]
        largest = int(ground.unit_size[ground.unit[pocket]].max())
        if len(labels) and largest > max(room):
            holding = np.isin(ground.unit_lock, labels)
            rules = ground.locks(holding) | ground.ties(holding | pocket) | {LOW, HIGH}
            yield ground.finding("pocket-without-room", pocket, rules, largest)


def _strangers(ground: Ground) -> Iterator[Finding]:
    """More nodes that must be apart from each other than communities there can be."""
    question = ground.question
    foes: dict[int, set[int]] = {}
    for one, other in question.apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    for r in range(int(ground.component.max()) + 1):
        region = ground.component == r
        most = _range(ground, region)[1]
        inside = {u for u in foes if region[u]}
        clique = _clique(inside, foes)
        limit = min(most, question.k) if ground.counted else most
        labels = np.unique(question.locked[region & (question.locked >= 0)])
        members = np.isin(np.arange(question.n), clique)
        base = frozenset({LOW}) if most < question.k or not ground.counted else frozenset({COUNT})
        if len(clique) > limit >= 1:
            pairs = {Rule("apart", pair) for pair in question.apart if set(pair) <= set(clique)}
            yield ground.finding("apart-above-count", members, base | pairs, len(clique))
        if len(labels) > most >= 1:
            held = region & (question.locked >= 0)
            yield ground.finding("locked-above-count", held, ground.locks(held) | {LOW}, len(labels))


def _clique(nodes: set[int], foes: dict[int, set[int]]) -> list[int]:
    """Return a large set of nodes that are all apart from each other: from each node on, greedily by degree."""
    best: list[int] = []
    for first in sorted(nodes):
        clique = [first]
        left = foes[first] & nodes
        while left:
            pick = max(sorted(left), key=lambda u: len(foes[u] & left))
            clique.append(pick)
            left = left & foes[pick]
        best = max(best, clique, key=len)
    return best
