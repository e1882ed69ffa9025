"""The counts that a plan leans on: households and people per compound and per parcel, missing ones named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.layout.plans.rules.assumptions import Assumption, assumed_households
from linli.layout.plans.rules.splitting import shares_of
from linli.registry.queries.planning import PlannedCompound, PlanningGround

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CompoundCount:
    """What a plan counts for a compound; None where nobody knows.

    Attributes:
        households: 实际入住户, or the assumed number.
        people: Usual residents.
        is_estimated: Whether the households come from the assumption.
    """

    households: int | None
    people: int | None
    is_estimated: bool


def count_compounds(
    ground: PlanningGround, compounds: Iterable[PlannedCompound], *, assumption: Assumption | None
) -> dict[str, CompoundCount]:
    """Return the count per compound; a negative figure counts as missing, for it cannot be."""
    return {compound.code: _count(ground, compound, assumption) for compound in compounds}


def spread_over_parcels(ground: PlanningGround, counts: Mapping[str, CompoundCount]) -> tuple[Counts, Counts]:
    """Return households and people per parcel, each compound's shared out by area; missing ones add nothing.

    Returns:
        Two arrays of shape ``(n,)``.
    """
    households, people = np.zeros(ground.n, dtype=np.int64), np.zeros(ground.n, dtype=np.int64)
    for compound in ground.compounds:
        count = counts.get(compound.code)
        if count is None or not compound.rows:
            continue
        rows = list(compound.rows)
        areas = ground.area_m2[rows].tolist()
        for column, figure in ((households, count.households), (people, count.people)):
            column[rows] += shares_of(figure or 0, areas)
    return households, people


def _count(ground: PlanningGround, compound: PlannedCompound, assumption: Assumption | None) -> CompoundCount:
    people = compound.people if compound.people is not None and compound.people >= 0 else None
    if compound.households is not None and compound.households >= 0:
        return CompoundCount(compound.households, people, is_estimated=False)
    if assumption is None:
        return CompoundCount(None, people, is_estimated=False)
    area_m2 = float(ground.area_m2[list(compound.rows)].sum())
    assumed = assumed_households(
        assumption, buildings=compound.buildings, dwellings=compound.dwellings, area_m2=area_m2
    )
    return CompoundCount(assumed, people, is_estimated=assumed is not None)
