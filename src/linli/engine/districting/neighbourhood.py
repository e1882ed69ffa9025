"""Large-neighbourhood search for the nearest layout that keeps the hard rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from linli.engine.districting import moves
from linli.engine.districting.naming import renamed
from linli.engine.districting.problem import Flags, Ints
from linli.engine.districting.regions import better_of_each_place
from linli.engine.districting.start import warm_start
from linli.engine.districting.terrain import Terrain
from linli.engine.districting.window import Window, window_around
from linli.engine.kernels import Draft, Ground, Stream


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
    """Large-neighbourhood search over drafts: a large move, then annealed flips around it, kept if not much dearer.

    Each sweep visits every community in random order, those of a small problem several times. A visit looks only at a
    window around its community. A try that costs a little more may be taken, the less the later in a cycle of
    sweeps; what is best of each place is kept aside. All randomness comes from one seed, so a search is replayed by
    its seed and its number of sweeps.

    Attributes:
        HOT_SHARE: First temperature of the flips, in out-of-band units of median size.
        FIRST_ROUNDS: Flips proposed per unit before the first visit.
        ROUNDS: Flips proposed per unit of a window after each large move.
        STAGE_UNITS: Units for which the first flips take one stage, so that the caller may stop in between.
        LEAST_VISITS: Visits of a sweep at least.
        RINGS: Rings of neighbouring communities inside a window.
        SLACK: Extra cost of a try that is taken, on average in the first sweep of a cycle, in units of median size.
        COOLING: By what the slack shrinks from sweep to sweep.
        CYCLE: Sweeps after which the slack begins anew.
    """

    HOT_SHARE = 0.25
    FIRST_ROUNDS = 60
    ROUNDS = 30
    STAGE_UNITS = 20_000
    LEAST_VISITS = 60
    RINGS = 2
    SLACK = 1.0
    COOLING = 0.7
    CYCLE = 12

    def __init__(self, terrain: Terrain, *, seed: int, draft: Draft | None = None) -> None:
        self.terrain = terrain
        self.stream: Stream = np.array([seed], dtype=np.uint64)
        self.rng = np.random.default_rng(seed)
        self.draft = warm_start(terrain) if draft is None else draft
        lived = terrain.ground.size[terrain.ground.size > 0]
        self.usual = float(np.median(lived)) if len(lived) else 1.0
        self.slack = 0.0
        self.hot = max(1.0, self.usual * self.HOT_SHARE * terrain.ground.weight)
        self.cold = max(self.hot / 100, 0.3)

    def run(self, *, sweeps: int, patience: int, stop: Stop) -> tuple[Draft, int]:
        """Return the best draft and the number of finished sweeps it came from.

        ``stop`` is asked after each visit. A stopped sweep is thrown away, so that the result stays one that the
        seed and a whole number of sweeps give again.
        """
        ground = self.terrain.ground
        best, rank, idle = self.draft.copy(), self._rank(self.draft, ground), 0
        for sweep in range(sweeps):
            if idle >= patience:
                return best, sweep
            if any(stop(self._progress(best, sweep, sweeps, share)) for share in self._sweep(sweep)):
                return best, sweep
            self.draft = renamed(self.terrain, self.draft)
            best = better_of_each_place(self.terrain, best, self.draft)
            reached = self._rank(best, ground)
            idle = 0 if reached < rank else idle + 1
            rank = reached
        return best, sweeps

    def mended(self, labels: Ints, *, rounds: int) -> Draft:
        """Return the draft after visits to some labels and to those that they disturb; the rest is left alone.

        Args:
            labels: Where to begin.
            rounds: How often each is visited; a round without gain is the last.
        """
        near = np.zeros(len(self.terrain.ground.low), dtype=np.bool_)
        near[labels] = True
        rank = self._rank(self.draft, self.terrain.ground)
        for _round in range(rounds):
            near |= self.draft.deviation(self.terrain.ground) > 0
            wide = moves.neighbours(self.terrain, self.draft, near) & self._worth_visiting()
            for label in self.rng.permutation(np.flatnonzero(wide)):
                self._visit(int(label))
            reached = self._rank(self.draft, self.terrain.ground)
            if reached >= rank:
                break
            rank = reached
        return self.draft

    @staticmethod
    def _rank(draft: Draft, ground: Ground) -> tuple[int, int]:
        """Return what a draft is judged by: households out of the band first, the whole cost second."""
        return int(draft.deviation(ground).sum()), draft.cost(ground)

    def _progress(self, best: Draft, sweep: int, sweeps: int, visited: float) -> Progress:
        ground = self.terrain.ground
        return Progress(sweep, sweeps, visited, int(best.deviation(ground).sum()), best.moved(ground))

    def _sweep(self, sweep: int) -> Iterator[float]:
        """Visit every community, and hand over the share done before each."""
        yield 0.0
        self.slack = self.SLACK * self.usual * self.COOLING ** (sweep % self.CYCLE)
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
        """Try large moves on one label inside its window, and keep the best that costs no more than before."""
        window = window_around(self.terrain, self.draft, label, rings=self.RINGS)
        if window.is_settled:
            return
        ground = window.terrain.ground
        best, rank = window.draft, self._rank(window.draft, ground)
        for tried in self._tries(window):
            if tried is None:
                continue
            touched = np.zeros(len(ground.low), dtype=np.bool_)
            changed = tried.label != window.draft.label
            touched[tried.label[changed]] = True
            touched[window.draft.label[changed]] = True
            touched[window.label] = True
            wide = moves.neighbours(window.terrain, tried, touched)
            moves.settled(
                window.terrain, tried, wide, hot=self.hot, cold=self.cold, rounds=self.ROUNDS, stream=self.stream
            )
            reached = self._rank(tried, ground)
            if reached <= (rank[0], rank[1] + self.slack * self.rng.exponential()):
                best, rank = tried, reached
        window.put_back(best, self.draft)

    def _tries(self, window: Window) -> Iterator[Draft | None]:
        terrain, draft, ground, label = window.terrain, window.draft, window.terrain.ground, window.label
        if draft.count[label] == 0:
            yield moves.called_home(terrain, draft, label)
            return
        total = int(draft.total[label])
        yield draft.copy()
        out = int(draft.deviation(ground)[label]) > 0
        if moves.can_dissolve(terrain, label) and (total < ground.low[label] or self.rng.random() < 0.1):
            yield moves.dissolved(terrain, draft, label)
        if total > ground.high[label] or (total >= 2 * ground.low[label] and self.rng.random() < 0.1):
            yield moves.split(terrain, draft, label, self.stream)
        near = np.zeros(len(ground.low), dtype=np.bool_)
        near[label] = True
        beside = np.flatnonzero(moves.neighbours(terrain, draft, near) & ~near)
        if len(beside) and (out or self.rng.random() < 0.2):
            yield moves.recut(terrain, draft, label, int(self.rng.choice(beside)), self.stream)
        if label < terrain.present_labels:
            yield moves.called_home(terrain, draft, label)
