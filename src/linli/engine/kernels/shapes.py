"""What the kernels work on: the ground that stays, and the draft that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Stream = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Ground:
    """Units and labels as the search sees them; ``u`` units, ``k`` labels, ``m`` directed edges.

    A unit is a set of parcels that stay together. Only edges that a community may use are listed: barriers and
    borders of parents are already left out. All costs are whole numbers in households, so that sums are exact.

    Attributes:
        indptr: Row starts, shape ``(u + 1,)``.
        indices: Neighbours, shape ``(m,)``.
        border: Cost of cutting an edge, shape ``(m,)``.
        size: Households (or people) per unit, shape ``(u,)``.
        home: Label that holds the unit at present, -1 for none, shape ``(u,)``.
        stay: Cost of being elsewhere than at home, shape ``(u,)``.
        fixed: Units that never move, shape ``(u,)``.
        anchor: Label that may not lose this unit while it exists (its office stands here), -1 for none.
        closed: Labels that neither gain nor lose units, shape ``(k,)``.
        enduring: Labels that may not vanish, shape ``(k,)``.
        low: Lower limit per label, shape ``(k,)``.
        high: Upper limit per label, shape ``(k,)``.
        weight: Cost of one household out of the band.
    """

    indptr: Ints
    indices: Ints
    border: Longs
    size: Longs
    home: Ints
    stay: Longs
    fixed: Flags
    anchor: Ints
    closed: Flags
    enduring: Flags
    low: Longs
    high: Longs
    weight: int


@dataclass(eq=False)
class Draft:
    """One assignment of units to labels with its running sums.

    Attributes:
        label: Label per unit, shape ``(u,)``.
        total: Households per label, shape ``(k,)``.
        count: Units per label, shape ``(k,)``; a label without units does not exist.
    """

    label: Ints
    total: Longs
    count: Longs

    @classmethod
    def of(cls, label: Ints, ground: Ground) -> Draft:
        """Sum up an assignment in which every unit has a label."""
        k = len(ground.low)
        total = np.zeros(k, dtype=np.int64)
        np.add.at(total, label, ground.size)
        return cls(label.copy(), total, np.bincount(label, minlength=k))

    def copy(self) -> Draft:
        """Return a draft that can change without changing this one."""
        return Draft(self.label.copy(), self.total.copy(), self.count.copy())

    def deviation(self, ground: Ground) -> Longs:
        """Return the households by which each existing label misses its band, shape ``(k,)``."""
        short = np.maximum(ground.low - self.total, 0)
        over = np.maximum(self.total - ground.high, 0)
        return np.where(self.count > 0, short + over, 0)

    def moved(self, ground: Ground) -> int:
        """Return the summed cost of all units that are not at home."""
        return int(ground.stay[(ground.home >= 0) & (self.label != ground.home)].sum())

    def cost(self, ground: Ground) -> int:
        """Return the whole cost: households out of the band, units away from home, borders cut."""
        sources = np.repeat(np.arange(len(self.label)), np.diff(ground.indptr))
        cut = self.label[sources] != self.label[ground.indices]
        return (
            ground.weight * int(self.deviation(ground).sum()) + self.moved(ground) + int(ground.border[cut].sum()) // 2
        )


@dataclass(frozen=True, eq=False)
class Net:
    """A bare graph on which layouts are drawn at random; ``n`` nodes, ``m`` directed edges.

    Attributes:
        indptr: Row starts, shape ``(n + 1,)``.
        indices: Neighbours, shape ``(m,)``.
        source: Where each directed edge starts, shape ``(m,)``.
        twin: Place of the same edge seen from its other end, shape ``(m,)``.
        size: Households (or people) per node, shape ``(n,)``.
    """

    indptr: Ints
    indices: Ints
    source: Ints
    twin: Ints
    size: Longs

    @classmethod
    def of(cls, indptr: Ints, indices: Ints, size: Longs) -> Net:
        """Complete the rows of an undirected graph; the arrays are copied, as Numba wants them writeable."""
        source = np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
        twin = np.empty(len(indices), dtype=np.int32)
        twin[np.lexsort((indices, source))] = np.lexsort((source, indices))
        rows, heads = np.array(indptr, dtype=np.int32), np.array(indices, dtype=np.int32)
        return cls(rows, heads, source, twin, np.array(size, dtype=np.int64))

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1

    def totals(self, label: Ints, k: int) -> Longs:
        """Return the summed size of each label, shape ``(k,)``."""
        sums = np.zeros(k, dtype=np.int64)
        np.add.at(sums, label, self.size)
        return sums


class Mesh(NamedTuple):
    """A graph with costs, as the general search reads it; ``n`` nodes, ``m`` directed edges.

    Attributes:
        indptr: Row starts, shape ``(n + 1,)``.
        indices: Neighbours, shape ``(m,)``.
        source: Where each directed edge starts, shape ``(m,)``.
        twin: Place of the same edge seen from its other end, shape ``(m,)``.
        cost: Cost of an edge between two communities, shape ``(m,)``.
    """

    indptr: Ints
    indices: Ints
    source: Ints
    twin: Ints
    cost: Floats


class Terms(NamedTuple):
    """What the nodes of a mesh weigh and cost; ``t`` totals, ``k`` communities.

    Attributes:
        size: Each total per node, shape ``(n, t)``.
        low: Lower limit of each total, shape ``(t,)``.
        high: Upper limit of each total, shape ``(t,)``.
        price: Cost of one unit of a total outside its limits, shape ``(t,)``.
        mass: People per node, for the distance to centres, shape ``(n,)``.
        place: Mean place of those people, shape ``(n, 2)``.
        pull: Cost of one person at distance 1 from the centre; 0 where distance does not count.
        home: Community that holds the node at present, -1 for none, shape ``(n,)``.
        stay: Cost of the node being elsewhere than at home, shape ``(n,)``.
        fixed: Nodes that never move, shape ``(n,)``.
        foes_from: Row starts of ``foes``, shape ``(n + 1,)``.
        foes: Nodes that may not share a community with the node.
        foe_price: Cost of two foes in one community.
    """

    size: Longs
    low: Longs
    high: Longs
    price: Floats
    mass: Floats
    place: Floats
    pull: float
    home: Ints
    stay: Floats
    fixed: Flags
    foes_from: Ints
    foes: Ints
    foe_price: float
