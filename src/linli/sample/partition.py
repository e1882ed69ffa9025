"""Subdistricts and communities: compact sets of parcels that no river, railway or expressway parts."""

from __future__ import annotations

import numpy as np

from linli.sample.graph import LINK_M, NEAR_TOOTH_SHARE, Floats, Ints, Neighbourhood
from linli.sample.terrain import Terrain

N_ANGLES = 10


def draw_subdistricts(terrain: Terrain, near: Neighbourhood, weight: Floats, *, wanted: int) -> Ints:
    """Return the subdistrict of each parcel, numbered from 0; none lies on both banks of the river."""
    label = np.full(len(weight), -1, dtype=np.int64)
    north = np.flatnonzero(terrain.is_north)
    south = np.flatnonzero(~terrain.is_north)
    n_north = round(wanted * float(weight[north].sum() / weight.sum()))
    parts = _bisect(terrain, weight, north, n_north) + _bisect(terrain, weight, south, wanted - n_north)
    for number, part in enumerate(parts):
        label[part] = number
    _gather(near, label)
    _smooth(near, label, weight, slack=0.2)
    _gather(near, label)
    _close_small_pieces(near, label, weight, least=0.04 * float(weight.sum()) / wanted * 2)
    return label


def draw_communities(terrain: Terrain, near: Neighbourhood, weight: Floats, subdistrict: Ints, *, wanted: int) -> Ints:
    """Return the community of each parcel, numbered from 0 along the subdistricts.

    Raises:
        ValueError: Two communities stick in each other, one surrounds another or hangs together
            badly, and moving single parcels does not help.
    """
    pieces = [
        np.array(sorted(part))
        for number in range(int(subdistrict.max()) + 1)
        for part in near.pieces(np.flatnonzero(subdistrict == number).tolist())
    ]
    shares = _apportion(np.array([weight[piece].sum() for piece in pieces]), wanted=wanted)
    label = np.full(len(weight), -1, dtype=np.int64)
    number = 0
    for piece, k in zip(pieces, shares, strict=True):
        for part in _bisect(terrain, weight, piece, k):
            label[part] = number
            number += 1
    _gather(near, label, within=subdistrict)
    _smooth(near, label, weight, slack=0.35, within=subdistrict)
    _draw_teeth(near, label, subdistrict)
    for number in range(wanted):
        parcels = np.flatnonzero(label == number).tolist()
        if not parcels or not near.is_whole(parcels) or near.encloses(parcels):
            raise ValueError(f"community {number} is not one simple piece")
    return label


def _apportion(weights: Floats, *, wanted: int) -> list[int]:
    """Share out whole seats by largest remainder, at least one each."""
    exact = weights / weights.sum() * wanted
    seats = np.maximum(1, np.floor(exact)).astype(int)
    while seats.sum() < wanted:
        seats[int(np.argmax(exact - seats))] += 1
    while seats.sum() > wanted:
        seats[int(np.argmin(np.where(seats > 1, exact - seats, np.inf)))] -= 1
    return [int(s) for s in seats]


def _bisect(terrain: Terrain, weight: Floats, parcels: Ints, k: int) -> list[Ints]:
    """Cut a set of parcels into ``k`` parts of like weight, each time along the shortest straight line."""
    if k == 1:
        return [parcels]
    k_first = k // 2
    inside = np.zeros(len(weight), dtype=bool)
    inside[parcels] = True
    lines = terrain.borders
    within = inside[lines.a] & inside[lines.b]
    a, b, metres = lines.a[within], lines.b[within], lines.length_m[within]
    best: tuple[float, Ints, Ints] | None = None
    for turn in np.arange(N_ANGLES) * np.pi / N_ANGLES:
        order = parcels[np.argsort(terrain.centres[parcels] @ np.array([np.cos(turn), np.sin(turn)]), kind="stable")]
        reached = np.cumsum(weight[order])
        at = int(np.searchsorted(reached, reached[-1] * k_first / k))
        at = min(max(at, k_first), len(order) - (k - k_first))
        first = np.zeros(len(weight), dtype=bool)
        first[order[:at]] = True
        length = float(metres[first[a] != first[b]].sum())
        if best is None or length < best[0]:
            best = (length, np.sort(order[:at]), np.sort(order[at:]))
    assert best is not None
    return _bisect(terrain, weight, best[1], k_first) + _bisect(terrain, weight, best[2], k - k_first)


def _gather(near: Neighbourhood, label: Ints, *, within: Ints | None = None) -> None:
    """Give parts that lie apart from the bulk of their label to the label around them."""
    for number in range(int(label.max()) + 1):
        on_foot = within is not None
        for part in near.pieces(np.flatnonzero(label == number).tolist(), on_foot=on_foot)[1:]:
            metres: dict[int, float] = {}
            for parcel in part:
                links = near.walk_m if on_foot else near.border_m
                for other, length in links[parcel].items():
                    same = within is None or within[other] == within[parcel]
                    if label[other] != number and same and length >= LINK_M:
                        metres[int(label[other])] = metres.get(int(label[other]), 0.0) + near.walk_m[parcel][other]
            if metres:
                label[part] = max(metres, key=lambda other: (metres[other], -other))


def _close_small_pieces(near: Neighbourhood, label: Ints, weight: Floats, *, least: float) -> None:
    """Hand pieces beyond a railway that are too small for a community to the subdistrict beside them."""
    for number in range(int(label.max()) + 1):
        for part in near.pieces(np.flatnonzero(label == number).tolist())[1:]:
            if weight[part].sum() >= least:
                continue
            metres: dict[int, float] = {}
            for parcel in part:
                for other, length in near.walk_m[parcel].items():
                    if label[other] != number:
                        metres[int(label[other])] = metres.get(int(label[other]), 0.0) + length
            if metres and max(metres.values()) >= LINK_M:
                label[part] = max(metres, key=lambda other: (metres[other], -other))


def _smooth(
    near: Neighbourhood, label: Ints, weight: Floats, *, slack: float, within: Ints | None = None, sweeps: int = 6
) -> None:
    """Move single parcels to the label they border on most, while weights stay near the mean."""
    total = np.bincount(label, weight)
    low, high = total.mean() * (1 - slack), total.mean() * (1 + slack)
    for _ in range(sweeps):
        moved = False
        for parcel in range(len(label)):
            own = int(label[parcel])
            metres = near.metres_by_label(parcel, label)
            if len(metres) < 2 and own in metres:
                continue
            best = max(metres, key=lambda other: (metres[other], -other))
            if best == own or metres[best] <= metres.get(own, 0.0) + 5.0:
                continue
            fits = total[own] - weight[parcel] >= low and total[best] + weight[parcel] <= high
            if fits and _may_move(near, label, parcel, best, within):
                total[own] -= weight[parcel]
                total[best] += weight[parcel]
                label[parcel] = best
                moved = True
        if not moved:
            return


def _may_move(near: Neighbourhood, label: Ints, parcel: int, goal: int, within: Ints | None) -> bool:
    link = any(label[other] == goal and metres >= LINK_M for other, metres in near.walk_m[parcel].items())
    if not link:
        return False
    if within is not None and within[parcel] != within[int(np.flatnonzero(label == goal)[0])]:
        return False
    rest = [p for p in np.flatnonzero(label == label[parcel]).tolist() if p != parcel]
    return bool(rest) and len(near.pieces(rest)) <= len(near.pieces([*rest, parcel]))


def _draw_teeth(near: Neighbourhood, label: Ints, subdistrict: Ints) -> None:
    """Give parcels that stick in a neighbour to that neighbour until no pair has two of them.

    Raises:
        ValueError: A pair keeps two.
    """
    for _ in range(60):
        pairs = {pair: teeth for pair, teeth in near.teeth(label, share=NEAR_TOOTH_SHARE).items() if len(teeth) > 1}
        if not pairs:
            return
        for (a, b), teeth in pairs.items():
            for parcel in teeth:
                goal = b if label[parcel] == a else a
                if _may_move(near, label, parcel, goal, None):
                    label[parcel] = goal
                    subdistrict[parcel] = subdistrict[int(np.flatnonzero(label == goal)[0])]
                    break
    raise ValueError("communities stick in each other")
