"""Ensembles: equal results whoever works, progress, cancel, lost workers, and the layouts' distribution."""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from linli.engine.districting.ensemble import (
    CutEdges,
    Ensemble,
    Moved,
    ParentsSplit,
    Scatter,
    Spread,
    random_layout,
    sample,
)
from linli.engine.errors import ProblemNotSound
from linli.engine.graph import graph_from_edges
from linli.engine.kernels import Net, label_parts


def grid(height: int, width: int) -> Net:
    at = np.arange(height * width).reshape(height, width)
    across = np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel()))
    down = np.column_stack((at[:-1].ravel(), at[1:].ravel()))
    graph = graph_from_edges(height * width, np.concatenate((across, down)))
    return Net.of(graph.indptr, graph.indices, np.ones(height * width, dtype=np.int64))


ROWS = np.repeat(np.arange(4, dtype=np.int32), 4)


def asked(**options) -> Ensemble:
    given = {"net": grid(4, 4), "start": ROWS, "low": 3, "high": 5, "steps": 60, "chains": 3, "part": 7, "every": 2}
    return Ensemble(**(given | options))


def figures(found) -> tuple:
    return found.distributions, found.traces, found.tried, [place.label.tolist() for place in found.last]


class Brittle(Executor):
    """Does three parts, then breaks."""

    def __init__(self) -> None:
        self.left = 3

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        if self.left:
            self.left -= 1
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenExecutor("lost"))
        return future


@dataclass(frozen=True)
class Deadly:
    """Kills its process, once."""

    mark: Path
    parent: int
    name: str = "deadly"

    def __call__(self, net, label, total) -> int:
        if os.getpid() != self.parent and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return int(label[0])


class TestSample:
    @pytest.mark.parametrize("kind", ["recom", "recom-uniform", "recom-reversible", "flips"])
    def test_is_the_same_whoever_works(self, kind):
        here = sample(asked(kind=kind))
        with ThreadPoolExecutor(2) as threads:
            there = sample(asked(kind=kind), executor=threads)
        assert here.complete
        assert figures(here) == figures(there)
        assert here.distributions["cut-edges"].moments.count == 90

    def test_differs_from_seed_to_seed(self):
        assert figures(sample(asked(seed=1))) != figures(sample(asked(seed=2)))

    def test_other_measures_do_not_change_the_chain(self):
        more = sample(asked(measures=(Spread(), CutEdges())))
        assert more.distributions["cut-edges"] == sample(asked()).distributions["cut-edges"]

    def test_a_lost_part_is_done_again(self):
        workers = []

        def renew() -> Brittle:
            workers.append(Brittle())
            return workers[-1]

        found = sample(asked(), executor=Brittle(), renew=renew)
        assert len(workers) > 1
        assert figures(found) == figures(sample(asked()))

    def test_a_killed_process_changes_nothing(self, tmp_path):
        measures = (CutEdges(), Deadly(tmp_path / "killed", os.getpid()))
        pools = []

        def renew() -> ProcessPoolExecutor:
            pools.append(ProcessPoolExecutor(2))
            return pools[-1]

        found = sample(asked(measures=measures), executor=renew(), renew=renew)
        for pool in pools:
            pool.shutdown()
        assert len(pools) == 2
        assert figures(found) == figures(sample(asked(measures=measures)))

    def test_lost_workers_without_others_are_told(self):
        with pytest.raises(BrokenExecutor, match="lost"):
            sample(asked(), executor=Brittle())

    def test_a_stop_keeps_what_was_observed(self):
        seen = []

        def stop(progress) -> bool:
            seen.append((progress.observed, progress.wanted))
            return progress.observed >= 14

        found = sample(asked(), stop=stop)
        assert seen == [(7, 90), (14, 90)]
        assert not found.complete
        assert found.distributions["cut-edges"].moments.count == 14

    def test_a_refused_flip_is_a_step_too(self):
        pair = graph_from_edges(2, [(0, 1)])
        net = Net.of(pair.indptr, pair.indices, np.ones(2, dtype=np.int64))
        start = np.array([0, 1], dtype=np.int32)
        found = sample(asked(net=net, start=start, low=1, high=2, kind="flips", steps=4))
        assert (found.complete, found.tried) == (True, 0)
        assert found.distributions["cut-edges"].counts == {1: 6}

    @pytest.mark.parametrize("kind", ["recom-reversible", "flips"])
    def test_four_chains_agree(self, kind):
        found = sample(asked(kind=kind, chains=4, steps=120_000, every=20, part=2000, most_cuts=9))
        assert found.r_hat("cut-edges") < 1.01
        assert found.effective_size("cut-edges") > 2000
        assert found.widest <= 9


class TestQuestion:
    def test_refuses_a_start_that_is_not_lawful(self):
        with pytest.raises(ProblemNotSound, match="whole and within"):
            asked(low=5)
        with pytest.raises(ProblemNotSound, match="whole and within"):
            asked(start=ROWS[[0, 4, *range(2, 16)]])

    def test_refuses_one_community(self):
        with pytest.raises(ProblemNotSound, match="at least two"):
            asked(start=np.zeros(16, dtype=np.int32))

    def test_refuses_steps_that_do_not_divide(self):
        with pytest.raises(ProblemNotSound, match="multiple"):
            asked(steps=61)


class TestMeasures:
    net = grid(4, 4)
    total = np.full(4, 4)
    columns = np.tile(np.arange(4, dtype=np.int32), 4)

    def test_moved_matches_labels_by_overlap(self):
        weight = np.arange(16, dtype=np.int64)
        assert Moved(ROWS, weight)(self.net, 3 - ROWS, self.total) == 0
        assert Moved(ROWS, weight)(self.net, self.columns, self.total) == 120 - (12 + 9 + 6 + 3)

    def test_blind_spots_move_with_nobody(self):
        present = np.where(np.arange(16) < 4, -1, ROWS).astype(np.int32)
        assert Moved(present, np.ones(16, dtype=np.int64))(self.net, ROWS, self.total) == 0

    def test_scatter_is_the_sum_of_squares(self):
        x, y = np.tile(np.arange(4.0), 4), ROWS.astype(np.float64)
        assert Scatter(x, y)(self.net, ROWS, self.total) == 4 * (1.5**2 + 0.5**2) * 2

    def test_parents_split(self):
        assert ParentsSplit(ROWS)(self.net, ROWS, self.total) == 0
        assert ParentsSplit(ROWS)(self.net, self.columns, self.total) == 4


class TestRandomLayout:
    @pytest.mark.parametrize("k", [2, 5, 7])
    def test_is_lawful(self, k):
        net = grid(6, 7)
        low, high = 42 // k - 1, 42 // k + 2
        label = random_layout(net, k=k, low=low, high=high, stream=np.array([3], dtype=np.uint64))
        totals = net.totals(label, k)
        assert low <= totals.min() <= totals.max() <= high
        assert label_parts(net.indptr, net.indices, label).max() + 1 == k

    def test_says_none_where_there_is_none(self):
        assert random_layout(grid(2, 2), k=3, low=2, high=2, stream=np.array([1], dtype=np.uint64)) is None
