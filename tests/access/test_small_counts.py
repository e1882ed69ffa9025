"""Small counts of people stay with who keeps them: no page, file or answer tells them, nor does any difference."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.access.table import RULES
from tests.access.test_contents import text_of
from tests.access.test_routes import ask
from tests.access.world import LATER, World
from tests.factories.organisation import DISTRICT, told

from linli.foundation.jobs import execution
from linli.layout.plans.errors import SmallCountsInside
from linli.layout.plans.operations import request_plan
from linli.layout.plans.operations.export import export_plan
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import Compound, District
from linli.registry.operations.audit import run_audit
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.map_cards import community_card, parcel_card
from linli.registry.queries.map_files import layout_file, parcels_file
from linli.registry.queries.overview import overview

pytestmark = pytest.mark.django_db
SMALL, HIDDEN_FROM, SHOWN_TO = 3, (Role.DEPARTMENT, Role.AUDITOR), (Role.PLANNER, Role.SUBDISTRICT, Role.LEADER)


@pytest.fixture
def small(world: World) -> District:
    """Compound X-0004 of 柳荫社区 has three households and four people, all of them above sixty."""
    district = District.objects.get(code=DISTRICT)
    figures = {"household_count": SMALL, "residents_count": 4, "age_60_plus": 4}
    values = [
        NewValue("X-0004", field, str(count), as_of_on=date(2026, 11, 2), source="摸底")
        for field, count in figures.items()
    ]
    record_values(values, district=district, ledger="compound", by="台账岗", now=LATER)
    stored = Compound.objects.get(district=district, code="X-0004")
    assert (stored.household_count, stored.residents_count, stored.age_60_plus) == (3, 4, 4)
    return district


def area(world: World, role: Role):
    return area_of(world.scopes[role], now=LATER)


def on_map(world: World, district: District, role: Role) -> dict:
    _name, content = parcels_file(district, parcel_set=district.parcel_set, area=area(world, role))
    (entry,) = (one for one in json.loads(content)["parcels"] if one.get("compound") == "X-0004")
    return entry


class TestTheMap:
    @pytest.mark.parametrize("role", HIDDEN_FROM)
    def test_gives_them_to_nobody_else(self, world: World, small: District, role: Role) -> None:
        entry = on_map(world, small, role)
        assert (entry["households"], entry["people"], entry["age60"]) == (None, None, None)
        assert entry["name"] == "戊字4号院"

    @pytest.mark.parametrize("role", SHOWN_TO)
    def test_gives_them_to_who_keeps_them(self, world: World, small: District, role: Role) -> None:
        entry = on_map(world, small, role)
        assert (entry["households"], entry["people"], entry["age60"]) == (3, 4, 4)

    def test_sums_leave_them_out_so_that_no_difference_tells_them(self, world: World, small: District) -> None:
        def households(role: Role) -> int:
            _name, content = layout_file(small, layout_at(small, at=LATER), area=area(world, role))
            return next(
                one["households"] for one in json.loads(content)["communities"] if one["code"] == "990101001001"
            )

        shown = ["X-0001", "X-0002", "X-0005"]
        others = sum(Compound.objects.filter(code__in=shown).values_list("household_count", flat=True))
        assert households(Role.AUDITOR) == others
        assert households(Role.PLANNER) == others + SMALL

    def test_cards_hide_them_alike(self, world: World, small: District) -> None:
        layout = layout_at(small, at=LATER)
        on = date(2026, 11, 23)
        card = parcel_card(small, layout, "P-000004", area=area(world, Role.AUDITOR), on=on)
        assert (card.households, card.people, card.aged_share, card.is_small) == (None, None, None, True)
        community = "990101001001"
        seen = community_card(small, layout, community, area=area(world, Role.AUDITOR), on=on)
        kept = community_card(small, layout, community, area=area(world, Role.PLANNER), on=on)
        assert kept.households - seen.households == SMALL
        assert seen.missing == kept.missing


class TestTheFiguresOfTheDistrict:
    def test_leave_them_out_as_the_ledger_does(self, world: World, small: District) -> None:
        seen, kept = (overview(area(world, role), low=1000, high=3000) for role in (Role.AUDITOR, Role.PLANNER))
        assert kept.households - seen.households == SMALL
        assert kept.people - seen.people == 4


class TestWhatTheAuditFound:
    def test_tells_no_small_count(self, world: World, small: District) -> None:
        run_audit(district=DISTRICT, by=world.scopes[Role.PLANNER].actor, now=LATER)
        from linli.registry.queries.findings import findings

        for role in HIDDEN_FROM:
            for card in findings(area(world, role), limit=None).cards:
                assert card.households is None or card.households >= 5
                assert card.people is None or card.people >= 5


@pytest.mark.parametrize("route", ["api:compounds", "api:export", "registry:ledger-export"])
def test_no_list_or_file_tells_them(world: World, small: District, route: str) -> None:
    (rule,) = RULES[route]
    rule = replace(rule, body={"form": "csv"}) if rule.method == "POST" else rule
    said = {
        role: text_of(ask(world, role, route, rule, dict(world.names["OWN"]))) for role in (Role.AUDITOR, Role.PLANNER)
    }
    lines = {role: next(line for line in text.split("X-00") if line.startswith("04")) for role, text in said.items()}
    assert "3" in lines[Role.PLANNER].replace("2026", "")
    for mark in (",3,", ":3,", ": 3,", ",4,", ": 4,"):
        assert mark not in lines[Role.AUDITOR]


def test_papers_that_hold_them_are_not_handed_out_across_the_border(world: World, small: District) -> None:
    plan = request_plan(
        scope=world.scopes[Role.PLANNER], district=DISTRICT, subdistrict="990101001", band=(50, 9000), seed=7, now=LATER
    )
    execution.execute(plan.job)
    before = len(told())
    with pytest.raises(SmallCountsInside):
        export_plan(plan.number, scope=world.scopes[Role.AUDITOR], only=["plan.geojson"], now=LATER)
    assert len(told()) == before
    assert export_plan(plan.number, scope=world.scopes[Role.SUBDISTRICT], only=["plan.geojson"], now=LATER).files
