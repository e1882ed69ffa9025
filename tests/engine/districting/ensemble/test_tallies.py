import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.districting.ensemble import Distribution, Standing, Trace, effective_size, r_hat
from linli.engine.districting.ensemble.tallies import bucket

numbers = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)


def seen(values: list[int]) -> Distribution:
    distribution = Distribution()
    distribution.add_all(values)
    return distribution


def traces(values: np.ndarray) -> list[Trace]:
    """One trace per row."""
    found = []
    for row in values.tolist():
        trace = Trace(len(row))
        trace.add_all(row)
        found.append(trace)
    return found


class TestDistribution:
    @given(st.integers(0, 10**12))
    def test_a_bucket_loses_less_than_a_thousandth(self, value):
        assert 0 <= value - bucket(value) <= value / 1024
        assert value >= 2048 or bucket(value) == value

    @given(numbers, numbers)
    def test_the_order_of_putting_together_is_free(self, first, second):
        one, other = seen(first), seen(second)
        one.merge(seen(second))
        other.merge(seen(first))
        assert one == other == seen(second + first)

    @given(numbers)
    def test_moments_are_those_of_all_values(self, values):
        moments = seen(values).moments
        assert moments.mean == pytest.approx(np.mean(values))
        if len(values) > 1:
            assert moments.variance == pytest.approx(np.var(values, ddof=1), rel=1e-9, abs=1e-9)

    @given(st.lists(st.integers(0, 2047), min_size=1), st.floats(0, 1))
    def test_quantiles_of_small_numbers_are_exact(self, values, share):
        wanted = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
        assert seen(values).quantile(share) == wanted

    def test_a_layout_stands_where_it_stands(self):
        standing = seen([3, 5, 5, 8]).standing(5)
        assert standing == Standing(5, below=1, equal=2, count=4)
        assert (standing.share_below, standing.share_above) == (0.25, 0.25)

    def test_nothing_has_no_quantile(self):
        with pytest.raises(ValueError, match="needs observations"):
            Distribution().quantile(0.5)


class TestConvergence:
    def test_r_hat_is_the_formula_over_halves(self):
        values = np.random.default_rng(1).integers(0, 50, (3, 40))
        halves = values.reshape(6, 20)
        within = halves.var(axis=1, ddof=1).mean()
        between = 20 * halves.mean(axis=1).var(ddof=1)
        assert r_hat(traces(values)) == pytest.approx(math.sqrt((19 / 20 * within + between / 20) / within))

    def test_chains_that_stay_apart_show(self):
        values = np.random.default_rng(1).integers(0, 10, (2, 100)) + np.array([[0], [20]])
        assert r_hat(traces(values)) > 3

    def test_chains_that_never_move_agree_or_not(self):
        assert r_hat(traces(np.full((2, 10), 7))) == 1.0
        assert r_hat(traces(np.array([[7] * 10, [8] * 10]))) == math.inf

    def test_independent_draws_are_worth_nearly_their_number(self):
        values = np.random.default_rng(2).integers(0, 100, (4, 10_000))
        assert 0.75 * 40_000 < effective_size(traces(values)) <= 40_000

    def test_a_chain_that_holds_each_value_is_worth_less(self):
        values = np.repeat(np.random.default_rng(3).integers(0, 100, (4, 1000)), 10, axis=1)
        assert 3000 < effective_size(traces(values)) < 5500

    def test_values_may_come_in_portions(self):
        values = list(range(30))
        whole, portions = Trace(30), Trace(30)
        whole.add_all(values)
        for start in range(0, 30, 7):
            portions.add_all(values[start : start + 7])
        assert whole == portions
