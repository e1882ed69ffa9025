"""The four principles of a layout and its stability, each a score from 0 to 100, and the bound on stability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.constraints import community_totals
from linli.engine.districting.problem import Floats, Ints, Longs, Problem


@dataclass(frozen=True)
class Scores:
    """Scores from 0 (bad) to 100 (good), two decimals; None where the figures for it are not known.

    Attributes:
        scale: 人口规模适度, see `scale_score`.
        convenience: 服务管理方便, see `convenience_score`.
        resources: 资源配置有效, see `resources_score`.
        functions: 功能相对齐全, see `functions_score`.
        stability: 稳定, see `stability_score`.
    """

    scale: float | None
    convenience: float | None
    resources: float | None
    functions: float | None
    stability: float | None


def score(problem: Problem, assignment: Ints, *, n_communities: int) -> Scores:
    """Return all scores of a layout.

    Args:
        problem: The question.
        assignment: Community per parcel, present ones first, -1 for none, shape ``(n,)``.
        n_communities: Number of communities, present and new.
    """
    return Scores(
        scale=_rounded(scale_score(problem, assignment, n_communities=n_communities)),
        convenience=_rounded(convenience_score(problem, assignment)),
        resources=_rounded(resources_score(problem, assignment, n_communities=n_communities)),
        functions=_rounded(functions_score(problem, assignment, n_communities=n_communities)),
        stability=_rounded(stability_score(problem, assignment)),
    )


def scale_score(problem: Problem, assignment: Ints, *, n_communities: int) -> float:
    """Return the share of households in communities inside the band, less the share by which the others miss it.

    Ten thousand households of which 8,000 live inside the band, while the one community of 2,000 lacks 500 to it,
    score 80 - 5 = 75. Blind spots count as outside. Source: 1,000-3,000 households, organic law of urban residents'
    committees, revised 2025, art. 3; the band itself is the problem's.
    """
    totals = community_totals(problem, assignment, n_communities=n_communities)
    alive = np.isin(np.arange(n_communities), assignment)
    short = np.maximum(problem.band.low - totals, 0)
    over = np.maximum(totals - problem.band.high, 0)
    miss = np.where(alive, short + over, 0)
    inside = totals[miss == 0].sum()
    return max(0.0, 100.0 * float(inside - miss.sum()) / float(problem.sizes.sum()))


def convenience_score(problem: Problem, assignment: Ints) -> float | None:
    """Return how near households live to their community's office, straight distance, mean over households.

    A household within the norm counts 1, at twice the norm 0, in between in proportion. Households of communities
    whose office is not known (new ones among them) are left out.
    """
    if problem.offices is None or problem.standards is None:
        return None
    known = (assignment >= 0) & (assignment < len(problem.community_ids))
    known[known] = np.isfinite(problem.offices.x[assignment[known]] + problem.offices.y[assignment[known]])
    weights = problem.households[known]
    if weights.sum() == 0:
        return None
    at = assignment[known]
    metres = np.hypot(problem.graph.x[known] - problem.offices.x[at], problem.graph.y[known] - problem.offices.y[at])
    near = np.clip(2.0 - metres / problem.standards.office_distance_m, 0.0, 1.0)
    return 100.0 * float((near * weights).sum() / weights.sum())


def resources_score(problem: Problem, assignment: Ints, *, n_communities: int) -> float | None:
    """Return how far rooms and workers reach, mean of both, each weighted by those they are for.

    Rooms: square metres per 100 households against the norm, at most 1 per community, weighted by households.
    Workers: number per 10,000 people against the norm, at most 1, weighted by people. What an abolished community had
    goes to the community that takes most of its households; a new community begins with nothing. Communities
    without a known figure are left out.
    """
    if problem.resources is None or problem.standards is None:
        return None
    heirs = heir_of(problem, assignment)
    held = assignment >= 0
    shares = []
    for stock, norm, crowd, per in (
        (problem.resources.room_m2, problem.standards.room_m2_per_100_households, problem.households, 100.0),
        (problem.resources.workers, problem.standards.workers_per_10_000_people, problem.people, 10_000.0),
    ):
        passed = np.zeros(n_communities)
        np.add.at(passed, heirs[heirs >= 0], stock[heirs >= 0])
        crowds = np.zeros(n_communities)
        np.add.at(crowds, assignment[held], crowd[held])
        known = np.isfinite(passed) & (crowds > 0)
        if known.any():
            full = np.minimum(1.0, passed[known] * per / (norm * crowds[known]))
            shares.append(float((full * crowds[known]).sum() / crowds[known].sum()))
    return 100.0 * sum(shares) / len(shares) if shares else None


def functions_score(problem: Problem, assignment: Ints, *, n_communities: int) -> float | None:
    """Return the share of required types of facility that communities have, mean over households.

    A community has a type when at least the standard's share of its households live on parcels that reach one.
    """
    if problem.resources is None or problem.standards is None or problem.resources.reach.shape[1] == 0:
        return None
    held = (assignment >= 0) & (problem.households > 0)
    crowds = np.zeros(n_communities)
    np.add.at(crowds, assignment[held], problem.households[held])
    reached = np.zeros((n_communities, problem.resources.reach.shape[1]))
    np.add.at(reached, assignment[held], problem.resources.reach[held] * problem.households[held][:, None])
    alive = crowds > 0
    if not alive.any():
        return None
    has = reached[alive] >= problem.standards.reached_share * crowds[alive][:, None]
    shares: Floats = has.mean(axis=1)
    return 100.0 * float((shares * crowds[alive]).sum() / crowds.sum())


def stability_score(problem: Problem, assignment: Ints) -> float | None:
    """Return the share of households in a community at present that stay in it; None where nobody has one."""
    settled = int(problem.sizes[problem.present >= 0].sum())
    return None if settled == 0 else 100.0 * (1.0 - moved(problem, assignment) / settled)


def moved(problem: Problem, assignment: Ints) -> int:
    """Return the households (or people) whose community changes; blind spots have none to change."""
    changed = (problem.present >= 0) & (assignment != problem.present)
    return int(problem.sizes[changed].sum())


def moved_bound(problem: Problem) -> int:
    """Return a number of households that every plan inside the band must move, proven by counting.

    A community above the ceiling loses at least what exceeds it. One below the floor either gains what it lacks or
    vanishes and loses what it has, the smaller of both. One moved household leaves one community and enters one,
    so it serves at most two such needs; households of blind spots may fill gaps without moving.

    Examples:
        >>> from linli.engine.graph import graph_from_edges
        >>> from linli.engine.districting.problem import Band
        >>> pair = graph_from_edges(2, [(0, 1)])
        >>> problem = Problem(graph=pair, parcel_ids=("a", "b"), households=np.array([70, 20]),
        ...     community_ids=("A", "B"), present=np.array([0, 1]), band=Band(low=30, high=60))
        >>> moved_bound(problem)
        10
    """
    k = len(problem.community_ids)
    totals = community_totals(problem, problem.present, n_communities=k)
    judged = np.isin(np.arange(k), problem.present)
    judged[problem.codes(problem.band_exceptions)] = False
    over = int(np.maximum(totals - problem.band.high, 0)[judged].sum())
    lack = np.minimum(np.maximum(problem.band.low - totals, 0), totals)
    loose = int(problem.sizes[problem.present < 0].sum())
    return max(over, -(-(over + int(lack[judged].sum()) - loose) // 2))


def heir_of(problem: Problem, assignment: Ints) -> Longs:
    """Return for each present community the one that carries on what it has, shape ``(k,)``.

    Itself while it holds parcels; else the one with most of its households, on a tie of its parcels; -1 for none.
    """
    k = len(problem.community_ids)
    heirs = np.full(k, -1, dtype=np.int64)
    alive = set(np.unique(assignment).tolist())
    for c in range(k):
        takers = assignment[(problem.present == c) & (assignment >= 0)]
        if c in alive:
            heirs[c] = c
        elif len(takers):
            weights = problem.households[(problem.present == c) & (assignment >= 0)]
            crowds = np.bincount(takers, weights=weights)
            parcels = np.bincount(takers)
            heirs[c] = int(np.lexsort((np.arange(len(crowds)), -parcels, -crowds))[0])
    return heirs


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
