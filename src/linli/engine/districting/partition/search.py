"""The one door to the general search: a question in, a partition out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from linli.engine.districting.partition.cycle import Found, Halt, Halted, fresh, improve, judged
from linli.engine.districting.partition.levels import Level
from linli.engine.districting.partition.max_p import most_communities
from linli.engine.districting.partition.measures import measure
from linli.engine.districting.partition.question import Bounds, Ints, Question, by_first, by_id
from linli.engine.districting.partition.result import Conflict, Partition
from linli.engine.districting.partition.setting import Setting, counts_by_component, setting_of
from linli.engine.districting.partition.start import far_apart, grow, made_whole, with_count
from linli.engine.districting.partition.windows import HEATS, SIZES, windows_over, worked
from linli.engine.graph import graph_from_edges
from linli.engine.kernels.reference_walks import next_below
from linli.engine.kernels.shapes import Stream

#: Starts before the best of them is improved; the first is hasty, so that a search stopped early has a lawful layout.
STARTS = 3
#: Sweeps without improvement after which a line of layouts rests in the pool, and how many rest there at most.
PATIENCE, POOL = 12, 6
#: Factor on what the objectives cost, in every other sweep over a layout that breaks a limit.
EASE = 0.01
#: Proposals per arc between communities on each graph: of the first start, of any other, and in a window.
HASTY_VISITS, START_VISITS, WINDOW_VISITS = 60, 500, 500


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Attributes:
        sweeps: Whole sweeps done.
        cost: Cost of the best layout, in average flips; None before the first.
        gap: What its broken limits cost; 0 where it is lawful.
        k: Number of its communities.
    """

    sweeps: int = 0
    cost: float | None = None
    gap: float | None = None
    k: int = 0


Stop = Callable[[Progress], bool]
T = TypeVar("T")


def never(progress: Progress) -> bool:
    """Let a search run to its last sweep."""
    return False


class Flag:
    """A halt that tasks on other threads share; a copy in another process stays down."""

    def __init__(self) -> None:
        self.up = False

    def __call__(self) -> bool:
        """Return whether to halt."""
        return self.up


def partition(question: Question, *, stop: Stop = never, executor: Executor | None = None) -> Partition:
    """Cut a graph into contiguous communities within their limits, as cheaply as can be found.

    The result depends on the question and the number of finished sweeps alone: not on the order of its rows, the
    clock, or the executor.

    Args:
        question: What is asked.
        stop: Asked several times a second with the progress so far; True ends the search with the best layout of the
            last whole sweep. The caller owns the clock.
        executor: Where starts and windows are worked on side by side; in this thread where left out. Kernels let go
            of the interpreter's lock, so threads do.

    Raises:
        NotSupported: Parcels that must stay together do not touch.
        StartNotSound: They lie in different communities of the start.
    """
    ordered, order = by_id(question)
    setting = setting_of(ordered)
    counts, conflicts = counts_by_component(ordered, setting)
    if conflicts:
        return _without_layout(question, ordered, conflicts)
    if question.k is None:
        best, sweeps = most_communities(
            setting,
            counts,
            stream_of=partial(stream_of, ordered.seed),
            sweeps=ordered.sweeps,
            stop=lambda sweeps, found, k: stop(Progress(sweeps, found.cost, found.gap, k)),
        )
    else:
        setting, counts, label = _begun(ordered, setting, counts)
        best, sweeps = _searched(ordered, setting, counts, label, stop=stop, executor=executor)
    bound = float(sum(counts)) if question.k is None else None
    return _told(question, ordered, order, setting, best, sweeps, bound)


def stream_of(seed: int, sweep: int) -> Stream:
    """Return the random stream of one sweep; streams of different sweeps are unrelated."""
    return np.array([(seed * 0x9E3779B97F4A7C15 + sweep * 0xD1B54A32D192ED03 + 1) % 2**64], dtype=np.uint64)


def _begun(question: Question, setting: Setting, counts: list[int]) -> tuple[Setting, list[int], Ints | None]:
    """Return the layout to begin from, where the question gives one: the start, or what grows from the seeds."""
    level, k = setting.level, sum(counts)
    stream = stream_of(question.seed, 2**32)
    if question.seeds:
        units = np.unique(setting.unit_of[list(question.seeds)])
        anchors = far_apart(level, units, k)
        fixed = level.terms.fixed.copy()
        fixed[anchors] = True
        return (
            replace(setting, level=replace(level, terms=level.terms._replace(fixed=fixed))),
            counts,
            grow(level, anchors),
        )
    if question.start is None:
        return setting, counts, None
    first = np.unique(setting.unit_of, return_index=True)[1]
    label, kept = with_count(level, made_whole(level, question.start[first]), k, stream=stream)
    place = np.full(int(question.start.max()) + 2, -1, dtype=np.int32)
    place[kept[kept <= question.start.max()]] = np.flatnonzero(kept <= question.start.max())
    level = replace(level, terms=level.terms._replace(home=place[level.terms.home]))
    return replace(setting, level=level), counts, label


def _searched(
    question: Question,
    setting: Setting,
    counts: list[int],
    label: Ints | None,
    *,
    stop: Stop,
    executor: Executor | None,
) -> tuple[Found, int]:
    """Return the best layout and the number of whole sweeps that it took."""
    level, k = setting.level, sum(counts)
    if label is None:
        raw = fresh(level, setting.component, counts, visits=0, stream=stream_of(question.seed, 0), halt=Flag())
    else:
        raw = judged(level, label, len(np.unique(label)))
    best, line, sweeps, quiet = raw, raw, 0, 0
    pool: list[Found] = []
    try:
        while sweeps < question.sweeps:
            progress = Progress(sweeps, best.cost, best.gap, k)
            if stop(progress):
                break
            runs = _Runs(partial(stop, progress), executor)
            stream = stream_of(question.seed, sweeps)
            if sweeps < STARTS:
                begin = partial(_start, level, setting.component, counts, label, question.seed)
                for found in runs.each(begin, range(sweeps, min(STARTS, question.sweeps))):
                    line = found if sweeps == 0 or found.rank < line.rank else line
                    best, sweeps = line, sweeps + 1
                continue
            if quiet < PATIENCE:
                found = _swept(level, line, k, stream, runs)
                quiet = 0 if found.rank < line.rank else quiet + 1
                line = found
            else:
                pool = _pooled(pool, line)
                line, quiet = _next_line(setting, counts, label, pool, question.seed, sweeps, runs), 0
            best = min(best, line, key=lambda found: found.rank)
            sweeps += 1
    except Halted:
        pass
    return best, sweeps


def _pooled(pool: list[Found], line: Found) -> list[Found]:
    """Return the pool with a line that came to rest; where it is full, the worst layout gives way."""
    if any(np.array_equal(line.label, found.label) for found in pool):
        return pool
    return sorted([*pool, line], key=lambda found: found.rank)[:POOL]


def _next_line(
    setting: Setting, counts: list[int], label: Ints | None, pool: list[Found], seed: int, sweep: int, runs: _Runs
) -> Found:
    """Return where the search goes on after a line came to rest: a new start, or a cross of two layouts of the pool."""
    level, k = setting.level, sum(counts)
    stream = stream_of(seed, sweep)
    if len(pool) < POOL and next_below(stream, len(pool) + 2) < 2:
        return next(runs.each(partial(_start, level, setting.component, counts, label, seed), [sweep]))
    one = next_below(stream, len(pool))
    other = (one + 1 + next_below(stream, max(len(pool) - 1, 1))) % len(pool)
    pair = sorted((pool[one], pool[other]), key=lambda found: found.rank)
    hot = HEATS[next_below(stream, 2)]
    return next(runs.each(partial(_crossed, level, pair[0].label, pair[1].label, k, hot), [stream]))


def _crossed(level: Level, label: Ints, other: Ints, k: int, hot: float, stream: Stream, halt: Halt) -> Found:
    return improve(level, label, k, hot=hot, visits=WINDOW_VISITS, stream=stream.copy(), halt=halt, other=other)


def _start(
    level: Level, component: Ints, counts: list[int], label: Ints | None, seed: int, sweep: int, halt: Halt
) -> Found:
    stream = stream_of(seed, sweep)
    visits = START_VISITS if sweep else HASTY_VISITS
    if label is None:
        return fresh(level, component, counts, visits=visits, stream=stream, halt=halt)
    # From a given layout, starts differ in how much of it they forget.
    hot = HEATS[sweep % len(HEATS)]
    return improve(level, label.copy(), sum(counts), hot=hot, visits=visits, stream=stream, halt=halt)


def _swept(level: Level, best: Found, k: int, stream: Stream, runs: _Runs) -> Found:
    """Return the layout after every window of one sharing out has had its turn."""
    size = SIZES[next_below(stream, len(SIZES))]
    hot = HEATS[next_below(stream, len(HEATS))]
    # A layout that breaks a limit may have to become much dearer before it is lawful.
    ease = EASE if best.gap > 0 and next_below(stream, 2) == 0 else 1.0
    windows = windows_over(level, best.label, k, size=size, hot=hot, visits=WINDOW_VISITS, ease=ease, stream=stream)
    label = best.label.copy()
    for window, found in zip(windows, runs.each(worked, windows), strict=True):
        if found is not None:
            label[window.members] = window.names[found.label]
    return judged(level, label, k)


class _Runs:
    """Runs tasks here or on an executor, and gives their results in the order of the tasks."""

    def __init__(self, stop: Halt, executor: Executor | None) -> None:
        self.stop, self.executor = stop, executor

    def each(self, task: Callable[[Any, Halt], T], items: Iterable[Any]) -> Iterator[T]:
        if self.executor is None:
            for item in items:
                yield task(item, self.stop)
            return
        flag = Flag()
        pending = [self.executor.submit(task, item, flag) for item in items]
        for future in pending:
            while not future.done():
                if self.stop():
                    flag.up = True
                    for other in pending:
                        other.cancel()
                    raise Halted
                wait([future], timeout=0.1, return_when=FIRST_COMPLETED)
            yield future.result()


def _without_layout(question: Question, ordered: Question, conflicts: tuple[Conflict, ...]) -> Partition:
    nothing = np.zeros(0, dtype=np.int32)
    return Partition(nothing, 0, None, {}, {}, None, conflicts, question.seed, 0, ordered.data_hash())


def _told(
    question: Question, ordered: Question, order: Ints, setting: Setting, best: Found, sweeps: int, bound: float | None
) -> Partition:
    """Return a layout in the order of the question, with its figures summed up from the parcels."""
    label = by_first(best.label[setting.unit_of])
    k = int(label.max()) + 1
    sums = [np.bincount(label, weights=total.values, minlength=k).astype(np.int64) for total in ordered.bounds]
    measures = {name: measure(ordered, label, name) for name in ordered.objectives}
    conflicts: tuple[Conflict, ...] = ()
    if best.gap > 0:
        out = sum(
            ((total < bound.low) | (total > bound.high)).sum()
            for total, bound in zip(sums, ordered.bounds, strict=True)
        )
        told = {"out_of_band": int(out), "together": setting.level.foes_together(best.label), "sweeps": sweeps}
        conflicts = (Conflict("no-layout-found", told, proven=False),)
    assignment = np.empty(question.n, dtype=np.int32)
    assignment[order] = label
    totals = {
        bound.name: (int(total.min()), int(total.max())) for bound, total in zip(ordered.bounds, sums, strict=True)
    }
    value = sum(weight * measures[name] for name, weight in ordered.objectives.items())
    value = float(k) if question.k is None else value
    return Partition(
        assignment, k, value, measures, totals, bound, conflicts, question.seed, sweeps, ordered.data_hash()
    )


def warm_up() -> None:
    """Compile or load every kernel of the search on a small grid, so that the first answer does not wait for it."""
    width = 6
    at = np.arange(width * width).reshape(width, width)
    edges = np.concatenate(
        (np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())), np.column_stack((at[:-1].ravel(), at[1:].ravel())))
    )
    ids = tuple(f"{node:02d}" for node in range(width * width))
    people = Bounds(name="people", values=np.ones(width * width, dtype=np.int64), low=10, high=14)
    partition(Question(graph=graph_from_edges(width * width, edges), ids=ids, bounds=(people,), k=3, sweeps=STARTS + 1))
