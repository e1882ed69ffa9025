"""Where a list gets its lines from: held in memory and narrowed here, or narrowed by the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from linli.foundation.ui.parts import Figure
from linli.registry.queries.ledger.filters import Choices, Filter, counts_of, left_by
from linli.registry.queries.ledger.lines import Line, ListColumn, Question, fits_words, sort_lines


class Source(Protocol):
    """The lines that a question leaves, in its order."""

    @property
    def total(self) -> int:
        """How many lines are left."""

    @property
    def totals(self) -> tuple[Figure, ...]:
        """Figures over all lines left."""

    def lines(self, start: int = 0, stop: int | None = None) -> tuple[Line, ...]:
        """Return lines by their place, all by default."""

    def counts(self, choices: Choices) -> Mapping[str, int] | None:
        """Return how many lines each value of a filter would show; None where counting would take too long."""


@dataclass(frozen=True)
class HeldLines:
    """Lines of a list that is small enough to be read whole.

    Args:
        whole: Every line within the area.
        question: What is asked.
        order: Key of a column, ``-`` before it for downwards.
        columns: The columns that may be sorted by.
        filters: The filters of the list.
        sums: Makes the figures under the list.
    """

    whole: Sequence[Line]
    question: Question
    order: str
    columns: Sequence[ListColumn]
    filters: Sequence[Filter]
    sums: Callable[[Sequence[Line]], tuple[Figure, ...]]

    @cached_property
    def _found(self) -> Sequence[Line]:
        words = self.question.words
        return [line for line in self.whole if fits_words(line, words)] if words else self.whole

    @cached_property
    def _left(self) -> tuple[Line, ...]:
        left = left_by(self._found, self.filters, self.question.chosen)
        if self.question.codes:
            left = [line for line in left if line.code in set(self.question.codes)]
        return tuple(sort_lines(left, self.columns, self.order))

    @property
    def total(self) -> int:
        """How many lines are left."""
        return len(self._left)

    @cached_property
    def totals(self) -> tuple[Figure, ...]:
        """Figures over all lines left."""
        return self.sums(self._left)

    def lines(self, start: int = 0, stop: int | None = None) -> tuple[Line, ...]:
        """Return lines by their place, all by default."""
        return self._left[start:stop]

    def counts(self, choices: Choices) -> Mapping[str, int]:
        """Return how many lines each value of a filter would show, the other conditions kept."""
        return counts_of(choices, self._found, self.filters, self.question.chosen)
