"""The ills of terrain: which parcels lie in no community, in the wrong one, or apart from their own."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from linli.sample.dataset import ParcelKind
from linli.sample.graph import LINK_M, NEAR_TOOTH_SHARE, NOBODY, Ints, Neighbourhood
from linli.sample.terrain import Terrain

N_INTERLOCKED, N_EXCLAVES, N_LOST_COMPOUNDS, N_LOST_AREAS = 5, 2, 6, 3
SURE_TOOTH_SHARE = 0.66
LOST_APART_M = 500.0
LEAST_COMPOUNDS = 3


@dataclass(slots=True)
class Ground:
    """Who belongs where, while it is still being drawn; indices, not codes.

    Attributes:
        community: Community of each parcel; ``NOBODY`` for a blind spot.
        compound: Compound of each parcel; ``NOBODY`` where nobody lives.
        interlocked: Planted pairs of communities.
        exclaves: Planted communities in several parts.
        lost_compounds: Compounds in no community.
        lost_areas: Parcels without compound in no community.
        touched: Parcels and their neighbours where something was planted; the next ill keeps away.
    """

    terrain: Terrain
    near: Neighbourhood
    kinds: list[ParcelKind]
    subdistrict: Ints
    community: Ints
    compound: Ints
    interlocked: list[tuple[int, int]] = field(default_factory=list)
    exclaves: list[int] = field(default_factory=list)
    lost_compounds: list[int] = field(default_factory=list)
    lost_areas: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def parcels_of(self, community: int) -> list[int]:
        """Return the parcels of a community."""
        return [int(p) for p in np.flatnonzero(self.community == community)]

    def compounds_of(self, community: int) -> list[int]:
        """Return the compounds of a community."""
        found = self.compound[self.community == community]
        return [int(c) for c in np.unique(found[found != NOBODY])]

    def is_alone(self, parcel: int) -> bool:
        """Tell whether no compound reaches from this parcel to another."""
        return self.compound[parcel] == NOBODY or int((self.compound == self.compound[parcel]).sum()) == 1

    def is_sound(self, communities: set[int]) -> bool:
        """Tell whether these communities are simple pieces and only the planted pairs are interlocked."""
        for number in communities:
            parcels = self.parcels_of(number)
            if len(self.compounds_of(number)) < LEAST_COMPOUNDS or self.near.encloses(parcels):
                return False
            if len(self.near.pieces(parcels)) != 1 + (number in self.exclaves):
                return False
        pairs = self.near.teeth(self.community, share=NEAR_TOOTH_SHARE)
        return {pair for pair, teeth in pairs.items() if len(teeth) > 1} == set(self.interlocked)

    def touch(self, *parcels: int) -> None:
        """Keep the surroundings of these parcels free of further ills."""
        for parcel in parcels:
            self.touched.update((parcel, *self.near.border_m[parcel]))


def plant_on_ground(ground: Ground, rng: np.random.Generator) -> None:
    """Plant the ills that change membership.

    Raises:
        ValueError: The ground has no room for one of them.
    """
    _interlock(ground, rng)
    _set_apart(ground, rng)
    _lose(ground, rng, compounds=True, wanted=N_LOST_COMPOUNDS)
    _lose(ground, rng, compounds=False, wanted=N_LOST_AREAS)


def _interlock(ground: Ground, rng: np.random.Generator) -> None:
    pairs = sorted(
        {
            (min(a, b), max(a, b))
            for p, links in enumerate(ground.near.walk_m)
            for o, metres in links.items()
            if (a := int(ground.community[p])) != (b := int(ground.community[o])) and metres > LINK_M
            if ground.subdistrict[p] == ground.subdistrict[o]
        }
    )
    for i in rng.permutation(len(pairs)).tolist():
        a, b = pairs[i]
        if len(ground.interlocked) == N_INTERLOCKED:
            return
        if any({a, b} & set(pair) for pair in ground.interlocked):
            continue
        _push_teeth(ground, a, b)
    if len(ground.interlocked) < N_INTERLOCKED:
        raise ValueError("no room to interlock communities")


def _push_teeth(ground: Ground, a: int, b: int) -> None:
    """Move two parcels between two communities so that each sticks in the other; undo what is not sound."""
    before = ground.community.copy()
    moved: list[int] = []
    for own, goal in ((a, b), (b, a), (a, b), (b, a)):
        for parcel in ground.parcels_of(own):
            link = sum(m for o, m in ground.near.walk_m[parcel].items() if ground.community[o] == goal)
            if parcel in moved or parcel in ground.touched or link < 30 or not ground.is_alone(parcel):
                continue
            if any(parcel in ground.near.border_m[p] for p in moved):
                continue
            metres = ground.near.metres_by_label(parcel, ground.community)
            if metres.get(own, 0.0) < SURE_TOOTH_SHARE * sum(metres.values()):
                continue
            if len(metres) > 3 or not ground.near.is_whole([p for p in ground.parcels_of(own) if p != parcel]):
                continue
            ground.community[parcel] = goal
            moved.append(parcel)
            break
        if len(moved) == 2:
            break
    ground.interlocked.append((a, b))
    sure = ground.near.teeth(ground.community, share=SURE_TOOTH_SHARE - 0.03).get((a, b), [])
    if len(moved) == 2 and len(sure) >= 2 and ground.is_sound({a, b}):
        ground.touch(*moved)
        return
    ground.interlocked.pop()
    ground.community[:] = before


def _set_apart(ground: Ground, rng: np.random.Generator) -> None:
    near = ground.near
    homes = np.flatnonzero(ground.compound != NOBODY)
    for parcel in rng.permutation(homes).tolist():
        if len(ground.exclaves) == N_EXCLAVES:
            return
        own = int(ground.community[parcel])
        around = near.metres_by_label(parcel, ground.community)
        if parcel in ground.touched or not ground.is_alone(parcel) or len(around) < 2 or parcel in near.edge:
            continue
        if any(own in pair for pair in ground.interlocked):
            continue
        for owner in _owners_beyond(ground, parcel, around):
            ground.community[parcel] = owner
            ground.exclaves.append(owner)
            largest = max(near.metres_by_label(parcel, ground.community).values())
            if largest < 0.5 * sum(near.border_m[parcel].values()) and ground.is_sound({own, owner, *around}):
                ground.touch(parcel)
                break
            ground.exclaves.pop()
            ground.community[parcel] = own
    if len(ground.exclaves) < N_EXCLAVES:
        raise ValueError("no room for exclaves")


def _owners_beyond(ground: Ground, parcel: int, around: dict[int, float]) -> list[int]:
    """Return communities of the same subdistrict near the parcel that do not border on it."""
    distance = np.hypot(*(ground.terrain.centres - ground.terrain.centres[parcel]).T)
    planted = {c for pair in ground.interlocked for c in pair} | set(ground.exclaves)
    found: list[int] = []
    for other in np.argsort(distance, kind="stable").tolist():
        community = int(ground.community[other])
        if distance[other] > 900:
            break
        same = ground.subdistrict[other] == ground.subdistrict[parcel]
        if same and community not in around and community not in planted and community not in found:
            found.append(community)
    return found


def _lose(ground: Ground, rng: np.random.Generator, *, compounds: bool, wanted: int) -> None:
    """Take parcels out of every community: on the seam of two communities or at the district's outline."""
    lost = ground.lost_compounds if compounds else ground.lost_areas
    kinds = ("residential",) if compounds else ("construction", "works", "park")
    for parcel in rng.permutation(len(ground.kinds)).tolist():
        if len(lost) == wanted:
            return
        own = int(ground.community[parcel])
        around = ground.near.metres_by_label(parcel, ground.community)
        seam = len(around) > 1 or parcel in ground.near.edge
        if ground.kinds[parcel] not in kinds or parcel in ground.touched or not seam or not ground.is_alone(parcel):
            continue
        if own in ground.exclaves or any(own in pair for pair in ground.interlocked):
            continue
        away = np.hypot(*(ground.terrain.centres[ground.community == NOBODY] - ground.terrain.centres[parcel]).T)
        if away.size and away.min() < LOST_APART_M:
            continue
        ground.community[parcel] = NOBODY
        if ground.is_sound({own, *around}):
            lost.append(int(ground.compound[parcel]) if compounds else parcel)
            ground.touch(parcel)
        else:
            ground.community[parcel] = own
    if len(lost) < wanted:
        raise ValueError("no room for blind spots")
