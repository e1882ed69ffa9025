"""Distances to offices and facilities, and who is within reach of what."""

from linli.engine.reach.distance import (
    CommunityDistance,
    distance_per_community,
    office_distance_m,
    served_share,
    types_within_reach,
)

__all__ = [
    "CommunityDistance",
    "distance_per_community",
    "office_distance_m",
    "served_share",
    "types_within_reach",
]
