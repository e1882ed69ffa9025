"""Running an ensemble over workers, and what is known in the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass

from linli.engine.districting.ensemble.chains import Ensemble, Part, Place, run_part
from linli.engine.districting.ensemble.convergence import Trace, effective_size, r_hat
from linli.engine.districting.ensemble.tallies import Distribution


@dataclass(frozen=True)
class SamplingProgress:
    """How far an ensemble has come.

    Attributes:
        observed: Observations made, over all chains.
        wanted: Observations asked for.
    """

    observed: int
    wanted: int


@dataclass(frozen=True, eq=False)
class Sample:
    """What an ensemble found; equal for equal questions, whoever did the work.

    Attributes:
        distributions: All observations per measure.
        traces: Sums along each chain, per measure.
        last: The last layout of each chain, shape ``(n,)`` each.
        tried: Trees drawn, or steps that changed the layout.
        widest: Most lawful cuts of a tree of reversible ReCom.
        stuck: Chains that found no way on and ended early.
        complete: Whether all that was asked for was observed.
    """

    distributions: dict[str, Distribution]
    traces: dict[str, tuple[Trace, ...]]
    last: tuple[Place, ...]
    tried: int
    widest: int
    stuck: tuple[int, ...]
    complete: bool

    def r_hat(self, measure: str) -> float:
        """Return how far the chains disagree on a measure; below 1.01 they do not, to speak of."""
        return r_hat(self.traces[measure])

    def effective_size(self, measure: str) -> float:
        """Return how many independent layouts the sample is worth for the mean of a measure."""
        return effective_size(self.traces[measure])


Stop = Callable[[SamplingProgress], bool]


def sample(
    ensemble: Ensemble,
    *,
    executor: Executor | None = None,
    renew: Callable[[], Executor] | None = None,
    stop: Stop = lambda progress: False,
) -> Sample:
    """Run all chains; observations are reduced as they arrive, so that memory does not grow with the steps.

    Each chain is a row of parts, of which the caller holds the beginning of the one under way. So a part whose worker
    is lost is done again from the same place, and the result is the same whatever the workers are: this process, a
    pool, or a cluster whose client gives an executor.

    Args:
        ensemble: The question.
        executor: Who does the work; this process where left out.
        renew: Gives a new executor after the present one broke; without it the break is raised.
        stop: Asked after every part; ends the sampling when true, and what was observed is kept.

    Raises:
        BrokenExecutor: The workers were lost, and there is no ``renew``.
    """
    run = _Run(ensemble, executor if executor is not None else _Here(), renew)
    while run.waiting or run.under_way:
        run.send()
        run.receive()
        if stop(run.reduction.progress):
            run.call_off()
    return run.reduction.sample(run.places)


class _Here(Executor):
    """This process: work is done when it is handed in."""

    def submit(self, fn: Callable[..., Part], /, *args: object, **kwargs: object) -> Future[Part]:  # type: ignore[override]
        """Do it and return what came of it."""
        future: Future[Part] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Run:
    """The parts that wait and the parts under way; parts of different chains come back in no fixed order."""

    def __init__(self, ensemble: Ensemble, executor: Executor, renew: Callable[[], Executor] | None) -> None:
        self.ensemble, self.executor, self.renew = ensemble, executor, renew
        self.reduction = _Reduction(ensemble)
        self.places = ensemble.beginnings()
        self.waiting = list(range(ensemble.chains))
        self.under_way: dict[Future[Part], int] = {}

    def send(self) -> None:
        """Hand in what waits; here, one part at a time, so that a stop need not wait for all chains."""
        while self.waiting and not (self.under_way and isinstance(self.executor, _Here)):
            chain = self.waiting[0]
            count = self.reduction.next_count(chain)
            try:
                future = self.executor.submit(run_part, self.ensemble, self.places[chain], count)
            except BrokenExecutor as lost:
                self._replace_workers(lost)
                continue
            self.under_way[future] = self.waiting.pop(0)

    def receive(self) -> None:
        """Wait for a part, and take all that are there."""
        for future in wait(self.under_way, return_when=FIRST_COMPLETED).done:
            try:
                part = future.result()
            except BrokenExecutor as lost:
                self._replace_workers(lost)
                return
            chain = self.under_way.pop(future)
            self.places[chain] = part.place
            if self.reduction.take(chain, part):
                self.waiting.append(chain)

    def call_off(self) -> None:
        """Send nothing more. What runs already is let run: no executor can break it off."""
        self.waiting.clear()
        for future in [one for one in self.under_way if one.cancel()]:
            self.under_way.pop(future)
        while self.under_way:
            self.receive()
            self.waiting.clear()

    def _replace_workers(self, lost: BrokenExecutor) -> None:
        """Do all parts under way again elsewhere; raise where there is no elsewhere."""
        if self.renew is None:
            raise lost
        self.waiting += self.under_way.values()
        self.under_way.clear()
        self.executor = self.renew()


class _Reduction:
    """The observations so far, reduced."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        names = [measure.name for measure in ensemble.measures]
        self.distributions = {name: Distribution() for name in names}
        self.traces = {name: [Trace(ensemble.observations) for _ in range(ensemble.chains)] for name in names}
        self.made = [0] * ensemble.chains
        self.stuck: list[int] = []
        self.tried = 0
        self.widest = 0

    def next_count(self, chain: int) -> int:
        """Return how many observations the next part of a chain makes."""
        return min(self.ensemble.part, self.ensemble.observations - self.made[chain])

    @property
    def progress(self) -> SamplingProgress:
        """How far it has come."""
        return SamplingProgress(sum(self.made), self.ensemble.chains * self.ensemble.observations)

    def take(self, chain: int, part: Part) -> bool:
        """Take a part; tell whether the chain has more to do."""
        made, wanted = 0, self.next_count(chain)
        for name, values in part.seen.items():
            self.distributions[name].add_all(values)
            self.traces[name][chain].add_all(values)
            made = len(values)
        self.tried += part.tried
        self.widest = max(self.widest, part.widest)
        self.made[chain] += made
        if made < wanted:
            self.stuck.append(chain)
            return False
        return self.made[chain] < self.ensemble.observations

    def sample(self, places: list[Place]) -> Sample:
        """Return what is known in the end."""
        progress = self.progress
        return Sample(
            distributions=self.distributions,
            traces={name: tuple(traces) for name, traces in self.traces.items()},
            last=tuple(places),
            tried=self.tried,
            widest=self.widest,
            stuck=tuple(sorted(self.stuck)),
            complete=progress.observed == progress.wanted,
        )
