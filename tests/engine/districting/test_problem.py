from dataclasses import replace

import numpy as np
import pytest

from linli.engine.districting import Band, Offices, Resources, Weights
from linli.engine.errors import BandNotSound, EngineError, ProblemNotSound


class TestBand:
    @pytest.mark.parametrize(("low", "high"), [(0, 5), (6, 5), (-3, -1)])
    def test_refuses_limits_that_hold_nothing(self, low, high):
        with pytest.raises(BandNotSound) as refusal:
            Band(low=low, high=high)
        assert refusal.value.params == {"low": low, "high": high}


class TestProblem:
    @pytest.mark.parametrize(
        ("change", "fact"),
        [
            ({"households": np.array([1, 2])}, "wrong length"),
            ({"households": np.array([1, -2, 3, 4])}, "whole numbers"),
            ({"households": np.array([1, np.nan, 3, 4])}, "whole numbers"),
            ({"people": np.array([1, 2.5, 3, 4])}, "whole numbers"),
            ({"present": np.array([0, 1, 2, 0])}, "leaves its range"),
            ({"present": np.array([0, 1, -2, 0])}, "leaves its range"),
            ({"parcel_ids": ("a", "a", "b", "c")}, "each parcel once"),
            ({"community_ids": ("A", "A")}, "each community once"),
            ({"community_ids": ("A", "new-1")}, "kept for communities"),
            ({"locked_communities": frozenset({"Z"})}, "do not exist"),
            ({"band_exceptions": {"Z": "旧"}}, "do not exist"),
            ({"contiguity_exceptions": {"Z": "旧"}}, "do not exist"),
            ({"parent_of": np.array([0, 0, 1, 0])}, "leaves its range"),
            ({"seed": -1}, "must not be negative"),
            ({"weights": Weights(out_of_band=0)}, "out_of_band"),
            ({"offices": Offices(parcel=np.array([9, 0]), x=np.zeros(2), y=np.zeros(2))}, "offices.parcel"),
            (
                {"resources": Resources(room_m2=np.zeros(2), workers=np.zeros(2), reach=np.zeros((1, 1), np.bool_))},
                "one row per parcel",
            ),
        ],
    )
    def test_refuses_arrays_that_disagree(self, draw, change, fact):
        problem = draw("AABB", "2222")
        with pytest.raises(ProblemNotSound, match=fact):
            replace(problem, **change)

    def test_refuses_to_lock_a_blind_spot(self, draw):
        with pytest.raises(ProblemNotSound, match="lies in no community") as refusal:
            draw("AA.B", "2222", locked_parcels=np.array([False, False, True, False]))
        assert refusal.value.params == {"parcel": "P-002"}
        assert isinstance(refusal.value, EngineError)

    def test_counts_people_as_households_where_left_out(self, draw):
        assert draw("AABB", "2222").people.tolist() == [20, 20, 20, 20]
