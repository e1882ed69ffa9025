"""A mixed-integer programme that grows by cuts, over HiGHS as SciPy carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = tuple[list[int], list[float], float, float]
#: Looks at a whole-numbered solution and returns the rows it breaks; none where it is lawful.
Cuts = Callable[[Floats], list[Row]]


@dataclass(frozen=True, eq=False)
class Solved:
    """How a programme ended.

    Attributes:
        status: ``optimal``, ``infeasible`` (both proven), or ``open``: limits were met.
        values: The variables of the best solution that keeps all cuts; None where there is none.
        objective: Its cost.
        bound: No solution costs less; minus infinity where nothing is known.
        rounds: Programmes solved.
        cuts: Rows added.
    """

    status: Literal["optimal", "infeasible", "open"]
    values: Floats | None
    objective: float
    bound: float
    rounds: int
    cuts: int


@dataclass(eq=False)
class Programme:
    """Minimise ``cost · x`` over numbers ``lower <= x <= upper`` with rows ``least <= a · x <= most``."""

    cost: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    rows: list[Row] = field(default_factory=list)

    def add(self, columns: Iterable[int], factors: Iterable[float], *, least: float, most: float) -> None:
        """Add a row."""
        self.rows.append((list(columns), list(factors), least, most))

    def solve(
        self, cuts: Cuts, *, seconds: float, rounds: int = 200, stop: Callable[[], bool] = lambda: False
    ) -> Solved:
        """Solve, add the cuts that the solution breaks, and again, until none is broken.

        Leaving cuts out only widens the choice, so each optimum is a bound, and "infeasible" is final.

        Args:
            cuts: Finds broken rows.
            seconds: Limit that HiGHS keeps in each round.
            rounds: Most rounds.
            stop: Asked between rounds.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        bound, added = -np.inf, 0
        for number in range(1, rounds + 1):
            starts = np.concatenate(([0], np.cumsum([len(row[0]) for row in self.rows])))
            columns = np.array([c for row in self.rows for c in row[0]], dtype=np.int64)
            factors = np.array([f for row in self.rows for f in row[1]])
            matrix = csr_array((factors, columns, starts), shape=(len(self.rows), len(self.cost)))
            limits = LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])
            found = milp(
                self.cost,
                integrality=self.whole.astype(np.int8),
                bounds=Bounds(self.lower, self.upper),
                constraints=limits,
                options={"time_limit": seconds, "mip_rel_gap": 0.0},
            )
            if found.status == 2:
                return Solved("infeasible", None, np.inf, np.inf, number, added)
            if found.mip_dual_bound is not None:
                bound = max(bound, float(found.mip_dual_bound))
            if found.x is None:
                return Solved("open", None, np.inf, bound, number, added)
            values = np.where(self.whole, np.round(found.x), found.x)
            broken = cuts(values)
            if not broken:
                objective = float(self.cost @ values)
                return Solved("optimal" if found.status == 0 else "open", values, objective, bound, number, added)
            if found.status != 0 or stop():
                return Solved("open", None, np.inf, bound, number, added)
            self.rows += broken
            added += len(broken)
        return Solved("open", None, np.inf, bound, rounds, added)
