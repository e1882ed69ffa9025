from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from linli.foundation.ui.templatetags import linli as tags


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "digits", "written"),
        [(0, 0, "0"), (1234567, 0, "1,234,567"), (Decimal("61.25"), 1, "61.2"), (-46, 0, "-46")],
    )
    def test_are_written_with_thousands_separated(self, value, digits, written):
        assert tags.number(value, digits) == written

    def test_missing_is_a_word_and_never_zero(self):
        assert tags.number(None) == '<span class="miss">缺</span>'
        assert tags.percent(None) == tags.km2(None) == tags.distance(None) == tags.day(None) == tags.number(None)

    @pytest.mark.parametrize(("count", "written"), [(0, "0"), (5, "5"), (12, "12")])
    def test_counts_at_or_above_the_limit_are_shown(self, count, written):
        assert tags.masked(count) == written

    @pytest.mark.parametrize("count", [1, 4])
    def test_small_counts_are_masked(self, count):
        assert "少于 5" in tags.masked(count)
        assert str(count) not in tags.masked(count).replace("少于 5", "")

    @pytest.mark.parametrize(("metres", "written"), [(0, "0 m"), (999, "999 m"), (1000, "1.0 km"), (1940, "1.9 km")])
    def test_ways_change_unit_at_a_kilometre(self, metres, written):
        assert tags.distance(metres) == written


class TestDates:
    def test_day_of_a_moment_is_the_local_one(self):
        assert tags.day(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)) == "2026-11-24"
        assert tags.day(date(2026, 11, 23)) == "2026-11-23"

    def test_moment_is_local_to_the_minute(self):
        assert tags.moment(datetime(2026, 11, 23, 7, 20, tzinfo=UTC)) == "2026-11-23 15:20"
