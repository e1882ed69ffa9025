"""A small part of the ground around one community, on which large moves are tried without touching the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.problem import Flags, Ints
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft, Ground

#: More households than any part of a frame holds; the band is not asked of a frame.
FAR = 2**60


@dataclass(frozen=True, eq=False)
class Window:
    """The communities near one of them as a terrain of their own, in a frame of units that never move.

    The frame is what lies just outside: its units are fixed and its labels closed, so that borders count in full
    and a change of the window's cost is the change of the whole cost.

    Attributes:
        terrain: The window; its units are the inner ones, then the frame.
        draft: The draft inside the window.
        label: The window's number of the label in the middle.
        units: Number of each unit in the whole terrain, shape ``(w,)``.
        labels: Number of each label in the whole terrain, ascending, shape ``(l,)``.
        framed: Labels of the frame, of which the window holds but a part, shape ``(l,)``.
        inner: How many of the units lie inside the frame.
    """

    terrain: Terrain
    draft: Draft
    label: int
    units: Ints
    labels: Ints
    framed: Flags
    inner: int

    @property
    def is_settled(self) -> bool:
        """Whether every unit is at home, those of no home aside, and every label in its band."""
        ground = self.terrain.ground
        stays = (ground.home < 0) | (ground.home == self.draft.label)
        return bool(stays[: self.inner].all() and not self.draft.deviation(ground).any())

    def put_back(self, tried: Draft, draft: Draft) -> None:
        """Write a draft of the window into the draft of the whole, in place."""
        draft.label[self.units[: self.inner]] = self.labels[tried.label[: self.inner]]
        whole = ~self.framed
        draft.total[self.labels[whole]] = tried.total[whole]
        draft.count[self.labels[whole]] = tried.count[whole]


def window_around(terrain: Terrain, draft: Draft, label: int, *, rings: int) -> Window:
    """Return the window of a label: what it holds or held, and the labels within some rings around.

    Args:
        terrain: The whole.
        draft: The present draft; its arrays are copied.
        label: The label in the middle; it may have vanished.
        rings: How many rings of neighbouring labels lie inside, at least 1.
    """
    ground = terrain.ground
    inside = np.zeros(len(ground.low), dtype=np.bool_)
    inside[label] = True
    inside[draft.label[ground.home == label]] = True
    for _ring in range(rings):
        inside[draft.label[_heads(ground, np.flatnonzero(inside[draft.label]).astype(np.int32))]] = True
    members = np.flatnonzero(inside[draft.label]).astype(np.int32)
    frame = np.unique(_heads(ground, members))
    frame = frame[~inside[draft.label[frame]]]
    units = np.concatenate((members, frame)).astype(np.int32)
    labels = _labels(terrain, draft, inside, members, frame)
    return _cut_out(terrain, draft, label, units, labels, inner=len(members))


def _labels(terrain: Terrain, draft: Draft, inside: Flags, members: Ints, frame: Ints) -> Ints:
    """Return the labels of a window: those inside and in the frame, those that could return, and some free ones."""
    ground = terrain.ground
    named = inside.copy()
    named[draft.label[frame]] = True
    homes = ground.home[members]
    gone = np.unique(homes[homes >= 0])
    gone = gone[draft.count[gone] == 0]
    # A community whose office lies outside the window cannot return inside it.
    offices = np.isin(gone, ground.anchor)
    gone = gone[~offices | np.isin(gone, ground.anchor[members])]
    named[gone] = True
    free = terrain.present_labels + np.flatnonzero(draft.count[terrain.present_labels :] == 0)
    room = int(ground.size[members].sum()) // max(1, int(ground.low.min())) + 2
    named[free[:room]] = True
    return np.flatnonzero(named).astype(np.int32)


def _cut_out(terrain: Terrain, draft: Draft, label: int, units: Ints, labels: Ints, *, inner: int) -> Window:
    ground = terrain.ground
    name = np.full(len(ground.low) + 1, -1, dtype=np.int32)
    name[labels] = np.arange(len(labels), dtype=np.int32)
    place = np.full(len(ground.indptr) - 1, -1, dtype=np.int32)
    place[units] = np.arange(len(units), dtype=np.int32)
    edges, lengths = _rows(ground, units)
    heads = place[ground.indices[edges]]
    tails = np.repeat(np.arange(len(units)), lengths)
    known = heads >= 0
    outer = np.arange(len(units)) >= inner
    label_of = name[draft.label[units]]
    home = name[ground.home[units]]
    framed = np.zeros(len(labels), dtype=np.bool_)
    framed[label_of[outer]] = True
    smaller = Ground(
        indptr=np.concatenate(([0], np.cumsum(np.bincount(tails[known], minlength=len(units))))).astype(np.int32),
        indices=heads[known],
        border=ground.border[edges[known]],
        size=ground.size[units],
        home=np.where(outer, -1, home).astype(np.int32),
        stay=np.where(outer | (home < 0), 0, ground.stay[units]),
        fixed=ground.fixed[units] | outer,
        anchor=np.where(outer, -1, name[ground.anchor[units]]).astype(np.int32),
        closed=ground.closed[labels] | framed,
        enduring=ground.enduring[labels],
        low=np.where(framed, 0, ground.low[labels]),
        high=np.where(framed, FAR, ground.high[labels]),
        weight=ground.weight,
    )
    present = int((labels < terrain.present_labels).sum())
    inside = Terrain(
        smaller,
        np.arange(len(units), dtype=np.int32),
        terrain.region[units],
        terrain.parent[units],
        terrain.scattered[labels],
        present,
    )
    return Window(inside, Draft.of(label_of, smaller), int(name[label]), units, labels, framed, inner)


def _rows(ground: Ground, units: Ints) -> tuple[Ints, Ints]:
    """Return the places of all edges that leave some units, row after row, and the length of each row."""
    starts = ground.indptr[units]
    lengths = ground.indptr[units + 1] - starts
    ends = np.cumsum(lengths)
    places = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
    return places, lengths


def _heads(ground: Ground, units: Ints) -> Ints:
    heads: Ints = ground.indices[_rows(ground, units)[0]]
    return heads
