"""Several good plans that truly differ, so that people choose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from linli.engine.districting.constraints import community_totals
from linli.engine.districting.neighbourhood import Progress, Stop
from linli.engine.districting.plan import Plan
from linli.engine.districting.problem import Ints, Problem
from linli.engine.districting.search import never, search


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan of several.

    Attributes:
        plan: The plan; its own seed and sweeps make it again.
        out_of_band: Households above or below the band, summed over communities.
        distance_m: Mean straight way of households to the office of their community, None where no office is known.
    """

    plan: Plan
    out_of_band: int
    distance_m: float | None

    @property
    def price(self) -> tuple[int, int, float]:
        """What is weighed: households out of the band, households moved, metres to the office."""
        return self.out_of_band, self.plan.moved, 0.0 if self.distance_m is None else self.distance_m


def plan_distance(problem: Problem, one: Ints, other: Ints) -> float:
    """Return the share of households (or people) whose community differs between two layouts, from 0 to 1.

    Communities are matched so that they overlap most (an assignment problem, Crouse 2016, as in SciPy), so that
    names alone make no difference. Blind spots match only blind spots.

    Examples:
        >>> from linli.engine.graph import graph_from_edges
        >>> from linli.engine.districting.problem import Band
        >>> row = graph_from_edges(3, [(0, 1), (1, 2)])
        >>> problem = Problem(graph=row, parcel_ids=("a", "b", "c"), households=np.array([50, 25, 25]),
        ...     community_ids=("A", "B"), present=np.array([0, 0, 1]), band=Band(low=1, high=100))
        >>> plan_distance(problem, np.array([0, 0, 1]), np.array([1, 1, 0]))
        0.0
        >>> plan_distance(problem, np.array([0, 0, 1]), np.array([0, 1, 1]))
        0.25
    """
    from scipy.optimize import linear_sum_assignment

    overlap = np.zeros((int(one.max()) + 2, int(other.max()) + 2), dtype=np.int64)
    np.add.at(overlap, (one, other), problem.sizes)
    blind = int(overlap[-1, -1])
    rows, columns = linear_sum_assignment(overlap[:-1, :-1], maximize=True)
    together = int(overlap[rows, columns].sum()) + blind
    return 1.0 - together / int(problem.sizes.sum())


def is_dominated(one: Alternative, others: list[Alternative]) -> bool:
    """Tell whether another plan is nowhere worse and somewhere better (Pareto)."""
    return any(
        all(theirs <= own for theirs, own in zip(other.price, one.price, strict=True)) and other.price != one.price
        for other in others
    )


def kept_apart(problem: Problem, found: list[Alternative], *, most: int, apart: float) -> tuple[Alternative, ...]:
    """Return the best plans of which no two are closer than a distance, the best first.

    A plan too close to a better one is left out, and so is one that another is better than in every respect,
    unless fewer than ``most`` are left: people also choose by what no figure tells.

    Args:
        problem: The question that all of them answer.
        found: Plans in any order.
        most: How many are wanted.
        apart: Least `plan_distance` of any two.
    """
    best_first = sorted(found, key=lambda one: (is_dominated(one, found), one.price, one.plan.seed))
    chosen: list[Alternative] = []
    for one in best_first:
        near = any(plan_distance(problem, one.plan.assignment, other.plan.assignment) < apart for other in chosen)
        if len(chosen) < most and not near:
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda one: one.price))


def alternatives(
    problem: Problem, *, most: int = 3, tries: int = 6, apart: float = 0.01, stop: Stop = never
) -> tuple[Alternative, ...]:
    """Return several good plans that differ, the best first.

    Args:
        problem: The question; its seed is that of the first try, the next numbers are those of the others.
        most: How many plans at most.
        tries: How many searches.
        apart: Least share of households whose community differs between any two of the plans.
        stop: As for `search`; a stopped try ends the series with what was found before.
    """
    found: list[Alternative] = []
    stopped = False

    def ask(progress: Progress) -> bool:
        nonlocal stopped
        stopped = stopped or stop(progress)
        return stopped

    for step in range(tries):
        plan = search(replace(problem, seed=(problem.seed + step) % 2**63), stop=ask).plan
        if plan is None or (stopped and found):
            break
        found.append(weighed(problem, plan))
    return kept_apart(problem, found, most=most, apart=apart)


def weighed(problem: Problem, plan: Plan) -> Alternative:
    """Return a plan with what it is weighed by."""
    totals = community_totals(problem, plan.assignment, n_communities=len(plan.community_ids))
    judged = np.isin(np.arange(len(totals)), plan.assignment)
    judged[problem.codes(problem.band_exceptions)] = False
    miss = np.maximum(problem.band.low - totals, 0) + np.maximum(totals - problem.band.high, 0)
    return Alternative(plan, int(miss[judged].sum()), _distance(problem, plan.assignment))


def _distance(problem: Problem, assignment: Ints) -> float | None:
    if problem.offices is None:
        return None
    known = (assignment >= 0) & (assignment < len(problem.community_ids))
    known[known] = np.isfinite(problem.offices.x[assignment[known]] + problem.offices.y[assignment[known]])
    crowd = problem.households[known]
    if crowd.sum() == 0:
        return None
    at = assignment[known]
    metres = np.hypot(problem.graph.x[known] - problem.offices.x[at], problem.graph.y[known] - problem.offices.y[at])
    return round(float((metres * crowd).sum() / crowd.sum()), 1)
