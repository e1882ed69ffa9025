"""As many communities as possible, each with at least the lower limit (max-p; Duque, Anselin and Rey 2012).

From more communities than can be, annealing shares out the shortage; the smallest that stay short are dissolved among
their neighbours until none is short. Then the fullest is cut in two, again and again, and annealing tries to fill both
halves. The upper bound is what the total allows in each connected part.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from linli.engine.districting.partition.cycle import Found, Halt, Halted, descend, fresh, judged
from linli.engine.districting.partition.levels import Ladder, Level
from linli.engine.districting.partition.setting import Setting
from linli.engine.districting.partition.start import made_whole, with_count
from linli.engine.kernels.shapes import Ints, Stream

#: Proposals per arc between communities on each graph: of the start, and of one attempt to mend or to add.
START_VISITS, MEND_VISITS, TRY_VISITS = 300, 60, 200
#: Temperature of an attempt, in units of heat.
WARM = 0.5
#: Factor on what objectives cost in an attempt: people must flow more than borders must be short.
EASE = 0.3


def most_communities(
    setting: Setting,
    counts: list[int],
    *,
    stream_of: Callable[[int], Stream],
    sweeps: int,
    stop: Callable[[int, Found, int], bool],
) -> tuple[Found, int]:
    """Return the layout with the most communities that was found, and the number of whole sweeps.

    Args:
        setting: The ground.
        counts: Most communities that the total of each connected part allows.
        stream_of: Random stream of a sweep.
        sweeps: Largest number of sweeps; the first is the start, each further one an attempt to add a community.
        stop: Asked with the sweeps done, the best layout and its number of communities.
    """
    level = setting.level
    best = _one_each(setting, counts)
    done = 0
    try:
        while done < sweeps and _count(best) < sum(counts):
            halt: Halt = partial(stop, done, best, _count(best))
            if halt():
                break
            if done == 0:
                found = _begun(setting, counts, stream=stream_of(0), halt=halt)
            else:
                found = _with_one_more(level, best.label, len(counts), stream=stream_of(done), halt=halt)
            if found.gap == 0 and _count(found) >= _count(best):
                best = found
            done += 1
    except Halted:
        pass
    return best, done


def _count(found: Found) -> int:
    return int(found.label.max()) + 1


def _one_each(setting: Setting, counts: list[int]) -> Found:
    """Return each connected part as one community: lawful, if any layout is."""
    return judged(setting.level, setting.component.copy(), len(counts))


def _begun(setting: Setting, counts: list[int], *, stream: Stream, halt: Halt) -> Found:
    found = fresh(setting.level, setting.component, counts, visits=START_VISITS, stream=stream, halt=halt)
    return _mended(setting.level, found, len(counts), stream=stream, halt=halt)


def _mended(level: Level, found: Found, least: int, *, stream: Stream, halt: Halt) -> Found:
    """Dissolve short communities and anneal, until none is short."""
    while found.gap > 0 and _count(found) > least:
        label = _dissolved(level, found.label)
        k = int(label.max()) + 1
        found = descend(
            Ladder((level,), ()), label, k, hot=WARM, visits=MEND_VISITS, stream=stream, halt=halt, ease=EASE
        )
    return found


def _dissolved(level: Level, label: Ints) -> Ints:
    """Give the smallest short communities to their neighbours, about half as many as the shortage would fill."""
    total = level.totals(label, int(label.max()) + 1)[:, 0]
    low = int(level.terms.low[0])
    short = np.maximum(low - total, 0)
    gone = max(1, int(short.sum()) // (2 * low))
    # A community that is a whole connected part has no neighbour to go to.
    tails, heads = label[level.mesh.source], label[level.mesh.indices]
    touches = np.bincount(tails[tails != heads], minlength=len(total)) > 0
    order = np.argsort(np.where(touches & (short > 0), total, np.iinfo(np.int64).max), kind="stable")[:gone]
    order = order[touches[order]]
    open_nodes = np.isin(label, order)
    shared = made_whole(level, np.where(open_nodes, -1, label).astype(np.int32))
    return np.unique(shared, return_inverse=True)[1].astype(np.int32)


def _with_one_more(level: Level, label: Ints, least: int, *, stream: Stream, halt: Halt) -> Found:
    """Cut the fullest community in two and anneal; where one stays short, dissolve it again.

    That gives as many communities as before in another place, from which the next attempt may succeed.
    """
    k = int(label.max()) + 2
    more, _ = with_count(level, label, k, stream=stream)
    found = descend(Ladder((level,), ()), more, k, hot=WARM, visits=TRY_VISITS, stream=stream, halt=halt, ease=EASE)
    return _mended(level, found, least, stream=stream, halt=halt)
