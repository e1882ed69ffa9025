"""Statistics that can be put together in any order, with the same result to the bit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Numbers below this are counted one by one; above, as many leading bits are kept.
_BITS = 11


def bucket(value: int) -> int:
    """Return the number under which an observation is counted: the value with its leading 11 bits, the rest cleared.

    So numbers below 2,048 are exact, and larger ones lose less than a thousandth. The scheme is that of histograms of
    high dynamic range (Tene 2012): memory is bounded, and putting two together knows no order.

    Examples:
        >>> bucket(2047), bucket(4099), bucket(1_000_000)
        (2047, 4096, 999936)
    """
    drop = max(0, value.bit_length() - _BITS)
    return value >> drop << drop


@dataclass(eq=True)
class Moments:
    """Number, sum and sum of squares of some whole numbers: exact, however they were put together."""

    count: int = 0
    total: int = 0
    squares: int = 0

    def add(self, value: int) -> None:
        """Take one observation."""
        self.count += 1
        self.total += value
        self.squares += value * value

    def merge(self, other: Moments) -> None:
        """Take all observations of another."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    @property
    def mean(self) -> float:
        """Mean; NaN without observations."""
        return self.total / self.count if self.count else math.nan

    @property
    def variance(self) -> float:
        """Variance with ``count - 1``, from whole numbers up to the last division; NaN below two observations."""
        if self.count < 2:
            return math.nan
        return (self.count * self.squares - self.total**2) / (self.count * (self.count - 1))


@dataclass(eq=True)
class Distribution:
    """How often which number was seen.

    Attributes:
        counts: Observations per bucket; see `bucket`.
        moments: Exact sums.
        least: Smallest number, None without observations.
        most: Largest number.
    """

    counts: Counter[int] = field(default_factory=Counter)
    moments: Moments = field(default_factory=Moments)
    least: int | None = None
    most: int | None = None

    def add_all(self, values: Iterable[int]) -> None:
        """Take some observations, whole numbers from 0."""
        for value in values:
            self.counts[bucket(value)] += 1
            self.moments.add(value)
            self.least = value if self.least is None else min(self.least, value)
            self.most = value if self.most is None else max(self.most, value)

    def merge(self, other: Distribution) -> None:
        """Take all observations of another."""
        self.counts.update(other.counts)
        self.moments.merge(other.moments)
        for value in (other.least, other.most):
            if value is not None:
                self.least = value if self.least is None else min(self.least, value)
                self.most = value if self.most is None else max(self.most, value)

    def quantile(self, share: float) -> int:
        """Return the smallest bucket up to which at least the share of all observations lies.

        Raises:
            ValueError: Nothing was observed, or the share leaves [0, 1].

        Examples:
            >>> seen = Distribution()
            >>> seen.add_all([5, 1, 3, 3])
            >>> seen.quantile(0.5), seen.quantile(1.0)
            (3, 5)
        """
        if not self.counts or not 0 <= share <= 1:
            raise ValueError("a quantile needs observations and a share from 0 to 1")
        wanted = max(1, math.ceil(share * self.moments.count))
        reached = 0
        for value in sorted(self.counts):
            reached += self.counts[value]
            if reached >= wanted:
                return value
        raise AssertionError("counts and moments disagree")

    def standing(self, value: int) -> Standing:
        """Tell where a value stands among the observations."""
        own = bucket(value)
        below = sum(count for key, count in self.counts.items() if key < own)
        return Standing(value, below, self.counts[own], self.moments.count)


@dataclass(frozen=True)
class Standing:
    """Where one layout stands among many: "of 100,000 lawful layouts, 97 % move more households".

    Attributes:
        value: Its own number.
        below: Layouts with a smaller number.
        equal: Layouts with the same number, as far as buckets tell.
        count: All layouts.
    """

    value: int
    below: int
    equal: int
    count: int

    @property
    def share_below(self) -> float:
        """Share of layouts with a smaller number."""
        return self.below / self.count

    @property
    def share_above(self) -> float:
        """Share of layouts with a larger number."""
        return (self.count - self.below - self.equal) / self.count
