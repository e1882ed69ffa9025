"""A graph and its ever coarser copies, and what their nodes weigh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.kernels import partitioning as kernel
from linli.engine.kernels.shapes import Floats, Ints, Longs, Mesh, Stream, Terms

#: Cost of a total that misses its limits by the size of one average node, in units of heat. Lower, and layouts come
#: out of the cold unlawful; higher, and nodes can no longer be exchanged across a full border.
PRICE = 3.0


@dataclass(frozen=True, eq=False)
class Level:
    """One graph of a ladder.

    Attributes:
        mesh: The graph.
        terms: What its nodes weigh and cost.
        pull_unit: What distance to the centre changes by one flip at an average border.
    """

    mesh: Mesh
    terms: Terms
    pull_unit: float = 0.0

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.mesh.indptr) - 1

    def totals(self, label: Ints, k: int) -> Longs:
        """Return each total per community, shape ``(k, t)``."""
        sums = np.zeros((k, self.terms.size.shape[1]), dtype=np.int64)
        np.add.at(sums, label, self.terms.size)
        return sums

    def gap(self, total: Longs) -> float:
        """Return what totals outside their limits cost."""
        over = np.maximum(self.terms.low - total, 0) + np.maximum(total - self.terms.high, 0)
        return float((over * self.terms.price).sum())

    @property
    def heat(self) -> float:
        """The cost that one flip changes on average: the unit of temperature on this graph."""
        terms = self.terms
        edges = float(self.mesh.cost.mean()) if len(self.mesh.cost) else 0.0
        away = float(terms.stay.mean())
        return max(edges + away + self.pull_unit, 1e-9)

    @property
    def priced(self) -> Terms:
        """The terms with prices as they suit this graph: missing a limit by one node always costs the same heat."""
        mean = np.maximum(self.terms.size.mean(axis=0), 1e-9)
        return self.terms._replace(price=PRICE * self.heat / mean)

    def foes_together(self, label: Ints) -> int:
        """Return the number of pairs that share a community though they may not."""
        tails = np.repeat(np.arange(self.n), np.diff(self.terms.foes_from))
        return int((label[tails] == label[self.terms.foes]).sum()) // 2

    def centres(self, label: Ints, k: int) -> Floats:
        """Return the mean place of each community's people, shape ``(k, 2)``; nothing where distance is free."""
        if self.terms.pull == 0:
            return np.zeros((k, 2))
        mass = np.bincount(label, weights=self.terms.mass, minlength=k)
        sums = [np.bincount(label, weights=self.terms.mass * self.terms.place[:, axis], minlength=k) for axis in (0, 1)]
        return np.column_stack(sums) / np.maximum(mass, 1e-12)[:, None]

    def cost(self, label: Ints, k: int) -> float:
        """Return the whole cost of a layout without what the limits cost, from scratch."""
        mesh, terms = self.mesh, self.terms
        cost = float(mesh.cost[label[mesh.source] != label[mesh.indices]].sum()) / 2
        cost += float(terms.stay[(terms.home >= 0) & (label != terms.home)].sum())
        cost += terms.foe_price * self.foes_together(label)
        if terms.pull > 0:
            away = ((terms.place - self.centres(label, k)[label]) ** 2).sum(axis=1)
            cost += terms.pull * float((terms.mass * away).sum())
        return cost


def coarser(level: Level, *, group: Ints, limit: float, stream: Stream) -> tuple[Level, Ints]:
    """Return the graph of pairs of neighbours, and the pair of each node.

    Args:
        level: The finer graph.
        group: Only nodes of one group are paired, shape ``(n,)``.
        limit: Largest first total of a pair.
        stream: State of the random stream; advanced in place.
    """
    terms = level.terms
    upper, n_upper = kernel.pair(
        level.mesh,
        bulk=terms.size[:, 0].astype(np.float64) + 1.0,
        limit=limit,
        group=group,
        apart=terms.fixed,
        foes_from=terms.foes_from,
        foes=terms.foes,
        stream=stream,
    )
    # A pair stands for twice the people, and lies further from the border by the root of two.
    pull_unit = level.pull_unit * (level.n / n_upper) ** 1.5
    return Level(kernel.lift(level.mesh, upper, n_upper), lifted(terms, upper, n_upper), pull_unit), upper


def lifted(terms: Terms, upper: Ints, n_upper: int) -> Terms:
    """Return what sets of nodes weigh and cost; nodes of one set have one home, or none."""
    size = np.column_stack(
        [np.bincount(upper, weights=terms.size[:, t], minlength=n_upper) for t in range(terms.size.shape[1])]
    )
    mass = np.bincount(upper, weights=terms.mass, minlength=n_upper)
    # Sets of nobody lie where their nodes lie on average.
    weight = np.where(mass[upper] > 0, terms.mass, 1.0)
    whole = np.bincount(upper, weights=weight, minlength=n_upper)
    place = np.column_stack(
        [np.bincount(upper, weights=weight * terms.place[:, axis], minlength=n_upper) / whole for axis in (0, 1)]
    )
    home = np.full(n_upper, -1, dtype=np.int32)
    home[upper] = terms.home
    foes_from, foes = lifted_foes(terms.foes_from, terms.foes, upper, n_upper)
    return terms._replace(
        size=size.astype(np.int64),
        mass=mass.astype(np.float64),
        place=place,
        home=home,
        stay=np.bincount(upper, weights=terms.stay, minlength=n_upper).astype(np.float64),
        fixed=np.bincount(upper, weights=terms.fixed, minlength=n_upper) > 0,
        foes_from=foes_from,
        foes=foes,
    )


def lifted_foes(foes_from: Ints, foes: Ints, upper: Ints, n_upper: int) -> tuple[Ints, Ints]:
    """Return the foes of sets of nodes; a pair stands as often as nodes of the two sets are foes."""
    if len(foes) == 0:
        return np.zeros(n_upper + 1, dtype=np.int32), foes
    tails = upper[np.repeat(np.arange(len(upper)), np.diff(foes_from))]
    heads = upper[foes]
    order = np.lexsort((heads, tails))
    rows = np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=n_upper))))
    return rows.astype(np.int32), heads[order].astype(np.int32)


@dataclass(frozen=True, eq=False)
class Ladder:
    """A graph, its coarser copies, and the way up from each to the next.

    Attributes:
        levels: Finest first.
        uppers: For each level but the last, the node of the next level per node.
    """

    levels: tuple[Level, ...]
    uppers: tuple[Ints, ...]

    def lifted(self, label: Ints) -> Ints:
        """Return the label of each node of the coarsest graph; all nodes in one have the same."""
        for upper, level in zip(self.uppers, self.levels[1:], strict=True):
            above = np.empty(level.n, dtype=np.int32)
            above[upper] = label
            label = above
        return label.copy()


def ladder(level: Level, *, group: Ints, top: int, limit: float, stream: Stream) -> Ladder:
    """Coarsen a graph until it has at most ``top`` nodes, or shrinks no more.

    Args:
        level: The finest graph.
        group: Only nodes of one group may end in one node, shape ``(n,)``.
        top: Number of nodes at which to stop.
        limit: Largest first total of a node of a coarser graph.
        stream: State of the random stream; advanced in place.
    """
    levels, uppers = [level], []
    while levels[-1].n > top:
        fewer, upper = coarser(levels[-1], group=group, limit=limit, stream=stream)
        if fewer.n > 0.95 * levels[-1].n:
            break
        lifted_group = np.empty(fewer.n, dtype=np.int32)
        lifted_group[upper] = group
        group = lifted_group
        levels.append(fewer)
        uppers.append(upper)
    return Ladder(tuple(levels), tuple(uppers))
