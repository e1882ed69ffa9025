import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine import kernels
from linli.engine.graph import graph_from_edges
from linli.engine.kernels import Draft, Ground, reference


@pytest.fixture(scope="module", autouse=True)
def kernels_loaded():
    kernels.warm_up()


def stream(seed: int) -> np.ndarray:
    return np.array([seed], dtype=np.uint64)


def ground_of(seed: int) -> tuple[Ground, np.ndarray]:
    """Make a random grid with holes, limits, locks and offices, and one contiguous labelling of it."""
    rng = np.random.default_rng(seed)
    height, width, k = int(rng.integers(1, 6)), int(rng.integers(2, 7)), int(rng.integers(1, 5))
    n = height * width
    at = np.arange(n).reshape(height, width)
    edges = np.concatenate(
        (np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())), np.column_stack((at[:-1].ravel(), at[1:].ravel())))
    )
    graph = graph_from_edges(n, edges[rng.random(len(edges)) < 0.9])
    half = {}
    sources = graph.sources()
    for u, v in zip(sources, graph.indices, strict=True):
        half.setdefault((min(u, v), max(u, v)), int(rng.integers(0, 5)))
    border = np.array([half[min(u, v), max(u, v)] for u, v in zip(sources, graph.indices, strict=True)], dtype=np.int64)
    ground = Ground(
        indptr=graph.indptr.copy(),
        indices=graph.indices.copy(),
        border=border,
        size=rng.integers(0, 9, n),
        home=rng.integers(-1, k, n).astype(np.int32),
        stay=rng.integers(0, 9, n),
        fixed=rng.random(n) < 0.1,
        anchor=np.where(rng.random(n) < 0.1, rng.integers(0, k, n), -1).astype(np.int32),
        closed=rng.random(k + 1) < 0.1,
        enduring=rng.random(k + 1) < 0.3,
        low=rng.integers(1, 10, k + 1),
        high=rng.integers(10, 30, k + 1),
        weight=int(rng.integers(1, 6)),
    )
    return ground, rng.integers(-1, k, n).astype(np.int32)


seeds = st.integers(0, 2**32)


class TestTwins:
    @given(seeds)
    def test_random_streams_agree(self, seed):
        from linli.engine.kernels.loops import next_unit

        one, other = stream(seed), stream(seed)
        assert [next_unit(one) for _ in range(5)] == [reference.next_unit(other) for _ in range(5)]

    @settings(deadline=None)
    @given(seeds)
    def test_parts_agree(self, seed):
        ground, label = ground_of(seed)
        expected = reference.label_parts(ground.indptr, ground.indices, label)
        assert kernels.label_parts(ground.indptr, ground.indices, label).tolist() == expected.tolist()

    @settings(deadline=None)
    @given(seeds)
    def test_absorbing_agrees_and_leaves_its_input(self, seed):
        ground, label = ground_of(seed)
        before = label.copy()
        assert kernels.absorb(ground, label).tolist() == reference.absorb(ground, label).tolist()
        assert label.tolist() == before.tolist()

    @settings(deadline=None)
    @given(seeds, st.sampled_from([0.5, 5.0, 50.0]))
    def test_annealing_agrees_to_the_last_flip(self, seed, hot):
        ground, label = ground_of(seed)
        label[label < 0] = 0
        one, other = Draft.of(label, ground), Draft.of(label, ground)
        active = np.arange(len(label), dtype=np.int32)
        began = one.cost(ground)
        result = kernels.anneal(ground, one, active, hot=hot, cold=0.3, steps=60, stream=stream(seed))
        expected = reference.anneal(ground, other, active, hot=hot, cold=0.3, steps=60, stream=stream(seed))
        assert result == expected
        assert one.label.tolist() == other.label.tolist()
        assert (one.total.tolist(), one.count.tolist()) == (other.total.tolist(), other.count.tolist())
        assert one.cost(ground) == began + result[1]

    @settings(deadline=None)
    @given(seeds, st.integers(2, 4))
    def test_cutting_agrees(self, seed, pieces):
        ground, label = ground_of(seed)
        part = kernels.label_parts(ground.indptr, ground.indices, np.zeros(len(label), dtype=np.int32))
        members = np.flatnonzero(part == 0).astype(np.int32)
        limits = {"low": 5, "high": 20, "pieces": pieces}
        result = kernels.bisect(ground, members, **limits, stream=stream(seed))
        assert result.tolist() == reference.bisect(ground, members, **limits, stream=stream(seed)).tolist()


class TestAnneal:
    @settings(deadline=None)
    @given(seeds)
    def test_never_parts_a_label_nor_moves_what_is_held(self, seed):
        ground, label = ground_of(seed)
        label[label < 0] = 0
        draft = Draft.of(label, ground)
        parts = kernels.label_parts(ground.indptr, ground.indices, label).max()
        active = np.arange(len(label), dtype=np.int32)
        kernels.anneal(ground, draft, active, hot=20.0, cold=1.0, steps=200, stream=stream(seed))
        assert kernels.label_parts(ground.indptr, ground.indices, draft.label).max() <= parts
        assert (draft.label == label)[ground.fixed].all()
        assert (draft.label == label)[ground.closed[label]].all()
        assert not ground.closed[draft.label[draft.label != label]].any()
        assert (draft.label == label)[ground.anchor == label].all()
        assert (draft.count[ground.enduring & (np.bincount(label, minlength=len(ground.low)) > 0)] > 0).all()

    def test_without_active_units_nothing_happens(self):
        ground, label = ground_of(1)
        draft = Draft.of(np.maximum(label, 0), ground)
        nobody = np.zeros(0, dtype=np.int32)
        assert kernels.anneal(ground, draft, nobody, hot=1.0, cold=0.5, steps=9, stream=stream(1)) == (0, 0)


class TestBisect:
    def test_one_unit_cannot_be_cut(self):
        ground, _ = ground_of(2)
        only = np.array([0], dtype=np.int32)
        assert kernels.bisect(ground, only, low=1, high=9, pieces=2, stream=stream(1)).tolist() == [False]

    def test_a_row_is_cut_where_the_band_asks(self):
        row = graph_from_edges(6, [(i, i + 1) for i in range(5)])
        ones, none = np.ones(6, dtype=np.int64), np.full(6, -1, dtype=np.int32)
        flags, limits = np.zeros(6, dtype=np.bool_), np.ones(6, dtype=np.int64)
        edges = np.ones(10, dtype=np.int64)
        ground = Ground(row.indptr, row.indices, edges, ones, none, ones, flags, none, flags, flags, limits, limits, 9)
        side = kernels.bisect(ground, np.arange(6, dtype=np.int32), low=3, high=3, pieces=2, stream=stream(4))
        assert side.tolist() == [False, False, False, True, True, True]
