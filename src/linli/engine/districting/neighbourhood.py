"""Large-neighbourhood search for the nearest layout that keeps the hard rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linli.engine.districting import moves
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
        out_of_band: Households above or below the band, summed over communities, in the best draft so far.
        moved: Households not in their present community, plus the price of empty parcels.
    """

    sweep: int
    sweeps: int
    out_of_band: int
    moved: int


Stop = Callable[[Progress], bool]


class NeighbourhoodSearch:
    """Large-neighbourhood search over drafts: a large move, then annealed flips around it, kept if not dearer.

    Each sweep visits every existing community once in random order. All randomness comes from one stream, so a
    search is replayed by its seed and its number of sweeps.
    """

    HOT_SHARE = 0.25
    FIRST_ROUNDS = 60
    ROUNDS = 30

    def __init__(self, terrain: Terrain, *, seed: int) -> None:
        self.terrain = terrain
        self.stream: Stream = np.array([seed], dtype=np.uint64)
        self.rng = np.random.default_rng(seed)
        self.draft = warm_start(terrain)
        lived = terrain.ground.size[terrain.ground.size > 0]
        self.hot = max(1.0, float(np.median(lived)) * self.HOT_SHARE * terrain.ground.weight)

    def run(self, *, sweeps: int, patience: int, stop: Stop) -> tuple[Draft, int]:
        """Return the best draft and the number of finished sweeps it came from.

        ``stop`` is asked after each visit. A stopped sweep is thrown away, so that the result stays one that the
        seed and a whole number of sweeps give again.
        """
        best, rank, idle = self.draft.copy(), self._rank(self.draft), 0
        for sweep in range(sweeps):
            if idle >= patience:
                return best, sweep
            if not self._sweep(sweep, stop, self._progress(best, sweep, sweeps)):
                return best, sweep
            reached = self._rank(self.draft)
            idle = 0 if reached < rank else idle + 1
            if reached <= rank:
                best, rank = self.draft.copy(), reached
        return best, sweeps

    def _rank(self, draft: Draft) -> tuple[int, int]:
        """Return what a draft is judged by: households out of the band first, the whole cost second."""
        return int(draft.deviation(self.terrain.ground).sum()), draft.cost(self.terrain.ground)

    def _progress(self, best: Draft, sweep: int, sweeps: int) -> Progress:
        ground = self.terrain.ground
        return Progress(sweep, sweeps, int(best.deviation(ground).sum()), best.moved(ground))

    def _sweep(self, sweep: int, stop: Stop, progress: Progress) -> bool:
        if stop(progress):
            return False
        if sweep == 0:
            everywhere = np.ones(len(self.terrain.ground.low), dtype=np.bool_)
            moves.settled(
                self.terrain, self.draft, everywhere, hot=self.hot, rounds=self.FIRST_ROUNDS, stream=self.stream
            )
        for label in self.rng.permutation(np.flatnonzero(self._worth_visiting())):
            self._visit(int(label))
            if stop(progress):
                return False
        return True

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
            moves.settled(self.terrain, tried, window, hot=self.hot, rounds=self.ROUNDS, stream=self.stream)
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
        if total >= 2 * ground.low[label] and (total > ground.high[label] or self.rng.random() < 0.1):
            tries.append(moves.split(terrain, draft, label, self.stream))
        near = np.zeros(len(ground.low), dtype=np.bool_)
        near[label] = True
        beside = np.flatnonzero(moves.neighbours(terrain, draft, near) & ~near)
        if len(beside) and (out or self.rng.random() < 0.2):
            tries.append(moves.recut(terrain, draft, label, int(self.rng.choice(beside)), self.stream))
        if label < terrain.present_labels:
            tries.append(moves.called_home(terrain, draft, label))
        return tries
