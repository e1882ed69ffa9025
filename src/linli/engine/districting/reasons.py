"""Why each moved compound moves: the rule of the present layout that it mends, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linli.engine.districting.constraints import community_totals
from linli.engine.districting.contacts import contacts
from linli.engine.districting.problem import Flags, Ints, Longs, Problem
from linli.engine.kernels import label_parts


class Cause(StrEnum):
    """What moves a compound, the weightiest first."""

    BLIND_SPOT = "BLIND_SPOT"
    EXCLAVE = "EXCLAVE"
    COMMUNITY_ENDS = "COMMUNITY_ENDS"
    TOO_LARGE = "TOO_LARGE"
    TOO_SMALL = "TOO_SMALL"
    COMMUNITY_BEGINS = "COMMUNITY_BEGINS"
    MAKES_ROOM = "MAKES_ROOM"


@dataclass(frozen=True)
class Reason:
    """Why some parcels leave one community for another.

    Attributes:
        cause: What moves them: they lay in no community; apart from their community; in one that ends; in one
            above the ceiling; they fill one below the floor; they found one; or they pass on what others push.
        from_id: Community at present, "" for none.
        to_id: Community in the plan.
        from_total: What the band counts in the former community at present, 0 for none.
        to_total: The same of the new community at present, 0 for a new one.
    """

    cause: Cause
    from_id: str
    to_id: str
    from_total: int
    to_total: int


def reasons(problem: Problem, assignment: Ints, community_ids: tuple[str, ...]) -> dict[int, Reason]:
    """Return the reason of each parcel that changes its community, by row.

    Args:
        problem: The question.
        assignment: The plan, shape ``(n,)``.
        community_ids: Present communities, new ones after them.
    """
    totals = community_totals(problem, problem.present, n_communities=len(community_ids))
    alive = np.isin(np.arange(len(community_ids)), assignment)
    apart = _apart(problem)
    found = {}
    for row in np.flatnonzero((assignment != problem.present) & (assignment >= 0)):
        old, new = int(problem.present[row]), int(assignment[row])
        found[int(row)] = Reason(
            cause=_cause(problem, totals, alive, old, new, is_apart=bool(apart[row])),
            from_id="" if old < 0 else community_ids[old],
            to_id=community_ids[new],
            from_total=0 if old < 0 else int(totals[old]),
            to_total=int(totals[new]),
        )
    return found


def _cause(problem: Problem, totals: Longs, alive: Flags, old: int, new: int, *, is_apart: bool) -> Cause:
    if old < 0:
        return Cause.BLIND_SPOT
    if is_apart:
        return Cause.EXCLAVE
    if not alive[old]:
        return Cause.COMMUNITY_ENDS
    if totals[old] > problem.band.high:
        return Cause.TOO_LARGE
    if new >= len(problem.community_ids):
        return Cause.COMMUNITY_BEGINS
    if totals[new] < problem.band.low:
        return Cause.TOO_SMALL
    return Cause.MAKES_ROOM


def _apart(problem: Problem) -> Flags:
    """Return the parcels that lie outside the most peopled part of their present community, shape ``(n,)``."""
    touching = contacts(problem)
    part = label_parts(touching.indptr, touching.indices, problem.present)
    crowd = np.zeros(int(part.max()) + 1, dtype=np.int64)
    held = part >= 0
    np.add.at(crowd, part[held], problem.sizes[held] + 1)
    main = np.zeros(len(problem.community_ids), dtype=np.int64)
    np.maximum.at(main, problem.present[held], crowd[part[held]])
    apart = np.zeros(problem.n, dtype=np.bool_)
    apart[held] = crowd[part[held]] < main[problem.present[held]]
    return apart
