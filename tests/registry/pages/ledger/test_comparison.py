"""Two days of the ledger: new, gone, changed old → new per figure, sums per community; a workbook of it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from tests.factories.organisation import NOW, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs
from tests.registry.pages.ledger.test_past_days import DAY, write

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import Compound, District
from linli.registry.operations.editions import keep_editions
from linli.registry.queries.ledger_comparison import LedgerComparison, compare_days


def compared(cast: Cast, *, old: datetime, new: datetime, role: Role = Role.PLANNER) -> LedgerComparison:
    return compare_days(area_of(cast.scope(role), now=NOW + 9 * DAY), old=old, new=new)


@pytest.fixture
def _changes(district: District) -> None:
    """On the second day X-0001 has 900 households, X-0002 is gone; on the third X-0001 has 910."""
    write(district, "X-0001", households=900, at=NOW + 2 * DAY)
    Compound.objects.filter(code="X-0002").update(ended_at=NOW + 2 * DAY)
    keep_editions(district, now=NOW + 2 * DAY)
    write(district, "X-0001", households=910, at=NOW + 3 * DAY)


@pytest.mark.usefixtures("_changes")
class TestComparison:
    def test_tells_old_and_new_of_each_figure(self, cast: Cast) -> None:
        changed = compared(cast, old=NOW + 2 * DAY, new=NOW + 4 * DAY).changed
        assert [(row.code, row.label, row.old, row.new) for row in changed] == [("X-0001", "总户数", "900", "910")]

    def test_tells_who_is_gone_and_who_is_new(self, cast: Cast) -> None:
        forth = compared(cast, old=NOW + DAY, new=NOW + 4 * DAY)
        assert [(row.code, row.community, row.households) for row in forth.gone] == [("X-0002", "柳荫社区", "500")]
        assert forth.arrived == ()
        first = compared(cast, old=NOW - DAY, new=NOW + DAY)
        assert (len(first.arrived), first.gone, first.changed) == (8, (), ())

    def test_sums_each_community_on_both_days(self, cast: Cast) -> None:
        rows = compared(cast, old=NOW + DAY, new=NOW + 4 * DAY).communities
        sums = {row.name: (row.old.households, row.new.households) for row in rows}
        assert sums == {"柳荫社区": (1000, 1210), "石井社区": (400, 400), "梅亭社区": (300, 300)}
        assert [row.is_changed for row in rows] == [True, False, False]

    def test_of_a_day_with_itself_is_empty(self, cast: Cast) -> None:
        same = compared(cast, old=NOW + 4 * DAY, new=NOW + 4 * DAY)
        assert (same.arrived, same.gone, same.changed) == ((), (), ())

    def test_shows_no_more_than_the_post_covers(self, cast: Cast, district: District) -> None:
        write(district, "X-0009", households=50, at=NOW + 3 * DAY)
        changed = compared(cast, old=NOW + 2 * DAY, new=NOW + 4 * DAY, role=Role.WORKER).changed
        assert {row.code for row in changed} == {"X-0001"}


@pytest.mark.usefixtures("_changes")
class TestPage:
    @pytest.fixture(autouse=True)
    def _later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + 5 * DAY + timedelta(hours=1))

    def test_shows_changes_for_every_reader(self, signed_in_as: SignedInAs) -> None:
        for role in (Role.PLANNER, Role.WORKER, Role.AUDITOR):
            answer = signed_in_as(role).get("/ledger/compare/?old=2026-11-25&new=2026-11-27")
            assert [row.new for row in answer.context["changed"]] == ["910"]

    def test_offers_the_usual_days_before_any_is_asked_for(self, signed_in_as: SignedInAs) -> None:
        usual = signed_in_as(Role.PLANNER).get("/ledger/compare/").context["usual"]
        assert [day.isoformat() for _name, day in usual] == ["2026-11-21", "2026-10-31", "2025-12-31"]

    def test_asks_for_days_in_their_order(self, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.PLANNER).get("/ledger/compare/?old=2026-11-27&new=2026-11-25").content.decode()
        assert "前一天要早于后一天" in page

    def test_writes_a_workbook_and_tells_the_trail(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post("/ledger/compare/?old=2026-11-24")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["改动", "新增", "不在了", "各社区合计"]
        assert [[cell.value for cell in row] for row in book["不在了"].iter_rows(min_row=3)] == [
            ["X-0002", "丙字2号院", "柳荫社区", "500"]
        ]
        sums = {row[1].value: (row[4].value, row[5].value) for row in book["各社区合计"].iter_rows(min_row=3)}
        assert sums["柳荫社区"] == (1000, 1210)
        assert told()[0].details == {"rows": 3, "old": "2026-11-24", "new": "2026-11-28"}
        assert "区民政局 经办岗" in book["改动"]["A2"].value
