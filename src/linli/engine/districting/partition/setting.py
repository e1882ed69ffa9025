"""From a question to what the search walks on: units, costs in units of one flip, and what is impossible at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.engine.districting.partition.levels import Level, lifted
from linli.engine.districting.partition.question import NO_LIMIT, Ints, Question
from linli.engine.districting.partition.result import Conflict
from linli.engine.errors import NotSupported, StartNotSound
from linli.engine.kernels import label_parts
from linli.engine.kernels import partitioning as kernel
from linli.engine.kernels.shapes import Floats, Mesh, Terms

#: Cost of two foes in one community, in average edges.
FOE_PRICE = 20.0


@dataclass(frozen=True, eq=False)
class Setting:
    """What the search walks on; ``u`` units.

    Attributes:
        level: Units with their borders, weights and costs.
        unit_of: Unit per parcel, shape ``(n,)``.
        component: Connected part of the graph per unit, shape ``(u,)``.
    """

    level: Level
    unit_of: Ints
    component: Ints


def setting_of(question: Question) -> Setting:
    """Return the ground of a search for a question in the order of its ids.

    Raises:
        NotSupported: Parcels that must stay together do not touch one another.
        StartNotSound: Parcels that must stay together lie in different communities of the start.
    """
    n = question.n
    together = np.arange(n, dtype=np.int32) if question.together is None else question.together
    if question.start is not None:
        _check_start(question, together)
    indptr, indices, border = question.graph.passable()
    parts = label_parts(indptr, indices, together)
    if len(np.unique(parts)) != len(np.unique(together)):
        split = int(np.flatnonzero(np.bincount(together[np.unique(parts, return_index=True)[1]]) > 1)[0])
        parcel = question.ids[int(np.flatnonzero(together == split)[0])]
        raise NotSupported("parcels that stay together must touch one another", wish="together", parcel=parcel)
    mesh = kernel.mesh_of(indptr, indices, _edge_costs(question, border))
    terms = _terms(question, mesh)
    if int(together.max()) + 1 < n:
        n_units = int(together.max()) + 1
        mesh, terms = kernel.lift(mesh, together, n_units), lifted(terms, together, n_units)
    level = Level(mesh, terms, question.objectives.get("hess", 0.0))
    level = Level(mesh, level.priced, level.pull_unit)
    component = label_parts(mesh.indptr, mesh.indices, np.zeros(level.n, dtype=np.int32))
    return Setting(level, together, component)


def _check_start(question: Question, together: Ints) -> None:
    assert question.start is not None
    first = np.unique(together, return_index=True)[1]
    torn = np.flatnonzero(question.start != question.start[first][together])
    if len(torn):
        raise StartNotSound(
            "parcels that stay together lie in different communities of the start", parcel=question.ids[int(torn[0])]
        )


def _edge_costs(question: Question, border: Floats) -> Floats:
    """Return what an edge costs: weights are in average edges, so that one scale of heat serves all questions."""
    cut, length = question.objectives.get("cut-edges", 0.0), question.objectives.get("border", 0.0)
    mean = float(border.mean()) if len(border) else 0.0
    return np.full(len(border), cut) + (length / mean * border if mean > 0 else 0.0)


def _terms(question: Question, mesh: Mesh) -> Terms:
    n, first = question.n, question.bounds[0].values
    size = np.column_stack([total.values for total in question.bounds])
    mean = np.maximum(size.mean(axis=0), 1e-9)
    place = np.column_stack((question.graph.x, question.graph.y))
    home = np.full(n, -1, dtype=np.int32) if question.start is None else question.start
    weight = question.objectives.get("moved", 0.0)
    foes_from, foes = _foes(question)
    return Terms(
        size=size,
        low=np.array([total.low for total in question.bounds]),
        high=np.array([total.high for total in question.bounds]),
        price=np.ones(size.shape[1]),
        mass=first.astype(np.float64),
        place=place - place.mean(axis=0),
        pull=_pull(question, place),
        home=home.astype(np.int32),
        stay=weight * first / mean[0],
        fixed=np.zeros(n, dtype=np.bool_) if question.locked is None else question.locked.astype(np.bool_),
        foes_from=foes_from,
        foes=foes,
        foe_price=FOE_PRICE,
    )


def _pull(question: Question, place: Floats) -> float:
    """Return the cost of one person at distance 1, such that a flip at an average border costs about the weight."""
    weight = question.objectives.get("hess", 0.0)
    spread = float(np.ptp(place, axis=0).max())
    if weight == 0 or spread == 0:
        return 0.0
    k = min(least_count(question), question.n)
    flip = 2 * float(question.bounds[0].values.mean()) * spread / np.sqrt(question.n) * spread / np.sqrt(k)
    return float(weight / flip)


def _foes(question: Question) -> tuple[Ints, Ints]:
    pairs = np.unique(np.sort(question.pairs_apart, axis=1), axis=0)
    tails, heads = np.concatenate((pairs[:, 0], pairs[:, 1])), np.concatenate((pairs[:, 1], pairs[:, 0]))
    order = np.lexsort((heads, tails))
    rows = np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=question.n))))
    return rows.astype(np.int32), heads[order].astype(np.int32)


def least_count(question: Question) -> int:
    """Return the smallest number of communities asked for; for max-p, as many as the lower limit allows."""
    if question.k is None:
        return max(int(question.bounds[0].values.sum()) // max(question.bounds[0].low, 1), 1)
    return question.k if isinstance(question.k, int) else question.k[0]


def asked_counts(question: Question) -> tuple[int, int]:
    """Return the smallest and largest number of communities asked for."""
    if question.k is None:
        return 1, question.n
    return question.k if isinstance(question.k, tuple) else (question.k, question.k)


def counts_by_component(question: Question, setting: Setting) -> tuple[list[int], tuple[Conflict, ...]]:
    """Return how many communities each connected part of the graph gets, or why that is impossible.

    Every part gets the fewest that its totals allow; what is left to the smallest number asked for goes where
    communities would be fullest.
    """
    least, most = asked_counts(question)
    parts = int(setting.component.max()) + 1
    lows, highs = np.ones(parts, dtype=np.int64), np.bincount(setting.component).astype(np.int64)
    for t, total in enumerate(question.bounds):
        sums = np.bincount(setting.component, weights=setting.level.terms.size[:, t], minlength=parts)
        sums = sums.astype(np.int64)
        if total.high != NO_LIMIT:
            lows = np.maximum(lows, -(-sums // max(total.high, 1)))
        if total.low > 0:
            highs = np.minimum(highs, sums // total.low)
        over = np.flatnonzero(setting.level.terms.size[:, t] > total.high)
        if len(over):
            parcel = question.ids[int(np.flatnonzero(setting.unit_of == over[0])[0])]
            size = int(setting.level.terms.size[over[0], t])
            return [], (Conflict("unit-above-band", {"parcel": parcel, "total": size, "high": total.high}),)
        bare = np.flatnonzero(lows > highs)
        if len(bare) and parts > 1:
            part = int(bare[0])
            parcel = question.ids[int(np.flatnonzero(setting.component[setting.unit_of] == part)[0])]
            told = {"parcel": parcel, "parcels": int((setting.component[setting.unit_of] == part).sum())}
            return [], (Conflict("component-outside-band", {**told, "total": int(sums[part]), "low": total.low}),)
    fewest, largest = max(least, int(lows.sum())), min(most, int(highs.sum()))
    if fewest > largest or (lows > highs).any():
        sums_told = {total.name: int(total.values.sum()) for total in question.bounds}
        told = {"totals": sums_told, "least": int(lows.sum()), "most": int(highs.sum()), "asked": str(question.k)}
        return [], (Conflict("count-outside-band", told),)
    if question.k is None:
        return [int(high) for high in highs], ()
    people = np.bincount(setting.component, weights=setting.level.terms.size[:, 0], minlength=parts)
    counts = lows.copy()
    while counts.sum() < fewest:
        counts[np.argmax(np.where(counts < highs, people / counts, -1.0))] += 1
    return [int(count) for count in counts], ()
