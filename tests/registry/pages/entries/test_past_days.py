"""The page of a compound and of a community as on a past day: values, verdicts, members and findings of that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.factories.organisation import EAST_FIRST, NOW, Cast
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.foundation.trail import SYSTEM
from linli.organisation.rules import Role
from linli.registry.models import Compound, District, PropertyManagement
from linli.registry.operations.archiving import archive_compounds
from linli.registry.operations.audit import run_audit
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.facts import Filler, NewValue, record_values
from linli.registry.operations.verifying import return_figures, verify_figures
from linli.registry.queries.figures import FigureVersion

DAY = timedelta(days=1)
HAND = Filler("网格员", "worker-post", "elsewhere", EAST_FIRST)
PAGE = "/ledger/compounds/X-0001/"


def write(district: District, households: str, *, at: datetime) -> FigureVersion:
    value = NewValue("X-0001", "household_count", households, "实际入住户", date(2026, 11, 1), "摸底")
    record_values([value], district=district, ledger="compound", by=HAND, now=at)
    return FigureVersion("compound", "X-0001", "household_count", at)


@pytest.fixture(autouse=True)
def _ten_days_on(district: District, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled in on the first day, verified on the third, changed on the fifth, returned on the seventh."""
    keep_editions(district, now=NOW)
    first = write(district, "230", at=NOW + DAY)
    verify_figures([first], by=cast.scope(Role.SUBDISTRICT), now=NOW + 3 * DAY)
    second = write(district, "260", at=NOW + 5 * DAY)
    return_figures([second], reason="偏大", by=cast.scope(Role.SUBDISTRICT), now=NOW + 7 * DAY)
    monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + 10 * DAY)


def on(days: int) -> str:
    return f"?on={(NOW + days * DAY).date().isoformat()}"


class TestCompound:
    @pytest.mark.parametrize(
        ("days", "value", "stage", "counts"),
        [
            (1, "230", "WAITING", 230),
            (3, "230", "VERIFIED", 230),
            (5, "260", "WAITING", 230),
            (7, "260", "RETURNED", 230),
        ],
    )
    def test_shows_what_stood_and_what_counted(
        self, signed_in_as: SignedInAs, days: int, value: str, stage: str, counts: int
    ) -> None:
        page = signed_in_as(Role.PLANNER).get(PAGE + on(days)).context["page"]
        item = next(item for item in page.items if item.key == "household_count")
        assert (item.value, item.stage, page.figures[0].value) == (value, stage, counts)
        assert len(page.changes) == (1 if days < 5 else 2)

    def test_says_that_it_is_not_now_and_offers_no_acts(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).get(PAGE + on(3))
        text = answer.content.decode()
        assert "当天结束时的样子" in text and "回到现状" in text
        assert f"{PAGE}edit/" not in text
        assert f"{PAGE}edit/" in signed_in_as(Role.PLANNER).get(PAGE).content.decode()

    def test_shows_the_contract_of_then(self, signed_in_as: SignedInAs) -> None:
        compound = Compound.objects.get(code="X-0001")
        old = {"company_name": "旧物业", "recorded_at": NOW, "replaced_at": NOW + 4 * DAY}
        PropertyManagement.objects.create(compound=compound, **old)
        PropertyManagement.objects.create(compound=compound, company_name="新物业", recorded_at=NOW + 4 * DAY)
        client = signed_in_as(Role.PLANNER)
        names = {
            days: [row.company_name for row in client.get(PAGE + on(days)).context["page"].contracts] for days in (3, 5)
        }
        assert names == {3: ["旧物业"], 5: ["新物业"]}

    def test_of_an_archived_one_is_still_there_for_its_days(self, signed_in_as: SignedInAs, cast: Cast) -> None:
        archive_compounds(["X-0001"], reason="已拆除", by=cast.scope(Role.PLANNER), now=NOW + 8 * DAY)
        client = signed_in_as(Role.PLANNER)
        assert client.get(PAGE + on(7)).status_code == 200
        gone = client.get(PAGE + on(9))
        assert (gone.status_code, "台账里没有它" in gone.content.decode()) == (404, True)
        assert client.get(PAGE).status_code == 404

    def test_before_the_ledger_is_told(self, signed_in_as: SignedInAs) -> None:
        assert "台账里没有它" in signed_in_as(Role.PLANNER).get(PAGE + on(-30)).content.decode()

    def test_of_others_is_not_there(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.SUBDISTRICT).get(f"/ledger/compounds/X-0009/{on(3)}").status_code == 404

    def test_shows_what_the_audit_of_then_found(self, signed_in_as: SignedInAs, district: District, cast: Cast) -> None:
        run_audit(district=district.code, by=SYSTEM, now=NOW + 2 * DAY)
        area = NewValue("X-0001", "floor_area", "20000", "", date(2026, 11, 1), "摸底")
        record_values([area], district=district, ledger="compound", by=HAND, now=NOW + 6 * DAY)
        run_audit(district=district.code, by=SYSTEM, now=NOW + 6 * DAY)
        client = signed_in_as(Role.PLANNER)
        lacking = "MISSING_FIGURE-X-0001:floor_area"
        found = {days: {row.code for row in client.get(PAGE + on(days)).context["findings"]} for days in (1, 3, 7)}
        assert (found[1], lacking in found[3], lacking in found[7]) == (set(), True, False)


class TestCommunity:
    def test_adds_up_the_members_of_then(self, signed_in_as: SignedInAs, cast: Cast) -> None:
        archive_compounds(["X-0002"], reason="已拆除", by=cast.scope(Role.PLANNER), now=NOW + 4 * DAY)
        client, address = signed_in_as(Role.PLANNER), f"/ledger/communities/{EAST_FIRST}/"
        pages = {days: client.get(address + on(days)).context["page"] for days in (1, 5)}
        now = client.get(address).context["page"]
        assert [row.code for row in pages[1].compounds] == ["X-0001", "X-0002", "X-0004", "X-0005"]
        assert [row.code for row in pages[5].compounds] == [row.code for row in now.compounds]
        assert [page.figures[0].value for page in (pages[1], pages[5], now)] == [1030, 530, 530]

    def test_links_to_its_compounds_on_that_day(self, signed_in_as: SignedInAs) -> None:
        text = signed_in_as(Role.PLANNER).get(f"/ledger/communities/{EAST_FIRST}/{on(3)}").content.decode()
        assert f"{PAGE}{on(3)}" in text


def test_the_list_of_a_past_day_leads_to_pages_of_that_day(signed_in_as: SignedInAs) -> None:
    page = signed_in_as(Role.PLANNER).get(f"/ledger/{on(3)}")
    assert page.context["rows"][0].url.endswith(on(3))
