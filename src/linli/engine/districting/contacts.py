"""Which parcels count as touching, once barriers, compounds and empty islands are considered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.problem import Flags, Floats, Ints, Problem
from linli.engine.kernels import label_parts


@dataclass(frozen=True, eq=False)
class Contacts:
    """Parcels that touch, in compressed sparse rows.

    Attributes:
        indptr: Row starts, shape ``(n + 1,)``.
        indices: Neighbours, ascending within a row.
        border_m: Common border; 0 for a contact without one.
    """

    indptr: Ints
    indices: Ints
    border_m: Floats


def contacts(problem: Problem) -> Contacts:
    """Return the contacts over which communities may reach; contiguity is judged with them.

    Parcels touch over every border that is no barrier. Besides, parcels of one compound touch each other; and a
    region in which nobody lives (a park behind an expressway, a river between barrier lines) can hold no community,
    so it touches one neighbour of its subdistrict across a barrier: one of its present community before others,
    the longest border first, else the nearest parcel. One contact only, for else it would be a bridge.
    """
    tails, heads, lengths = _open_borders(problem)
    tails, heads, lengths = _with_compounds(problem, tails, heads, lengths)
    links = _links_of_empty_regions(problem, _regions(problem, tails, heads, lengths))
    tails = np.concatenate((tails, links[:, 0], links[:, 1]))
    heads = np.concatenate((heads, links[:, 1], links[:, 0]))
    return Contacts(*summed_rows(problem.n, tails, heads, np.concatenate((lengths, np.zeros(2 * len(links))))))


def summed_rows(
    n: int, tails: NDArray[np.integer], heads: NDArray[np.integer], lengths: Floats
) -> tuple[Ints, Ints, Floats]:
    """Return compressed rows of directed pairs, with the lengths of repeated pairs added up."""
    keys, place = np.unique(tails.astype(np.int64) * n + heads, return_inverse=True)
    sums = np.zeros(len(keys))
    np.add.at(sums, place, lengths)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(keys // n, minlength=n)))).astype(np.int32)
    return indptr, (keys % n).astype(np.int32), sums


def _open_borders(problem: Problem) -> tuple[Ints, Ints, Floats]:
    graph = problem.graph
    keep = ~graph.barrier
    return graph.sources()[keep], graph.indices[keep], graph.border_m[keep]


def _with_compounds(problem: Problem, tails: Ints, heads: Ints, lengths: Floats) -> tuple[Ints, Ints, Floats]:
    order = np.argsort(problem.unit_of, kind="stable").astype(np.int32)
    chained = problem.unit_of[order[1:]] == problem.unit_of[order[:-1]]
    one, other = order[:-1][chained], order[1:][chained]
    return (
        np.concatenate((tails, one, other)),
        np.concatenate((heads, other, one)),
        np.concatenate((lengths, np.zeros(2 * len(one)))),
    )


def _regions(problem: Problem, tails: Ints, heads: Ints, lengths: Floats) -> Ints:
    inside = np.ones(len(tails), dtype=np.bool_)
    if not problem.cross_parents:
        inside = problem.parent_of[tails] == problem.parent_of[heads]
    indptr, indices, _ = summed_rows(problem.n, tails[inside], heads[inside], lengths[inside])
    return label_parts(indptr, indices, np.zeros(problem.n, dtype=np.int32))


def _links_of_empty_regions(problem: Problem, region: Ints) -> NDArray[np.int64]:
    residents = np.zeros(region.max() + 1, dtype=np.int64)
    np.add.at(residents, region, problem.sizes)
    links = [_link(problem, np.flatnonzero(region == r), residents[region] > 0) for r in np.flatnonzero(residents == 0)]
    return np.array([link for link in links if link is not None], dtype=np.int64).reshape(-1, 2)


def _link(problem: Problem, members: NDArray[np.int64], lived_in: Flags) -> tuple[int, int] | None:
    graph = problem.graph
    if not problem.cross_parents:
        lived_in = lived_in & (problem.parent_of == problem.parent_of[members[0]])
    targets = np.flatnonzero(lived_in)
    if len(targets) == 0:
        return None
    borders = [
        (
            bool(problem.present[u] != problem.present[graph.indices[e]]),
            -float(graph.border_m[e]),
            int(u),
            int(graph.indices[e]),
        )
        for u in members
        for e in range(graph.indptr[u], graph.indptr[u + 1])
        if lived_in[graph.indices[e]]
    ]
    if borders:
        return min(borders)[2:]
    far = np.hypot(
        graph.x[members][:, None] - graph.x[targets][None, :], graph.y[members][:, None] - graph.y[targets][None, :]
    )
    row, column = np.unravel_index(int(far.argmin()), far.shape)
    return int(members[row]), int(targets[column])
