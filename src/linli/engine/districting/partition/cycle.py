"""One sweep of the general search: a whole start, or a whole improvement of a layout, down a ladder of graphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linli.engine.districting.partition.levels import Ladder, Level, ladder
from linli.engine.districting.partition.start import cut_fresh
from linli.engine.kernels import partitioning as kernel
from linli.engine.kernels.shapes import Ints, Stream

#: Temperature at the top of a start's ladder, in units of heat of its graph.
HOT = 1.0
#: Temperature at the end of the finest graph.
COLD = 0.12
#: Nodes per community at the top of a ladder: of a start, and of an improvement.
TOP, IMPROVED_TOP = 60, 20
#: How much more a broken limit costs in the last phase of a layout that is still unlawful.
STERN = 10.0
#: Proposals between two questions whether to stop.
CHUNK = 300_000
#: Most proposals on one graph, and the fewest per arc all the same: a million nodes are left to their windows sooner.
MOST_PROPOSALS, FEWEST_VISITS = 6_000_000, 40

Halt = Callable[[], bool]


class Halted(Exception):
    """The caller asked to stop in the middle of a sweep, whose layout is thrown away."""


@dataclass(frozen=True, eq=False)
class Found:
    """A layout with what it costs.

    Attributes:
        gap: Cost of totals outside their limits and of foes in one community; 0 for a lawful layout.
        cost: Cost of the objectives.
        label: Community per unit, shape ``(u,)``.
    """

    gap: float
    cost: float
    label: Ints

    @property
    def rank(self) -> tuple[float, float]:
        """What makes a layout better than another: nearer to the law, then cheaper."""
        return self.gap, self.cost


def judged(level: Level, label: Ints, k: int) -> Found:
    """Return a layout with what it costs, summed up from scratch."""
    together = level.terms.foe_price * level.foes_together(label)
    return Found(level.gap(level.totals(label, k)) + together, level.cost(label, k) - together, label)


def fresh(
    level: Level, component: Ints, counts: list[int], *, visits: int, stream: Stream, halt: Halt, ease: float = 1.0
) -> Found:
    """Begin from nothing: coarsen, cut the coarsest graph, and anneal all the way down."""
    k = sum(counts)
    mean = float(level.terms.size[:, 0].sum()) / k
    steps = ladder(level, group=component, top=TOP * k, limit=mean / 5, stream=stream)
    label = cut_fresh(steps.levels[-1], steps.lifted(component), counts, strict=ease < 1, stream=stream)
    return descend(steps, label, k, hot=HOT, visits=visits, stream=stream, halt=halt, ease=ease)


def improve(
    level: Level,
    label: Ints,
    k: int,
    *,
    hot: float,
    visits: int,
    stream: Stream,
    halt: Halt,
    other: Ints | None = None,
    ease: float = 1.0,
) -> Found:
    """Anneal a layout down a ladder that joins no nodes of different communities.

    With another layout this is a cross: what both agree on becomes one node, down to a handful (Sanders and Schulz
    2012), so that the annealing chooses among the pieces of both.
    """
    mean = float(level.terms.size[:, 0].sum()) / k
    group = label
    if other is not None:
        group = _overlaid(group, other)
    if (level.terms.home >= 0).any():
        group = _overlaid(group, level.terms.home)
    top, share = (IMPROVED_TOP * k, 5) if other is None else (1, 2)
    steps = ladder(level, group=group, top=top, limit=mean / share, stream=stream)
    return descend(steps, steps.lifted(label), k, hot=hot, visits=visits, stream=stream, halt=halt, ease=ease)


def _overlaid(one: Ints, other: Ints) -> Ints:
    """Number the pairs of two labels."""
    pairs = one.astype(np.int64) * (int(other.max()) + 2) + other + 1
    numbers: Ints = np.unique(pairs, return_inverse=True)[1].astype(np.int32)
    return numbers


def descend(
    steps: Ladder, label: Ints, k: int, *, hot: float, visits: int, stream: Stream, halt: Halt, ease: float = 1.0
) -> Found:
    """Anneal from the coarsest graph of a ladder to the finest, each as cold as the next begins.

    Args:
        steps: The ladder.
        label: Communities on its coarsest graph; changed in place.
        k: Number of communities.
        hot: Temperature at the top, in units of heat.
        visits: Proposals per arc between communities on each graph.
        stream: State of the random stream; advanced in place.
        halt: Asked between chunks.
        ease: Factor on what the objectives cost; below 1, limits come first.

    Raises:
        Halted: ``halt`` said so.
    """
    for at in range(len(steps.levels) - 1, -1, -1):
        level = steps.levels[at]
        until = COLD * level.heat if at == 0 else hot * steps.levels[at - 1].heat
        found = _anneal(
            level,
            label,
            k,
            heats=(hot * level.heat, until),
            visits=visits,
            stream=stream,
            halt=halt,
            ease=ease,
            finest=at == 0,
        )
        if at > 0:
            label = label[steps.uppers[at - 1]]
    assert found is not None
    return found


def _anneal(
    level: Level,
    label: Ints,
    k: int,
    *,
    heats: tuple[float, float],
    visits: int,
    stream: Stream,
    halt: Halt,
    ease: float,
    finest: bool,
) -> Found | None:
    """Anneal one graph in chunks; ``label`` ends where the chain does, the best layout seen is returned."""
    hot, cold = heats[0], min(heats)
    arcs = int((label[level.mesh.source] != label[level.mesh.indices]).sum())
    proposals = min(visits * arcs, max(MOST_PROPOSALS, FEWEST_VISITS * arcs))
    chunks = max(1, proposals // CHUNK)
    # Centres stand still within a chunk, so distance needs a few chunks to settle.
    chunks = max(chunks, 8) if level.terms.pull > 0 else chunks
    steps = proposals // chunks
    falling = [hot * (cold / hot) ** (at / chunks) for at in range(chunks + 1)]
    phases = [(*falling[at : at + 2], 1.0) for at in range(chunks)] + [(2 * cold, cold, STERN)] * (4 if finest else 0)
    terms = level.priced
    terms = terms._replace(pull=ease * terms.pull, stay=ease * terms.stay)
    total, best = level.totals(label, k), label.copy()
    least: Found | None = None
    for begins, ends, stern in phases:
        if halt():
            raise Halted
        if stern > 1.0 and level.gap(total) == 0:
            break
        best[:] = label
        kernel.anneal(
            level.mesh._replace(cost=ease * level.mesh.cost),
            terms._replace(price=stern * terms.price),
            label,
            total,
            centre=level.centres(label, k),
            hot=begins,
            cold=ends,
            steps=steps,
            stream=stream,
            best=best,
        )
        found = judged(level, best, k) if finest else None
        if found is not None and (least is None or found.rank < least.rank):
            least = Found(found.gap, found.cost, best.copy())
    return least
