"""Lists as they stood on a past day: facts, entries and layout by their own intervals."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.factories.organisation import NOW, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import STANDING, Compound, CompoundEdition, District
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.queries.ledger import LedgerList, Tab, ledger_list

DAY = timedelta(days=1)


def write(district: District, code: str, *, households: int, at: datetime) -> None:
    record_values(
        [NewValue(code, "household_count", str(households), source="测试")],
        district=district,
        ledger="compound",
        by="测试",
        now=at,
    )


def listed(cast: Cast, tab: Tab, *, at: datetime | None, role: Role = Role.PLANNER) -> LedgerList:
    return ledger_list(tab, area_of(cast.scope(role), now=NOW + 9 * DAY, at=at), asked={})


def first_community(cast: Cast, key: str, *, at: datetime) -> object:
    lines = listed(cast, Tab.COMMUNITIES, at=at).lines
    return next(line.values[key] for line in lines if line.name == "柳荫社区")


def households(found: LedgerList) -> dict[str, object]:
    return {line.code: line.values["households"] for line in found.lines}


class TestEditions:
    def test_one_stands_per_compound_and_repeats_it(self, district: District) -> None:
        assert CompoundEdition.objects.filter(held_until=STANDING).count() == 8
        assert keep_editions(district, now=NOW + DAY) == 0

    def test_of_no_length_are_not_kept(self, district: District) -> None:
        write(district, "X-0001", households=300, at=NOW + DAY)
        write(district, "X-0001", households=310, at=NOW + DAY)
        spans = CompoundEdition.objects.filter(code="X-0001").values_list("household_count", "held_from", "held_until")
        assert sorted(spans, key=lambda span: span[1]) == [
            (200, NOW, NOW + DAY),
            (310, NOW + DAY, STANDING),
        ]

    def test_end_with_their_compound(self, district: District) -> None:
        Compound.objects.filter(code="X-0001").update(ended_at=NOW + DAY)
        assert keep_editions(district, now=NOW + DAY) == 1
        assert not CompoundEdition.objects.filter(code="X-0001", held_until=STANDING).exists()


class TestPastDay:
    def test_shows_the_figures_of_that_day_and_their_sum(self, cast: Cast, district: District) -> None:
        write(district, "X-0001", households=900, at=NOW + 2 * DAY)
        before, after = (listed(cast, Tab.COMPOUNDS, at=NOW + days * DAY) for days in (1, 3))
        assert households(before)["X-0001"] == 200
        assert households(after)["X-0001"] == 900
        assert after.totals[0].value - before.totals[0].value == 700
        assert households(listed(cast, Tab.COMPOUNDS, at=None))["X-0001"] == 900

    def test_counts_to_the_moment_of_the_act(self, cast: Cast, district: District) -> None:
        write(district, "X-0001", households=900, at=NOW + 2 * DAY)
        moment = timedelta(microseconds=1)
        assert households(listed(cast, Tab.COMPOUNDS, at=NOW + 2 * DAY))["X-0001"] == 900
        assert households(listed(cast, Tab.COMPOUNDS, at=NOW + 2 * DAY - moment))["X-0001"] == 200

    def test_holds_who_was_there_and_nobody_else(self, cast: Cast, district: District) -> None:
        Compound.objects.filter(code="X-0002").update(ended_at=NOW + 2 * DAY)
        keep_editions(district, now=NOW + 2 * DAY)
        assert "X-0002" in households(listed(cast, Tab.COMPOUNDS, at=NOW + DAY))
        assert "X-0002" not in households(listed(cast, Tab.COMPOUNDS, at=NOW + 3 * DAY))
        assert listed(cast, Tab.COMPOUNDS, at=NOW - DAY).lines == ()

    def test_sums_communities_from_the_compounds_of_that_day(self, cast: Cast, district: District) -> None:
        write(district, "X-0001", households=900, at=NOW + 2 * DAY)
        shown = [first_community(cast, "households", at=NOW + days * DAY) for days in (1, 3)]
        assert shown == [1000, 1700]

    def test_shows_fields_of_a_community_of_that_day(self, cast: Cast, district: District) -> None:
        for days, workers in ((1, "7"), (3, "12")):
            record_values(
                [NewValue("990101001001", "workers_total", workers, source="测试")],
                district=district,
                ledger="community",
                by="测试",
                now=NOW + days * DAY,
            )
        shown = [first_community(cast, "workers", at=NOW + days * DAY) for days in (0, 1, 2, 4)]
        assert shown == [None, 7, 7, 12]

    @pytest.mark.parametrize("role", [Role.SUBDISTRICT, Role.WORKER])
    def test_shows_no_more_than_the_post_covers_today(self, cast: Cast, district: District, role: Role) -> None:
        then, now = (set(households(listed(cast, Tab.COMPOUNDS, at=at, role=role))) for at in (NOW + DAY, None))
        assert then == now

    @pytest.mark.parametrize("tab", list(Tab))
    @pytest.mark.usefixtures("district")
    def test_is_there_for_every_list(self, cast: Cast, tab: Tab) -> None:
        assert listed(cast, tab, at=NOW + DAY).total == listed(cast, tab, at=None).total


class TestPage:
    @pytest.fixture(autouse=True)
    def _later(self, monkeypatch: pytest.MonkeyPatch, district: District) -> None:
        write(district, "X-0001", households=900, at=NOW + 2 * DAY)
        monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + 5 * DAY)

    def test_says_that_it_is_not_now(self, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.PLANNER).get("/ledger/?on=2026-11-24&households_min=300").content.decode()
        assert "2026-11-24</b> 当天结束时的台账，不是现状" in page
        assert "回到现状" in page

    @pytest.mark.parametrize(
        ("on", "found"), [("2026-11-24", 200), ("2026-11-25", 900), ("2026-11-28", 900), ("昨天", 900)]
    )
    def test_counts_what_was_written_on_the_day_itself(self, signed_in_as: SignedInAs, on: str, found: int) -> None:
        rows = signed_in_as(Role.PLANNER).get(f"/ledger/?on={on}&cols=households&code=X-0001").context["rows"]
        assert rows[0].cells[0].text == str(found)

    def test_exports_that_day_and_says_so(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post("/ledger/export/?on=2026-11-24&code=X-0001", {"form": "csv"})
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert ",200," in lines[1]
        assert "截至 2026-11-24 当天结束时的台账，不是现状" in lines[2]
        assert "2026-11-24.csv" in answer.headers["Content-Disposition"]
        assert told()[0].details["on"] == "2026-11-24"

    def test_before_the_first_day_says_that_nothing_was_there(self, signed_in_as: SignedInAs) -> None:
        assert "那天台账里还没有记录" in signed_in_as(Role.PLANNER).get("/ledger/?on=2026-11-01").content.decode()
