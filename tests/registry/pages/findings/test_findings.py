from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.factories.organisation import DISTRICT, NOW, TODAY, Cast
from tests.factories.registry import CODES

from linli.foundation import trail
from linli.foundation.jobs import runs
from linli.foundation.trail import entries
from linli.organisation.rules import Role
from linli.registry.access import area_of, whole_district
from linli.registry.models import District, Finding
from linli.registry.operations.audit import run_audit
from linli.registry.operations.entries import Entered, edit_entry
from linli.registry.queries.finding_lists import Change, FindingsAsked, Order, course_of, finding_list

SignedIn = Callable[[Role], Client]


@pytest.fixture
def audited(district: District, cast: Cast) -> District:
    """Audited three days before and today: what lay in X-0001 has gone, something else in X-0002 has come."""
    write(cast, "X-0001", {"property_form": "无物业"}, NOW - timedelta(days=3))
    run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW - timedelta(days=2))
    write(cast, "X-0001", {"property_form": "专业物业"}, NOW)
    write(cast, "X-0002", {"property_form": "无物业", "household_count": "500"}, NOW)
    run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW + timedelta(minutes=5))
    return district


def write(cast: Cast, code: str, values: dict[str, str], at: Any) -> None:
    entered = Entered(values, TODAY - timedelta(days=4), "试验", reasons=dict.fromkeys(values, "试验"))
    edit_entry(ledger="compound", code=code, entered=entered, by=cast.scope(Role.PLANNER), now=at)


def listed(change: Change | None = None, **asked: Any) -> Any:
    area = whole_district(DISTRICT, now=NOW)
    return finding_list(area, FindingsAsked(change=change, **asked), now=NOW + timedelta(hours=1), limit=None)


class TestFindingList:
    def test_tells_what_is_new_what_stays_and_what_has_gone(self, audited: District) -> None:
        whole = listed()
        names = {(line.card.kind, line.card.subject_code): line for line in whole.lines}
        assert names["NO_PROPERTY_COVER", "X-0002"].change is Change.NEW
        assert ("NO_PROPERTY_COVER", "X-0001") not in names
        gone = [(line.card.kind, line.card.subject_code) for line in listed(Change.GONE).lines]
        assert ("NO_PROPERTY_COVER", "X-0001") in gone
        assert whole.changes == {
            Change.NEW: listed(Change.NEW).total,
            Change.STILL: listed(Change.STILL).total,
            Change.GONE: len(gone),
        }
        assert whole.total == whole.changes[Change.NEW] + whole.changes[Change.STILL]
        assert {line.change for line in listed(Change.STILL).lines} == {Change.STILL}

    def test_tells_since_when_each_stands(self, audited: District) -> None:
        lines = {(line.card.kind, line.card.subject_code): line for line in listed().lines}
        blind = lines["COMPOUND_UNASSIGNED", "X-0007"]
        assert (blind.since_on, blind.days) == (TODAY - timedelta(days=2), 2)
        assert lines["NO_PROPERTY_COVER", "X-0002"].days == 0

    @pytest.mark.parametrize("order", list(Order))
    def test_is_sorted_as_asked(self, audited: District, order: Order) -> None:
        rank = {"BAD": 0, "WARN": 1, "IDLE": 2}
        key: dict[str, Callable[[Any], Any]] = {
            "people": lambda line: line.card.people or 0,
            "households": lambda line: line.card.households or 0,
            "since": lambda line: line.since_on,
            "severity": lambda line: rank[line.card.severity],
        }
        values = [key[order.removeprefix("-")](line) for line in listed(order=order).lines]
        assert len(values) > 5
        assert values == sorted(values, reverse=order.startswith("-"))

    def test_of_a_community_holds_its_own_alone(self, audited: District, cast: Cast) -> None:
        area = area_of(cast.scope(Role.WORKER), now=NOW)
        mine = finding_list(area, FindingsAsked(), now=NOW, limit=None).lines
        filed = set(Finding.objects.filter(community__code=CODES["A"]).values_list("subject_code", flat=True))
        assert mine
        assert {line.card.subject_code for line in mine} <= filed
        assert listed(community=CODES["A"]).total == len(mine)

    def test_of_one_audit_calls_nothing_new(self, district: District) -> None:
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW)
        assert {line.change for line in listed().lines} == {Change.STILL}

    def test_is_read_in_few_queries(self, audited: District, django_assert_max_num_queries: Any) -> None:
        area = whole_district(DISTRICT, now=NOW)
        with django_assert_max_num_queries(10):
            finding_list(area, FindingsAsked(), now=NOW)


class TestCourse:
    def test_counts_the_last_audit_of_each_day(self, audited: District) -> None:
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW + timedelta(minutes=7))
        course = course_of(whole_district(DISTRICT, now=NOW), now=NOW + timedelta(hours=1))
        assert course.days == (TODAY - timedelta(days=2), TODAY)
        newest = next(iter(course.rows))
        assert (newest[0], newest[2]) == (TODAY, listed().total)

    def test_goes_back_thirty_days(self, audited: District) -> None:
        course = course_of(whole_district(DISTRICT, now=NOW), now=NOW + timedelta(days=29))
        assert course.days == (TODAY,)


class TestFindingsPage:
    def test_says_the_answer_first(self, audited: District, signed_in_as: SignedIn) -> None:
        page = signed_in_as(Role.PLANNER).get("/findings/").content.decode()
        whole = listed()
        assert f"{whole.total} 个问题，涉及 {whole.people:,} 人次" in page
        assert "下次自动核查 2026-11-24 02:00" in page
        assert "新出现" in page
        assert 'data-chart="findings-chart"' in page

    def test_filters_by_the_address(self, audited: District, signed_in_as: SignedIn) -> None:
        page = signed_in_as(Role.PLANNER).get("/findings/?change=GONE&group=COVER").content.decode()
        assert "1 个问题已消失" in page
        page = signed_in_as(Role.PLANNER).get("/findings/?q=nothing-is-called-so").content.decode()
        assert "没有符合条件的问题" in page

    @pytest.mark.parametrize("address", ["?group=X", "?change=X", "?sort=X", "?page=x", "?page=999999", "?community=9"])
    def test_takes_any_address(self, audited: District, signed_in_as: SignedIn, address: str) -> None:
        assert signed_in_as(Role.PLANNER).get(f"/findings/{address}", follow=True).status_code == 200

    def test_asks_for_an_audit_where_there_was_none(self, district: District, signed_in_as: SignedIn) -> None:
        assert "还没有核查过" in signed_in_as(Role.WORKER).get("/findings/").content.decode()

    @pytest.mark.parametrize("role", list(Role))
    def test_is_shown_to_each_role_within_its_area(self, audited: District, signed_in_as: SignedIn, role: Role) -> None:
        answer = signed_in_as(role).get("/findings/")
        assert answer.status_code == 200
        if role is Role.WORKER:
            assert "X-0007" not in answer.content.decode()

    def test_is_exported_with_its_taker(self, audited: District, signed_in_as: SignedIn) -> None:
        answer = signed_in_as(Role.WORKER).post("/findings/export/?group=COVER", {"form": "xlsx"})
        sheet = load_workbook(BytesIO(answer.content)).active
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
        assert "没有物业服务" in text
        assert "类别 覆盖" in text
        assert entries(DISTRICT, limit=1).cards[0].verb == "registry.findings.exported"

    def test_lets_who_may_audit_ask_for_it_at_once(self, audited: District, signed_in_as: SignedIn) -> None:
        assert signed_in_as(Role.WORKER).post("/findings/audit/").status_code in (403, 404)
        assert runs(district=DISTRICT) == ()
        assert signed_in_as(Role.PLANNER).post("/findings/audit/").status_code == 302
        assert [run.kind for run in runs(district=DISTRICT)] == ["linli.registry.jobs.audit_changes"]
