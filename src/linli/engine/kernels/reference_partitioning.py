"""Twins of the kernels of the general search, written for reading: whole sums each time, no scratch, no Numba.

They draw the same random numbers in the same order, so that the tests can ask for equal results.
"""

from __future__ import annotations

import math

import numpy as np

from linli.engine.kernels.partitioning import Annealed
from linli.engine.kernels.reference import label_parts, next_unit
from linli.engine.kernels.reference_walks import minimum_tree, next_below
from linli.engine.kernels.shapes import Flags, Floats, Ints, Longs, Mesh, Stream, Terms


def layout_cost(mesh: Mesh, terms: Terms, label: Ints, centre: Floats) -> float:
    """Return what a layout costs around fixed centres, without what limits cost."""
    cut = label[mesh.source] != label[mesh.indices]
    cost = float(mesh.cost[cut].sum()) / 2
    cost += float(terms.stay[(terms.home >= 0) & (label != terms.home)].sum())
    cost += terms.pull * float((terms.mass * ((terms.place - centre[label]) ** 2).sum(axis=1)).sum())
    tails = np.repeat(np.arange(len(label)), np.diff(terms.foes_from))
    return cost + terms.foe_price * float((label[tails] == label[terms.foes]).sum()) / 2


def layout_gap(terms: Terms, total: Longs) -> float:
    """Return what totals outside their limits cost."""
    miss = np.maximum(terms.low - total, 0) + np.maximum(total - terms.high, 0)
    return float((miss * terms.price).sum())


def anneal(
    mesh: Mesh,
    terms: Terms,
    label: Ints,
    total: Longs,
    *,
    centre: Floats,
    hot: float,
    cold: float,
    steps: int,
    stream: Stream,
    best: Ints | None = None,
) -> Annealed:
    """Flip nodes under a falling temperature; see `linli.engine.kernels.partitioning.anneal`."""
    listed = [int(e) for e in np.flatnonzero(label[mesh.source] != label[mesh.indices])]
    began = layout_cost(mesh, terms, label, centre)
    cost, gap = began, layout_gap(terms, total)
    least, least_gap, flips, heat = 0.0, gap, 0, hot
    cooling = math.log(cold / hot) / max(steps, 1)
    for step in range(steps):
        if not listed:
            break
        if step % 256 == 0:
            heat = hot * math.exp(cooling * step)
        e = listed[next_below(stream, len(listed))]
        u, a, b = int(mesh.source[e]), int(label[mesh.source[e]]), int(label[mesh.indices[e]])
        if terms.fixed[u]:
            continue
        tried, sums = label.copy(), total.copy()
        tried[u] = b
        sums[a] -= terms.size[u]
        sums[b] += terms.size[u]
        tried_cost, tried_gap = layout_cost(mesh, terms, tried, centre), layout_gap(terms, sums)
        uphill = tried_cost - cost + tried_gap - gap
        if uphill > 0 and next_unit(stream) >= math.exp(-uphill / heat):
            continue
        rest = np.where(tried == a, 0, -1).astype(np.int32)
        if (rest < 0).all() or label_parts(mesh.indptr, mesh.indices, rest).max() > 0:
            continue
        label[:], total[:], cost, gap = tried, sums, tried_cost, tried_gap
        flips += 1
        _relist(mesh, label, u, a, b, listed)
        if best is not None and (gap, cost - began) < (least_gap, least):
            best[:] = label
            least, least_gap = cost - began, gap
    return Annealed(flips, cost - began, gap, least, least_gap)


def _relist(mesh: Mesh, label: Ints, u: int, a: int, b: int, listed: list[int]) -> None:
    """Add new arcs at the end; fill the place of an arc that is gone with the last one, as the kernel does."""
    for arc in range(mesh.indptr[u], mesh.indptr[u + 1]):
        c = label[mesh.indices[arc]]
        if c == a:
            listed += [arc, int(mesh.twin[arc])]
        elif c == b:
            for gone in (arc, int(mesh.twin[arc])):
                last = listed.pop()
                if last != gone:
                    listed[listed.index(gone)] = last


def pair(
    mesh: Mesh, *, bulk: Floats, limit: float, group: Ints, apart: Flags, foes_from: Ints, foes: Ints, stream: Stream
) -> tuple[Ints, int]:
    """Pair neighbours along heavy edges; see `linli.engine.kernels.partitioning.pair`."""
    n = len(mesh.indptr) - 1
    order = list(range(n))
    for at in range(n - 1, 0, -1):
        other = next_below(stream, at + 1)
        order[at], order[other] = order[other], order[at]
    upper = np.full(n, -1, dtype=np.int32)
    pairs = 0
    for u in order:
        if upper[u] >= 0:
            continue
        near = [(int(v), float(mesh.cost[e])) for e in _row(mesh, u) for v in (mesh.indices[e],)]
        hostile = set(foes[foes_from[u] : foes_from[u + 1]].tolist())
        open_to = [
            (v, cost)
            for v, cost in near
            if upper[v] < 0 and group[v] == group[u] and not apart[u] and not apart[v] and bulk[u] + bulk[v] <= limit
        ]
        drawn = [
            (cost * cost / ((bulk[u] + 1e-9) * (bulk[v] + 1e-9)) * (0.5 + next_unit(stream)), v) for v, cost in open_to
        ]
        friendly = [(strength, v) for strength, v in drawn if v not in hostile]
        upper[u] = pairs
        if friendly:
            strongest = max(strength for strength, _ in friendly)
            upper[next(v for strength, v in friendly if strength == strongest)] = pairs
        pairs += 1
    return upper, pairs


def _row(mesh: Mesh, u: int) -> range:
    return range(int(mesh.indptr[u]), int(mesh.indptr[u + 1]))


def lift(mesh: Mesh, upper: Ints, n_upper: int) -> dict[tuple[int, int], float]:
    """Return the cost of each edge between sets of nodes; see `linli.engine.kernels.partitioning.lift`."""
    costs: dict[tuple[int, int], float] = {}
    for e in range(len(mesh.indices)):
        p, q = int(upper[mesh.source[e]]), int(upper[mesh.indices[e]])
        if p != q:
            costs[p, q] = costs.get((p, q), 0.0) + float(mesh.cost[e])
    return costs


def split(
    mesh: Mesh,
    *,
    size: Floats,
    members: Ints,
    mean: float,
    pieces: int,
    trees: int,
    strict: bool,
    place: Ints,
    stream: Stream,
) -> tuple[Flags, int]:
    """Cut nodes in two along the best tree edge; see `linli.engine.kernels.partitioning.split`."""
    spot = {int(u): i for i, u in enumerate(members)}
    edges = [
        (i, spot[int(mesh.indices[e])])
        for u, i in spot.items()
        for e in _row(mesh, u)
        if spot.get(int(mesh.indices[e]), -1) > i
    ]
    best, best_pieces, cheapest = np.zeros(len(members), dtype=np.bool_), pieces // 2, math.inf
    whole = float(size[members].sum())
    for _ in range(trees):
        above, order = minimum_tree(len(members), edges, stream)
        below: dict[int, set[int]] = {i: {i} for i in order}
        for i in reversed(order[1:]):
            below[above[i]] |= below[i]
        for i in reversed(order[1:]):
            weight = float(size[members[list(below[i])]].sum())
            near = min(max(round(weight / mean), 1), pieces - 1)
            off = abs(weight - near * (whole / pieces)) / (mean * min(near, pieces - near))
            lopsided = max(abs(near - pieces / 2) / pieces - 0.2, 0.0)
            seam = _seam(mesh, spot, {int(members[j]) for j in below[i]})
            price = (seam + 1e-9) * (1 + 20 * off + 10 * lopsided) + 1e3 * max(off - 0.1, 0.0) * (seam + 1)
            if strict:
                price = 1e6 * off + lopsided + 1e-6 * seam
            if price < cheapest:
                cheapest, best_pieces = price, near
                best = np.isin(np.arange(len(members)), list(below[i]))
    return best, best_pieces


def _seam(mesh: Mesh, spot: dict[int, int], inside: set[int]) -> float:
    return sum(
        float(mesh.cost[e])
        for u in inside
        for e in _row(mesh, u)
        if int(mesh.indices[e]) in spot and int(mesh.indices[e]) not in inside
    )
