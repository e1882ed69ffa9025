"""Improvement by windows: a few communities that touch are drawn anew while all others stand still.

An edge from a window to the rest is cut whatever happens inside, so a window is a question of its own. Windows that
share no community can be worked on side by side, and each is taken or left by itself: what gets better in one corner
is not lost because another corner got worse.

    a sweep:   ┌──┬──┬──┬──┐        ┌──┬──╥──┬──┐
               ├──┼──┼──┼──┤   ->   ├──┼──╫──┼──┤   two windows of four communities,
               └──┴──┴──┴──┘        └──┴──╨──┴──┘   each annealed and judged alone
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.partition.cycle import HOT, Found, Halt, fresh, improve, judged
from linli.engine.districting.partition.levels import Level
from linli.engine.kernels import label_parts
from linli.engine.kernels import partitioning as kernel
from linli.engine.kernels.reference_walks import next_below
from linli.engine.kernels.shapes import Ints, Stream

#: Sizes of windows, and temperatures of their annealing; a temperature of `HOT` forgets the layout and begins anew.
SIZES = (2, 3, 4, 6, 8, 12)
HEATS = (0.3, 0.5, 0.7, HOT)


@dataclass(frozen=True, eq=False)
class Window:
    """A few communities cut out of a layout.

    Attributes:
        level: Their units.
        members: Number of each unit in the whole, shape ``(s,)``.
        label: Community per unit, numbered from 0 within the window.
        names: Number of each community in the whole.
        seed: State from which its random stream begins.
        visits: Proposals per arc between communities.
        hot: Temperature at the top.
        ease: Factor on what the objectives cost.
    """

    level: Level
    members: Ints
    label: Ints
    names: Ints
    seed: int
    visits: int
    hot: float
    ease: float


def worked(window: Window, halt: Halt) -> Found | None:
    """Return a better layout of a window, or one that is as good and different; None where there is none."""
    level, k = window.level, len(window.names)
    stream = np.array([window.seed], dtype=np.uint64)
    before = judged(level, window.label, k)
    begins_anew = window.hot >= HOT and not level.terms.fixed.any() and not (level.terms.home >= 0).any()
    if begins_anew:
        whole = np.zeros(level.n, dtype=np.int32)
        if label_parts(level.mesh.indptr, level.mesh.indices, whole).max() > 0:
            return None
        after = fresh(level, whole, [k], visits=window.visits, stream=stream, halt=halt, ease=window.ease)
    else:
        after = improve(
            level, window.label, k, hot=window.hot, visits=window.visits, stream=stream, halt=halt, ease=window.ease
        )
    return after if after.rank <= before.rank else None


def windows_over(
    level: Level, label: Ints, k: int, *, size: int, hot: float, visits: int, ease: float, stream: Stream
) -> list[Window]:
    """Share out all communities among windows of at most ``size`` that touch, in random order."""
    clusters = clusters_of(level, label, k, size=size, stream=stream)
    order = np.argsort(label, kind="stable").astype(np.int32)
    ends = np.searchsorted(label[order], np.arange(k + 1))
    place = np.full(level.n, -1, dtype=np.int32)
    windows = []
    for cluster in clusters:
        names = np.array(cluster, dtype=np.int32)
        members = np.sort(np.concatenate([order[ends[c] : ends[c + 1]] for c in cluster]))
        number = np.full(k, -1, dtype=np.int32)
        number[names] = np.arange(len(names), dtype=np.int32)
        seed = next_below(stream, 2**31)
        part = cut_out(level, members, number, place)
        windows.append(Window(part, members, number[label[members]], names, int(seed), visits, hot, ease))
    return windows


def cut_out(level: Level, members: Ints, number: Ints, place: Ints) -> Level:
    """Return some units as a graph of their own; homes outside ``number`` count as none."""
    terms = level.terms
    home = terms.home[members]
    tails = np.repeat(np.arange(level.n), np.diff(terms.foes_from))
    foes_from, foes = np.zeros(len(members) + 1, dtype=np.int32), terms.foes[:0]
    if len(terms.foes):
        place[members] = np.arange(len(members), dtype=np.int32)
        inside = (place[tails] >= 0) & (place[terms.foes] >= 0)
        counts = np.bincount(place[tails[inside]], minlength=len(members))
        foes_from, foes = np.concatenate(([0], np.cumsum(counts))).astype(np.int32), place[terms.foes[inside]]
        place[members] = -1
    cut = terms._replace(
        size=terms.size[members],
        mass=terms.mass[members],
        place=terms.place[members],
        home=np.where(home >= 0, number[home], -1).astype(np.int32),
        stay=terms.stay[members],
        fixed=terms.fixed[members],
        foes_from=foes_from,
        foes=foes,
    )
    return Level(kernel.cut_out(level.mesh, members, place), cut, level.pull_unit)


def clusters_of(level: Level, label: Ints, k: int, *, size: int, stream: Stream) -> list[list[int]]:
    """Share out communities among clusters of at most ``size`` that touch; those left alone form no cluster."""
    cut = label[level.mesh.source] != label[level.mesh.indices]
    keys = np.unique(label[level.mesh.source[cut]].astype(np.int64) * k + label[level.mesh.indices[cut]])
    near: list[list[int]] = [[] for _ in range(k)]
    for key in keys.tolist():
        near[key // k].append(key % k)
    order = list(range(k))
    for at in range(k - 1, 0, -1):
        other = int(next_below(stream, at + 1))
        order[at], order[other] = order[other], order[at]
    taken = [False] * k
    clusters = []
    for first in order:
        if taken[first]:
            continue
        cluster = [first]
        taken[first] = True
        for c in cluster:
            for d in sorted(near[c], key=lambda d: (-sum(e in cluster for e in near[d]), d)):
                if len(cluster) < size and not taken[d]:
                    cluster.append(d)
                    taken[d] = True
        if len(cluster) > 1:
            clusters.append(cluster)
    return clusters
