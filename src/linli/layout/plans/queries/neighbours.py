"""Which parcels meet, and which subdistrict each lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engine.geometry import Adjacency, barrier_edges, rook_adjacency
from linli.foundation.policies import StandardsOn
from linli.registry.queries.planning import PlanningGround


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Borders between the parcels of a ground.

    Attributes:
        adjacency: Neighbours with the length of their border.
        barrier: Whether a border lies on a river, railway or expressway without a crossing, shape ``(m,)``.
        points: A point inside each parcel, in metres, shape ``(n, 2)``.
        subdistrict_of: Row of the subdistrict per parcel, -1 where none touches it, shape ``(n,)``.
    """

    adjacency: Adjacency
    barrier: NDArray[np.bool_]
    points: NDArray[np.float64]
    subdistrict_of: NDArray[np.int32]


def neighbourhood_of(ground: PlanningGround, *, standards: StandardsOn) -> Neighbourhood:
    """Return the borders of a ground; barrier and crossing distances come from the policy profile."""
    adjacency = rook_adjacency(ground.outlines)
    barrier = barrier_edges(
        adjacency,
        [line.course for line in ground.lines if line.is_barrier],
        ground.crossings,
        reach_m=standards["barrier_reach"].number,
        crossing_reach_m=standards["crossing_reach"].number,
    )
    points = shapely.get_coordinates(shapely.point_on_surface(ground.outlines))
    return Neighbourhood(adjacency, barrier, points, _subdistricts(ground, adjacency))


def _subdistricts(ground: PlanningGround, adjacency: Adjacency) -> NDArray[np.int32]:
    """Return the subdistrict per parcel: its community's, else the one it has the longest border with."""
    own = np.array([community.subdistrict for community in ground.communities] + [-1], dtype=np.int32)
    found = own[ground.community_of]
    sources = adjacency.sources
    while True:
        loose = np.flatnonzero(found < 0)
        edges = (found[sources] < 0) & (found[adjacency.indices] >= 0)
        if not len(loose) or not edges.any():
            return found
        border = np.zeros((ground.n, len(ground.subdistricts)))
        np.add.at(border, (sources[edges], found[adjacency.indices[edges]]), adjacency.length_m[edges])
        # Ring by ring: a parcel deep inside a blind spot gets its subdistrict from those settled before it.
        settled = loose[border[loose].any(axis=1)]
        found[settled] = border[settled].argmax(axis=1)
