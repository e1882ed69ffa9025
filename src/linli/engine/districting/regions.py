"""The best of two drafts, place by place: what no community joins can be chosen apart."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.problem import Ints, Longs
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft


def better_of_each_place(terrain: Terrain, one: Draft, other: Draft) -> Draft:
    """Return a draft that follows ``other`` wherever that is better, and ``one`` elsewhere.

    A place is a set of regions that no label of either draft leaves, so each can be taken on its own. Drafts are
    judged as the search judges them: households out of the band first, the whole cost second.
    """
    place = _places(terrain, one, other)
    rank_one, rank_other = _ranks(terrain, one, place), _ranks(terrain, other, place)
    follows = (rank_other[0] < rank_one[0]) | ((rank_other[0] == rank_one[0]) & (rank_other[1] < rank_one[1]))
    taken = follows[place]
    label = one.label.copy()
    label[taken] = _free_of(terrain, one.label[~taken], other.label[taken])
    return Draft.of(label, terrain.ground)


def _places(terrain: Terrain, one: Draft, other: Draft) -> Ints:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    k, regions = len(terrain.ground.low), int(terrain.region.max()) + 1
    # A founded label of one draft has nothing to do with the same number in the other.
    apart = np.where(other.label >= terrain.present_labels, other.label + k, other.label)
    heads = regions + np.concatenate((one.label, apart))
    size = regions + 2 * k
    links = coo_matrix((np.ones(len(heads)), (np.concatenate((terrain.region,) * 2), heads)), shape=(size, size))
    numbers = connected_components(links, directed=False)[1][terrain.region]
    places: Ints = np.unique(numbers, return_inverse=True)[1].astype(np.int32)
    return places


def _ranks(terrain: Terrain, draft: Draft, place: Ints) -> tuple[Longs, Longs]:
    """Return households out of the band and cost per place, each of shape ``(places,)``."""
    ground = terrain.ground
    out, cost = np.zeros((2, int(place.max()) + 1), dtype=np.int64)
    labels, firsts = np.unique(draft.label, return_index=True)
    np.add.at(out, place[firsts], draft.deviation(ground)[labels])
    away = (ground.home >= 0) & (draft.label != ground.home)
    np.add.at(cost, place[away], ground.stay[away])
    tails = np.repeat(np.arange(len(draft.label)), np.diff(ground.indptr))
    once = (draft.label[tails] != draft.label[ground.indices]) & (tails < ground.indices)
    np.add.at(cost, place[tails[once]], ground.border[once])
    return out, ground.weight * out + cost


def _free_of(terrain: Terrain, used: Ints, label: Ints) -> Ints:
    """Return labels with the founded ones renumbered so that they share none with what is used elsewhere."""
    present = terrain.present_labels
    founded = np.unique(label[label >= present])
    number = np.arange(len(terrain.ground.low), dtype=np.int32)
    number[founded] = np.setdiff1d(number[present:], used)[: len(founded)]
    return number[label]
