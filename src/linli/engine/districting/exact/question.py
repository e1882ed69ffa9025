"""The general question to the exact models: plain arrays, no language, no ids."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from linli.engine.errors import BandNotSound, ProblemNotSound
from linli.engine.kernels.shapes import Ints, Longs

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """``n`` nodes to be shared out among ``k`` contiguous communities within a band; checked on construction.

    Attributes:
        indptr: Row starts of the borders that a community may use, shape ``(n + 1,)``.
        indices: Neighbours, shape ``(m,)``; every border from both sides.
        size: Households (or people) per node, shape ``(n,)``.
        k: Number of communities.
        low: Smallest lawful size.
        high: Largest lawful size.
        locked: Community that must hold each node, -1 for any, shape ``(n,)``. Offices that their community must
            hold are locks as well. None locked where left out.
        together: Pairs of nodes that must share a community.
        apart: Pairs of nodes that must not.

    Raises:
        ProblemNotSound: Arrays disagree in length or range.
        BandNotSound: Not 0 <= low <= high.
    """

    indptr: Ints
    indices: Ints
    size: Longs
    k: int
    low: int
    high: int
    locked: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    together: Pairs = ()
    apart: Pairs = ()

    def __post_init__(self) -> None:
        if not len(self.locked):
            object.__setattr__(self, "locked", np.full(self.n, -1, dtype=np.int32))
        if len(self.size) != self.n or len(self.locked) != self.n or self.n == 0:
            raise ProblemNotSound("size and locked must have one value per node", expected=self.n)
        if self.k < 1 or self.locked.max() >= self.k or self.locked.min() < -1:
            raise ProblemNotSound("locks must name communities 0 … k - 1", k=self.k)
        if (np.asarray(self.size) < 0).any():
            raise ProblemNotSound("sizes must not be negative", row=int(np.argmin(self.size)))
        if not 0 <= self.low <= self.high:
            raise BandNotSound("expected 0 <= low <= high", low=self.low, high=self.high)
        for one, other in (*self.together, *self.apart):
            if not (0 <= one < self.n and 0 <= other < self.n) or one == other:
                raise ProblemNotSound("a pair must name two different nodes", pair=(one, other))

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1

    def neighbours(self, u: int) -> list[int]:
        """Return the neighbours of a node."""
        found: list[int] = self.indices[self.indptr[u] : self.indptr[u + 1]].tolist()
        return found

    def edges(self) -> tuple[Ints, Ints]:
        """Return both ends of each border, once, the smaller first."""
        source = np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.indptr))
        once = source < self.indices
        return source[once], self.indices[once]
