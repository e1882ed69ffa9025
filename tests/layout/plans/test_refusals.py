from __future__ import annotations

import pytest
from tests.factories.organisation import DISTRICT, EAST, NOW, WEST, told
from tests.factories.registry import grid_district

from linli.foundation.jobs.models import JobRun
from linli.layout.plans.errors import (
    AssumptionNotSound,
    BandCannotBeMet,
    CrossingNeedsWholeDistrict,
    HouseholdsMissing,
    NoCompoundsInArea,
    NotBeingMade,
    ProposedNameRefused,
    SeedOutOfRange,
    SignatureDiffers,
    SubdistrictUnknown,
    TitleEmpty,
)
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import cancel_plan, rename_plan, rename_proposed_community, request_plan
from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind
from linli.layout.plans.rules.figures import figures_from
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Role
from linli.registry.errors import DistrictUnknown
from linli.registry.models import Compound


def wishes(cast, **changes):
    return {"scope": cast.scope(Role.PLANNER), "district": DISTRICT, "seed": 7, "now": NOW, **changes}


def assumed(cast, **changes) -> Assumption:
    given = {
        "kind": AssumptionKind.PER_BUILDING,
        "households": 50.0,
        "reason": "同期小区每栋平均",
        "signature": cast.scope(Role.PLANNER).post.name,
    }
    return Assumption(**{**given, **changes})


@pytest.fixture
def nothing_changes(db):
    yield
    assert not AdjustmentPlan.objects.exists()
    assert not JobRun.objects.exists()
    assert not [entry for entry in told() if entry.verb.startswith("plans.")]


@pytest.mark.usefixtures("nothing_changes")
class TestARefusedRequest:
    def test_names_the_compounds_without_households_and_those_above_the_ceiling(self, cast) -> None:
        grid_district("AAAA BBBB", "?5?9 ????")
        with pytest.raises(HouseholdsMissing) as refusal:
            request_plan(**wishes(cast, band=(100, 800)))
        assert refusal.value.params["count"] == 6
        assert refusal.value.params["missing"][0] == ("X-0001", "乙字1号院")
        assert [code for code, _name in refusal.value.params["missing"]] == [
            f"X-{number:04d}" for number in (1, 3, 5, 6, 7, 8)
        ]
        assert refusal.value.params["above"] == [("X-0004", "戊字4号院", 900)]
        assert refusal.value.message.startswith("临溪区有 6 个小区没有户数（乙字1号院、")
        assert "另有 1 个小区单个就超过上限 800 户（戊字4号院）" in refusal.value.message

    def test_says_that_there_are_no_compounds(self, cast) -> None:
        grid_district("AABB", "0000")
        with pytest.raises(NoCompoundsInArea, match="临溪区的台账里没有小区"):
            request_plan(**wishes(cast))

    @pytest.mark.parametrize(
        ("band", "reason"),
        [
            ((3000, 1000), "下限大于上限"),
            ((-5, 3000), "下限应不小于 1 户"),
            ((0, 0), "下限应不小于 1 户"),
            ((5000, 9000), "一共 2,200 户，不足一个社区"),
            ((1500, 1600), "分成几个社区都有超出或不足"),
        ],
    )
    def test_says_why_a_band_cannot_be_met(self, cast, band, reason) -> None:
        grid_district("AABB", "5566")
        with pytest.raises(BandCannotBeMet, match=reason):
            request_plan(**wishes(cast, band=band))

    def test_says_that_nobody_lives_there(self, cast) -> None:
        grid_district("AABB", "5566")
        Compound.objects.update(household_count=0)
        with pytest.raises(BandCannotBeMet, match="没有一户人家"):
            request_plan(**wishes(cast))

    def test_wants_the_whole_district_for_crossing(self, cast) -> None:
        grid_district("AABB", "5566")
        with pytest.raises(CrossingNeedsWholeDistrict):
            request_plan(**wishes(cast, subdistrict=EAST, allow_cross_subdistricts=True))

    def test_wants_a_seed_from_zero(self, cast) -> None:
        grid_district("AABB", "5566")
        with pytest.raises(SeedOutOfRange):
            request_plan(**wishes(cast, seed=-1))

    def test_knows_only_subdistricts_of_the_district(self, cast) -> None:
        grid_district("AABB", "5566")
        with pytest.raises(SubdistrictUnknown):
            request_plan(**wishes(cast, subdistrict="990101099"))

    def test_wants_a_take_over_first(self, cast) -> None:
        with pytest.raises(DistrictUnknown):
            request_plan(**wishes(cast))

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"households": 0.0}, AssumptionNotSound),
            ({"households": float("nan")}, AssumptionNotSound),
            ({"reason": "  "}, AssumptionNotSound),
            ({"signature": "区委组织部 经办岗"}, SignatureDiffers),
        ],
    )
    def test_wants_a_sound_and_signed_assumption(self, cast, changes, refusal) -> None:
        grid_district("AABB", "55?6")
        with pytest.raises(refusal):
            request_plan(**wishes(cast, assumption=assumed(cast, **changes)))

    def test_still_names_compounds_that_the_assumption_does_not_reach(self, cast) -> None:
        grid_district("AABB", "55?6")
        with pytest.raises(HouseholdsMissing) as refusal:
            request_plan(**wishes(cast, assumption=assumed(cast, kind=AssumptionKind.PER_DWELLING)))
        assert refusal.value.params["missing"] == [("X-0003", "丁字3号院")]


@pytest.mark.parametrize(
    ("role", "district", "east", "west"),
    [
        (Role.PLANNER, None, None, None),
        (Role.ORGANISER, None, None, None),
        (Role.SUBDISTRICT, OutsideYourArea, None, OutsideYourArea),
        (Role.DEPARTMENT, NotPermitted, NotPermitted, NotPermitted),
        (Role.WORKER, NotPermitted, NotPermitted, NotPermitted),
        (Role.LEADER, NotPermitted, NotPermitted, NotPermitted),
        (Role.AUDITOR, NotPermitted, NotPermitted, NotPermitted),
        (Role.ADMIN, NotPermitted, NotPermitted, NotPermitted),
    ],
)
def test_who_may_ask_for_a_plan_where(cast, role, district, east, west) -> None:
    grid_district("AABB CCCC", "6666 5555", west="C")
    for subdistrict, refusal in ((None, district), (EAST, east), (WEST, west)):
        asked = wishes(cast, scope=cast.scope(role), subdistrict=subdistrict)
        before = AdjustmentPlan.objects.count()
        if refusal is None:
            request_plan(**asked)
            assert AdjustmentPlan.objects.count() == before + 1
        else:
            with pytest.raises(refusal):
                request_plan(**asked)
            assert AdjustmentPlan.objects.count() == before


class TestAnAssumption:
    def test_marks_every_figure_that_leans_on_it(self, cast, ask) -> None:
        grid_district("AABB", "55?6")
        plan = ask(assumption=assumed(cast))
        says = figures_from(plan.revisions.get().figures)
        # Four buildings of fifty households.
        assert says.compounds["X-0003"].households == 200
        assert says.estimated == ("X-0003",)
        assert plan.assumption["signature"] == cast.scope(Role.PLANNER).post.name


class TestCancelPlan:
    def test_stops_a_plan_that_waits_and_leaves_its_job_nothing_to_write(self, cast) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = request_plan(**wishes(cast))
        cancel_plan(plan.number, scope=cast.scope(Role.PLANNER), now=NOW)
        plan.refresh_from_db()
        assert plan.stage == AdjustmentPlan.Stage.CANCELLED
        assert JobRun.objects.get(public_id=plan.job).stage == "CANCELLED"

    def test_refuses_a_plan_that_is_made(self, cast, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        with pytest.raises(NotBeingMade):
            cancel_plan(plan.number, scope=cast.scope(Role.PLANNER), now=NOW)
        plan.refresh_from_db()
        assert plan.stage == AdjustmentPlan.Stage.DRAFT


class TestNames:
    def test_renames_a_plan(self, cast, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        rename_plan(plan.number, title="方案乙：匀一匀", scope=cast.scope(Role.PLANNER), now=NOW)
        plan.refresh_from_db()
        assert plan.title == "方案乙：匀一匀"
        assert told()[0].verb == "plans.plan.renamed"

    def test_refuses_an_empty_title(self, cast, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        with pytest.raises(TitleEmpty):
            rename_plan(plan.number, title="  ", scope=cast.scope(Role.PLANNER), now=NOW)

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("柳荫社区", "重名"),
            ("流银社区", "同音"),
            ("万科社区", "企业或品牌"),
            ("A区社区", "汉字"),
            ("映月", "加“社区”"),
        ],
    )
    def test_refuses_a_name_against_the_rules_for_place_names(self, cast, ask, name, reason) -> None:
        grid_district("AAAA AAAA", "9999 9999")
        plan = ask()
        before = plan.proposed.get(draft_id="new-1").name
        with pytest.raises(ProposedNameRefused, match=reason):
            rename_proposed_community(plan.number, draft_id="new-1", name=name, scope=cast.scope(Role.PLANNER), now=NOW)
        assert plan.proposed.get(draft_id="new-1").name == before
