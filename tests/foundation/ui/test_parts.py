from __future__ import annotations

import pytest

from linli.foundation.ui.navigation import Choice, NavGroup, NavItem, Switch
from linli.foundation.ui.parts import BandChart, BandRow, Norm, PageOfRows


class TestNorm:
    def test_missed_floor_draws_its_shortfall(self):
        norm = Norm(label="", value=75, norm=90, unit="%", top=100)
        assert (norm.is_missed, norm.bar, norm.tick, norm.gap_from, norm.gap) == (True, 300.0, 360.0, 300.0, 60.0)

    def test_exceeded_ceiling_is_missed_too(self):
        norm = Norm(label="", value=1.6, norm=1.0, unit="km", top=2, more_is_better=False)
        assert (norm.is_missed, norm.gap_from, norm.gap) == (True, 200.0, 120.0)

    def test_value_beyond_the_bar_ends_with_it(self):
        assert Norm(label="", value=150, norm=90, unit="%", top=100).bar == 400.0

    def test_missing_value_draws_nothing(self):
        norm = Norm(label="", value=None, norm=90, unit="%", top=100)
        assert (norm.bar, norm.gap, norm.is_missed) == (0.0, 0.0, False)


class TestBandChart:
    def test_edges_of_the_band_are_inside_it(self):
        rows = tuple(BandRow(name="", now=now) for now in (999, 1000, 3000, 3001))
        chart = BandChart(label="", rows=rows, low=1000, high=3000, top=4000)
        assert [drawn.is_out for drawn in chart.drawn] == [True, False, False, True]

    def test_new_and_abolished_communities_have_one_mark(self):
        rows = (BandRow(name="新", now=None, plan=1186), BandRow(name="撤", now=854))
        new, abolished = BandChart(label="", rows=rows, low=1000, high=3000, top=4000).drawn
        assert (new.now_x, abolished.plan_x) == (None, None)

    def test_axis_carries_round_marks(self):
        chart = BandChart(label="", rows=(), low=1000, high=3000, top=4000)
        assert [value for _, value, _ in chart.marks] == [0, 1000, 2000, 3000, 4000]


class TestPageOfRows:
    @pytest.mark.parametrize(
        ("number", "total", "span"), [(1, 0, (0, 0)), (1, 1, (1, 1)), (3, 146, (101, 146)), (2, 100, (51, 100))]
    )
    def test_names_the_rows_it_shows(self, number, total, span):
        page = PageOfRows(number=number, size=50, total=total)
        assert (page.first, page.last) == span

    def test_last_page_has_no_next(self):
        assert not PageOfRows(number=2, size=50, total=100).has_next


class TestNavigation:
    def test_group_on_the_rail_opens_its_first_entry(self):
        items = (
            NavItem(label="摸底排查", url="/census/", icon="x"),
            NavItem(label="方案", url="/p/", icon="x", is_current=True),
        )
        rail = NavGroup(title="优化社区布局", short="布局", icon="layout-board", items=items).rail_item
        assert (rail.url, rail.rail_label, rail.is_current) == ("/census/", "布局", True)

    def test_switch_without_mark_shows_its_first_choice(self):
        first = Choice(label="现状布局", url="?")
        assert Switch(choices=(first, Choice(label="草案 3", url="?l=3"))).current is first
        assert Switch(choices=()).current is None
