"""The question to the engine, put together from the ledger, the profile and the officer's wishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engine.districting import Band, Offices, Problem, Resources, Standards, Weights
from linli.engine.graph import ParcelGraph, graph_from_edges
from linli.foundation.policies import StandardsOn
from linli.layout.plans.queries.counting import CompoundCount, count_compounds, spread_over_parcels
from linli.layout.plans.queries.neighbours import Neighbourhood, neighbourhood_of
from linli.layout.plans.rules.wishes import Wishes
from linli.registry.queries.planning import PlannedCompound, PlanningGround

Rows = NDArray[np.int64]

#: Types of facility that a community should have within the fifteen-minute circle (一刻钟生活圈).
FACILITY_KINDS = ("党群服务中心", "日间照料", "托育", "幼儿园", "卫生服务站", "文化活动", "体育场地", "菜市场")

#: A district is searched for three cycles of slack, and given up after one without gain: about four seconds for 650
#: compounds. The engine's own defaults stop at one cycle.
SWEEPS, PATIENCE = 36, 12


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A problem with the ledger that it was made from.

    Attributes:
        ground: The ledger.
        neighbours: Borders of all parcels of the district.
        rows: Rows of the ground that the plan may touch; the problem's parcels in their order.
        community_rows: Rows of the communities among them.
        counts: Count per compound within the area.
        households: Households per parcel of the ground, shape ``(n,)``.
        people: People per parcel of the ground, shape ``(n,)``.
        problem: The question itself.
        detour: Walking distance over straight distance.
    """

    ground: PlanningGround
    neighbours: Neighbourhood
    rows: Rows
    community_rows: Rows
    counts: Mapping[str, CompoundCount]
    households: NDArray[np.int64]
    people: NDArray[np.int64]
    problem: Problem
    detour: float


def question_of(ground: PlanningGround, wishes: Wishes, *, standards: StandardsOn) -> Question:
    """Return the question that a plan answers.

    Args:
        ground: The ledger.
        wishes: What the officer asks.
        standards: The policy profile on the day of the request.

    Raises:
        EngineError: The arrays contradict each other.
    """
    neighbours = neighbourhood_of(ground, standards=standards)
    rows = rows_of_area(ground, neighbours, wishes.subdistrict)
    compounds = compounds_on(ground, rows)
    counts = count_compounds(ground, compounds, assumption=wishes.assumption)
    households, people = spread_over_parcels(ground, counts)
    held = np.unique(ground.community_of[rows])
    community_rows = held[held >= 0].astype(np.int64)
    codes = tuple(ground.communities[row].code for row in community_rows)
    detour = standards["walk_detour"].number
    present = _renumbered(ground.community_of[rows], community_rows, len(ground.communities))
    problem = Problem(
        graph=_graph(ground, neighbours, rows),
        parcel_ids=tuple(ground.parcel_codes[row] for row in rows),
        households=households[rows],
        people=people[rows],
        community_ids=codes,
        present=present,
        band=Band(low=wishes.low, high=wishes.high),
        unit_of=_units(ground)[rows],
        parent_of=np.maximum(neighbours.subdistrict_of[rows], 0),
        parent_ids=tuple(subdistrict.code for subdistrict in ground.subdistricts),
        cross_parents=wishes.crosses_subdistricts,
        # What was locked in its community may have been lost to a blind spot since.
        locked_parcels=np.isin(rows, locked_rows(ground, wishes.locks)) & (present >= 0),
        locked_communities=frozenset(_within(codes, wishes.locks)),
        band_exceptions=_within(codes, {**ground.band_exceptions, **wishes.exceptions}),
        contiguity_exceptions=_within(codes, ground.contiguity_exceptions),
        offices=_offices(ground, rows, community_rows),
        resources=_resources(ground, neighbours, rows, community_rows, standards, detour),
        standards=Standards(
            office_distance_m=standards["office_walk"].number / detour,
            room_m2_per_100_households=standards["facility_per100"].number,
            workers_per_10_000_people=standards["workers_per_10000"].number,
            reached_share=standards["office_reached_share"].number / 100,
        ),
        weights=Weights(
            out_of_band=int(standards["plan_weight_out_of_band"].number),
            empty_parcel=int(standards["plan_weight_empty_parcel"].number),
            border=standards["plan_weight_border"].number,
        ),
        seed=wishes.seed,
        sweeps=SWEEPS,
        patience=PATIENCE,
    )
    return Question(ground, neighbours, rows, community_rows, counts, households, people, problem, detour)


def rows_of_area(ground: PlanningGround, neighbours: Neighbourhood, subdistrict: str) -> Rows:
    """Return the rows of the parcels of a subdistrict, its blind spots included; all for an empty code."""
    if not subdistrict:
        return np.arange(ground.n)
    place = [row for row, one in enumerate(ground.subdistricts) if one.code == subdistrict]
    return np.flatnonzero(np.isin(neighbours.subdistrict_of, place))


def compounds_on(ground: PlanningGround, rows: Rows) -> tuple[PlannedCompound, ...]:
    """Return the compounds that stand on some parcels, in the order of their codes."""
    inside = np.zeros(ground.n, dtype=np.bool_)
    inside[rows] = True
    return tuple(compound for compound in ground.compounds if compound.rows and inside[list(compound.rows)].any())


def locked_rows(ground: PlanningGround, locks: Collection[str]) -> Rows:
    """Return the rows of the parcels that locks on compounds and parcels hold; locks on communities hold none."""
    found = {row for row, code in enumerate(ground.parcel_codes) if code in locks}
    for compound in ground.compounds:
        if compound.code in locks:
            found.update(compound.rows)
    return np.array(sorted(found), dtype=np.int64)


def _graph(ground: PlanningGround, neighbours: Neighbourhood, rows: Rows) -> ParcelGraph:
    place = np.full(ground.n, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    adjacency = neighbours.adjacency
    tails, heads = place[adjacency.sources], place[adjacency.indices]
    kept = (tails >= 0) & (heads >= 0) & (tails < heads)
    return graph_from_edges(
        len(rows),
        np.column_stack((tails[kept], heads[kept])),
        border_m=adjacency.length_m[kept],
        barrier=neighbours.barrier[kept],
        x=neighbours.points[rows, 0],
        y=neighbours.points[rows, 1],
        area_m2=ground.area_m2[rows],
    )


def _renumbered(values: NDArray[np.int32], chosen: Rows, length: int) -> NDArray[np.int32]:
    place = np.full(length + 1, -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen), dtype=np.int32)
    return place[values]


def _units(ground: PlanningGround) -> NDArray[np.int32]:
    """Return one number per group of parcels that must stay together: compounds, also those that share a parcel."""
    unit = np.arange(ground.n, dtype=np.int32)
    for compound in ground.compounds:
        if len(compound.rows) > 1:
            joined = np.isin(unit, unit[list(compound.rows)])
            unit[joined] = unit[joined].min()
    return unit


def _within(codes: tuple[str, ...], reasons: Mapping[str, str]) -> dict[str, str]:
    return {code: reason for code, reason in reasons.items() if code in codes}


def _offices(ground: PlanningGround, rows: Rows, community_rows: Rows) -> Offices:
    places = np.array([ground.communities[row].office or (np.nan, np.nan) for row in community_rows]).reshape(-1, 2)
    parcel = np.full(len(places), -1, dtype=np.int32)
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    tree = shapely.STRtree(ground.outlines[rows])
    office, inside = tree.query(shapely.points(places[known]), predicate="intersects")
    # An office on a border lies in both parcels: the one of its own community, else the first.
    own = ground.community_of[rows[inside]] == community_rows[known[office]]
    order = np.lexsort((inside, ~own, office))
    firsts = np.unique(office[order], return_index=True)[1]
    parcel[known[office[order][firsts]]] = inside[order][firsts]
    return Offices(parcel=parcel, x=places[:, 0], y=places[:, 1])


def _resources(
    ground: PlanningGround,
    neighbours: Neighbourhood,
    rows: Rows,
    community_rows: Rows,
    standards: StandardsOn,
    detour: float,
) -> Resources:
    communities = [ground.communities[row] for row in community_rows]
    kinds = np.array(ground.facility_kinds, dtype=object)
    _least, walk_m = standards["circle15_radius"].band
    reach = np.zeros((len(rows), len(FACILITY_KINDS)), dtype=np.bool_)
    homes = neighbours.points[rows]
    for column, kind in enumerate(FACILITY_KINDS):
        places = ground.facility_points[kinds == kind]
        if len(places):
            apart = np.hypot(*(homes[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
            reach[:, column] = apart.min(axis=1) * detour <= walk_m
    return Resources(
        room_m2=np.array([_known(community.service_m2) for community in communities]),
        workers=np.array([_known(community.workers) for community in communities]),
        reach=reach,
    )


def _known(figure: float | None) -> float:
    return np.nan if figure is None else figure
