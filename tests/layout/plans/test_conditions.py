"""Exceptions and locks of one plan: asked for, kept, explained, listed."""

from __future__ import annotations

import json

import pytest
from tests.factories.organisation import DISTRICT, EAST, EAST_FIRST, EAST_SECOND, NOW, WEST_FIRST, told
from tests.factories.registry import grid_district

from linli.foundation.jobs.models import JobRun
from linli.layout.plans.errors import ExceptionNotSound, LockNotSound
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import request_plan
from linli.layout.plans.operations.export import export_plan
from linli.layout.plans.queries.cards import plan_card
from linli.layout.plans.queries.questions import question_asked_by
from linli.layout.plans.queries.wording.conflicts import conflict_cards
from linli.layout.plans.queries.wording.names import NameBook
from linli.organisation.models import Person
from linli.organisation.rules import Role

ROWS, HOMES = "AAAB AAAB", "6663 6666"


def moved_parcels(plan: AdjustmentPlan) -> set[str]:
    return set(plan_card(plan).moved_parcels)


class TestLocks:
    def test_hold_a_compound_where_it_is(self, ask) -> None:
        grid_district(ROWS, HOMES)
        free = moved_parcels(ask())
        assert len(free) == 1
        taken = free.pop()
        plan = ask(locks={f"X-{taken[2:].removeprefix('00')}": "房票安置未完"})
        assert moved_parcels(plan) and taken not in moved_parcels(plan)
        assert plan_card(plan).figures.moved == 600

    def test_hold_a_parcel_where_it_is(self, ask) -> None:
        grid_district(ROWS, HOMES)
        taken = moved_parcels(ask()).pop()
        assert taken not in moved_parcels(ask(locks={taken: ""}))

    def test_are_stored_and_asked_again_in_a_replay(self, ask) -> None:
        grid_district(ROWS, HOMES)
        plan = ask(locks={"X-0003": "安置未完", EAST_SECOND: ""})
        assert plan.parameters["locks"] == {EAST_SECOND: "", "X-0003": "安置未完"}
        problem = question_asked_by(plan.number, now=NOW).problem
        assert problem.locked_communities == {EAST_SECOND}
        assert [
            code for code, is_locked in zip(problem.parcel_ids, problem.locked_parcels, strict=True) if is_locked
        ] == ["P-000003"]
        assert told()[1].details["locks"] == [EAST_SECOND, "X-0003"]

    def test_that_make_the_plan_infeasible_are_named_with_the_way_out(self, ask, client, cast) -> None:
        grid_district(ROWS, HOMES)
        plan = ask(locks={EAST_FIRST: "选举期间不动"})
        assert "locked-out-of-band" in {one["kind"] for one in plan.conflicts}
        client.force_login(Person.objects.get(username="planner"))
        page = client.get(f"/plans/{plan.number}/").content.decode()
        assert "柳荫社区整体锁定，3,600 户不在 1,000–3,000 户内" in page
        way = f"/plans/new/?from={plan.number}&amp;unlock={EAST_FIRST}"
        assert f'<a href="{way}">解除柳荫社区的锁定</a>' in page
        form = client.get(way.replace("&amp;", "&"))
        assert form.context["rows"].locks.initial == []

    @pytest.mark.parametrize(
        ("code", "reason"),
        [("X-0404", "没有编号为 X-0404 的社区、小区或地块"), (WEST_FIRST, "没有编号为"), ("X-0003", "不属于任何社区")],
        ids=["unknown", "outside-the-area", "blind-spot"],
    )
    def test_refuse_what_cannot_be_held(self, cast, code, reason) -> None:
        grid_district("AA. CCC", "666 555", west="C")
        with pytest.raises(LockNotSound, match=reason):
            request_plan(
                scope=cast.scope(Role.PLANNER), district=DISTRICT, subdistrict=EAST, seed=7, locks={code: ""}, now=NOW
            )
        assert not AdjustmentPlan.objects.exists()
        assert not JobRun.objects.exists()

    def test_are_not_offered_for_opening_where_nothing_is_locked(self) -> None:
        stored = [
            {
                "kind": "not-contiguous",
                "params": {"community": EAST_FIRST},
                "proven": False,
                "remedies": [
                    {"kind": "register-parts", "params": {"community": EAST_FIRST}},
                    {"kind": "unlock", "params": {"community": EAST_FIRST}},
                ],
            }
        ]
        told = {
            has_locks: conflict_cards(
                stored, NameBook({EAST_FIRST: "柳荫社区"}), subdistricts={}, compounds={}, has_locks=has_locks
            )[0].remedies
            for has_locks in (True, False)
        }
        assert told[False] == ("为柳荫社区登记不连片的例外",)
        assert told[True] == ("为柳荫社区登记不连片的例外", "解除柳荫社区的锁定")


class TestExceptions:
    def test_leave_a_community_out_of_the_scale(self, ask) -> None:
        grid_district(ROWS, "6666 6666")
        plan = ask(exceptions={EAST_FIRST: "古城不动"})
        card = plan_card(plan)
        assert (card.figures.moved, plan.conflicts) == (0, [])
        assert [(one.name, one.reason, one.is_used) for one in card.exceptions] == [("柳荫社区", "古城不动", True)]

    def test_that_were_not_needed_are_said_so(self, ask) -> None:
        grid_district("AABB", "6666")
        card = plan_card(ask(exceptions={EAST_FIRST: "以防万一"}))
        assert [(one.name, one.is_used) for one in card.exceptions] == [("柳荫社区", False)]

    @pytest.mark.parametrize(
        ("exceptions", "reason"),
        [
            ({"990101001099": "没有"}, "没有编号为 990101001099 的社区"),
            ({EAST_FIRST: " "}, "柳荫社区：没有写理由"),
            ({EAST_FIRST: "问 13800138000"}, "手机号"),
            ({EAST_FIRST: "长" * 201}, "200 字以内"),
        ],
        ids=["unknown", "no-reason", "personal", "long"],
    )
    def test_refuse_what_is_not_sound(self, cast, exceptions, reason) -> None:
        grid_district(ROWS, HOMES)
        with pytest.raises(ExceptionNotSound, match=reason):
            request_plan(scope=cast.scope(Role.PLANNER), district=DISTRICT, seed=7, exceptions=exceptions, now=NOW)
        assert not AdjustmentPlan.objects.exists()


class TestTheForm:
    @pytest.fixture
    def planner(self, client, cast):
        client.force_login(Person.objects.get(username="planner"))
        return client

    def post(self, client, exceptions=(), locks=(), **more):
        sent = {"subdistrict": "district", "low": 1000, "high": 3000, "seed": 7, **more}
        for prefix, first, rows in (("exceptions", "community", exceptions), ("locks", "place", locks)):
            sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
            for number, (place, reason) in enumerate(rows):
                sent |= {f"{prefix}-{number}-{first}": place, f"{prefix}-{number}-reason": reason}
        return client.post("/plans/new/", sent)

    def test_takes_several_exceptions_and_locks(self, planner) -> None:
        grid_district(ROWS, HOMES)
        answer = self.post(
            planner,
            exceptions=[(EAST_FIRST, "古城不动"), ("", ""), (EAST_SECOND, "库区")],
            locks=[("X-0002 丙字2号院", "安置"), ("石井社区", ""), ("P-000001", "")],
        )
        assert answer.status_code == 302
        stored = AdjustmentPlan.objects.get().parameters
        assert stored["exceptions"] == {EAST_FIRST: "古城不动", EAST_SECOND: "库区"}
        assert stored["locks"] == {EAST_SECOND: "", "P-000001": "", "X-0002": "安置"}

    def test_gives_one_more_row_without_judging_what_is_typed(self, planner) -> None:
        grid_district(ROWS, HOMES)
        answer = self.post(planner, exceptions=[(EAST_FIRST, "")], more="exceptions", low="")
        assert answer.status_code == 200
        assert len(answer.context["rows"].exceptions.forms) == 2
        assert 'name="exceptions-1-community"' in answer.content.decode()
        assert not AdjustmentPlan.objects.exists()

    @pytest.mark.parametrize(
        ("exceptions", "locks", "fault"),
        [
            ([(EAST_FIRST, "")], [], "没有写理由"),
            ([("", "古城")], [], "没有选社区"),
            ([("990101002001", "别区")], [], "exceptions-0-community"),
            ([], [("", "理由")], "没有填锁定哪里"),
            ([], [("X-0404", "")], "没有编号为 X-0404"),
        ],
    )
    def test_keeps_rows_that_are_refused(self, planner, exceptions, locks, fault) -> None:
        grid_district(ROWS, HOMES)
        answer = self.post(planner, exceptions=exceptions, locks=locks)
        assert answer.status_code == 422
        assert fault in answer.content.decode()
        assert not AdjustmentPlan.objects.exists()

    def test_asks_which_of_two_places_of_one_name_is_meant(self, planner) -> None:
        grid_district(ROWS, HOMES, homes={"X-0001": "沁园", "X-0005": "沁园"})
        answer = self.post(planner, locks=[("沁园", "")])
        assert answer.status_code == 422
        assert "有 2 处叫“沁园”：X-0001、X-0005" in answer.content.decode()

    def test_starts_with_the_conditions_of_another_plan(self, planner, ask) -> None:
        grid_district(ROWS, HOMES)
        plan = ask(band=(900, 2500), exceptions={EAST_FIRST: "古城"}, locks={"X-0002": "安置"})
        form = planner.get(f"/plans/new/?from={plan.number}&high=3200")
        assert (form.context["form"].initial["low"], form.context["form"].initial["high"]) == (900, 3200)
        page = form.content.decode()
        assert "X-0002 丙字2号院" in page
        assert f'<option value="{EAST_FIRST}" selected>' in page

    def test_shows_registered_exceptions_as_counted(self, planner, cast) -> None:
        from linli.registry.operations.exemptions import Asked, register_exemption
        from linli.registry.rules.exempting import ExemptionKind

        grid_district(ROWS, HOMES)
        asked = Asked(ExemptionKind.BAND, EAST_FIRST, "古城保护区")
        register_exemption(asked, by=cast.scope(Role.PLANNER), now=NOW)
        page = planner.get("/plans/new/").content.decode()
        assert "已登记、现在有效的例外，自动计入" in page
        assert "古城保护区" in page


class TestWhereItIsTold:
    def test_stands_in_page_papers_and_workbook(self, ask, client, cast) -> None:
        grid_district(ROWS, HOMES)
        plan = ask(exceptions={EAST_FIRST: "古城不动"}, locks={"X-0002": "安置未完", EAST_SECOND: ""})
        client.force_login(Person.objects.get(username="planner"))
        page = client.get(f"/plans/{plan.number}/").content.decode()
        assert "锁定的 2 处没有变动" in page
        assert "安置未完" in page
        assert "古城不动" in page
        files = export_plan(plan.number, scope=cast.scope(Role.PLANNER), now=NOW).files
        for name in ("fangan.docx", "duizhaobiao.docx"):
            assert "编制时锁定不动的有2处：石井社区、丙字2号院（安置未完）。" in text_of(files[name]), name
        assert json.loads(files["plan.json"])["format"] == "linli-plan/1"


def text_of(docx: bytes) -> str:
    import io

    from docx import Document

    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)
