"""Cells as offices write them: units inside, full width, dates in eight styles; what is not certain is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from linli.registry.rules.fields import fields_of
from linli.registry.rules.importing.values import parse_cell

FIELDS = fields_of("compound")


def parsed(field: str, cell, heading: str = ""):
    return parse_cell(cell, FIELDS[field], heading=heading or FIELDS[field].name.zh, mu_m2=666.67)


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 3),
        datetime(2026, 11, 3, 8, 37, 20),
        "2026-11-03",
        "2026/11/3",
        "2026.11.3",
        "2026年11月3日",
        "２０２６年１１月３日",
        "20261103",
        "二〇二六年十一月三日",
        "2026/11/3 8:37:20",
        46329,
    ],
    ids=str,
)
def test_a_day_is_read_in_each_style(cell) -> None:
    assert parsed("survey_date", cell).value == "2026-11-03"


@pytest.mark.parametrize("cell", ["26.11.3", "3/11/2026", "2026-13-40", "2026年11月", "上周", 12], ids=str)
def test_a_day_that_is_not_certain_is_refused(cell) -> None:
    found = parsed("survey_date", cell)
    assert (found.value, found.fault["code"]) == ("", "NOT_A_DATE")


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("household_count", "1124户", "1124"),
        ("household_count", "１，１２４ 户", "1124"),
        ("household_count", "共1124户", "1124"),
        ("household_count", "1.2万户", "12000"),
        ("household_count", "暂无信息", ""),
        ("household_count", " , \n\t", ""),
        ("completion_year", "2009年建成", "2009"),
        ("completion_year", "二〇〇九年建成", "2009"),
        ("completion_year", "2015-01-30", "2015"),
        ("completion_year", 2009.0, "2009"),
        ("land_area", "1.5公顷", "15000"),
        ("remark", " , \n\t,", ""),
        ("compound_code", "Ｘ－０００１", "X-0001"),
    ],
)
def test_what_is_meant_is_read(field: str, cell, value: str) -> None:
    found = parsed(field, cell)
    assert (found.value, found.fault) == (value, None)


@pytest.mark.parametrize(("cell", "value"), [("约300户", "300"), ("300余户", "300"), ("300左右", "300")])
def test_about_is_said(cell: str, value: str) -> None:
    found = parsed("household_count", cell)
    assert (found.value, found.warning["code"]) == (value, "ABOUT")


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("household_count", "20栋", "OTHER_UNIT"),
        ("household_count", "100至200户", "RANGE_FOR_COUNT"),
        ("household_count", "很多", "NOT_A_COUNT"),
        ("household_count", "12.5户", "NOT_A_COUNT"),
        ("household_count", "12户（含在建3户）", "NOT_A_COUNT"),
        ("completion_year", "板楼", "NOT_A_COUNT"),
        ("completion_year", "80年代", "NOT_A_COUNT"),
    ],
)
def test_what_is_not_certain_is_refused(field: str, cell: str, code: str) -> None:
    found = parsed(field, cell)
    assert (found.value, found.fault["code"]) == ("", code)
