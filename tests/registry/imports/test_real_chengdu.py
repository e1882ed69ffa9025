"""The messy table of 865 compounds: each record read or refused with a reason, no shifted row accepted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from linli.registry.rules.importing.remarks import sentence
from linli.registry.rules.importing.verdicts import Verdict
from linli.registry.rules.importing.without_ledger import JudgedFile, judge_file

GOLDEN = Path(__file__).parents[2] / "golden" / "chengdu_figures.json"
FIELDS = ("household_count", "building_count", "completion_year")


@pytest.fixture(scope="module")
def judged(real_data: Path) -> JudgedFile:
    content = (real_data / "chengdu" / "xiaoqu_messy.csv").read_bytes()
    return judge_file(content, file_name="xiaoqu_messy.csv", on=date(2026, 11, 24))


def figure(row, field: str) -> str:
    return row.values.get(field, {}).get("value", "")


class TestTheMessyTable:
    def test_has_a_verdict_for_each_of_its_865_records(self, judged) -> None:
        assert len(judged.judged) == 865
        assert judged.table.left_out == ()
        assert [row.row for row in judged.judged] == list(range(2, 867))
        assert all(row.faults for row in judged.refused)

    def test_refuses_the_three_shifted_rows_and_the_repeated_name_only(self, judged) -> None:
        reasons = {row.row: {fault["code"] for fault in row.faults} for row in judged.refused}
        assert {row: codes & {"ROW_SHIFTED", "NAME_REPEATED"} for row, codes in reasons.items()} == {
            25: {"NAME_REPEATED"},
            373: {"ROW_SHIFTED"},
            455: {"ROW_SHIFTED"},
            586: {"ROW_SHIFTED"},
            679: {"NAME_REPEATED"},
        }
        shifted = next(row for row in judged.refused if row.row == 373)
        assert "“location” 20栋 → “build_count”；“build_type” 580户 → “house_count”" in sentence(shifted.faults[-1])

    def test_gives_the_figures_that_were_checked_by_hand(self, judged) -> None:
        checked = {int(row): figures for row, figures in json.loads(GOLDEN.read_text()).items()}
        assert len(checked) >= 50
        read = {row.row: [figure(row, field) for field in FIELDS] for row in judged.judged if row.row in checked}
        assert read == {row: [str(number) for number in figures] for row, figures in checked.items()}

    def test_adds_up_to_the_known_sum(self, judged) -> None:
        counted = [int(figure(row, "household_count")) for row in judged.judged if figure(row, "household_count")]
        assert (len(counted), sum(counted), max(counted)) == (862, 1_328_152, 55_684)

    def test_asks_about_what_is_hardly_so(self, judged) -> None:
        asked = {row.row for row in judged.judged if any(w["code"] == "OUT_OF_RANGE" for w in row.warnings)}
        most = max(judged.judged, key=lambda row: int(figure(row, "household_count") or 0))
        assert most.row in asked
        assert most.verdict is Verdict.NEW
