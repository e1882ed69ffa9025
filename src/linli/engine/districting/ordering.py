"""The order by public id in which the engine works, and the hash of what it was asked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.problem import Ints, Offices, Problem, Resources
from linli.engine.graph import ParcelGraph, graph_from_csr


def by_id(problem: Problem) -> tuple[Problem, Ints]:
    """Return the same problem with parcels, communities and subdistricts in the order of their ids.

    So two databases that hand over the same rows in different order get one plan.

    Returns:
        The problem in order, and for each of its parcels the number that parcel has in ``problem``, shape ``(n,)``.
    """
    order = np.array(sorted(range(problem.n), key=problem.parcel_ids.__getitem__), dtype=np.int32)
    place = np.empty(problem.n, dtype=np.int32)
    place[order] = np.arange(problem.n, dtype=np.int32)
    communities = sorted(range(len(problem.community_ids)), key=problem.community_ids.__getitem__)
    parents = sorted(range(len(problem.parent_ids)), key=problem.parent_ids.__getitem__)
    offices, resources = problem.offices, problem.resources
    if offices is not None:
        held = offices.parcel[communities]
        offices = Offices(
            parcel=np.where(held >= 0, place[held], -1).astype(np.int32),
            x=offices.x[communities],
            y=offices.y[communities],
        )
    if resources is not None:
        resources = Resources(
            room_m2=resources.room_m2[communities],
            workers=resources.workers[communities],
            reach=resources.reach[order],
        )
    ordered = replace(
        problem,
        graph=_reordered(problem, order, place),
        parcel_ids=tuple(problem.parcel_ids[i] for i in order),
        households=problem.households[order],
        people=problem.people[order],
        community_ids=tuple(problem.community_ids[i] for i in communities),
        present=_renumbered(problem.present[order], communities),
        unit_of=_by_first(problem.unit_of[order]),
        parent_of=_renumbered(problem.parent_of[order], parents),
        parent_ids=tuple(problem.parent_ids[i] for i in parents),
        locked_parcels=problem.locked_parcels[order],
        offices=offices,
        resources=resources,
    )
    return ordered, order


def problem_hash(ordered: Problem) -> str:
    """Return the SHA-256 of everything that was asked, for a problem in the order of `by_id`."""
    digest = hashlib.sha256()
    words = {
        "ids": ordered.parcel_ids,
        "communities": ordered.community_ids,
        "parents": ordered.parent_ids,
        "parameters": parameters(ordered),
    }
    digest.update(json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    graph = ordered.graph
    arrays: list[NDArray[Any]] = [
        graph.indptr,
        graph.indices,
        graph.border_m,
        graph.barrier,
        graph.x,
        graph.y,
        graph.area_m2,
    ]
    arrays += [ordered.households, ordered.people, ordered.present, ordered.unit_of, ordered.parent_of]
    arrays += [ordered.locked_parcels]
    if ordered.offices is not None:
        arrays += [ordered.offices.parcel, ordered.offices.x, ordered.offices.y]
    if ordered.resources is not None:
        arrays += [ordered.resources.room_m2, ordered.resources.workers, ordered.resources.reach]
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def parameters(problem: Problem) -> dict[str, object]:
    """Return the rules and wishes of a problem as plain values for a plan's record."""
    return {
        "band": asdict(problem.band),
        "cross_parents": problem.cross_parents,
        "locked_communities": sorted(problem.locked_communities),
        "band_exceptions": dict(sorted(problem.band_exceptions.items())),
        "contiguity_exceptions": dict(sorted(problem.contiguity_exceptions.items())),
        "standards": None if problem.standards is None else asdict(problem.standards),
        "weights": asdict(problem.weights),
        "patience": problem.patience,
    }


def _reordered(problem: Problem, order: Ints, place: Ints) -> ParcelGraph:
    graph = problem.graph
    tails, heads = place[graph.sources()], place[graph.indices]
    edges = np.lexsort((heads, tails))
    return graph_from_csr(
        np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=graph.n)))),
        heads[edges],
        border_m=graph.border_m[edges],
        barrier=graph.barrier[edges],
        x=graph.x[order],
        y=graph.y[order],
        area_m2=graph.area_m2[order],
    )


def _renumbered(values: Ints, order: list[int]) -> Ints:
    place = np.full(len(order) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[values]


def _by_first(units: Ints) -> Ints:
    _, firsts, inverse = np.unique(units, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(firsts)).astype(np.int32)[inverse]
