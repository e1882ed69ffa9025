"""The rules of a question one by one, so that some can be left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from linli.engine.districting.exact.question import Question


@dataclass(frozen=True, order=True)
class Rule:
    """One hard rule of a question; that communities are contiguous and all nodes placed is never left out.

    Attributes:
        kind: ``low``, ``high``, ``count``, ``lock``, ``together`` or ``apart``.
        nodes: The locked node, or the pair; empty for the others.
    """

    kind: Literal["low", "high", "count", "lock", "together", "apart"]
    nodes: tuple[int, ...] = ()


LOW, HIGH, COUNT = Rule("low"), Rule("high"), Rule("count")


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A question of which only some rules count.

    Attributes:
        question: The question in which what does not count is loosened as far as it goes.
        counted: Whether the number of communities counts; else any number will do.
    """

    question: Question
    counted: bool


def rules_of(question: Question) -> frozenset[Rule]:
    """Return all rules of a question."""
    locks = (Rule("lock", (i,)) for i in np.flatnonzero(question.locked >= 0).tolist())
    pairs = [Rule("together", pair) for pair in question.together] + [Rule("apart", pair) for pair in question.apart]
    return frozenset((LOW, HIGH, COUNT, *locks, *pairs))


def with_rules(question: Question, rules: Iterable[Rule]) -> Relaxed:
    """Return the question with some of its rules."""
    kept = set(rules)
    locked = question.locked.copy()
    for i in np.flatnonzero(locked >= 0).tolist():
        if Rule("lock", (i,)) not in kept:
            locked[i] = -1
    loosened = Question(
        indptr=question.indptr,
        indices=question.indices,
        size=question.size,
        k=question.k,
        low=question.low if LOW in kept else 0,
        high=question.high if HIGH in kept else int(question.size.sum()),
        locked=locked,
        together=tuple(pair for pair in question.together if Rule("together", pair) in kept),
        apart=tuple(pair for pair in question.apart if Rule("apart", pair) in kept),
    )
    return Relaxed(loosened, COUNT in kept)
