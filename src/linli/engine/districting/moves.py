"""The large moves of the search: dissolve, split, re-cut a pair, call home, and anneal a neighbourhood."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.problem import Flags, Ints
from linli.engine.districting.start import healed
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft, Stream, anneal, bisect


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
    """Return the draft after a community is cut in two (拆分), or None where it cannot be cut.

    The piece with the office keeps the id, else the piece that is more at home in it.
    """
    members = np.flatnonzero(draft.label == label).astype(np.int32)
    return _recut(terrain, draft, members, label, _free_label(terrain, draft), stream)


def recut(terrain: Terrain, draft: Draft, one: int, other: int, stream: Stream) -> Draft | None:
    """Return the draft after two neighbours are thrown together and cut anew (recombination)."""
    members = np.flatnonzero((draft.label == one) | (draft.label == other)).astype(np.int32)
    return _recut(terrain, draft, members, one, other, stream)


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


def settled(terrain: Terrain, draft: Draft, labels: Flags, *, hot: float, rounds: int, stream: Stream) -> None:
    """Anneal the units of some labels in place; ``rounds`` proposals per unit."""
    active = np.flatnonzero(labels[draft.label] & ~terrain.ground.fixed).astype(np.int32)
    anneal(terrain.ground, draft, active, hot=hot, cold=max(hot / 100, 0.3), steps=rounds * len(active), stream=stream)


def _free_label(terrain: Terrain, draft: Draft) -> int:
    free = np.flatnonzero(draft.count[terrain.present_labels :] == 0)
    return terrain.present_labels + int(free[0]) if len(free) else -1


def _recut(terrain: Terrain, draft: Draft, members: Ints, one: int, other: int, stream: Stream) -> Draft | None:
    ground = terrain.ground
    if other < 0 or len(members) < 2 or ground.closed[[one, other]].any() or terrain.scattered[[one, other]].any():
        return None
    low = int(max(ground.low[one], ground.low[other]))
    high = int(min(ground.high[one], ground.high[other]))
    side = bisect(ground, members, low=low, high=high, stream=stream)
    if not side.any() or side.all():
        return None
    kept = [_belonging(terrain, members[part], label) for part, label in ((~side, one), (side, other))]
    swapped = [_belonging(terrain, members[part], label) for part, label in ((side, one), (~side, other))]
    if sum(swapped) > sum(kept):
        side = ~side
    label_of = draft.label.copy()
    label_of[members[~side]] = one
    label_of[members[side]] = other
    frozen = ground.fixed[members]
    if (label_of[members] != draft.label[members])[frozen].any():
        return None
    return Draft.of(healed(terrain, label_of), ground)


def _belonging(terrain: Terrain, units: Ints, label: int) -> int:
    """Return how much a piece belongs to a label: its office before all, then what is at home."""
    ground = terrain.ground
    office = int((ground.anchor[units] == label).sum()) * (int(ground.stay.sum()) + 1)
    return office + int(ground.stay[units[ground.home[units] == label]].sum())
