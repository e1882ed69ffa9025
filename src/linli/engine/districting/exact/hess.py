"""People times squared distance to a centre: a Lagrangean bound for any size, and the proven optimum for small ones.

Model: Hess, Weaver, Siegfeldt, Whelan and Zitlau (1965), Nonpartisan political redistricting by computer. Bound and
fixing: Validi, Buchanan and Lykhovyd (2022), Imposing contiguity constraints in political districting models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.exact.centres import Separator, restricted
from linli.engine.districting.exact.labelling import Optimum
from linli.engine.districting.exact.programme import Floats
from linli.engine.districting.exact.question import Question
from linli.engine.errors import ProblemNotSound

#: Centres whose costs are laid out at a time, so that memory grows with the nodes and not with their square.
_CENTRES = 512
#: Steps without gain after which they are halved.
_PATIENCE = 12
#: Guesses above this multiple of the bound are given up for none.
_WIDEST_GUESS = 3.0


@dataclass(frozen=True, eq=False)
class HessBound:
    """A lower bound with the multipliers that prove it.

    Attributes:
        bound: No layout costs less, contiguous or not.
        alpha: Price of placing each node, shape ``(n,)``.
        slope: Price of one more person at each centre, shape ``(n,)``: the multiplier of the upper limit less that
            of the lower.
        base: What opening each centre costs by the limits, shape ``(n,)``.
    """

    bound: float
    alpha: Floats
    slope: Floats
    base: Floats


def hess_cost(size: NDArray[np.int64], x: Floats, y: Floats, *, label: NDArray[np.int32]) -> float:
    """Return people times squared distance to the best centre of each community, summed; a centre is a member."""
    cost = 0.0
    for c in np.unique(label):
        own = np.flatnonzero(label == c)
        cost += float((size[own] @ _squares(x, y, own, own)).min())
    return cost


def hess_bound(
    size: NDArray[np.int64], x: Floats, y: Floats, *, k: int, low: int, high: int, rounds: int = 300
) -> HessBound:
    """Return a lower bound by prices on placing each node once and on both limits, raised by subgradient steps.

    With prices, each centre takes what is cheap for it, and the k cheapest centres are opened: that can be done at
    once, and no lawful layout costs less. Steps follow Held, Wolfe and Crowder (1974). O(rounds · n²) time, O(n)
    memory.

    Args:
        size: People per node, shape ``(n,)``.
        x: Easting per node.
        y: Northing per node.
        k: Number of communities.
        low: Smallest lawful size.
        high: Largest lawful size.
        rounds: Steps.
    """
    n = len(size)
    scale = max(1.0, float(size.sum())) / k
    people, least, most = size / scale, low / scale, high / scale
    goal, alpha = _clustered(people, x, y, k)
    lower, upper = np.zeros(n), np.zeros(n)
    kept = (alpha, lower, upper)
    best, step, still = -np.inf, 1.0, 0
    for _ in range(rounds):
        value = _values(people, x, y, alpha, upper - lower, least * lower - most * upper)
        opened = np.argpartition(value, k - 1)[:k]
        bound = float(alpha.sum() + value[opened].sum())
        still += 1
        if bound > best:
            still = still if bound < best + 1e-4 * abs(best) else 0
            best, kept = bound, (alpha, lower, upper)
        if still == _PATIENCE:
            (alpha, lower, upper), step, still = kept, step / 2, 0
            continue
        goal = max(goal, 1.02 * best)
        priced = people[:, None] * (_squares(x, y, np.arange(n), opened) + (upper - lower)[opened]) - alpha[:, None]
        member = priced < 0
        member[opened, np.arange(k)] = True
        load = people @ member
        toward, short, over = 1.0 - member.sum(axis=1), least - load, load - most
        # A node's price is about its people times a squared distance, a limit's price a squared distance.
        length = float(people @ toward**2 + short @ short + over @ over)
        if length < 1e-12:
            break
        stride = step * (goal - bound) / length
        alpha = alpha + stride * people * toward
        lower, upper = lower.copy(), upper.copy()
        lower[opened] = np.maximum(0.0, lower[opened] + stride * short)
        upper[opened] = np.maximum(0.0, upper[opened] + stride * over)
    alpha, lower, upper = kept
    return HessBound(best * scale, alpha * scale, upper - lower, (least * lower - most * upper) * scale)


def _clustered(people: Floats, x: Floats, y: Floats, k: int) -> tuple[float, Floats]:
    """Return the cost of a plain clustering (Lloyd 1982) as a guess of the optimum, and prices to begin with."""
    x_of, y_of = np.array([np.average(x, weights=people)]), np.array([np.average(y, weights=people)])
    for _ in range(k - 1):
        far = int((people * ((x[:, None] - x_of) ** 2 + (y[:, None] - y_of) ** 2).min(axis=1)).argmax())
        x_of, y_of = np.append(x_of, x[far]), np.append(y_of, y[far])
    for _ in range(20):
        nearest = ((x[:, None] - x_of) ** 2 + (y[:, None] - y_of) ** 2).argmin(axis=1)
        weight = np.bincount(nearest, weights=people, minlength=k)
        some = weight > 0
        x_of[some] = np.bincount(nearest, weights=people * x, minlength=k)[some] / weight[some]
        y_of[some] = np.bincount(nearest, weights=people * y, minlength=k)[some] / weight[some]
    squares = (x - x_of[nearest]) ** 2 + (y - y_of[nearest]) ** 2
    price: Floats = people * squares.max()
    return float(people @ squares), price


def _squares(x: Floats, y: Floats, nodes: NDArray[np.int64], centres: NDArray[np.int64]) -> Floats:
    found: Floats = (x[nodes, None] - x[centres]) ** 2 + (y[nodes, None] - y[centres]) ** 2
    return found


def _values(people: Floats, x: Floats, y: Floats, alpha: Floats, slope: Floats, base: Floats) -> Floats:
    """Return what opening each centre brings, with all that is cheap for it, shape ``(n,)``."""
    n = len(people)
    value = np.empty(n)
    for start in range(0, n, _CENTRES):
        centres = np.arange(start, min(start + _CENTRES, n))
        priced = people[:, None] * (_squares(x, y, np.arange(n), centres) + slope[centres]) - alpha[:, None]
        own = priced[centres, np.arange(len(centres))].copy()
        value[centres] = np.minimum(priced, 0.0).sum(axis=0) + np.maximum(own, 0.0) + base[centres]
    return value


def least_hess(
    question: Question,
    x: Floats,
    y: Floats,
    *,
    seconds: float,
    incumbent: NDArray[np.int32] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Optimum:
    """Return the lawful layout with the least people times squared distance to a centre, with its proof.

    Pairs of node and centre that the bound proves too dear for a guessed optimum are left out; where the answer stays
    within the guess, it is the optimum of the whole, else the next guess is wider.

    Args:
        question: What is asked; locks and links have no meaning for centres and are refused.
        x: Easting per node, shape ``(n,)``.
        y: Northing per node.
        seconds: Limit of each round, kept by HiGHS.
        incumbent: A lawful layout, shape ``(n,)``, whose cost no guess exceeds.
        stop: Asked between rounds.

    Raises:
        ProblemNotSound: There are locks or links.
    """
    if (question.locked >= 0).any() or question.together or question.apart:
        raise ProblemNotSound("the centres' model knows no locks and no links")
    size = np.asarray(question.size)
    limits = {"k": question.k, "low": question.low, "high": question.high}
    found = hess_bound(size, x, y, **limits, rounds=1500)
    cost = size[:, None] * _squares(x, y, np.arange(question.n), np.arange(question.n))
    forced = _forced(size, cost, question.k, found)
    rounds, cuts = 0, 0
    separators: list[Separator] = []
    gap = 0.01
    known = np.inf if incumbent is None else hess_cost(size, x, y, label=incumbent)
    while True:
        guess = min(known * (1 + 1e-9), found.bound * (1 + gap) if gap < _WIDEST_GUESS else np.inf)
        kept = np.flatnonzero((forced <= guess).ravel())
        answer, separators = restricted(question, cost, kept, separators, guess=guess, seconds=seconds, stop=stop)
        rounds, cuts = rounds + answer.rounds, cuts + answer.cuts
        if answer.status == "optimal":
            return Optimum("optimal", answer.label, answer.objective, answer.objective, rounds, cuts)
        if answer.status == "open":
            label = incumbent if answer.label is None else answer.label
            return Optimum("open", label, min(known, answer.objective), max(found.bound, answer.bound), rounds, cuts)
        if guess == np.inf or guess > known:
            return Optimum("infeasible", None, np.inf, np.inf, rounds, cuts)
        gap *= 3


def _forced(size: NDArray[np.int64], cost: Floats, k: int, found: HessBound) -> Floats:
    """Return what any layout costs at least that gives a node to a centre, shape ``(n, n)``."""
    priced = cost - found.alpha[:, None] + size[:, None] * found.slope
    own = np.diagonal(priced)
    value = np.minimum(priced, 0.0).sum(axis=0) + np.maximum(own, 0.0) + found.base
    # A centre beyond the k cheapest takes the place of the dearest of those.
    dearest = np.partition(value, k - 1)[k - 1]
    dearer = np.maximum(priced, 0.0)
    np.fill_diagonal(dearer, 0.0)
    # The safety is far above what sums of floats lose.
    forced: Floats = found.bound * (1 - 1e-9) + np.maximum(value - dearest, 0.0) + dearer
    return forced
