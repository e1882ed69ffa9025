from dataclasses import replace

import numpy as np
import pytest

from linli.engine.districting import Band, Offices, Resources, Standards, score
from linli.engine.districting.objectives import heir_of, moved, moved_bound

STANDARDS = Standards(
    office_distance_m=100.0, room_m2_per_100_households=30.0, workers_per_10_000_people=18.0, reached_share=0.5
)


def column(drawing: str) -> np.ndarray:
    return np.array(["ABCDE".index(c) if c != "." else -1 for c in drawing], dtype=np.int32)


class TestScale:
    def test_is_full_when_everybody_lives_inside_the_band(self, draw):
        problem = draw("AABB", "2222")
        assert score(problem, column("AABB"), n_communities=2).scale == 100.0

    def test_takes_off_those_outside_and_their_distance_to_the_band(self, draw):
        problem = draw("AAABB", "22211")
        assert score(problem, column("AAABB"), n_communities=2).scale == 62.5

    def test_never_falls_below_nothing(self, draw):
        problem = draw("AABB", "1111", band=Band(low=500, high=600))
        assert score(problem, column("AABB"), n_communities=2).scale == 0.0


class TestConvenience:
    def test_falls_from_the_norm_to_twice_the_norm(self, draw):
        offices = Offices(parcel=np.array([0]), x=np.array([50.0]), y=np.array([-50.0]))
        problem = draw("AAAA", "1111", offices=offices, standards=STANDARDS)
        assert score(problem, column("AAAA"), n_communities=1).convenience == 50.0

    def test_leaves_out_communities_without_a_known_office(self, draw):
        offices = Offices(parcel=np.array([0]), x=np.array([50.0]), y=np.array([-50.0]))
        problem = draw("AAAA", "1111", offices=offices, standards=STANDARDS)
        assert score(problem, column("AABB"), n_communities=2).convenience == 100.0

    def test_is_not_known_without_offices_or_norm(self, draw):
        assert score(draw("AA", "22"), column("AA"), n_communities=1).convenience is None


class TestResources:
    def test_weighs_rooms_and_workers_against_their_norms(self, draw):
        stock = Resources(
            room_m2=np.array([6.0, 12.0]), workers=np.array([0.072, 0.0]), reach=np.zeros((4, 0), dtype=np.bool_)
        )
        problem = draw("AABB", "2222", resources=stock, standards=STANDARDS)
        assert score(problem, column("AABB"), n_communities=2).resources == pytest.approx(62.5)

    def test_what_an_abolished_community_had_goes_to_its_heir(self, draw):
        stock = Resources(
            room_m2=np.array([12.0, 12.0]), workers=np.array([np.nan, np.nan]), reach=np.zeros((4, 0), dtype=np.bool_)
        )
        problem = draw("AABB", "2222", resources=stock, standards=STANDARDS)
        assert heir_of(problem, column("BBBB")).tolist() == [1, 1]
        assert score(problem, column("BBBB"), n_communities=2).resources == 100.0

    def test_the_heir_takes_most_households(self, draw):
        assert heir_of(draw("AAABC", "13111"), column("BCBBC")).tolist() == [2, 1, 2]


class TestFunctions:
    def test_counts_types_that_enough_households_reach(self, draw):
        reach = np.array([[1, 1], [1, 0], [1, 0], [0, 0]], dtype=np.bool_)
        stock = Resources(room_m2=np.zeros(2), workers=np.zeros(2), reach=reach)
        problem = draw("AABB", "2213", resources=stock, standards=STANDARDS)
        assert score(problem, column("AABB"), n_communities=2).functions == 50.0


class TestStability:
    def test_is_the_share_that_stays(self, draw):
        problem = draw("AAB.", "2222")
        assert score(problem, column("ABBB"), n_communities=2).stability == 66.67
        assert moved(problem, column("ABBB")) == 20

    def test_counts_people_where_the_band_does(self, draw):
        problem = draw("AABB", "2222", people=np.array([10, 30, 10, 10]), band=Band(low=10, high=90, measure="people"))
        assert moved(problem, column("ABBB")) == 30


class TestMovedBound:
    @pytest.mark.parametrize(
        ("layout", "households", "bound"),
        [
            pytest.param("AABB", "2222", 0, id="sound"),
            pytest.param("AABB", "5522", 40, id="above the ceiling"),
            pytest.param("ABB", "224", 5, id="below the floor"),
            pytest.param("A.BB", "2124", 0, id="a blind spot may fill the gap"),
        ],
    )
    def test_counts_what_must_leave_or_come(self, draw, layout, households, bound):
        assert moved_bound(draw(layout, households)) == bound

    def test_leaves_out_registered_exceptions(self, draw):
        problem = draw("AABB", "5522")
        assert moved_bound(replace(problem, band_exceptions={"A": "已登记"})) == 0
