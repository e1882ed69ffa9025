"""What each parcel is used for, and which parcels one compound holds together."""

from __future__ import annotations

import numpy as np

from linli.sample.dataset import ParcelKind
from linli.sample.graph import Floats, Ints, Neighbourhood
from linli.sample.terrain import Terrain

# (kind, number of parcels, pull towards the middle, towards the river, towards the railway, towards large blocks)
WANTED: tuple[tuple[ParcelKind, int, float, float, float, float], ...] = (
    ("water", 5, 0.0, 0.0, 0.0, 0.8),
    ("park", 62, 0.1, 1.6, 0.0, 0.5),
    ("campus", 74, 0.2, -0.4, -0.4, 0.9),
    ("works", 56, -1.0, -0.3, 1.3, 0.8),
    ("commercial", 78, 1.5, 0.1, 0.0, -0.3),
    ("public", 40, 0.9, -0.2, -0.3, 0.2),
    ("construction", 25, -1.4, 0.1, 0.0, 0.5),
)
PARK_CENTRES: tuple[tuple[float, float, int], ...] = ((-350.0, 330.0, 5), (2350.0, -1900.0, 5), (-2500.0, 1500.0, 3))
N_COMPOUNDS, MEGA_PARCELS = 650, 4


def choose_uses(terrain: Terrain, near: Neighbourhood, rng: np.random.Generator) -> list[ParcelKind]:
    """Return the kind of each parcel; whatever is left over is residential."""
    n = len(terrain.shapes)
    kinds: list[ParcelKind] = ["residential"] * n
    taken = np.zeros(n, dtype=bool)
    for east, north, size in PARK_CENTRES:
        _lay_out_park(terrain, near, kinds, taken, at=(east, north), size=size)
    pulls = _pulls(terrain)
    for kind, wanted, *pull in WANTED:
        left = wanted - kinds.count(kind)
        score = sum(p * f for p, f in zip(pull, pulls, strict=True)) + rng.gumbel(0, 0.75, n)
        for parcel in np.argsort(-np.asarray(score), kind="stable").tolist():
            if left <= 0:
                break
            # Two schools or two malls side by side are rare; works stand together.
            crowded = sum(kinds[other] == kind for other in near.border_m[parcel])
            if taken[parcel] or (kind in ("campus", "commercial", "public", "water") and crowded):
                continue
            around = sum(kinds[other] != "residential" for other in near.border_m[parcel])
            if around > (4 if kind == "works" else 3):
                continue
            kinds[parcel], taken[parcel] = kind, True
            left -= 1
    return kinds


def _lay_out_park(
    terrain: Terrain,
    near: Neighbourhood,
    kinds: list[ParcelKind],
    taken: np.ndarray[tuple[int], np.dtype[np.bool_]],
    *,
    at: tuple[float, float],
    size: int,
) -> None:
    """Make a park of several blocks with a lake in the middle."""
    lake = int(np.argmin(np.hypot(*(terrain.centres - np.array(at)).T)))
    ring = sorted((other for other, m in near.walk_m[lake].items() if m > 40), key=lambda o: -near.walk_m[lake][o])
    for parcel in [lake, *ring[: size - 1]]:
        kinds[parcel] = "water" if parcel == lake else "park"
        taken[parcel] = True


def _pulls(terrain: Terrain) -> tuple[Floats, Floats, Floats, Floats]:
    import shapely

    points = shapely.points(terrain.centres)
    river = [p for c, p in zip(terrain.cuts, terrain.local_paths, strict=True) if c.kind in ("river", "stream") and p]
    rail = [p for c, p in zip(terrain.cuts, terrain.local_paths, strict=True) if c.kind == "railway" and p]
    middle = 1 - np.hypot(terrain.centres[:, 0] / 3600, terrain.centres[:, 1] / 2500)
    by_river = np.exp(-((shapely.distance(points, shapely.union_all(river)) / 190) ** 2))
    by_rail = np.exp(-((shapely.distance(points, shapely.union_all(rail)) / 420) ** 2))
    large = np.log(terrain.areas / np.median(terrain.areas))
    return middle, by_river, by_rail, large


def gather_compounds(
    terrain: Terrain, near: Neighbourhood, kinds: list[ParcelKind], community: Ints, rng: np.random.Generator
) -> Ints:
    """Return the compound of each parcel, -1 for none: 650 compounds, some over several parcels.

    Parcels of one compound lie in one community and border on each other where people can walk over.
    The first of the compounds with ``MEGA_PARCELS`` parcels is the district's largest.
    """
    homes = [parcel for parcel, kind in enumerate(kinds) if kind == "residential"]
    head = {parcel: parcel for parcel in homes}
    size = dict.fromkeys(homes, 1)
    surplus = len(homes) - N_COMPOUNDS
    per_community = np.bincount(community[homes], minlength=int(community.max()) + 1)
    limit = MEGA_PARCELS
    for start in rng.permutation(homes).tolist():
        if not surplus or head[start] != start or size[start] > 1:
            continue
        members = [start]
        while surplus and len(members) < limit:
            joinable = [
                (metres, -other)
                for p in members
                for other, metres in near.walk_m[p].items()
                if metres > 70 and head.get(other) == other and size[other] == 1 and other not in members
                if community[other] == community[p] and per_community[community[p]] > 4
            ]
            if not joinable:
                break
            other = -max(joinable)[1]
            head[other] = start
            members.append(other)
            per_community[community[start]] -= 1
            surplus -= 1
        size[start] = len(members)
        if len(members) == MEGA_PARCELS or limit < MEGA_PARCELS:
            limit = int(rng.choice([2, 2, 2, 3]))
    if surplus:
        raise ValueError("not enough homes lie side by side")
    heads = sorted(set(head.values()))
    number = {parcel: i for i, parcel in enumerate(heads)}
    compound = np.full(len(kinds), -1, dtype=np.int64)
    for parcel in homes:
        compound[parcel] = number[head[parcel]]
    return compound
