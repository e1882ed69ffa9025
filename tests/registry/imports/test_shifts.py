"""Shifted rows betray themselves by the form of their cells; rows that only look odd are let through."""

from __future__ import annotations

import pytest

from linli.registry.rules.importing.shifts import overlong_rows, shifted_rows

HEADINGS = ("小区", "户数", "地址", "楼栋")
GOOD = [
    ("金桂花园", "320户", "晨光路1号", "5栋"),
    ("银杏里", "200户", "晨光路3号", "4栋"),
    ("荷风里", "暂无", "柳荫街", "12栋"),
    ("听澜苑", "46户", None, "2栋"),
    ("竹影里", "180户", "石井路9号", None),
    ("天域名流", "1410户", "石井路11号", "17栋"),
]
PLAIN = [
    ("甲", 320, 1, "晨光路"),
    ("乙", 20, 2, "柳荫街"),
    ("丙", 46, 3, "石井路"),
    ("丁", 9, 1, "晨光"),
    ("戊", 8, 2, "街"),
]


@pytest.mark.parametrize(
    ("row", "is_shifted"),
    [
        pytest.param(("金水湾", "晨光路7号", "6栋", "金水物业"), True, id="household count lost, the rest slid"),
        pytest.param(("金水湾", "6栋", "晨光路7号", "320户"), True, id="two figures changed places"),
        pytest.param(("金水湾", "晨光路7号", "320户", "6栋"), True, id="address and households changed places"),
        pytest.param(("金水湾", "晨光路", "7号", "6栋"), False, id="one odd figure: its own cell is refused"),
        pytest.param(("金水湾", "约320户", "晨光路7号", "6栋"), False, id="written otherwise, not elsewhere"),
        pytest.param(("金水湾", "3百户", "晨光路7号", "六栋"), False, id="odd words, nothing moved"),
        pytest.param(("金水湾", "３２０户", "6栋楼旁", "6栋"), False, id="full width digits, an address with figures"),
        pytest.param((None, None, None, None), False, id="blank"),
    ],
)
def test_units_tell_where_a_cell_belongs(row, is_shifted: bool) -> None:
    found = shifted_rows(HEADINGS, [*GOOD, row])
    assert (list(found) == [6]) is is_shifted, found


@pytest.mark.parametrize(
    ("row", "is_shifted"),
    [
        pytest.param((6, "甲里", 7, 5), True, id="slid to the right"),
        pytest.param(("己", "晨光路", 320, 1), True, id="words and figures slid"),
        pytest.param(("己", "很多", 2, "晨光路"), False, id="a word for a figure"),
    ],
)
def test_bare_figures_tell_it_by_sliding_together(row, is_shifted: bool) -> None:
    assert (list(shifted_rows(("名", "户", "栋", "地址"), [*PLAIN, row])) == [5]) is is_shifted


def test_what_betrays_a_row_is_named() -> None:
    found = shifted_rows(HEADINGS, [*GOOD, ("金水湾", "晨光路7号", "6栋", "金水物业")])
    assert found[6]["params"] == {"found": "“地址” 6栋 → “楼栋”"}


def test_a_few_rows_tell_no_form() -> None:
    assert shifted_rows(HEADINGS, [*GOOD[:3], ("金水湾", "晨光路7号", "6栋", "金水物业")]) == {}


def test_a_comma_inside_a_cell_makes_a_row_too_long() -> None:
    rows = [("甲", "1", None), ("乙", "晨光路", "3号"), ("丙", "2", None)]
    assert {place: found["params"] for place, found in overlong_rows(2, rows).items()} == {1: {"more": 1}}


def test_where_most_rows_go_on_the_heading_is_too_short() -> None:
    assert overlong_rows(1, [("甲", "1"), ("乙", "2"), ("丙", None)]) == {}
