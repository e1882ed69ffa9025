from __future__ import annotations

from datetime import date

import pytest

from linli.registry.queries.ledger import Between, Choices, Form, Line, ListColumn
from linli.registry.queries.ledger.figures import mean_of, ratio_of, share_of, sum_of
from linli.registry.queries.ledger.filters import counts_of, left_by, sound_filters
from linli.registry.queries.ledger.lines import fits_words, sort_lines
from linli.registry.queries.ledger.marks import SHORT
from linli.registry.rules.audit import KINDS

COLUMNS = (
    ListColumn("name", "小区", Form.NAME),
    ListColumn("households", "户数", Form.COUNT),
    ListColumn("as_of", "数据截至", Form.DAY),
    ListColumn("marks", "问题", Form.MARKS),
)
KIND = Choices("kind", "类型", {"商品房": "商品房", "安置房": "安置房"})
HOUSEHOLDS = Between("households", "户数", "户", (100,))
FILTERS = (KIND, HOUSEHOLDS)


def line(code: str, name: str, households: int | None, kind: str = "商品房", order: str = "") -> Line:
    return Line(
        code=code,
        name=name,
        searched=f"{name}\n{code}\n{order}",
        values={"name": name, "households": households, "as_of": date(2026, 11, 1)},
        orders={"name": order} if order else {},
        facets={"kind": (kind,)},
    )


LINES = [
    line("X-3", "云栖府", 300, "安置房", "yunqifu yqf"),
    line("X-1", "锦澜苑", None, "商品房", "jinlanyuan jly"),
    line("X-2", "江楼小区", 120, "商品房", "jianglou jlxq"),
]


def codes(lines: list[Line]) -> list[str]:
    return [one.code for one in lines]


class TestOrder:
    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("name", ["X-2", "X-1", "X-3"]),
            ("-name", ["X-3", "X-1", "X-2"]),
            ("households", ["X-2", "X-3", "X-1"]),
            ("-households", ["X-3", "X-2", "X-1"]),
            ("as_of", ["X-1", "X-2", "X-3"]),
            ("marks", ["X-1", "X-2", "X-3"]),
            ("nothing", ["X-1", "X-2", "X-3"]),
        ],
    )
    def test_puts_what_is_not_known_last_and_equals_by_code(self, order: str, expected: list[str]) -> None:
        assert codes(sort_lines(LINES, COLUMNS, order)) == expected

    def test_does_not_follow_the_order_of_the_input(self) -> None:
        assert codes(sort_lines(LINES[::-1], COLUMNS, "households")) == ["X-2", "X-3", "X-1"]


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "found"), [("锦澜", 1), ("JLY", 1), ("x-2", 1), ("江楼 小区", 1), ("江楼 苑", 0), ("", 3), ("j", 2)]
    )
    def test_looks_for_every_word_anywhere(self, words: str, found: int) -> None:
        assert sum(fits_words(one, words) for one in LINES) == found


class TestFilters:
    def test_leave_out_what_no_filter_knows(self) -> None:
        asked = {"kind": ["商品房", "宫殿"], "households_min": ["0x10"], "households_max": ["500"], "colour": ["red"]}
        assert sound_filters(FILTERS, asked) == {"kind": ("商品房",), "households_max": ("500",)}

    @pytest.mark.parametrize("text", ["", "-5", "1e9", "9999999999", "５０", " "])
    def test_take_only_whole_numbers_as_bounds(self, text: str) -> None:
        assert sound_filters(FILTERS, {"households_min": [text]}) == {}

    @pytest.mark.parametrize(
        ("chosen", "left"),
        [
            ({}, ["X-3", "X-1", "X-2"]),
            ({"kind": ("安置房",)}, ["X-3"]),
            ({"kind": ("安置房", "商品房")}, ["X-3", "X-1", "X-2"]),
            ({"households_min": ("120",)}, ["X-3", "X-2"]),
            ({"households_min": ("121",)}, ["X-3"]),
            ({"households_max": ("120",)}, ["X-2"]),
            ({"households_min": ("0",), "kind": ("商品房",)}, ["X-2"]),
        ],
    )
    def test_keep_both_bounds_and_drop_what_is_not_known(self, chosen: dict, left: list[str]) -> None:
        assert codes(left_by(LINES, FILTERS, chosen)) == left

    def test_count_each_value_with_the_other_conditions_kept(self) -> None:
        assert counts_of(KIND, LINES, FILTERS, {}) == {"商品房": 2, "安置房": 1}
        assert counts_of(KIND, LINES, FILTERS, {"households_min": ("1",), "kind": ("安置房",)}) == {
            "商品房": 1,
            "安置房": 1,
        }


class TestFigures:
    def rows(self) -> list[Line]:
        figures = [(300, 75), (100, None), (-46, 10), (None, 5)]
        return [Line(f"X-{i}", "甲", "甲", {"people": a, "elders": b}) for i, (a, b) in enumerate(figures)]

    def test_sum_leaves_out_missing_and_impossible_and_says_so(self) -> None:
        total = sum_of(self.rows(), "people", label="常住人口", unit="人")
        assert (total.value, total.note) == (400, "缺 2 个")

    def test_ratio_takes_lines_that_know_both(self) -> None:
        total = ratio_of(self.rows(), "elders", "people", label="60 岁以上")
        assert (total.value, total.note) == (25.0, "缺 3 个")

    def test_mean_and_share(self) -> None:
        assert mean_of(self.rows(), "people", label="").value == 200
        assert share_of(self.rows(), lambda one: one.code == "X-0", label="").value == 25.0

    def test_nothing_known_is_missing_and_no_lines_sum_to_nothing(self) -> None:
        assert sum_of(self.rows()[3:], "people", label="").value is None
        assert sum_of([], "people", label="").value == 0
        assert mean_of([], "people", label="").value is None


class TestMarks:
    def test_have_words_for_every_kind_of_finding(self) -> None:
        assert set(SHORT) == set(KINDS)
