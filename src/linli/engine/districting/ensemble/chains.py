"""The chains behind one interface: what is asked, and one part of one chain as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linli.engine.districting.ensemble.measures import CutEdges, Measure
from linli.engine.errors import ProblemNotSound
from linli.engine.kernels import Net, flip, label_parts, recombine, recombine_reversibly
from linli.engine.kernels.shapes import Ints, Stream

Kind = Literal["recom", "recom-uniform", "recom-reversible", "flips"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """What is asked: several chains over the lawful layouts of a net; everything is checked on construction.

    Attributes:
        net: The graph.
        start: Lawful contiguous communities 0 … k - 1 that every chain starts from, shape ``(n,)``.
        low: Smallest lawful size.
        high: Largest lawful size.
        kind: ``recom`` (minimum trees), ``recom-uniform`` (uniform trees), ``recom-reversible`` or ``flips``
            (Metropolis). Only the last two have a distribution that is known: see `recombine_reversibly` and `flip`.
        steps: Steps per chain, a multiple of ``every``.
        every: Every so many steps the layout is observed.
        chains: Number of chains.
        part: Observations that a worker makes before it hands back; a lost worker costs that much.
        seed: Seed of every random choice.
        measures: What is observed, each under a name of its own.
        weight: Of flips: how much short borders are preferred.
        most_cuts: Of reversible ReCom: no tree may offer more lawful cuts.

    Raises:
        ProblemNotSound: Lengths or ranges disagree, or the start is not lawful.
    """

    net: Net
    start: Ints
    low: int
    high: int
    kind: Kind = "recom"
    steps: int
    every: int = 1
    chains: int = 4
    part: int = 1000
    seed: int = 1
    measures: tuple[Measure, ...] = (CutEdges(),)
    weight: float = 0.0
    most_cuts: int = 40

    def __post_init__(self) -> None:
        if len(self.start) != self.net.n or self.start.min() < 0 or self.k < 2:
            raise ProblemNotSound("start must give each node one of at least two communities", expected=self.net.n)
        whole = label_parts(self.net.indptr, self.net.indices, self.start).max() + 1 == self.k
        totals = self.net.totals(self.start, self.k)
        if not whole or totals.min() < self.low or totals.max() > self.high:
            raise ProblemNotSound(
                "start must keep every community whole and within the limits",
                low=self.low,
                high=self.high,
                came=(int(totals.min()), int(totals.max())),
            )
        if min(self.every, self.chains, self.part, self.most_cuts) < 1 or self.steps < 1 or self.steps % self.every:
            raise ProblemNotSound("steps must be a multiple of every; every, chains and part at least 1")
        if len({measure.name for measure in self.measures}) != len(self.measures):
            raise ProblemNotSound("each measure needs a name of its own")

    @property
    def k(self) -> int:
        """Number of communities."""
        return int(self.start.max()) + 1

    @property
    def observations(self) -> int:
        """Observations that each chain makes."""
        return self.steps // self.every

    def beginnings(self) -> list[Place]:
        """Return where each chain begins; the streams depend on the seed and the number of the chain alone."""
        seeds = np.random.SeedSequence(self.seed).spawn(self.chains)
        return [Place(self.start.copy(), int(one.generate_state(1, np.uint64)[0])) for one in seeds]


@dataclass(frozen=True, eq=False)
class Place:
    """Where a chain stands: all that is needed to go on.

    Attributes:
        label: The layout, shape ``(n,)``.
        stream: State of its random stream.
    """

    label: Ints
    stream: int


@dataclass(frozen=True, eq=False)
class Part:
    """What one part of a chain brought.

    Attributes:
        place: Where it ended.
        seen: Observations per measure, each with as many numbers as were made.
        tried: Trees drawn, or steps that changed the layout.
        widest: See `Walk.widest`.
    """

    place: Place
    seen: dict[str, list[int]]
    tried: int
    widest: int


def run_part(ensemble: Ensemble, place: Place, observations: int) -> Part:
    """Go on from a place for some observations; the same place gives the same part on any machine.

    It makes fewer observations where the chain gets stuck.
    """
    label, stream = place.label.copy(), np.array([place.stream], dtype=np.uint64)
    total = ensemble.net.totals(label, ensemble.k)
    seen: dict[str, list[int]] = {measure.name: [] for measure in ensemble.measures}
    tried, widest = 0, 0
    for _ in range(observations):
        walked, more, wide = _walk(ensemble, label, total, stream)
        tried += more
        widest = max(widest, wide)
        if walked < ensemble.every:
            break
        for measure in ensemble.measures:
            seen[measure.name].append(measure(ensemble.net, label, total))
    return Part(Place(label, int(stream[0])), seen, tried, widest)


def _walk(ensemble: Ensemble, label: Ints, total: np.ndarray, stream: Stream) -> tuple[int, int, int]:
    net, low, high, steps = ensemble.net, ensemble.low, ensemble.high, ensemble.every
    if ensemble.kind == "flips":
        walk = flip(net, label, total, low=low, high=high, steps=steps, stream=stream, weight=ensemble.weight)
    elif ensemble.kind == "recom-reversible":
        walk = recombine_reversibly(
            net, label, total, low=low, high=high, steps=steps, most_cuts=ensemble.most_cuts, stream=stream
        )
    else:
        uniform = ensemble.kind == "recom-uniform"
        walk = recombine(net, label, total, low=low, high=high, steps=steps, stream=stream, uniform=uniform)
    return len(walk.cut_edges), walk.tried, walk.widest
