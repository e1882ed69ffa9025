"""The warm start: the present layout, made complete and contiguous with as few changes as a quick rule allows."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.problem import Flags, Ints
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft, absorb, label_parts


def warm_start(terrain: Terrain) -> Draft:
    """Return the present layout with blind spots assigned, exclaves joined and offices inside.

    Units that no open community can reach become communities of their own, one per connected group.
    """
    ground = terrain.ground
    label = ground.home.copy()
    called_home = (ground.anchor >= 0) & (label != ground.anchor)
    label[called_home] = ground.anchor[called_home]
    return Draft.of(healed(terrain, label), ground)


def healed(terrain: Terrain, label: Ints) -> Ints:
    """Return labels that are complete and contiguous: stray parts and loose units go to a neighbour.

    Of a label in several parts the part with its office stays, else the part that is most at home there, else the
    largest. A label that has lost its office dissolves. Fixed units always stay.
    """
    ground = terrain.ground
    label = label.copy()
    away = (ground.anchor >= 0) & (label != ground.anchor)
    dissolved = np.unique(ground.anchor[away])
    label[np.isin(label, dissolved) & ~ground.fixed] = -1
    label[strays(terrain, label)] = -1
    label = absorb(ground, label)
    return _founded(terrain, label)


def strays(terrain: Terrain, label: Ints) -> Flags:
    """Return the units that lie outside the main part of their label, shape ``(u,)``."""
    ground = terrain.ground
    part = label_parts(ground.indptr, ground.indices, label)
    placed = part >= 0
    owners = label[np.unique(part[placed], return_index=True)[1]] if placed.all() else _owners(part, label)
    if len(owners) == len(np.unique(owners)):
        return np.zeros(len(label), dtype=np.bool_)
    worth = np.zeros((len(owners), 4), dtype=np.int64)
    np.logical_or.at(worth[:, 0], part[placed], (ground.anchor == label)[placed])
    np.logical_or.at(worth[:, 1], part[placed], ground.fixed[placed])
    np.add.at(worth[:, 2], part[placed], np.where(ground.home == label, ground.stay, 0)[placed])
    np.add.at(worth[:, 3], part[placed], ground.size[placed])
    order = np.lexsort((-worth[:, 3], -worth[:, 2], -worth[:, 1], -worth[:, 0], owners))
    main = np.zeros(len(owners), dtype=np.bool_)
    main[order[np.unique(owners[order], return_index=True)[1]]] = True
    main |= terrain.scattered[owners] | ground.closed[owners]
    loose = np.zeros(len(label), dtype=np.bool_)
    loose[placed] = ~main[part[placed]] & ~ground.fixed[placed]
    return loose


def _owners(part: Ints, label: Ints) -> Ints:
    numbers, firsts = np.unique(part, return_index=True)
    owners: Ints = label[firsts[numbers >= 0]]
    return owners


def _founded(terrain: Terrain, label: Ints) -> Ints:
    left = label < 0
    if not left.any():
        return label
    ground = terrain.ground
    group = label_parts(ground.indptr, ground.indices, np.where(left, 0, -1).astype(np.int32))
    free = np.flatnonzero(np.bincount(label[~left], minlength=len(ground.low)) == 0)
    free = free[free >= terrain.present_labels].astype(np.int32)
    label[left] = free[group[left]]
    return label
