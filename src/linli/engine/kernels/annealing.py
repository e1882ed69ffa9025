"""Annealed flips of border nodes for the general search, compiled."""

# ruff: noqa: D103  (compiled functions take arrays only; `partitioning` states shapes and meaning)
# mypy: disallow-untyped-decorators=False, disallow-any-generics=False
from __future__ import annotations

import math

import numpy as np
from numba import njit

from linli.engine.kernels.flips import _stays_whole
from linli.engine.kernels.loops import next_unit
from linli.engine.kernels.shapes import Floats, Ints, Longs, Mesh, Stream, Terms
from linli.engine.kernels.trees import next_below

#: Flips after which the running cost is summed anew, so that rounding cannot pile up.
_STRIDE = 256


@njit(cache=True, nogil=True)
def miss(total: int, low: int, high: int) -> int:
    """Return by how much a total leaves its limits."""
    if total < low:
        return low - total
    if total > high:
        return total - high
    return 0


@njit(cache=True, nogil=True)
def list_cuts(mesh: Mesh, label: Ints, listed: Ints, place: Ints) -> int:
    """List the arcs between labels, with the place of each; return their number."""
    cut = 0
    for e in range(len(mesh.indices)):
        place[e] = -1
        if label[mesh.source[e]] != label[mesh.indices[e]]:
            listed[cut] = e
            place[e] = cut
            cut += 1
    return cut


@njit(cache=True, nogil=True)
def _relist(mesh: Mesh, label: Ints, u: int, a: int, b: int, listed: Ints, place: Ints, cut: int) -> int:
    """Bring the list up to date after ``u`` went from ``a`` to ``b``."""
    for arc in range(mesh.indptr[u], mesh.indptr[u + 1]):
        c = label[mesh.indices[arc]]
        if c == a:
            for fresh in (arc, mesh.twin[arc]):
                listed[cut] = fresh
                place[fresh] = cut
                cut += 1
        elif c == b:
            for gone in (arc, mesh.twin[arc]):
                cut -= 1
                last = listed[cut]
                listed[place[gone]] = last
                place[last] = place[gone]
                place[gone] = -1
    return cut


@njit(cache=True, nogil=True)
def _own_terms(terms: Terms, label: Ints, centre: Floats, u: int, a: int, b: int) -> float:
    """Return the change of what ``u`` itself costs: distance to the centre, being away from home, foes beside it."""
    change = 0.0
    if terms.pull > 0.0:
        x, y = terms.place[u, 0], terms.place[u, 1]
        to_b = (x - centre[b, 0]) ** 2 + (y - centre[b, 1]) ** 2
        to_a = (x - centre[a, 0]) ** 2 + (y - centre[a, 1]) ** 2
        change += terms.pull * terms.mass[u] * (to_b - to_a)
    if terms.home[u] == a:
        change += terms.stay[u]
    elif terms.home[u] == b:
        change -= terms.stay[u]
    for at in range(terms.foes_from[u], terms.foes_from[u + 1]):
        c = label[terms.foes[at]]
        change += terms.foe_price * ((c == b) - (c == a))
    return change


@njit(cache=True, nogil=True)
def anneal(
    mesh: Mesh,
    terms: Terms,
    label: Ints,
    total: Longs,
    centre: Floats,
    best: Ints,
    hot: float,
    cold: float,
    steps: int,
    stream: Stream,
) -> tuple[int, float, float, float, float]:
    n, n_arcs, n_totals = len(label), len(mesh.indices), terms.size.shape[1]
    listed = np.empty(n_arcs, dtype=np.int32)
    place = np.empty(n_arcs, dtype=np.int32)
    cut = list_cuts(mesh, label, listed, place)
    widest = 1
    for u in range(n):
        widest = max(widest, mesh.indptr[u + 1] - mesh.indptr[u])
    mark = np.full(n, -1, dtype=np.int64)
    chain = np.empty(n, dtype=np.int32)
    group = np.empty(widest, dtype=np.int32)
    head = np.empty(widest, dtype=np.int32)
    tail = np.empty(widest, dtype=np.int32)
    journal = np.empty(n, dtype=np.int32)
    written = 0
    gap, least_gap = 0.0, 0.0
    for c in range(len(total)):
        for t in range(n_totals):
            gap += terms.price[t] * miss(total[c, t], terms.low[t], terms.high[t])
    keeps = len(best) > 0
    least_gap, cost, least = gap, 0.0, 0.0
    flips, base = 0, 0
    cooling = math.log(cold / hot) / max(steps, 1)
    heat = hot
    for step in range(steps):
        if cut == 0:
            break
        if step % _STRIDE == 0:
            heat = hot * math.exp(cooling * step)
        e = listed[next_below(stream, cut)]
        u = mesh.source[e]
        if terms.fixed[u]:
            continue
        a, b = label[u], label[mesh.indices[e]]
        change = 0.0
        for arc in range(mesh.indptr[u], mesh.indptr[u + 1]):
            c = label[mesh.indices[arc]]
            if c == a:
                change += mesh.cost[arc]
            elif c == b:
                change -= mesh.cost[arc]
        change += _own_terms(terms, label, centre, u, a, b)
        widening = 0.0
        for t in range(n_totals):
            s, low, high = terms.size[u, t], terms.low[t], terms.high[t]
            worse = miss(total[a, t] - s, low, high) - miss(total[a, t], low, high)
            worse += miss(total[b, t] + s, low, high) - miss(total[b, t], low, high)
            widening += terms.price[t] * worse
        uphill = change + widening
        if uphill > 0.0 and next_unit(stream) >= math.exp(-uphill / heat):
            continue
        whole = _stays_whole(mesh.indptr, mesh.indices, label, u, mark, base, group, head, tail, chain)
        base += widest
        if not whole:
            continue
        label[u] = b
        for t in range(n_totals):
            total[a, t] -= terms.size[u, t]
            total[b, t] += terms.size[u, t]
        cut = _relist(mesh, label, u, a, b, listed, place, cut)
        flips += 1
        cost += change
        gap += widening
        if not keeps:
            continue
        if written < n:
            journal[written] = u
        written += 1
        if gap < least_gap - 1e-9 or (gap < least_gap + 1e-9 and cost < least - 1e-9):
            least_gap, least = min(gap, least_gap), cost
            if written <= n:
                for at in range(written):
                    best[journal[at]] = label[journal[at]]
            else:
                best[:] = label
            written = 0
    return flips, cost, gap, least, least_gap
