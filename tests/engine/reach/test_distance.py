import numpy as np
import pytest

from linli.engine.reach.distance import (
    distance_per_community,
    office_distance_m,
    served_share,
    types_within_reach,
)

MEMBER = np.array([0, 0, 1, -1], dtype=np.int32)
HOMES = np.array([(0, 0), (300, 400), (1000, 0), (50, 50)], dtype=float)


class TestOfficeDistance:
    def test_is_the_straight_line_times_the_detour(self):
        found = office_distance_m(HOMES, MEMBER, [(0, 0), (1000, 100)], detour=1.4)
        assert found[:3] == pytest.approx([0.0, 700.0, 140.0])
        assert np.isnan(found[3])

    def test_is_unknown_without_an_office(self):
        found = office_distance_m(HOMES, MEMBER, [(np.nan, np.nan), (1000, 0)], detour=1.0)
        assert np.isnan(found).tolist() == [True, True, False, True]

    def test_refuses_a_detour_below_one(self):
        with pytest.raises(ValueError, match=r"detour must be at least 1, got 0\.9"):
            office_distance_m(HOMES, MEMBER, [(0, 0), (0, 0)], detour=0.9)


class TestDistancePerCommunity:
    def test_weighs_by_households(self):
        found = distance_per_community(np.array([100.0, 500.0, 20.0, 9.0]), [300, 100, 7, 5], MEMBER, n_communities=3)
        assert found.mean_m[:2].tolist() == [200.0, 20.0]
        assert found.max_m[:2].tolist() == [500.0, 20.0]
        assert np.isnan([found.mean_m[2], found.max_m[2]]).all()

    def test_leaves_out_parcels_where_nobody_lives(self):
        found = distance_per_community(np.array([100.0, 5000.0, 20.0, 9.0]), [300, 0, 7, 5], MEMBER, n_communities=2)
        assert (found.mean_m[0], found.max_m[0]) == (100.0, 100.0)

    def test_does_not_depend_on_the_order_of_parcels(self):
        rng = np.random.default_rng(7)
        far, households = rng.integers(0, 900, 50).astype(float), rng.integers(0, 90, 50)
        member = rng.integers(-1, 5, 50).astype(np.int32)
        order = rng.permutation(50)
        straight = distance_per_community(far, households, member, n_communities=5)
        shuffled = distance_per_community(far[order], households[order], member[order], n_communities=5)
        assert straight.mean_m == pytest.approx(shuffled.mean_m)
        assert np.array_equal(straight.max_m, shuffled.max_m)


class TestServedShare:
    FACILITIES = np.array([(0, 100), (1000, 900), (np.nan, np.nan)])
    TYPES = np.array([0, 1, 2], dtype=np.int32)

    def share(self, **changed):
        asked = {"radius_m": 500.0, "detour": 1.0, "n_communities": 3, "n_types": 4} | changed
        return served_share(HOMES, [300, 100, 50, 5], MEMBER, self.FACILITIES, self.TYPES, **asked)

    def test_is_the_share_of_households_within_the_radius(self):
        assert self.share()[:2].tolist() == [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
        assert self.share(detour=1.3)[0].tolist() == [0.75, 0.0, 0.0, 0.0]

    def test_takes_a_radius_per_type_and_counts_its_very_edge(self):
        assert self.share(radius_m=np.array([100.0, 900.0, 1.0, 1.0]))[:2].tolist() == [
            [0.75, 1.0 * 0.25, 0.0, 0.0],
            [0.0, 1.0, 0.0, 0.0],
        ]

    def test_is_unknown_where_nobody_lives(self):
        assert np.isnan(self.share()[2]).all()

    def test_becomes_present_types_by_a_threshold(self):
        present = types_within_reach(self.share(detour=1.3), least_share=0.75)
        assert present.tolist() == [[True, False, False, False], [False] * 4, [False] * 4]
