"""What a question may not be: each fault by name, with what came."""

from __future__ import annotations

import numpy as np
import pytest

from linli.engine.districting.partition import Bounds
from linli.engine.errors import (
    BandNotSound,
    CountNotSound,
    FiguresNotSound,
    NobodyLives,
    NotSupported,
    ProblemNotSound,
    StartNotSound,
)

START = np.zeros(36, dtype=np.int32)


@pytest.mark.parametrize(
    ("wishes", "fault", "params"),
    [
        ({"k": 0}, CountNotSound, {"k": 0, "parcels": 36}),
        ({"k": 37}, CountNotSound, {"k": 37, "parcels": 36}),
        ({"k": 3, "seeds": (1, 2)}, CountNotSound, {"k": 3, "parcels": 2}),
        ({"k": 2, "low": 5, "high": 4}, BandNotSound, {"low": 5, "high": 4}),
        ({"k": 2, "people": [-1] + [1] * 35}, FiguresNotSound, {"field": "people", "row": 0, "came": "-1.0"}),
        ({"k": 2, "people": [1, np.nan] + [1] * 34}, FiguresNotSound, {"field": "people", "row": 1, "came": "nan"}),
        ({"k": 2, "people": [1, 1, 0.5] + [1] * 33}, FiguresNotSound, {"field": "people", "row": 2, "came": "0.5"}),
        ({"k": 2, "people": [0] * 36}, NobodyLives, {"parcels": 36}),
        ({"k": 2, "ids": ("same",) * 36}, ProblemNotSound, {"came": 1}),
        ({"k": 2, "objectives": {"beauty": 1.0}}, NotSupported, {"wish": "beauty"}),
        ({"k": 2, "objectives": {"moved": 1.0}}, StartNotSound, {}),
        ({"k": 2, "locked": START.astype(bool)}, StartNotSound, {}),
        ({"k": 2, "start": START - 1}, StartNotSound, {"row": 0}),
        ({"k": 2, "start": START[:5]}, ProblemNotSound, {"expected": 36, "came": 5}),
        ({"k": 2, "apart": [(0, 36)]}, ProblemNotSound, {"came": 36}),
        ({"k": 2, "start": START, "seeds": (0, 1)}, NotSupported, {"wish": "seeds with a start"}),
        ({"k": None, "seeds": (0, 1)}, NotSupported, {"wish": "max-p"}),
        ({"k": None, "low": 0}, BandNotSound, {"low": 0}),
    ],
)
def test_faults_are_named(ask, wishes, fault, params) -> None:
    with pytest.raises(fault) as refusal:
        ask(**wishes)
    assert params.items() <= refusal.value.params.items()


class TestBounds:
    def test_around_the_mean_keep_whole_numbers_inside(self) -> None:
        people = Bounds.around_mean("people", [10, 20, 30], k=2, share=0.1)
        assert (people.low, people.high) == (27, 33)

    def test_that_hold_no_whole_number_are_refused(self) -> None:
        with pytest.raises(BandNotSound) as refusal:
            Bounds.around_mean("people", [1, 2], k=2, share=0.0)
        assert refusal.value.params == {"low": 2, "high": 1}
