from __future__ import annotations

import pytest
from tests.factories.organisation import NOW
from tests.factories.registry import grid_district
from tests.layout.plans.test_pages import bare_frame, sign_in  # noqa: F401  (fixtures)

from linli.layout.plans.errors import CompoundNotMoved
from linli.layout.plans.models import AdjustmentPlan, PlanRevision
from linli.layout.plans.queries.cards import plan_card
from linli.layout.plans.queries.staying import staying_card
from linli.organisation.rules import Role


@pytest.fixture
def plan(ask) -> AdjustmentPlan:
    """A community of too many households beside one of too few."""
    grid_district("AAAAB AAAAB", "66663 66663")
    return ask()


def first_asked(plan: AdjustmentPlan) -> tuple[str, str]:
    return next(one for act in plan_card(plan).adjustments for one in act.asked)


class TestStaying:
    def test_says_why_the_compound_moves_and_what_it_costs(self, plan) -> None:
        code, name = first_asked(plan)
        card = staying_card(plan, code, now=NOW)
        assert card.name == name
        assert len(card.why) == 1
        assert "超过上限 3,000 户" in card.why[0]
        assert "不换社区，整个方案" in card.price

    def test_refuses_a_compound_that_the_plan_leaves(self, plan) -> None:
        moved = {code for act in plan_card(plan).adjustments for code in act.compounds}
        still = next(code for code in plan_card(plan).figures.compounds if code not in moved)
        with pytest.raises(CompoundNotMoved):
            staying_card(plan, still, now=NOW)

    def test_changes_nothing(self, plan) -> None:
        before = list(PlanRevision.objects.values_list("content_hash", flat=True))
        staying_card(plan, first_asked(plan)[0], now=NOW)
        assert list(PlanRevision.objects.values_list("content_hash", flat=True)) == before


class TestThePage:
    def test_leads_from_the_act_to_the_question(self, plan, sign_in) -> None:  # noqa: F811
        code, _name = first_asked(plan)
        page = sign_in(Role.PLANNER).get(f"/plans/{plan.number}/").content.decode()
        assert f'hx-get="/plans/{plan.number}/staying/{code}/"' in page
        assert f'id="staying-{code}"' in page

    def test_answers_a_fragment_or_a_page(self, plan, sign_in) -> None:  # noqa: F811
        code, name = first_asked(plan)
        client = sign_in(Role.PLANNER)
        address = f"/plans/{plan.number}/staying/{code}/"
        fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert fragment.lstrip().startswith('<div class="ll-staying"')
        assert "如果不动它" in fragment
        assert f"<h1>{name}" in client.get(address).content.decode()

    def test_knows_no_other_compound(self, plan, sign_in) -> None:  # noqa: F811
        assert sign_in(Role.PLANNER).get(f"/plans/{plan.number}/staying/X-9999/").status_code == 404
