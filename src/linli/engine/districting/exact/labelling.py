"""Proven optima of cut edges, and proof whether there is any lawful layout: one variable per node and label.

The model and the cuts by separators are those of Validi and Buchanan (2022), Political districting to minimize cut
edges, in their plainest form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from linli.engine.districting.exact.programme import Floats, Programme, Row, Solved
from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.separators import scattered_parts, separator
from linli.engine.kernels.shapes import Ints


@dataclass(frozen=True, eq=False)
class Optimum:
    """What an exact model found.

    Attributes:
        status: ``optimal`` or ``infeasible``, both proven, or ``open`` where limits were met.
        label: The best layout known, shape ``(n,)``; None where none is.
        objective: Its cost; infinity where there is none.
        bound: No lawful layout costs less.
        rounds: Programmes solved.
        cuts: Rows added for contiguity.
    """

    status: Literal["optimal", "infeasible", "open"]
    label: Ints | None
    objective: float
    bound: float
    rounds: int
    cuts: int


def fewest_cut_edges(
    question: Question,
    *,
    seconds: float,
    incumbent: Ints | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Optimum:
    """Return a lawful layout with the fewest borders between communities, with its proof where limits allow.

    Args:
        question: What is asked.
        seconds: Limit of each round, kept by HiGHS.
        incumbent: A lawful layout, shape ``(n,)``: only better ones are looked for, which is far quicker to refute.
        stop: Asked between rounds.
    """
    tails, heads = question.edges()
    first = question.n * question.k
    programme = _programme(question, edges=len(tails))
    programme.cost[first:] = 1.0
    for e, (u, v) in enumerate(zip(tails.tolist(), heads.tolist(), strict=True)):
        for c in range(question.k):
            for one, other in ((u, v), (v, u)):
                columns = [first + e, one * question.k + c, other * question.k + c]
                programme.add(columns, [1.0, -1.0, 1.0], least=0.0, most=np.inf)
    known = np.inf
    if incumbent is not None:
        known = int(np.count_nonzero(incumbent[tails] != incumbent[heads]))
        edges = range(first, first + len(tails))
        programme.add(edges, [1.0] * len(tails), least=0.0, most=known - 1)
    solved = programme.solve(lambda values: _broken(question, values), seconds=seconds, stop=stop)
    bound = np.ceil(solved.bound - 1e-6) if np.isfinite(solved.bound) else 0.0
    if solved.status == "infeasible" and incumbent is not None:
        return Optimum("optimal", incumbent, known, known, solved.rounds, solved.cuts)
    if solved.values is None:
        return Optimum(solved.status, incumbent, known, min(bound, known), solved.rounds, solved.cuts)
    label = _label(question, solved.values)
    return _checked(question, solved, label, float(np.count_nonzero(label[tails] != label[heads])), bound)


def any_layout(
    question: Question, *, seconds: float, rounds: int = 200, stop: Callable[[], bool] = lambda: False
) -> Optimum:
    """Return some lawful layout, or the proof that there is none; the objective counts nothing.

    Args:
        question: What is asked.
        seconds: Limit of each round, kept by HiGHS.
        rounds: Most rounds.
        stop: Asked between rounds.
    """
    programme = _programme(question, edges=0)
    solved = programme.solve(lambda values: _broken(question, values), seconds=seconds, rounds=rounds, stop=stop)
    if solved.values is None:
        return Optimum(solved.status, None, np.inf, solved.bound, solved.rounds, solved.cuts)
    return _checked(question, solved, _label(question, solved.values), 0.0, 0.0)


def is_lawful(question: Question, label: Ints) -> bool:
    """Tell whether a layout answers a question, by counting anew."""
    totals = np.bincount(label, weights=question.size, minlength=question.k)
    placed = question.locked >= 0
    return bool(
        len(np.unique(label)) == question.k
        and question.low <= totals.min()
        and totals.max() <= question.high
        and not scattered_parts(question, label)
        and (label[placed] == question.locked[placed]).all()
        and all(label[u] == label[v] for u, v in question.together)
        and all(label[u] != label[v] for u, v in question.apart)
    )


def _checked(question: Question, solved: Solved, label: Ints, objective: float, bound: float) -> Optimum:
    # HiGHS keeps rows to a tolerance; a layout that whole numbers refuse is no layout.
    if not is_lawful(question, label):
        return Optimum("open", None, np.inf, bound, solved.rounds, solved.cuts)
    if solved.status == "optimal":
        bound = objective
    return Optimum(solved.status, label, objective, min(bound, objective), solved.rounds, solved.cuts)


def _label(question: Question, values: Floats) -> Ints:
    chosen: Ints = values[: question.n * question.k].reshape(question.n, question.k).argmax(axis=1).astype(np.int32)
    return chosen


def _programme(question: Question, *, edges: int) -> Programme:
    n, k = question.n, question.k
    size = n * k + edges
    whole = np.arange(size) < n * k
    programme = Programme(np.zeros(size), np.zeros(size), np.ones(size), whole)
    for i in range(n):
        programme.add(range(i * k, i * k + k), [1.0] * k, least=1.0, most=1.0)
    weights = [float(one) for one in question.size]
    for c in range(k):
        column = range(c, n * k, k)
        programme.add(column, weights, least=question.low, most=question.high)
        programme.add(column, [1.0] * n, least=1.0, most=np.inf)
    for (u, v), c in product(question.together, range(k)):
        programme.add([u * k + c, v * k + c], [1.0, -1.0], least=0.0, most=0.0)
    for (u, v), c in product(question.apart, range(k)):
        programme.add([u * k + c, v * k + c], [1.0, 1.0], least=0.0, most=1.0)
    for i in np.flatnonzero(question.locked >= 0).tolist():
        programme.lower[i * k + question.locked[i]] = 1.0
    if (question.locked < 0).all():
        # Without locks all labels are alike: the largest node may as well have the first, the next one of two, ...
        for rank, i in enumerate(np.argsort(-question.size, kind="stable")[:k].tolist()):
            programme.upper[i * k + rank + 1 : i * k + k] = 0.0
    return programme


def _broken(question: Question, values: Floats) -> list[Row]:
    """Of two nodes of a label, one node of each separator between them has that label as well."""
    label = _label(question, values)
    rows: list[Row] = []
    for c, part in scattered_parts(question, label):
        inside = np.isin(np.arange(question.n), part)
        goal = int(np.flatnonzero((label == c) & ~inside)[0])
        between = separator(question, part, goal)
        for label_of_row in range(question.k):
            columns = [int(u) * question.k + label_of_row for u in (part[0], goal, *between)]
            rows.append((columns, [1.0, 1.0] + [-1.0] * len(between), -np.inf, 1.0))
    return rows
