"""Contiguity as cuts that are added once a solution breaks them."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.exact.question import Question
from linli.engine.kernels import label_parts
from linli.engine.kernels.shapes import Ints


def scattered_parts(question: Question, label: Ints) -> list[tuple[int, Ints]]:
    """Return every part of a community but its largest (by nodes), with the community's label."""
    part = label_parts(question.indptr, question.indices, label)
    found = []
    for c in np.unique(label).tolist():
        numbers, counts = np.unique(part[label == c], return_counts=True)
        main = int(numbers[counts.argmax()])
        found += [(c, np.flatnonzero(part == p).astype(np.int32)) for p in numbers.tolist() if p != main]
    return found


def separator(question: Question, inside: Ints, goal: int) -> Ints:
    """Return a least set of nodes that every way from a connected part to a node outside passes.

    Of the neighbours of the part, those count that the goal reaches without passing the others: the rest lie behind
    them. Source: Fischetti et al. (2017), Thinning out Steiner trees; Oehrlein and Haunert (2017) for districting.

    Args:
        question: The graph.
        inside: Nodes of the part.
        goal: A node neither in the part nor beside it.

    Returns:
        The nodes; none where the goal lies in another component.
    """
    near = np.zeros(question.n, dtype=np.bool_)
    for u in inside.tolist():
        near[question.neighbours(u)] = True
    near[inside] = False
    barred = near.copy()
    barred[inside] = True
    reached = np.zeros(question.n, dtype=np.bool_)
    reached[goal] = True
    touched = np.zeros(question.n, dtype=np.bool_)
    stack = [goal]
    while stack:
        for v in question.neighbours(stack.pop()):
            if near[v]:
                touched[v] = True
            elif not barred[v] and not reached[v]:
                reached[v] = True
                stack.append(v)
    return np.flatnonzero(touched).astype(np.int32)
