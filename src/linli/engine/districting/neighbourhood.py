"""Large-neighbourhood search for the nearest layout that keeps the hard rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from linli.engine.districting import moves
from linli.engine.districting.naming import renamed
from linli.engine.districting.problem import Flags
from linli.engine.districting.start import warm_start
from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft, Stream


@dataclass(frozen=True)
class Progress:
    """How far a search has come.

    Attributes:
        sweep: Finished sweeps.
        sweeps: Sweeps allowed.
        visited: Share of the present sweep that is done, from 0 to 1.
        out_of_band: Households above or below the band, summed over communities, in the best draft so far.
        moved: Households not in their present community, plus the price of empty parcels.
    """

    sweep: int
    sweeps: int
    visited: float
    out_of_band: int
    moved: int


Stop = Callable[[Progress], bool]


class NeighbourhoodSearch:
    """Large-neighbourhood search over drafts: a large move, then annealed flips around it, kept if not dearer.

    Each sweep visits every community in random order, those of a small problem several times. All randomness comes
    from one seed, so a search is replayed by its seed and its number of sweeps.
    """

    HOT_SHARE = 0.25
    FIRST_ROUNDS = 60
    ROUNDS = 30
    STAGE_UNITS = 20_000
    LEAST_VISITS = 60

    def __init__(self, terrain: Terrain, *, seed: int) -> None:
        self.terrain = terrain
        self.stream: Stream = np.array([seed], dtype=np.uint64)
        self.rng = np.random.default_rng(seed)
        self.draft = warm_start(terrain)
        lived = terrain.ground.size[terrain.ground.size > 0]
        self.hot = max(1.0, float(np.median(lived)) * self.HOT_SHARE * terrain.ground.weight)
        self.cold = max(self.hot / 100, 0.3)

    def run(self, *, sweeps: int, patience: int, stop: Stop) -> tuple[Draft, int]:
        """Return the best draft and the number of finished sweeps it came from.

        ``stop`` is asked after each visit. A stopped sweep is thrown away, so that the result stays one that the
        seed and a whole number of sweeps give again.
        """
        best, rank, idle = self.draft.copy(), self._rank(self.draft), 0
        for sweep in range(sweeps):
            if idle >= patience:
                return best, sweep
            if any(stop(self._progress(best, sweep, sweeps, share)) for share in self._sweep(sweep)):
                return best, sweep
            self.draft = renamed(self.terrain, self.draft)
            reached = self._rank(self.draft)
            idle = 0 if reached < rank else idle + 1
            if reached <= rank:
                best, rank = self.draft.copy(), reached
        return best, sweeps

    def _rank(self, draft: Draft) -> tuple[int, int]:
        """Return what a draft is judged by: households out of the band first, the whole cost second."""
        return int(draft.deviation(self.terrain.ground).sum()), draft.cost(self.terrain.ground)

    def _progress(self, best: Draft, sweep: int, sweeps: int, visited: float) -> Progress:
        ground = self.terrain.ground
        return Progress(sweep, sweeps, visited, int(best.deviation(ground).sum()), best.moved(ground))

    def _sweep(self, sweep: int) -> Iterator[float]:
        """Visit every community, and hand over the share done before each."""
        yield 0.0
        if sweep == 0:
            yield from self._settle_everywhere()
        visits = max(self.LEAST_VISITS, int(self._worth_visiting().sum()))
        done = 0
        while done < visits:
            for label in self.rng.permutation(np.flatnonzero(self._worth_visiting())):
                self._visit(int(label))
                done += 1
                yield min(1.0, done / visits)
            if not self._worth_visiting().any():
                return

    def _settle_everywhere(self) -> Iterator[float]:
        """Anneal all units, in stages short enough for the caller to stop in between."""
        everywhere = np.ones(len(self.terrain.ground.low), dtype=np.bool_)
        stages = 1 + len(self.draft.label) // self.STAGE_UNITS
        for stage in range(stages):
            hot, cold = (self.hot * (self.cold / self.hot) ** (step / stages) for step in (stage, stage + 1))
            rounds = -(-self.FIRST_ROUNDS // stages)
            moves.settled(self.terrain, self.draft, everywhere, hot=hot, cold=cold, rounds=rounds, stream=self.stream)
            yield 0.0

    def _worth_visiting(self) -> Flags:
        """Return existing labels, and vanished ones that could come back."""
        alive = self.draft.count > 0
        alive[self.terrain.ground.home[self.terrain.ground.home >= 0]] = True
        return alive & ~self.terrain.ground.closed

    def _visit(self, label: int) -> None:
        ground = self.terrain.ground
        now = self._rank(self.draft)
        for tried in self._tries(label):
            if tried is None:
                continue
            touched = np.zeros(len(ground.low), dtype=np.bool_)
            touched[tried.label[tried.label != self.draft.label]] = True
            touched[self.draft.label[tried.label != self.draft.label]] = True
            touched[label] = True
            window = moves.neighbours(self.terrain, tried, touched)
            moves.settled(
                self.terrain, tried, window, hot=self.hot, cold=self.cold, rounds=self.ROUNDS, stream=self.stream
            )
            rank = self._rank(tried)
            if rank <= now:
                self.draft, now = tried, rank

    def _tries(self, label: int) -> list[Draft | None]:
        terrain, draft, ground = self.terrain, self.draft, self.terrain.ground
        if draft.count[label] == 0:
            return [moves.called_home(terrain, draft, label)]
        total = int(draft.total[label])
        tries: list[Draft | None] = [draft.copy()]
        out = int(draft.deviation(ground)[label]) > 0
        if moves.can_dissolve(terrain, label) and (total < ground.low[label] or self.rng.random() < 0.1):
            tries.append(moves.dissolved(terrain, draft, label))
        if total > ground.high[label] or (total >= 2 * ground.low[label] and self.rng.random() < 0.1):
            tries.append(moves.split(terrain, draft, label, self.stream))
        near = np.zeros(len(ground.low), dtype=np.bool_)
        near[label] = True
        beside = np.flatnonzero(moves.neighbours(terrain, draft, near) & ~near)
        if len(beside) and (out or self.rng.random() < 0.2):
            tries.append(moves.recut(terrain, draft, label, int(self.rng.choice(beside)), self.stream))
        if label < terrain.present_labels:
            tries.append(moves.called_home(terrain, draft, label))
        return tries
