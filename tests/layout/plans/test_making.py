from __future__ import annotations

import json

from tests.factories.organisation import EAST, told
from tests.factories.registry import grid_district

from linli.foundation.jobs import run_card
from linli.layout.plans.models import AdjustmentPlan, PlanRevision, ProposedCommunity
from linli.layout.plans.rules.figures import PlanFigures, figures_from


def figures(plan: AdjustmentPlan) -> PlanFigures:
    return figures_from(plan.revisions.get().figures)


def document(plan: AdjustmentPlan) -> dict:
    return json.loads(bytes(plan.revisions.get().document))


class TestMakePlan:
    def test_moves_one_compound_from_the_large_community_to_the_small_one(self, ask) -> None:
        # A has 3,600 households, B 900: the nearest lawful layout hands one compound of 600 over.
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        assert run_card(plan.job).stage == "DONE"
        assert plan.stage == AdjustmentPlan.Stage.DRAFT
        assert plan.conflicts == []
        says = figures(plan)
        assert [(act.verb, act.from_ids, act.to_ids, act.households) for act in says.adjustments] == [
            ("TRANSFER", ("990101001001",), ("990101001002",), 600)
        ]
        assert says.adjustments[0].compounds in (("X-0003",), ("X-0007",))
        assert [(one.before.households, one.after.households) for one in says.communities] == [
            (3600, 3000),
            (900, 1500),
        ]
        assert (says.households, says.moved, says.bound) == (4500, 600, 600)
        assert all(requirement.is_met for requirement in says.requirements)

    def test_gives_a_blind_spot_to_a_neighbour(self, ask) -> None:
        grid_district("AA.BB", "56375")
        says = figures(ask())
        assert [(act.verb, act.from_ids, act.compounds, act.households) for act in says.adjustments] == [
            ("ASSIGN", (), ("X-0003",), 300)
        ]
        assert says.moved == 0

    def test_splits_a_community_that_is_too_large_and_names_the_new_one_after_a_street(self, ask) -> None:
        grid_district("AAAA AAAA", "9999 9999")
        plan = ask()
        says = figures(plan)
        assert {act.verb for act in says.adjustments} == {"SPLIT"}
        names = list(ProposedCommunity.objects.filter(plan=plan).values_list("name", flat=True))
        assert len(names) == len(set(names)) == 2
        streets = {"望江", "文庙", "石桥", "荷塘", "晨光", "槐荫", "翠屏", "双井"}
        assert {name.removesuffix("社区") for name in names} <= streets
        homeless = next(one for one in says.requirements if one.rule == "office-inside")
        assert homeless.offenders == ("new-1", "new-2")

    def test_keeps_to_the_subdistrict_it_was_asked_for(self, ask) -> None:
        grid_district("AABB CCCC", "6666 9999", west="C")
        plan = ask(subdistrict=EAST)
        assert document(plan)["communities"] == ["990101001001", "990101001002"]
        assert document(plan)["ids"] == ["P-000001", "P-000002", "P-000003", "P-000004"]
        assert figures(plan).adjustments == ()

    def test_never_cuts_a_compound(self, ask) -> None:
        grid_district("AAAB AAAB", "9+63 6666")
        says = figures(ask())
        assert next(one for one in says.requirements if one.rule == "compounds-whole").is_met

    def test_same_seed_gives_the_same_bytes(self, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        hashes = {ask().revisions.get().content_hash for _ in range(2)}
        assert len(hashes) == 1

    def test_tells_the_trail(self, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        assert [entry.verb for entry in told()][:2] == ["plans.plan.made", "plans.plan.requested"]
        assert told()[0].details["hash"] == PlanRevision.objects.get(plan=plan).content_hash

    def test_numbers_plans_within_district_and_year(self, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        assert [ask().number for _ in range(2)] == ["990101-2026-001", "990101-2026-002"]

    def test_states_the_four_bounds(self, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        says = figures(ask())
        whole = says.communities[0].before.bounds
        assert (whole.east, whole.south, whole.west, whole.north) == (
            ("荷塘街",),
            ("槐荫路",),
            ("翠屏街",),
            ("晨光路",),
        )


class TestAcrossSubdistricts:
    def test_marks_the_higher_track(self, ask) -> None:
        grid_district("AAACC", "99923", west="C", without_office="C")
        plan = ask(allow_cross_subdistricts=True)
        act = next(one for one in figures(plan).adjustments if one.to_ids == ("990101002001",))
        assert (act.verb, act.from_ids, act.households) == ("TRANSFER", ("990101001001",), 900)
        assert act.is_across_subdistricts

    def test_keeps_subdistricts_apart_unless_allowed(self, ask) -> None:
        grid_district("AAACC", "99966", west="C", without_office="C")
        plan = ask()
        assert figures(plan).adjustments == ()
        assert plan.conflicts == []
