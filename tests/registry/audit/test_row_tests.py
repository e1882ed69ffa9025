"""The tests of a survey row, one by one: the value that just passes, and the next one that does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.foundation.policies import NATIONAL, profile
from linli.registry.rules.fields import Ledger
from linli.registry.rules.row_tests import faults_of

ON = date(2026, 11, 20)
SOUND: dict[str, Any] = {
    "household_count": 400,
    "dwelling_count": 430,
    "occupied_count": 400,
    "residents_count": 1000,
    "registered_count": 700,
    "floating_count": 300,
    "age_60_plus": 220,
    "age_65_plus": 150,
    "age_80_plus": 30,
    "building_count": 4,
    "floor_area": 38000.5,
    "completion_year": 2004,
    "party_members": 60,
}


def told(ledger: str = Ledger.COMPOUND, **changed: Any) -> list[tuple[str, str, bool]]:
    row = SOUND | changed if ledger == Ledger.COMPOUND else changed
    return [(fault.test, fault.field, fault.is_hard) for fault in faults_of(row, on=ON, ledger=ledger)]


class TestFaultsOf:
    def test_passes_a_sound_row(self) -> None:
        assert told() == []

    @pytest.mark.parametrize(
        ("passing", "failing", "fault"),
        [
            ({"residents_count": 1800, "registered_count": 1500}, {"residents_count": 1801, "registered_count": 1500},
             ("PEOPLE_PER_HOUSEHOLD", "residents_count", False)),
            ({"residents_count": 600}, {"residents_count": 599}, ("PEOPLE_PER_HOUSEHOLD", "residents_count", False)),
            ({"occupied_count": 430}, {"occupied_count": 431}, ("PART_ABOVE_WHOLE", "occupied_count", True)),
            ({"household_count": 430}, {"household_count": 431}, ("PART_ABOVE_WHOLE", "household_count", False)),
            ({"registered_count": 500}, {"registered_count": 499},
             ("REGISTERED_AND_FLOATING", "registered_count", False)),
            ({"age_80_plus": 150}, {"age_80_plus": 151}, ("PART_ABOVE_WHOLE", "age_80_plus", True)),
            ({"age_65_plus": 220}, {"age_65_plus": 221}, ("PART_ABOVE_WHOLE", "age_65_plus", True)),
            ({"age_60_plus": 1000}, {"age_60_plus": 1001}, ("PART_ABOVE_WHOLE", "age_60_plus", True)),
            ({"party_members": 1000}, {"party_members": 1001}, ("PART_ABOVE_WHOLE", "party_members", True)),
            ({"building_count": 1}, {"building_count": 0}, ("NO_BUILDINGS", "building_count", True)),
            ({"dwelling_count": 2000}, {"dwelling_count": 2001}, ("CROWDED_BUILDINGS", "building_count", False)),
            ({"completion_year": 2026}, {"completion_year": 2027}, ("COMPLETED_LATER", "completion_year", True)),
            ({"floor_area": 300}, {"floor_area": -0.5}, ("NEGATIVE", "floor_area", True)),
            ({"floor_area": 3_000_000}, {"floor_area": 299}, ("OUT_OF_RANGE", "floor_area", False)),
        ],
        ids=lambda value: value[0] if isinstance(value, tuple) else "",
    )  # fmt: skip
    def test_draws_the_line_exactly(
        self, passing: dict[str, Any], failing: dict[str, Any], fault: tuple[str, str, bool]
    ) -> None:
        assert told(**passing) == []
        assert told(**failing) == [fault]

    def test_holds_a_contract_against_its_start(self) -> None:
        ledger = Ledger.PROPERTY_MANAGEMENT
        assert told(ledger, contract_start="2025-01-01", contract_end="2025-01-01") == []
        assert told(ledger, contract_start="2025-01-02", contract_end="2025-01-01") == [
            ("ENDS_BEFORE_IT_STARTS", "contract_end", True)
        ]

    def test_holds_aided_people_against_aided_households(self) -> None:
        assert told(Ledger.POPULATION, low_income_households=3, low_income_people=3) == []
        assert told(Ledger.POPULATION, low_income_households=3, low_income_people=2) == [
            ("FEWER_PEOPLE_THAN_HOUSEHOLDS", "low_income_people", True)
        ]

    @pytest.mark.parametrize("missing", [None, ""])
    def test_takes_missing_figures_for_neither_zero_nor_wrong(self, missing: object) -> None:
        assert told(**dict.fromkeys(SOUND, missing)) == []

    def test_reads_canonical_text_as_well_as_numbers(self) -> None:
        assert told(age_60_plus="1001") == [("PART_ABOVE_WHOLE", "age_60_plus", True)]

    def test_marks_a_field_once_and_puts_what_cannot_be_first(self) -> None:
        assert told(residents_count=1900, registered_count=1600, age_80_plus=2000) == [
            ("PART_ABOVE_WHOLE", "age_80_plus", True),
            ("PEOPLE_PER_HOUSEHOLD", "residents_count", False),
        ]

    def test_takes_its_bounds_from_the_policy_profile(self) -> None:
        standards = profile(NATIONAL).at(ON)
        assert standards["people_per_household"].band == (1.5, 4.5)
        assert faults_of(SOUND, on=ON, standards=standards) == ()

    def test_tells_fact_expectation_and_next_step(self) -> None:
        (fault,) = faults_of(SOUND | {"registered_count": 400}, on=ON)
        assert fault.sentence == "户籍人口加流动人口 700，不到常住人口 1,000 的 80%，请核对三个数的口径"
        (fault,) = faults_of(SOUND | {"completion_year": 2062}, on=ON)
        assert fault.sentence == "建成年份是 2062 年，晚于调查的 2026 年，请改正"
