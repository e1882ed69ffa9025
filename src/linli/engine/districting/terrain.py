"""Parcels drawn together into units, with the costs and limits that the search works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.contacts import contacts, summed_rows
from linli.engine.districting.problem import Flags, Ints, Longs, Problem
from linli.engine.kernels import Ground, label_parts


@dataclass(frozen=True, eq=False)
class Terrain:
    """The search's view of a problem; ``u`` units, ``k`` labels: present communities first, free ones after.

    Attributes:
        ground: What the kernels read.
        unit_of: Unit per parcel, shape ``(n,)``.
        region: Region per unit, shape ``(u,)``: a piece of one subdistrict that no barrier cuts.
        parent: Subdistrict per unit, shape ``(u,)``; of most of its households.
        scattered: Labels that may lie in several parts, shape ``(k,)``.
        present_labels: Number of labels that are present communities.
    """

    ground: Ground
    unit_of: Ints
    region: Ints
    parent: Ints
    scattered: Flags
    present_labels: int


def terrain_of(problem: Problem) -> Terrain:
    """Draw the parcels of a problem together into units and work out costs and limits."""
    unit_of = problem.unit_of
    units = int(unit_of.max()) + 1
    size = np.zeros(units, dtype=np.int64)
    np.add.at(size, unit_of, problem.sizes)
    parent = _heaviest(unit_of, problem.parent_of, problem.sizes + 1, units)[0]
    indptr, indices, border = _unit_edges(problem, parent, units)
    region = label_parts(indptr, indices, np.zeros(units, dtype=np.int32))
    present = len(problem.community_ids)
    closed_ids = problem.codes(problem.locked_communities)
    locked = problem.locked_parcels | np.isin(problem.present, closed_ids)
    # Locked parcels outweigh all others, so that a unit's home is where the lock holds it.
    pull = np.where(problem.present >= 0, problem.sizes + problem.weights.empty_parcel, 0)
    lead = np.where(locked, int(pull.sum()) + 1, 0)
    held = problem.present >= 0
    home, _ = _heaviest(unit_of[held], problem.present[held], (pull + lead)[held] + 1, units)
    at_home = held & (problem.present == home[unit_of])
    stay = np.zeros(units, dtype=np.int64)
    np.add.at(stay, unit_of[at_home], pull[at_home])
    fixed = np.zeros(units, dtype=np.bool_)
    fixed[unit_of[locked]] = True
    # Parcels shut in by closed communities may each have to stand alone; otherwise the band limits the number.
    spare = units if len(closed_ids) else int(size.sum()) // problem.band.low + int(region.max()) + 2
    k = present + spare
    closed, enduring, scattered = (np.zeros(k, dtype=np.bool_) for _ in range(3))
    closed[closed_ids] = True
    scattered[problem.codes(problem.contiguity_exceptions)] = True
    excepted = problem.codes(problem.band_exceptions)
    enduring[excepted] = enduring[closed_ids] = enduring[home[fixed]] = True
    totals = np.bincount(problem.present[held], weights=problem.sizes[held], minlength=present).astype(np.int64)
    low, high = np.full(k, problem.band.low), np.full(k, problem.band.high)
    loose = np.union1d(excepted, closed_ids)
    low[loose] = np.minimum(low[loose], totals[loose])
    high[loose] = np.maximum(high[loose], totals[loose])
    ground = Ground(
        indptr=indptr,
        indices=indices,
        border=border,
        size=size,
        home=home,
        stay=stay,
        fixed=fixed,
        anchor=_anchors(problem, home, fixed, closed, indptr, indices),
        closed=closed,
        enduring=enduring,
        low=low.astype(np.int64),
        high=high.astype(np.int64),
        weight=problem.weights.out_of_band,
    )
    return Terrain(ground, unit_of, region, parent, scattered, present)


def _heaviest(groups: Ints, values: Ints, weights: Longs, n: int) -> tuple[Ints, Longs]:
    """Return for each group its value of greatest summed weight, the smaller on a tie; -1 for an empty group."""
    width = int(values.max(initial=0)) + 1
    keys, place = np.unique(groups.astype(np.int64) * width + values, return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, place, weights)
    order = np.lexsort((keys % width, -sums, keys // width))
    firsts = order[np.unique((keys // width)[order], return_index=True)[1]]
    best = np.full(n, -1, dtype=np.int32)
    most = np.zeros(n, dtype=np.int64)
    best[keys[firsts] // width] = keys[firsts] % width
    most[keys[firsts] // width] = sums[firsts]
    return best, most


def _unit_edges(problem: Problem, parent: Ints, units: int) -> tuple[Ints, Ints, Longs]:
    touching = contacts(problem)
    tails = problem.unit_of[np.repeat(np.arange(problem.n), np.diff(touching.indptr))]
    heads = problem.unit_of[touching.indices]
    keep = tails != heads
    if not problem.cross_parents:
        keep &= parent[tails] == parent[heads]
    indptr, indices, metres = summed_rows(units, tails[keep], heads[keep], touching.border_m[keep])
    drawn = metres[metres > 0]
    scale = problem.weights.border / drawn.mean() if len(drawn) else 0.0
    return indptr, indices, np.rint(metres * scale).astype(np.int64)


def _anchors(problem: Problem, home: Ints, fixed: Flags, closed: Flags, indptr: Ints, indices: Ints) -> Ints:
    """Return for each unit the label whose office stands in it and can be kept inside, -1 for none."""
    anchor = np.full(len(home), -1, dtype=np.int32)
    if problem.offices is None:
        return anchor
    for label, parcel in enumerate(problem.offices.parcel):
        if parcel < 0 or not (problem.present == label).any():
            continue
        unit = problem.unit_of[parcel]
        near = home[indices[indptr[unit] : indptr[unit + 1]]]
        inside = home[unit] == label
        if inside or (not fixed[unit] and not closed[label] and anchor[unit] < 0 and (near == label).any()):
            anchor[unit] = label
    return anchor
