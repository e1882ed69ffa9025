"""Whether chains have forgotten where they began: R-hat and effective sample size, from sums alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from linli.engine.districting.ensemble.tallies import Moments


@dataclass(eq=True)
class Trace:
    """The sums of one measure along one chain of known length.

    Attributes:
        length: Observations that the chain will make.
        halves: Moments of the first and the second half; the middle one of an odd number is left out.
        batch: The batch under way.
        batches: Sum and sum of squares of the sums of full batches.
    """

    length: int
    halves: tuple[Moments, Moments] = field(default_factory=lambda: (Moments(), Moments()))
    batch: Moments = field(default_factory=Moments)
    batches: Moments = field(default_factory=Moments)
    seen: int = 0

    @property
    def batch_length(self) -> int:
        """Observations of a batch: the root of the chain's length (Flegal and Jones 2010)."""
        return max(1, math.isqrt(self.length))

    def add_all(self, values: Sequence[int]) -> None:
        """Take the next observations of the chain, in its order."""
        half = self.length // 2
        for value in values:
            if self.seen < half:
                self.halves[0].add(value)
            elif self.seen >= self.length - half:
                self.halves[1].add(value)
            self.seen += 1
            self.batch.add(value)
            if self.batch.count == self.batch_length:
                self.batches.add(self.batch.total)
                self.batch = Moments()


def r_hat(traces: Sequence[Trace]) -> float:
    """Return the factor by which the spread might yet shrink, from chains split in halves; 1 where all agree.

    Source: Gelman, Carlin, Stern, Dunson, Vehtari and Rubin (2013), Bayesian Data Analysis, section 11.4.

    Returns:
        NaN where a half has fewer than two observations, infinity where halves that do not vary disagree.
    """
    halves = [half for trace in traces for half in trace.halves]
    if any(half.count < 2 for half in halves):
        return math.nan
    n = min(half.count for half in halves)
    means = [half.mean for half in halves]
    middle = math.fsum(means) / len(means)
    between = math.fsum((mean - middle) ** 2 for mean in means) / (len(means) - 1)
    within = math.fsum(half.variance for half in halves) / len(halves)
    if within == 0:
        return 1.0 if between == 0 else math.inf
    return math.sqrt((n - 1) / n + between / within)


def effective_size(traces: Sequence[Trace]) -> float:
    """Return how many independent observations the chains are worth for the mean, by batch means.

    The variance of a batch's mean times its length estimates that of the chain's mean in the long run; the size is the
    number of observations times the plain variance over it, at most the number of observations. Source: Flegal and
    Jones (2010), Batch means and spectral variance estimators in Markov chain Monte Carlo.

    Returns:
        NaN below two full batches in any chain.
    """
    size = 0.0
    for trace in traces:
        if trace.batches.count < 2:
            return math.nan
        whole = Moments()
        for half in trace.halves:
            whole.merge(half)
        batch_variance = trace.batches.variance / trace.batch_length
        size += trace.seen if batch_variance == 0 else min(trace.seen, trace.seen * whole.variance / batch_variance)
    return size
