"""The large moves of the search: dissolve, split, re-cut a pair, call home, and anneal a neighbourhood."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.problem import Flags, Ints
from linli.engine.districting.start import healed
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft, Stream, anneal, bisect, label_parts

CUTS = 6


def can_dissolve(terrain: Terrain, label: int) -> bool:
    """Tell whether a label may vanish: it is neither closed nor registered nor holds locked parcels."""
    return not (terrain.ground.closed[label] or terrain.ground.enduring[label])


def dissolved(terrain: Terrain, draft: Draft, label: int) -> Draft:
    """Return the draft after a community is given to its neighbours (撤销).

    Units at home elsewhere go home where they touch it. Where no neighbour is open, the community comes back.
    """
    loose = draft.label.copy()
    loose[loose == label] = -1
    return Draft.of(healed(terrain, loose), terrain.ground)


def split(terrain: Terrain, draft: Draft, label: int, stream: Stream) -> Draft | None:
    """Return the draft after a community is cut in two or more (拆分), or None where it cannot be cut.

    The piece with the office keeps the id, else the piece that is more at home in it. Of a community in several
    parts the largest is cut.
    """
    ground = terrain.ground
    members = np.flatnonzero(draft.label == label).astype(np.int32)
    if terrain.scattered[label]:
        part = label_parts(ground.indptr, ground.indices, draft.label)[members]
        crowd = np.bincount(part, weights=ground.size[members])
        members = members[part == crowd.argmax()]
    return _recut(terrain, draft, members, [label], stream)


def recut(terrain: Terrain, draft: Draft, one: int, other: int, stream: Stream) -> Draft | None:
    """Return the draft after two neighbours are thrown together and cut anew, or None where they cannot be.

    They become two communities, or the nearest number for which the band has room.
    """
    if terrain.scattered[[one, other]].any():
        return None
    members = np.flatnonzero((draft.label == one) | (draft.label == other)).astype(np.int32)
    return _recut(terrain, draft, members, [one, other], stream)


def called_home(terrain: Terrain, draft: Draft, label: int) -> Draft | None:
    """Return the draft after a present community gets back all that it held, or None where nothing changes."""
    ground = terrain.ground
    back = (ground.home == label) & ~ground.fixed & ~ground.closed[draft.label] & (draft.label != label)
    if not back.any():
        return None
    label_of = draft.label.copy()
    label_of[back] = label
    return Draft.of(healed(terrain, label_of), ground)


def neighbours(terrain: Terrain, draft: Draft, labels: Flags) -> Flags:
    """Return the labels themselves and those that touch one of them, shape ``(k,)``."""
    ground = terrain.ground
    inside = labels[draft.label]
    sources = np.repeat(inside, np.diff(ground.indptr))
    wider = labels.copy()
    wider[draft.label[ground.indices[sources]]] = True
    return wider


def settled(
    terrain: Terrain, draft: Draft, labels: Flags, *, hot: float, cold: float, rounds: int, stream: Stream
) -> None:
    """Anneal the units of some labels in place; ``rounds`` proposals per unit."""
    active = np.flatnonzero(labels[draft.label] & ~terrain.ground.fixed).astype(np.int32)
    anneal(terrain.ground, draft, active, hot=hot, cold=cold, steps=rounds * len(active), stream=stream)


def _recut(terrain: Terrain, draft: Draft, members: Ints, owners: list[int], stream: Stream) -> Draft | None:
    ground = terrain.ground
    low, high = int(ground.low[owners].max()), int(ground.high[owners].min())
    total = int(ground.size[members].sum())
    pieces = max(2, min(-(-total // high), len(members)))
    free = terrain.present_labels + np.flatnonzero(draft.count[terrain.present_labels :] == 0)
    if ground.closed[owners].any() or not 2 <= pieces <= min(len(members), len(owners) + len(free)):
        return None
    for _ in range(CUTS):
        piece_of = _pieces(terrain, members, pieces, low=low, high=high, stream=stream)
        label = draft.label.copy()
        label[members] = _named(terrain, members, piece_of, owners, free.astype(np.int32))
        # A random tree may cut through what is locked; another may not.
        if not (label != draft.label)[ground.fixed].any():
            return Draft.of(healed(terrain, label), ground)
    return None


def _pieces(terrain: Terrain, members: Ints, pieces: int, *, low: int, high: int, stream: Stream) -> Ints:
    piece_of = np.zeros(len(members), dtype=np.int32)
    for cut in range(1, pieces):
        rest = np.flatnonzero(piece_of == 0)
        side = bisect(terrain.ground, members[rest], low=low, high=high, pieces=pieces - cut + 1, stream=stream)
        piece_of[rest[side]] = cut
    return piece_of


def _named(terrain: Terrain, members: Ints, piece_of: Ints, owners: list[int], free: Ints) -> Ints:
    """Return labels for pieces: each owner keeps the piece that belongs to it most, the others get free labels."""
    left = list(range(int(piece_of.max()) + 1))
    name = np.empty(len(left), dtype=np.int32)
    for owner in owners:
        if left:
            piece = max(left, key=lambda p: _belonging(terrain, members[piece_of == p], owner))
            left.remove(piece)
            name[piece] = owner
    name[left] = free[: len(left)]
    named: Ints = name[piece_of]
    return named


def _belonging(terrain: Terrain, units: Ints, label: int) -> int:
    """Return how much a piece belongs to a label: its office before all, then what is at home."""
    ground = terrain.ground
    office = int((ground.anchor[units] == label).sum()) * (int(ground.stay.sum()) + 1)
    return office + int(ground.stay[units[ground.home[units] == label]].sum())
