from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine.districting import alternatives, plan_distance, search
from linli.engine.districting.alternatives import Alternative, is_dominated, kept_apart, weighed


@pytest.fixture
def middle(draw):
    """A community that may be filled from either side."""
    return draw("AAAABCCCC", "111111111")


class TestPlanDistance:
    def test_names_make_no_difference(self, draw):
        problem = draw("AABB", "1234")
        one = np.array([0, 0, 1, 1])
        assert plan_distance(problem, one, np.array([5, 5, 2, 2])) == 0.0

    def test_counts_those_whose_community_differs(self, draw):
        problem = draw("AABB", "1234")
        assert plan_distance(problem, np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])) == pytest.approx(0.2)

    def test_a_blind_spot_is_no_community(self, draw):
        problem = draw("AABB", "1234")
        assert plan_distance(problem, np.array([0, 0, 1, 1]), np.array([-1, 0, 1, 1])) == pytest.approx(0.1)

    @settings(max_examples=30, deadline=None)
    @given(*(st.lists(st.integers(0, 3), min_size=8, max_size=8) for _ in range(3)))
    def test_is_a_distance(self, one, other, third):
        from tests.engine.districting.conftest import drawn

        problem = drawn("AAAABBBB", "12341234")
        a, b, c = (np.array(values) for values in (one, other, third))
        assert plan_distance(problem, a, a) == 0.0
        assert plan_distance(problem, a, b) == plan_distance(problem, b, a)
        assert plan_distance(problem, a, c) <= plan_distance(problem, a, b) + plan_distance(problem, b, c) + 1e-9


class TestAlternatives:
    def test_are_lawful_and_apart_with_the_best_first(self, middle):
        found = alternatives(middle, most=3, tries=8, apart=0.05)
        assert len(found) >= 2
        assert all(one.plan.feasible for one in found)
        assert [one.price for one in found] == sorted(one.price for one in found)
        for i, one in enumerate(found):
            for other in found[:i]:
                assert plan_distance(middle, one.plan.assignment, other.plan.assignment) >= 0.05

    def test_each_is_made_again_by_its_seed(self, middle):
        for one in alternatives(middle, most=3, tries=4):
            assert search(replace(middle, seed=one.plan.seed)).plan.to_json() == one.plan.to_json()

    def test_a_stop_keeps_what_was_found(self, middle):
        assert len(alternatives(middle, tries=4, stop=lambda progress: True)) == 1

    def test_twins_are_shown_once(self, draw):
        problem = draw("AABB AABB", "1111 1111")
        assert len(alternatives(problem, tries=3)) == 1


class TestDominance:
    def test_a_plan_worse_in_every_respect_comes_last(self, middle):
        plan = search(middle).plan
        good, bad = Alternative(plan, 0, 100.0), Alternative(plan, 0, 200.0)
        assert is_dominated(bad, [good, bad])
        assert not is_dominated(good, [good, bad])
        assert kept_apart(middle, [bad, good], most=1, apart=0.0) == (good,)

    def test_is_weighed_by_what_it_misses(self, draw):
        problem = draw("AAAABBB", "2222111")
        plan = search(replace(problem, sweeps=0)).plan
        assert weighed(problem, plan).out_of_band == 20
        assert weighed(problem, plan).distance_m is None
