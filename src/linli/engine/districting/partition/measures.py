"""Objectives of a layout, summed up from the parcels: what the search changes step by step, once more from scratch."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.partition.question import Ints, Question


def measure(question: Question, label: Ints, name: str) -> float:
    """Return one objective of a layout in its own unit.

    Args:
        question: What was asked, in the order of ``label``.
        label: Community per parcel, 0 … k - 1, shape ``(n,)``.
        name: One of `OBJECTIVES`: edges, metres of border, people times squared distance, or people.
    """
    if name in ("cut-edges", "border"):
        graph = question.graph
        cut = (label[graph.sources()] != label[graph.indices]) & ~graph.barrier
        return float(cut.sum() // 2) if name == "cut-edges" else float(graph.border_m[cut].sum() / 2)
    people = question.bounds[0].values.astype(np.float64)
    if name == "hess":
        return _around_centres(question, label, people)
    return _moved(question, label, people)


def _around_centres(question: Question, label: Ints, people: np.ndarray) -> float:
    whole = np.maximum(np.bincount(label, weights=people), 1e-12)
    away = np.zeros(len(label))
    for axis in (question.graph.x, question.graph.y):
        middle = np.bincount(label, weights=people * axis) / whole
        away += (axis - middle[label]) ** 2
    return float((people * away).sum())


def _moved(question: Question, label: Ints, people: np.ndarray) -> float:
    """Return people whose community differs from the start, each new one being the heir of at most one old one.

    The search matches by name; here names are matched anew by the largest overlaps, which can only lower the figure.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix

    assert question.start is not None
    shared = coo_matrix((people, (label, question.start))).toarray()
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return float(people.sum() - shared[rows, columns].sum())
