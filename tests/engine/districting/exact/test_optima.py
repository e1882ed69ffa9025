"""Proven optima and bounds against trying every layout of small grids."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.districting.exact.sketches import grid, locked

from linli.engine.districting.exact import (
    Question,
    any_layout,
    fewest_communities,
    fewest_cut_edges,
    hess_bound,
    hess_cost,
    is_lawful,
    least_hess,
    most_communities,
)
from linli.engine.errors import BandNotSound, ProblemNotSound


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, np.ndarray, np.ndarray]:
    """A grid of up to eight nodes with sizes, places and a band that may or may not be kept."""
    height, width = draw(st.sampled_from([(2, 3), (2, 4), (1, 6)]))
    n = height * width
    sizes = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    k = draw(st.integers(1, 3))
    mean = sum(sizes) / k
    slack = draw(st.floats(0.02, 0.6))
    question = grid(height, width, sizes=sizes, k=k, low=int(mean * (1 - slack)), high=int(mean * (1 + slack)) + 1)
    places = draw(st.lists(st.integers(0, 50), min_size=2 * n, max_size=2 * n))
    return question, np.array(places[:n], dtype=np.float64), np.array(places[n:], dtype=np.float64)


def lawful(question: Question) -> list[np.ndarray]:
    labels = (np.array(one, dtype=np.int32) for one in product(range(question.k), repeat=question.n))
    return [label for label in labels if is_lawful(question, label)]


def cut_edges(question: Question, label: np.ndarray) -> int:
    tails, heads = question.edges()
    return int((label[tails] != label[heads]).sum())


class TestCutEdges:
    @settings(max_examples=12, deadline=None)
    @given(questions())
    def test_the_optimum_is_what_trying_everything_finds(self, asked):
        question, _, _ = asked
        layouts = lawful(question)
        found = fewest_cut_edges(question, seconds=20)
        assert found.status == ("optimal" if layouts else "infeasible")
        assert (any_layout(question, seconds=20).label is None) == (not layouts)
        if layouts:
            best = min(cut_edges(question, label) for label in layouts)
            assert found.objective == found.bound == best == cut_edges(question, found.label)
            assert is_lawful(question, found.label)

    def test_an_incumbent_is_proven_or_beaten(self):
        question = grid(4, 4, k=2, low=8, high=8)
        straight = np.repeat(np.array([0, 1], dtype=np.int32), 8)
        ragged = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1], dtype=np.int32)
        proven = fewest_cut_edges(question, seconds=20, incumbent=straight)
        assert (proven.status, proven.objective, proven.label is straight) == ("optimal", 4, True)
        beaten = fewest_cut_edges(question, seconds=20, incumbent=ragged)
        assert (beaten.status, beaten.objective) == ("optimal", 4)

    def test_locks_and_links_are_kept(self):
        rules = {"locked": locked(12, c1=(0,)), "together": ((0, 11),), "apart": ((5, 6),)}
        question = grid(3, 4, k=2, low=5, high=7, **rules)
        found = fewest_cut_edges(question, seconds=20)
        assert found.status == "optimal"
        assert is_lawful(question, found.label)
        assert found.objective == min(cut_edges(question, label) for label in lawful(question))


class TestHess:
    @settings(max_examples=12, deadline=None)
    @given(questions())
    def test_the_optimum_is_what_trying_everything_finds(self, asked):
        question, x, y = asked
        costs = [hess_cost(question.size, x, y, label=label) for label in lawful(question)]
        found = least_hess(question, x, y, seconds=20)
        assert found.status == ("optimal" if costs else "infeasible")
        if costs:
            assert found.objective == pytest.approx(min(costs))
            assert is_lawful(question, found.label)
            bound = hess_bound(question.size, x, y, k=question.k, low=question.low, high=question.high)
            assert bound.bound <= min(costs) * (1 + 1e-9) + 1e-9

    def test_the_bound_is_near_where_the_band_is_wide(self):
        rng = np.random.default_rng(5)
        question = grid(6, 6, sizes=rng.integers(1, 20, 36).tolist(), k=4, low=1, high=400)
        x, y = np.tile(np.arange(6.0), 6), np.repeat(np.arange(6.0), 6)
        optimum = least_hess(question, x, y, seconds=30)
        bound = hess_bound(question.size, x, y, k=4, low=1, high=400)
        assert optimum.status == "optimal"
        assert 0.98 * optimum.objective <= bound.bound <= optimum.objective

    def test_an_incumbent_changes_no_optimum(self):
        question = grid(4, 4, k=4, low=4, high=4)
        x, y = np.tile(np.arange(4.0), 4), np.repeat(np.arange(4.0), 4)
        rows = np.repeat(np.arange(4, dtype=np.int32), 4)
        assert hess_cost(question.size, x, y, label=rows) == 4 * 6
        assert least_hess(question, x, y, seconds=20, incumbent=rows).objective == pytest.approx(12)

    def test_an_open_end_claims_no_more_than_its_bound(self):
        rng = np.random.default_rng(7)
        question = grid(8, 8, sizes=rng.integers(1, 40, 64).tolist(), k=6, low=190, high=230)
        x, y = np.tile(np.arange(8.0), 8), np.repeat(np.arange(8.0), 8)
        hasty = least_hess(question, x, y, seconds=0.001)
        bound = hess_bound(question.size, x, y, k=6, low=190, high=230, rounds=1500).bound
        assert (hasty.status, hasty.label) == ("open", None)
        assert hasty.bound == pytest.approx(bound, rel=0.02)

    def test_locks_are_refused(self):
        question = grid(2, 2, k=2, low=1, high=3, locked=locked(4, c0=(0,)))
        with pytest.raises(ProblemNotSound, match="no locks"):
            least_hess(question, np.zeros(4), np.zeros(4), seconds=1)


class TestCounting:
    @settings(max_examples=30, deadline=None)
    @given(questions())
    def test_numbers_of_communities_are_bounded(self, asked):
        question, _, _ = asked
        if lawful(question):
            arrays = (question.indptr, question.indices, question.size)
            assert question.low == 0 or question.k <= most_communities(*arrays, low=question.low)
            assert question.k >= fewest_communities(*arrays, high=question.high)

    def test_no_number_does_for_a_node_above_the_limit(self):
        question = grid(1, 2, sizes=[9, 1], k=1, low=1, high=10)
        with pytest.raises(ValueError, match="above the limit"):
            fewest_communities(question.indptr, question.indices, question.size, high=8)


class TestQuestion:
    def test_refuses_what_makes_no_sense(self):
        with pytest.raises(BandNotSound):
            grid(2, 2, k=2, low=3, high=2)
        with pytest.raises(ProblemNotSound, match="communities 0"):
            grid(2, 2, k=2, low=1, high=2, locked=locked(4, c2=(0,)))
        with pytest.raises(ProblemNotSound, match="two different nodes"):
            grid(2, 2, k=2, low=1, high=2, together=((1, 1),))
        with pytest.raises(ProblemNotSound, match="one value per node"):
            grid(2, 2, sizes=[1, 1], k=2, low=1, high=2)
