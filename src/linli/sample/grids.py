"""Grids (网格) of 300 to 500 households inside the communities."""

from __future__ import annotations

from linli.sample.graph import LINK_M, Floats
from linli.sample.planting import Ground

FULL, MOST, SMALL = 360.0, 510.0, 170.0


def draw_grids(ground: Ground, community: int, weight: Floats) -> list[list[int]]:
    """Return the parcels of each grid of a community, in reading order.

    A parcel is never cut, so one with more than 500 households is a grid by itself.
    """
    free = dict.fromkeys(ground.parcels_of(community))
    grids: list[list[int]] = []
    while free:
        start = next(iter(free))
        grid, size = [start], float(weight[start])
        del free[start]
        while size < FULL:
            reach = sorted(
                {
                    (float(-metres), other)
                    for parcel in grid
                    for other, metres in ground.near.walk_m[parcel].items()
                    if other in free and metres >= LINK_M and size + weight[other] <= MOST
                }
            )
            if not reach:
                break
            chosen = reach[0][1]
            grid.append(chosen)
            size += float(weight[chosen])
            del free[chosen]
        grids.append(grid)
    return _join_small(ground, grids, weight)


def _join_small(ground: Ground, grids: list[list[int]], weight: Floats) -> list[list[int]]:
    """Join grids with few households to the neighbour with the fewest."""
    for grid in sorted(grids, key=lambda g: float(weight[g].sum())):
        if weight[grid].sum() >= SMALL:
            continue
        beside = [
            other
            for other in grids
            if other is not grid and any(p in ground.near.walk_m[q] for p in grid for q in other)
            if any(ground.near.walk_m[q].get(p, 0.0) >= LINK_M for p in grid for q in other)
        ]
        if beside:
            least = min(beside, key=lambda other: (float(weight[other].sum()), other[0]))
            least.extend(grid)
            grids = [other for other in grids if other is not grid]
    return sorted((sorted(grid) for grid in grids), key=lambda grid: grid[0])
