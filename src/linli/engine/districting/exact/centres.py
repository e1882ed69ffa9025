"""The model of centres over some pairs of node and centre, with contiguity by separators."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.exact.labelling import Optimum
from linli.engine.districting.exact.programme import Floats, Programme, Row
from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.separators import separator
from linli.engine.kernels import label_parts

#: Up to so many rows a scattered part is cut off from every centre at once, which saves rounds.
_ALL_CENTRES = 600

#: A node, a centre, and the nodes of which one must belong to the centre where the first does.
Separator = tuple[int, int, tuple[int, ...]]


def restricted(
    question: Question,
    cost: Floats,
    kept: NDArray[np.int64],
    known: list[Separator],
    *,
    guess: float,
    seconds: float,
    stop: Callable[[], bool],
) -> tuple[Optimum, list[Separator]]:
    """Solve over some pairs, for layouts up to a guessed cost.

    Args:
        question: What is asked.
        cost: Cost of giving a node to a centre, shape ``(n, n)``.
        kept: The pairs that count, as ``node * n + centre``.
        known: Separators found before.
        guess: No dearer layout is looked for.
        seconds: Limit of each round, kept by HiGHS.
        stop: Asked between rounds.

    Returns:
        What was found, and all separators known now.
    """
    model = _Centres(question, cost, kept, guess)
    model.separators += known
    if any((model.column[i] < 0).all() for i in range(question.n)):
        return Optimum("infeasible", None, np.inf, np.inf, 0, 0), known
    model.programme.rows += [model.row(one) for one in known if model.column[one[0], one[1]] >= 0]
    solved = model.programme.solve(model.broken, seconds=seconds, stop=stop)
    # What was left out costs more than the guess.
    bound = min(solved.bound * model.scale, guess)
    if solved.values is None:
        return Optimum(solved.status, None, np.inf, bound, solved.rounds, solved.cuts), model.separators
    label = model.label_of(solved.values)
    totals = np.bincount(label, weights=question.size, minlength=question.n)[np.unique(label)]
    objective = float(cost[np.arange(question.n), label].sum())
    # HiGHS keeps rows to a tolerance; a layout that whole numbers refuse is no layout.
    if len(totals) != question.k or totals.min() < question.low or totals.max() > question.high:
        return Optimum("open", None, np.inf, bound, solved.rounds, solved.cuts), model.separators
    numbered = np.unique(label, return_inverse=True)[1].astype(np.int32)
    bound = objective if solved.status == "optimal" else min(bound, objective)
    return Optimum(solved.status, numbered, objective, bound, solved.rounds, solved.cuts), model.separators


class _Centres:
    """The programme with the place of each pair in it."""

    def __init__(self, question: Question, cost: Floats, kept: NDArray[np.int64], guess: float) -> None:
        n = question.n
        self.question = question
        self.nodes, self.centres = np.divmod(kept, n)
        self.column = np.full((n, n), -1, dtype=np.int64)
        self.column[self.nodes, self.centres] = np.arange(len(kept))
        costs = cost[self.nodes, self.centres]
        # So that the tolerances of HiGHS mean the same whatever the unit of length.
        self.scale = max(1.0, float(costs.max(initial=0.0)) / 1e4)
        ones = np.ones(len(kept))
        self.programme = Programme(costs / self.scale, 0 * ones, ones, ones > 0)
        self.separators: list[Separator] = []
        if np.isfinite(guess):
            factors = self.programme.cost.tolist()
            self.programme.add(range(len(kept)), factors, least=-np.inf, most=guess / self.scale)
        self._place_nodes()
        for j in range(n):
            self._limit_centre(j)

    def _place_nodes(self) -> None:
        for row in self.column:
            own = row[row >= 0]
            self.programme.add(own.tolist(), [1.0] * len(own), least=1.0, most=1.0)
        seats = np.diagonal(self.column)
        seats = seats[seats >= 0]
        self.programme.add(seats.tolist(), [1.0] * len(seats), least=self.question.k, most=self.question.k)

    def _limit_centre(self, j: int) -> None:
        served = np.flatnonzero(self.column[:, j] >= 0)
        seat = int(self.column[j, j])
        if seat < 0:
            # Without the centre itself nobody goes there.
            self.programme.upper[self.column[served, j]] = 0.0
            return
        columns = self.column[served, j].tolist()
        for limit, least, most in ((self.question.low, 0.0, np.inf), (self.question.high, -np.inf, 0.0)):
            factors = self.question.size[served].astype(np.float64)
            factors[columns.index(seat)] -= limit
            self.programme.add(columns, factors.tolist(), least=least, most=most)
        for one in columns:
            if one != seat:
                self.programme.add([one, seat], [1.0, -1.0], least=-np.inf, most=0.0)

    def row(self, found: Separator) -> Row:
        """Return the row of a separator whose pair counts."""
        node, centre, between = found
        ways = [int(self.column[u, centre]) for u in between if self.column[u, centre] >= 0]
        return [int(self.column[node, centre]), *ways], [1.0] + [-1.0] * len(ways), -np.inf, 0.0

    def label_of(self, values: Floats) -> NDArray[np.int32]:
        """Return the centre of each node."""
        chosen = np.flatnonzero(values > 0.5)
        label = np.full(self.question.n, -1, dtype=np.int32)
        label[self.nodes[chosen]] = self.centres[chosen]
        return label

    def broken(self, values: Floats) -> list[Row]:
        """Return rows for every part that lies away from its centre."""
        label = self.label_of(values)
        rows = []
        for centre in np.unique(label).tolist():
            only = np.where(label == centre, 0, -1).astype(np.int32)
            for part in _away(self.question, only, centre):
                fresh = _separators(self.question, part, centre)
                self.separators += fresh
                rows += [self.row(one) for one in fresh if self.column[one[0], one[1]] >= 0]
        return rows


def _separators(question: Question, part: NDArray[np.int32], centre: int) -> list[Separator]:
    """Return what lies between the part and its centre, and, of small questions, every centre it might turn to."""
    others = range(question.n) if question.n * len(part) <= _ALL_CENTRES else [centre]
    beside = {v for u in part.tolist() for v in question.neighbours(u)} | set(part.tolist())
    found = []
    for goal in others:
        if goal not in beside:
            between = tuple(separator(question, part, goal).tolist())
            found += [(int(u), int(goal), between) for u in part]
    return found


def _away(question: Question, only: NDArray[np.int32], centre: int) -> list[NDArray[np.int32]]:
    """Return the parts of one community that do not hold its centre."""
    part = label_parts(question.indptr, question.indices, only)
    return [np.flatnonzero(part == p).astype(np.int32) for p in range(int(part.max()) + 1) if p != part[centre]]
