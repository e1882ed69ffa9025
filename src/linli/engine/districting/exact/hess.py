"""People times squared distance to a centre: a Lagrangean bound for any size, and the proven optimum for small ones.

Model: Hess, Weaver, Siegfeldt, Whelan and Zitlau (1965), Nonpartisan political redistricting by computer. Bound and
fixing: Validi, Buchanan and Lykhovyd (2022), Imposing contiguity constraints in political districting models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting.exact.labelling import Optimum
from linli.engine.districting.exact.programme import Floats, Programme, Row
from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.separators import separator
from linli.engine.errors import ProblemNotSound

#: Centres whose costs are laid out at a time, so that memory grows with the nodes and not with their square.
_CENTRES = 512
#: Up to so many rows a scattered part is cut off from every centre at once, which saves rounds.
_ALL_CENTRES = 600
#: Steps without gain after which they are halved.
_PATIENCE = 12
#: Guesses above this multiple of the bound are given up for none.
_WIDEST_GUESS = 3.0

#: A node, a centre, and the nodes of which one must belong to the centre where the first does.
Separator = tuple[int, int, tuple[int, ...]]


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
        answer, separators = _restricted(question, cost, kept, separators, guess, seconds, stop)
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


def _restricted(
    question: Question,
    cost: Floats,
    kept: NDArray[np.int64],
    known: list[Separator],
    guess: float,
    seconds: float,
    stop: Callable[[], bool],
) -> tuple[Optimum, list[Separator]]:
    """Solve over some pairs of node and centre, for layouts up to a guessed cost; ``known`` are separators found."""
    n = question.n
    nodes, centres = np.divmod(kept, n)
    column = np.full((n, n), -1, dtype=np.int64)
    column[nodes, centres] = np.arange(len(kept))
    scale = max(1.0, float(cost[nodes, centres].max()) / 1e4) if len(kept) else 1.0
    programme = Programme(
        cost[nodes, centres] / scale, np.zeros(len(kept)), np.ones(len(kept)), np.ones(len(kept), dtype=np.bool_)
    )
    if np.isfinite(guess):
        every = range(len(kept))
        programme.add(every, programme.cost.tolist(), least=-np.inf, most=guess / scale)
    if any((column[i] < 0).all() for i in range(n)):
        return Optimum("infeasible", None, np.inf, np.inf, 0, 0), known
    for i in range(n):
        own = column[i][column[i] >= 0]
        programme.add(own.tolist(), [1.0] * len(own), least=1.0, most=1.0)
    seats = np.diagonal(column)
    open_seats = seats[seats >= 0]
    programme.add(open_seats.tolist(), [1.0] * len(open_seats), least=question.k, most=question.k)
    for j in range(n):
        served = np.flatnonzero(column[:, j] >= 0)
        if seats[j] < 0:
            # Without the centre itself nobody goes there.
            programme.upper[column[served, j]] = 0.0
            continue
        columns = column[served, j].tolist()
        weights = question.size[served].astype(np.float64)
        seat = columns.index(int(seats[j]))
        for limit, least, most in ((question.low, 0.0, np.inf), (question.high, -np.inf, 0.0)):
            factors = weights.copy()
            factors[seat] -= limit
            programme.add(columns, factors.tolist(), least=least, most=most)
        for one in columns:
            if one != seats[j]:
                programme.add([one, int(seats[j])], [1.0, -1.0], least=-np.inf, most=0.0)

    def row(node: int, centre: int, between: tuple[int, ...]) -> Row:
        ways = [int(column[u, centre]) for u in between if column[u, centre] >= 0]
        return [int(column[node, centre]), *ways], [1.0] + [-1.0] * len(ways), -np.inf, 0.0

    separators = list(known)
    programme.rows += [row(*one) for one in separators if column[one[0], one[1]] >= 0]

    def label_of(values: Floats) -> NDArray[np.int32]:
        chosen = np.flatnonzero(values > 0.5)
        label = np.full(n, -1, dtype=np.int32)
        label[nodes[chosen]] = centres[chosen]
        return label

    def broken(values: Floats) -> list[Row]:
        label = label_of(values)
        found = []
        for centre in np.unique(label).tolist():
            only = np.where(label == centre, 0, -1).astype(np.int32)
            for part in _away(question, only, centre):
                fresh = _separators(question, part, centre)
                separators.extend(fresh)
                found += [row(*one) for one in fresh if column[one[0], one[1]] >= 0]
        return found

    solved = programme.solve(broken, seconds=seconds, stop=stop)
    if solved.values is None:
        return Optimum(
            solved.status, None, np.inf, min(solved.bound * scale, guess), solved.rounds, solved.cuts
        ), separators
    label = label_of(solved.values)
    totals = np.bincount(label, weights=question.size, minlength=n)[np.unique(label)]
    sound = len(totals) == question.k and question.low <= totals.min() and totals.max() <= question.high
    objective = float(cost[np.arange(n), label].sum())
    numbered = np.unique(label, return_inverse=True)[1].astype(np.int32)
    status = solved.status if sound else "open"
    return Optimum(status, numbered if sound else None, objective, objective, solved.rounds, solved.cuts), separators


def _separators(question: Question, part: NDArray[np.int32], centre: int) -> list[Separator]:
    """Return what lies between the part and its centre, and, of small questions, every centre it might turn to."""
    others = range(question.n) if question.n * len(part) <= _ALL_CENTRES else [centre]
    beside = {v for u in part.tolist() for v in question.neighbours(u)} | set(part.tolist())
    found = []
    for goal in others:
        if goal not in beside:
            between = tuple(separator(question, part, goal).tolist())
            found += [(int(u), int(goal), between) for u in part]
    return found


def _away(question: Question, only: NDArray[np.int32], centre: int) -> list[NDArray[np.int32]]:
    """Return the parts of one community that do not hold its centre."""
    from linli.engine.kernels import label_parts

    part = label_parts(question.indptr, question.indices, only)
    return [np.flatnonzero(part == p).astype(np.int32) for p in range(int(part.max()) + 1) if p != part[centre]]
