"""The hard rules, judged from scratch on a finished layout, independently of the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.contacts import contacts
from linli.engine.districting.problem import Ints, Longs, Problem
from linli.engine.kernels import label_parts

Rule = Literal["complete", "contiguous", "band", "locks", "compounds-whole", "parents-kept", "office-inside"]


@dataclass(frozen=True)
class RuleVerdict:
    """Whether one hard rule holds.

    Attributes:
        rule: Which rule.
        ok: Whether nothing offends against it.
        offenders: Ids of the parcels (complete, locks, compounds-whole) or communities that offend, ascending.
        excused: Ids of communities that miss the rule with a registered exception, or, for ``parents-kept``, because
            the problem allows crossing.
    """

    rule: Rule
    ok: bool
    offenders: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of offenders."""
        return len(self.offenders)


def community_totals(problem: Problem, assignment: Ints, *, n_communities: int) -> Longs:
    """Return what the band counts per community, shape ``(n_communities,)``; blind spots count nowhere."""
    held = assignment >= 0
    totals = np.zeros(n_communities, dtype=np.int64)
    np.add.at(totals, assignment[held], problem.sizes[held])
    return totals


def judge(problem: Problem, assignment: Ints, community_ids: tuple[str, ...]) -> tuple[RuleVerdict, ...]:
    """Return a verdict on every hard rule.

    Args:
        problem: The question.
        assignment: Index into ``community_ids`` per parcel, -1 for none, shape ``(n,)``.
        community_ids: Present communities in the order of the problem, new ones after them.

    Notes:
        Communities without parcels do not exist and offend against nothing.
    """
    return (
        _complete(problem, assignment),
        _contiguous(problem, assignment, community_ids),
        _band(problem, assignment, community_ids),
        _locks(problem, assignment),
        _compounds_whole(problem, assignment),
        _parents_kept(problem, assignment, community_ids),
        _office_inside(problem, assignment),
    )


def _verdict(rule: Rule, offenders: set[str], excused: set[str] | frozenset[str] = frozenset()) -> RuleVerdict:
    return RuleVerdict(rule, not offenders, tuple(sorted(offenders)), tuple(sorted(excused)))


def _parcels(problem: Problem, rows: NDArray[np.signedinteger]) -> set[str]:
    return {problem.parcel_ids[row] for row in rows}


def _complete(problem: Problem, assignment: Ints) -> RuleVerdict:
    return _verdict("complete", _parcels(problem, np.flatnonzero(assignment < 0)))


def _contiguous(problem: Problem, assignment: Ints, community_ids: tuple[str, ...]) -> RuleVerdict:
    touching = contacts(problem)
    part = label_parts(touching.indptr, touching.indices, assignment)
    held = part >= 0
    pairs = np.unique(np.column_stack((assignment[held], part[held])), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=len(community_ids))
    scattered = {community_ids[c] for c in np.flatnonzero(counts > 1)}
    excused = scattered & set(problem.contiguity_exceptions)
    return _verdict("contiguous", scattered - excused, excused)


def _band(problem: Problem, assignment: Ints, community_ids: tuple[str, ...]) -> RuleVerdict:
    totals = community_totals(problem, assignment, n_communities=len(community_ids))
    alive = np.unique(assignment[assignment >= 0])
    outside = {community_ids[c] for c in alive if not problem.band.holds(int(totals[c]))}
    excused = outside & set(problem.band_exceptions)
    return _verdict("band", outside - excused, excused)


def _locks(problem: Problem, assignment: Ints) -> RuleVerdict:
    closed = problem.codes(problem.locked_communities)
    bound = problem.locked_parcels | np.isin(problem.present, closed) | np.isin(assignment, closed)
    return _verdict("locks", _parcels(problem, np.flatnonzero(bound & (assignment != problem.present))))


def _compounds_whole(problem: Problem, assignment: Ints) -> RuleVerdict:
    first = np.zeros(int(problem.unit_of.max()) + 1, dtype=np.int32)
    first[problem.unit_of] = assignment
    torn = np.zeros(len(first), dtype=np.bool_)
    torn[problem.unit_of[assignment != first[problem.unit_of]]] = True
    return _verdict("compounds-whole", _parcels(problem, np.flatnonzero(torn[problem.unit_of])))


def _parents_kept(problem: Problem, assignment: Ints, community_ids: tuple[str, ...]) -> RuleVerdict:
    held = assignment >= 0
    pairs = np.unique(np.column_stack((assignment[held], problem.parent_of[held])), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=len(community_ids))
    across = {community_ids[c] for c in np.flatnonzero(counts > 1)}
    return _verdict(
        "parents-kept", set() if problem.cross_parents else across, across if problem.cross_parents else set()
    )


def _office_inside(problem: Problem, assignment: Ints) -> RuleVerdict:
    if problem.offices is None:
        return _verdict("office-inside", set())
    alive = set(np.unique(assignment).tolist())
    outside = {
        problem.community_ids[c]
        for c, parcel in enumerate(problem.offices.parcel)
        if parcel >= 0 and c in alive and assignment[parcel] != c
    }
    return _verdict("office-inside", outside)
