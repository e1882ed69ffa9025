"""What came of a general search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from linli.engine.districting.partition.question import Ints


@dataclass(frozen=True)
class Conflict:
    """Why no lawful layout was given.

    Attributes:
        code: Stable name of the reason.
        params: Figures and ids that belong into a sentence about it.
        proven: Whether no lawful layout exists; False where the search found none.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    proven: bool = True


@dataclass(frozen=True, eq=False)
class Partition:
    """The best layout of a search, in the order of the parcels as they were asked.

    Attributes:
        assignment: Community per parcel, numbered by their first parcel in the order of ids, shape ``(n,)``; empty
            where the search could not begin.
        k: Number of communities.
        objective: Weighted sum of the objectives in their own units.
        measures: Each objective asked for, in its own unit.
        totals: Smallest and largest total per bound.
        bound: A value that no lawful layout can better; None where none is known.
        conflicts: Why the layout is not lawful; empty where it is.
        seed: Seed of the search.
        sweeps: Sweeps done: the same number gives the same layout.
        data_hash: SHA-256 of everything that was asked.
    """

    assignment: Ints
    k: int
    objective: float | None
    measures: Mapping[str, float]
    totals: Mapping[str, tuple[int, int]]
    bound: float | None
    conflicts: tuple[Conflict, ...]
    seed: int
    sweeps: int
    data_hash: str

    @property
    def feasible(self) -> bool:
        """Whether the layout keeps every hard rule."""
        return not self.conflicts

    @property
    def gap(self) -> float | None:
        """Distance of the objective from its bound, as a share of the objective; None where no bound is known."""
        if self.bound is None or self.objective is None or not self.feasible:
            return None
        return abs(self.objective - self.bound) / self.objective if self.objective else 0.0
