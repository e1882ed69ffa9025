"""Plain functions over the compiled loops: shapes, meaning, and nothing of Numba before the first call."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from linli.engine.kernels.shapes import Draft, Flags, Ground, Ints, Stream


def _loops() -> ModuleType:
    from linli.engine.kernels import loops

    return loops


def label_parts(indptr: Ints, indices: Ints, label: Ints) -> Ints:
    """Return the connected part of its label for each node, shape ``(n,)``.

    Parts are numbered in the order of their first node; nodes with a negative label get -1. O(n + m).
    """
    # Copies, because Numba compiles read-only arrays as a type of their own.
    found: Ints = _loops().label_parts(*(np.array(array, dtype=np.int32) for array in (indptr, indices, label)))
    return found


def absorb(ground: Ground, label: Ints) -> Ints:
    """Give units without label to a neighbouring label, wave by wave.

    In each wave a unit that touches a label takes its home where it touches it, else the label with which it
    shares most border, else the smaller label. Closed labels take nothing. Units that no open label can reach
    keep -1.

    Args:
        ground: Units and labels.
        label: Label per unit, -1 for none, shape ``(u,)``; left as it is.

    Returns:
        The fuller labels, shape ``(u,)``.
    """
    fuller: Ints = _loops().absorb(ground.indptr, ground.indices, ground.border, label, ground.home, ground.closed)
    return fuller


def anneal(
    ground: Ground, draft: Draft, active: Ints, *, hot: float, cold: float, steps: int, stream: Stream
) -> tuple[int, int]:
    """Flip single units to a neighbouring label with Metropolis' rule under a falling temperature.

    A flip never parts a label that was whole, moves no fixed or anchored unit, and never touches a closed label.
    The temperature falls geometrically. Source of the rule: Kirkpatrick, Gelatt and Vecchi (1983).

    Args:
        ground: Units and labels.
        draft: Changed in place.
        active: Units that may be proposed, shape ``(a,)``.
        hot: Temperature of the first step, in households.
        cold: Temperature of the last step.
        steps: Number of proposals.
        stream: State of the random stream, shape ``(1,)``; advanced in place.

    Returns:
        Number of flips, and the change of `Draft.cost`.
    """
    if len(active) == 0:
        return 0, 0
    taken, change = _loops().anneal(
        ground.indptr,
        ground.indices,
        ground.border,
        ground.size,
        ground.home,
        ground.stay,
        ground.fixed,
        ground.anchor,
        ground.closed,
        ground.enduring,
        ground.low,
        ground.high,
        ground.weight,
        draft.label,
        draft.total,
        draft.count,
        active,
        hot,
        cold,
        steps,
        stream,
    )
    return int(taken), int(change)


def bisect(ground: Ground, members: Ints, *, low: int, high: int, pieces: int, stream: Stream) -> Flags:
    """Cut one piece off a set of units, along the best edge of one random spanning tree.

    The best edge leaves the fewest households outside the band, when the rest is to become ``pieces - 1``
    communities, and of those edges the smaller side.

    Args:
        ground: Units; only their edges and sizes are read.
        members: The connected units to cut, ascending, shape ``(s,)``.
        low: Lower limit of a piece.
        high: Upper limit of a piece.
        pieces: Number of pieces that the units shall make in the end, at least 2.
        stream: State of the random stream; advanced in place.

    Returns:
        The units of the one piece, shape ``(s,)``; none where there is but one unit.
    """
    side: Flags = _loops().bisect(
        ground.indptr, ground.indices, ground.size, members, low, high, pieces, ground.weight, stream
    )
    return side


def warm_up() -> None:
    """Compile or load every kernel on a row of three units, so that the first plan does not wait for it."""
    rows, heads = np.array([0, 1, 3, 4], dtype=np.int32), np.array([1, 0, 2, 1], dtype=np.int32)
    ones = np.ones(3, dtype=np.int64)
    free, none = np.zeros(3, dtype=np.bool_), np.full(3, -1, dtype=np.int32)
    limits = np.ones(2, dtype=np.int64)
    open_labels = np.zeros(2, dtype=np.bool_)
    label = np.array([0, -1, 1], dtype=np.int32)
    border = np.ones(4, dtype=np.int64)
    ground = Ground(rows, heads, border, ones, none, ones, free, none, open_labels, open_labels, limits, limits, 1)
    stream = np.zeros(1, dtype=np.uint64)
    label_parts(rows, heads, label)
    draft = Draft.of(absorb(ground, label), ground)
    anneal(ground, draft, np.arange(3, dtype=np.int32), hot=1.0, cold=0.1, steps=4, stream=stream)
    bisect(ground, np.arange(3, dtype=np.int32), low=1, high=2, pieces=2, stream=stream)
