"""The one door to the search: a problem in, a plan and its conflicts out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.conflicts import Conflict, contradictions, proven_conflicts, remaining_conflicts
from linli.engine.districting.constraints import community_totals, judge
from linli.engine.districting.neighbourhood import NeighbourhoodSearch, Progress, Stop
from linli.engine.districting.objectives import moved, moved_bound, score
from linli.engine.districting.ordering import by_id, parameters, problem_hash
from linli.engine.districting.plan import Plan
from linli.engine.districting.problem import Ints, Problem
from linli.engine.districting.terrain import Terrain, terrain_of


@dataclass(frozen=True)
class Outcome:
    """What came of a search.

    Attributes:
        plan: The best plan; it may break rules that conflicts explain. None where the locks contradict each other.
        conflicts: Why the plan does not keep every hard rule; empty where it does.
    """

    plan: Plan | None
    conflicts: tuple[Conflict, ...]

    @property
    def feasible(self) -> bool:
        """Whether the plan keeps every hard rule."""
        return self.plan is not None and self.plan.feasible


def never(progress: Progress) -> bool:
    """Let a search run to its last sweep."""
    return False


def search(problem: Problem, *, stop: Stop = never) -> Outcome:
    """Look for the layout nearest to the present one that keeps the hard rules.

    Out-of-band households come first, moved households second, short borders last. The result depends on the
    problem and the number of finished sweeps alone: not on the order of its rows, the clock, or other processes.

    Args:
        problem: The question.
        stop: Asked after each visit of a community with the progress so far; True ends the search with the plan of
            the last whole sweep. The caller owns the clock.

    Returns:
        The best plan with the conflicts that it leaves open.
    """
    ordered, order = by_id(problem)
    impossible = contradictions(ordered)
    if impossible:
        return Outcome(None, impossible)
    terrain = terrain_of(ordered)
    known = proven_conflicts(ordered, terrain)
    draft, sweeps = NeighbourhoodSearch(terrain, seed=problem.seed).run(
        sweeps=problem.sweeps, patience=problem.patience, stop=stop
    )
    assignment, names = named(ordered, terrain, draft.label)
    rules = judge(ordered, assignment, names)
    broken = not all(rule.ok for rule in rules)
    left = remaining_conflicts(ordered, assignment, names, rules, known, sweeps=sweeps)
    alive = np.unique(assignment)
    totals = community_totals(ordered, assignment, n_communities=len(names))[alive]
    plan = Plan(
        assignment=as_asked(problem, ordered, order, assignment),
        parcel_ids=problem.parcel_ids,
        community_ids=problem.community_ids + names[len(problem.community_ids) :],
        parameters=parameters(ordered),
        seed=problem.seed,
        sweeps=sweeps,
        data_hash=problem_hash(ordered),
        rules=rules,
        scores=score(ordered, assignment, n_communities=len(names)),
        totals=(int(totals.min()), int(totals.max())),
        moved=moved(ordered, assignment),
        bound=moved_bound(ordered),
    )
    return Outcome(plan, known + left if broken else ())


def named(problem: Problem, terrain: Terrain, label: Ints) -> tuple[Ints, tuple[str, ...]]:
    """Return communities per parcel and all their ids; new ones are numbered by their first parcel."""
    present = terrain.present_labels
    at = label[terrain.unit_of]
    used, firsts = np.unique(at, return_index=True)
    fresh = used[used >= present][np.argsort(firsts[used >= present])]
    number = np.arange(len(terrain.ground.low), dtype=np.int32)
    number[fresh] = present + np.arange(len(fresh), dtype=np.int32)
    return number[at], problem.community_ids + tuple(f"new-{i + 1}" for i in range(len(fresh)))


def as_asked(problem: Problem, ordered: Problem, order: Ints, assignment: Ints) -> Ints:
    """Return the assignment in the order and numbers of the problem as it was asked."""
    place = {code: i for i, code in enumerate(problem.community_ids)}
    numbers = np.array([place[code] for code in ordered.community_ids], dtype=np.int32)
    known = assignment < len(numbers)
    renumbered = assignment.copy()
    renumbered[known] = numbers[assignment[known]]
    back = np.empty(problem.n, dtype=np.int32)
    back[order] = renumbered
    return back
