"""Walking distance estimated from the straight line, per parcel and per community."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engine.geometry.datum import as_points

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CommunityDistance:
    """Distance from homes to the community's office; NaN where nobody has one.

    Attributes:
        mean_m: Mean weighted by households, shape ``(k,)``.
        max_m: Farthest parcel with households, shape ``(k,)``.
    """

    mean_m: Metres
    max_m: Metres


def office_distance_m(
    parcels: ArrayLike, community_of: NDArray[np.int32], offices: ArrayLike, *, detour: float
) -> Metres:
    """Return each parcel's walking distance to the office of its own community.

    Args:
        parcels: Representative points in metres, shape ``(n, 2)``.
        community_of: Community per parcel, shape ``(n,)``; -1 belongs to none.
        offices: Office per community in metres, shape ``(k, 2)``; NaN where there is none.
        detour: Walking distance over straight distance, at least 1.

    Returns:
        Metres, shape ``(n,)``; NaN for a parcel without community or office.

    Raises:
        ValueError: The detour factor is below 1.

    Examples:
        >>> member = np.array([0, 0, -1], dtype=np.int32)
        >>> office_distance_m([(0, 0), (30, 40), (5, 5)], member, [(0, 0)], detour=1.3)
        array([ 0., 65., nan])
    """
    _check_detour(detour)
    place = np.vstack((as_points(offices), [[np.nan, np.nan]]))
    apart = as_points(parcels) - place[np.where(community_of < 0, len(place) - 1, community_of)]
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]) * detour)


def distance_per_community(
    distance_m: Metres, households: ArrayLike, community_of: NDArray[np.int32], *, n_communities: int
) -> CommunityDistance:
    """Return mean and greatest distance per community over the homes in it.

    Args:
        distance_m: Distance per parcel, shape ``(n,)``; NaN is left out.
        households: Households per parcel, shape ``(n,)``; parcels without any do not count.
        community_of: Community per parcel, shape ``(n,)``; -1 belongs to none.
        n_communities: Number of communities, empty ones included.

    Examples:
        >>> member = np.array([0, 0, 1], dtype=np.int32)
        >>> far = np.array([100.0, 400.0, np.nan])
        >>> distance_per_community(far, [3, 1, 9], member, n_communities=2)
        CommunityDistance(mean_m=array([175.,  nan]), max_m=array([400.,  nan]))
    """
    weight = np.asarray(households, dtype=np.float64)
    counted = (community_of >= 0) & (weight > 0) & np.isfinite(distance_m)
    member, far, weight = community_of[counted], distance_m[counted], weight[counted]
    whole = np.bincount(member, weights=weight, minlength=n_communities)
    walked = np.bincount(member, weights=weight * far, minlength=n_communities)
    greatest = np.full(n_communities, -np.inf)
    np.maximum.at(greatest, member, far)
    empty = whole == 0
    mean = np.divide(walked, whole, out=np.full(n_communities, np.nan), where=~empty)
    return CommunityDistance(mean_m=mean, max_m=np.where(empty, np.nan, greatest))


def served_share(
    parcels: ArrayLike,
    households: ArrayLike,
    community_of: NDArray[np.int32],
    facilities: ArrayLike,
    type_of: NDArray[np.int32],
    *,
    radius_m: float | NDArray[np.float64],
    detour: float,
    n_communities: int,
    n_types: int,
) -> NDArray[np.float64]:
    """Return the share of each community's households with a facility of each type in reach.

    A facility serves everybody within reach, whichever community it stands in.

    Args:
        parcels: Representative points in metres, shape ``(n, 2)``.
        households: Households per parcel, shape ``(n,)``.
        community_of: Community per parcel, shape ``(n,)``; -1 belongs to none.
        facilities: Points in metres, shape ``(f, 2)``; NaN where the place is not known.
        type_of: Facility type, shape ``(f,)``, from 0 up to ``n_types``.
        radius_m: Walking distance that counts as in reach; one for all or one per type.
        detour: Walking distance over straight distance, at least 1.
        n_communities: Number of communities, empty ones included.
        n_types: Number of types, including those without facilities.

    Returns:
        Shares from 0 to 1, shape ``(n_communities, n_types)``; NaN for a community without
        households.

    Raises:
        ValueError: The detour factor is below 1.
    """
    from scipy.spatial import cKDTree

    _check_detour(detour)
    homes, places = as_points(parcels), as_points(facilities)
    weight = np.asarray(households, dtype=np.float64)
    lived_in = (community_of >= 0) & (weight > 0) & np.isfinite(homes).all(axis=1)
    homes, weight, member = homes[lived_in], weight[lived_in], community_of[lived_in]
    whole = np.bincount(member, weights=weight, minlength=n_communities)
    straight = np.broadcast_to(np.asarray(radius_m, dtype=np.float64) / detour, (n_types,))
    share = np.full((n_communities, n_types), np.nan)
    known = np.isfinite(places).all(axis=1)
    for kind in range(n_types):
        here = places[known & (type_of == kind)]
        nearest = cKDTree(here).query(homes)[0] if len(here) else np.full(len(homes), np.inf)
        # A facility at exactly the radius is in reach, whatever the division rounds to.
        reached = nearest <= straight[kind] * (1.0 + 1e-9)
        served = np.bincount(member, weights=weight * reached, minlength=n_communities)
        np.divide(served, whole, out=share[:, kind], where=whole > 0)
    return share


def types_within_reach(share: NDArray[np.float64], *, least_share: float) -> NDArray[np.bool_]:
    """Return which facility types count as present, from `served_share`.

    Args:
        share: Shape ``(k, t)``; NaN counts as not present.
        least_share: Share of the community's households that must be in reach.

    Examples:
        >>> types_within_reach(np.array([[0.4, 0.9], [np.nan, 1.0]]), least_share=0.5)
        array([[False,  True],
               [False,  True]])
    """
    return np.asarray(np.nan_to_num(share, nan=-1.0) >= least_share)


def _check_detour(detour: float) -> None:
    if detour < 1.0:
        raise ValueError(f"a walk is never shorter than the straight line: detour must be at least 1, got {detour}")
