"""Questions to a layout that stands: what if this compound stays, and what is the smallest mending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from linli.engine.districting.constraints import RuleVerdict, judge
from linli.engine.districting.neighbourhood import NeighbourhoodSearch
from linli.engine.districting.objectives import moved
from linli.engine.districting.ordering import by_id
from linli.engine.districting.problem import Flags, Ints, Problem
from linli.engine.districting.search import as_asked, named
from linli.engine.districting.start import healed
from linli.engine.districting.terrain import Terrain, terrain_of
from linli.engine.errors import ProblemNotSound
from linli.engine.kernels import Draft

ROUNDS = 4
#: Extra price of a moved unit, in units of median size, tried one after the other until few enough move.
PRICES = (0.0, 0.5, 2.0, 8.0, 32.0)


@dataclass(frozen=True, eq=False)
class Repair:
    """A layout mended after a wish.

    Attributes:
        assignment: Index into ``community_ids`` per parcel, in the order of the input, shape ``(n,)``.
        community_ids: Present communities, then new ones.
        moved: Households (or people) whose community differs from the present one.
        price: How many more households move than in the layout that was asked about; negative for fewer.
        changed: Rows of the parcels that lie elsewhere than in that layout, ascending.
        broken: Hard rules that the mended layout misses.
    """

    assignment: Ints
    community_ids: tuple[str, ...]
    moved: int
    price: int
    changed: tuple[int, ...]
    broken: tuple[RuleVerdict, ...]

    @property
    def feasible(self) -> bool:
        """Whether every hard rule holds."""
        return not self.broken


def repaired(problem: Problem, assignment: Ints, community_ids: tuple[str, ...], *, held: Mapping[int, str]) -> Repair:
    """Return the cheapest mending found when some parcels must lie where the officer says.

    The search begins at the given layout and looks only near what the wish disturbs, so the rest stays as it is.

    Args:
        problem: The question that the layout answers.
        assignment: The layout, shape ``(n,)``.
        community_ids: Its communities: those of the problem, new ones after them.
        held: Community per row of a parcel that must lie there, the whole compound with it.

    Raises:
        ProblemNotSound: A row or community does not exist, or one compound is held in two communities.
    """
    ordered, order = by_id(problem)
    terrain = terrain_of(ordered)
    start = _labels(ordered, terrain, order, assignment, community_ids)
    wanted = _wanted(ordered, terrain, order, held, _numbers(ordered, terrain, start, order, assignment, community_ids))
    bound = _bound(terrain, wanted)
    label = start.copy()
    for unit in np.flatnonzero(wanted >= 0):
        _led(bound, label, int(unit), int(wanted[unit]))
    draft = Draft.of(healed(bound, label), bound.ground)
    disturbed = np.unique(np.concatenate((start[draft.label != start], draft.label[draft.label != start])))
    mended = NeighbourhoodSearch(bound, seed=problem.seed, draft=draft).mended(disturbed, rounds=ROUNDS)
    return _told(problem, ordered, order, terrain, mended, assignment, community_ids)


def smallest_adjustment(problem: Problem, *, most_units: int) -> Repair:
    """Return a mending of the present layout that moves no more than some compounds (微调).

    A unit is a compound, or a parcel that belongs to none. Where so few moves cannot keep the band, the layout
    that comes nearest to it among those tried is returned, and its verdict says what is missed.

    Args:
        problem: The question; its present layout is where the mending starts.
        most_units: Most units that may change their community.
    """
    ordered, order = by_id(problem)
    terrain = terrain_of(ordered)
    ground = terrain.ground
    start = Draft.of(healed(terrain, ground.home), ground)
    usual = float(np.median(ground.size[ground.size > 0]))
    best, rank = start, (int(start.deviation(ground).sum()), 0)
    for price in PRICES:
        dearer = replace(terrain, ground=replace(ground, stay=ground.stay + int(price * usual)))
        out = np.flatnonzero(start.deviation(ground) > 0).astype(np.int32)
        found = NeighbourhoodSearch(dearer, seed=problem.seed, draft=start.copy()).mended(out, rounds=ROUNDS)
        reached = (int(found.deviation(ground).sum()), found.moved(ground))
        if int(((ground.home >= 0) & (found.label != ground.home)).sum()) <= most_units and reached < rank:
            best, rank = found, reached
            if reached[0] == 0:
                break
    return _told(problem, ordered, order, terrain, best, problem.present, problem.community_ids)


def _labels(ordered: Problem, terrain: Terrain, order: Ints, assignment: Ints, community_ids: tuple[str, ...]) -> Ints:
    """Return a layout as labels of units; new communities take the free labels in their order."""
    if (assignment < 0).any():
        raise ProblemNotSound("a layout with blind spots cannot be mended: assign them first")
    place = {code: c for c, code in enumerate(ordered.community_ids)}
    number = np.array(
        [place.get(code, terrain.present_labels + c - len(place)) for c, code in enumerate(community_ids)]
    )
    label = np.zeros(len(terrain.ground.home), dtype=np.int32)
    label[terrain.unit_of] = number[assignment[order]]
    return label


def _numbers(
    ordered: Problem, terrain: Terrain, start: Ints, order: Ints, assignment: Ints, community_ids: tuple[str, ...]
) -> dict[str, int]:
    numbers = {code: c for c, code in enumerate(ordered.community_ids)}
    for code, label in zip((community_ids[c] for c in assignment[order]), start[terrain.unit_of], strict=True):
        numbers.setdefault(code, int(label))
    return numbers


def _wanted(
    ordered: Problem, terrain: Terrain, order: Ints, held: Mapping[int, str], numbers: Mapping[str, int]
) -> Ints:
    """Return the label that each unit must have, -1 for any, shape ``(u,)``."""
    row_of = {int(asked): row for row, asked in enumerate(order)}
    wanted = np.full(len(terrain.ground.home), -1, dtype=np.int32)
    for row, code in held.items():
        if row not in row_of or code not in numbers:
            raise ProblemNotSound("a held parcel or its community does not exist", row=row, community=code)
        unit = terrain.unit_of[row_of[row]]
        if wanted[unit] not in (-1, numbers[code]):
            raise ProblemNotSound("one compound is held in two communities", parcel=ordered.parcel_ids[row_of[row]])
        wanted[unit] = numbers[code]
    return wanted


def _bound(terrain: Terrain, wanted: Ints) -> Terrain:
    """Return the terrain in which held units never move and their communities never vanish."""
    ground = terrain.ground
    enduring = ground.enduring.copy()
    enduring[wanted[wanted >= 0]] = True
    anchor = np.where((wanted >= 0) & (wanted != ground.anchor), -1, ground.anchor)
    return replace(
        terrain, ground=replace(ground, fixed=ground.fixed | (wanted >= 0), enduring=enduring, anchor=anchor)
    )


def _led(terrain: Terrain, label: Ints, unit: int, target: int) -> None:
    """Give a unit to a label, in place, with the way of fewest households from the rest of that label."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    ground = terrain.ground
    label[unit] = target
    there = label == target
    there[unit] = False
    if not there.any():
        # A community that the layout had ended comes back with all that it holds at present.
        back = (ground.home == target) & ~ground.fixed & ~ground.closed[label]
        label[back] = target
        return
    barred = (ground.fixed | ground.closed[label] | (ground.anchor == label)) & ~there
    barred[unit] = False
    weights = ground.size[ground.indices] + 1.0
    weights[barred[ground.indices]] = np.inf
    ways = csr_matrix((weights, ground.indices, ground.indptr), shape=(len(label), len(label)))
    far, before = dijkstra(ways, indices=unit, return_predecessors=True)
    nearest = int(np.flatnonzero(there)[far[there].argmin()])
    if not np.isfinite(far[nearest]):
        return
    while nearest != unit:
        label[nearest] = target
        nearest = int(before[nearest])


def _told(
    problem: Problem,
    ordered: Problem,
    order: Ints,
    terrain: Terrain,
    draft: Draft,
    before: Ints,
    before_ids: tuple[str, ...],
) -> Repair:
    assignment, names = named(ordered, terrain, draft.label)
    rules = judge(ordered, assignment, names)
    after = as_asked(problem, ordered, order, assignment)
    ids = problem.community_ids + names[len(problem.community_ids) :]
    return Repair(
        assignment=after,
        community_ids=ids,
        moved=moved(problem, after),
        price=moved(problem, after) - moved(problem, before),
        changed=tuple(np.flatnonzero(_differs(problem, before, before_ids, after, ids)).tolist()),
        broken=tuple(rule for rule in rules if not rule.ok),
    )


def _differs(problem: Problem, one: Ints, one_ids: tuple[str, ...], other: Ints, other_ids: tuple[str, ...]) -> Flags:
    """Return the parcels whose community differs; new ones are matched by the larger share of their parcels."""
    present = len(problem.community_ids)
    match = np.arange(max(len(one_ids), len(other_ids)) + 1)
    for c in range(present, len(other_ids)):
        partners = one[(other == c) & (one >= present)]
        match[c] = np.bincount(partners).argmax() if len(partners) else len(match) - 1
    differs: Flags = np.where(other >= 0, match[other], -1) != one
    return differs
