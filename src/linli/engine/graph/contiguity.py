"""Parts of communities, cut borders, and cuttings of a graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linli.engine.graph.parcels import Flags, Ints, ParcelGraph, graph_from_csr
from linli.engine.kernels import label_parts


def parts(graph: ParcelGraph, community_of: Ints) -> Ints:
    """Return the connected part of its community to which each parcel belongs.

    Two parcels lie in one part when a path over borders without barrier joins them inside their community.

    Args:
        graph: The parcels.
        community_of: Community per parcel, shape ``(n,)``; -1 is a blind spot.

    Returns:
        Part number per parcel, shape ``(n,)``, counted over all communities in the order of their first parcel;
        -1 for blind spots.

    Examples:
        >>> from linli.engine.graph import graph_from_edges
        >>> row = graph_from_edges(4, [(0, 1), (1, 2), (2, 3)])
        >>> parts(row, np.array([7, 5, 7, 7], dtype=np.int32)).tolist()
        [0, 1, 2, 2]
    """
    indptr, indices, _ = graph.passable()
    return label_parts(indptr, indices, community_of)


def part_counts(graph: ParcelGraph, community_of: Ints, *, n_communities: int) -> NDArray[np.int64]:
    """Return the number of connected parts of each community, shape ``(n_communities,)``; 1 is contiguous."""
    part_of = parts(graph, community_of)
    firsts = np.unique(part_of, return_index=True)[1]
    owners = community_of[firsts]
    return np.bincount(owners[owners >= 0], minlength=n_communities)


def cut_edges(graph: ParcelGraph, community_of: Ints) -> Flags:
    """Return which directed edges join parcels of different communities, shape ``(m,)``; barriers included."""
    return np.asarray(community_of[graph.sources()] != community_of[graph.indices])


def cut_length(graph: ParcelGraph, community_of: Ints) -> float:
    """Return the metres of border between different communities, each border once.

    Examples:
        >>> from linli.engine.graph import graph_from_edges
        >>> pair = graph_from_edges(2, [(0, 1)], border_m=[120.0])
        >>> cut_length(pair, np.array([0, 1], dtype=np.int32))
        120.0
    """
    return float(graph.border_m[cut_edges(graph, community_of)].sum() / 2)


def subset(graph: ParcelGraph, keep: Flags) -> tuple[ParcelGraph, Ints]:
    """Return the graph of the kept parcels, and their numbers in the whole graph.

    Components are counted anew, so that a parcel whose bridge was left out stands alone.
    """
    numbers = np.flatnonzero(keep).astype(np.int32)
    place = np.full(graph.n, -1, dtype=np.int32)
    place[numbers] = np.arange(len(numbers), dtype=np.int32)
    tails, heads = place[graph.sources()], place[graph.indices]
    inside = (tails >= 0) & (heads >= 0)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(tails[inside], minlength=len(numbers)))))
    smaller = graph_from_csr(
        indptr,
        heads[inside],
        border_m=graph.border_m[inside],
        barrier=graph.barrier[inside],
        x=graph.x[numbers],
        y=graph.y[numbers],
        area_m2=graph.area_m2[numbers],
    )
    return smaller, numbers
