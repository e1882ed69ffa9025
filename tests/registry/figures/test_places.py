"""Which figures lie in an area."""

from __future__ import annotations

import pytest
from tests.factories.organisation import EAST_FIRST, NOW, WEST_FIRST, Cast

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import Community, District, Facility, Fact
from linli.registry.queries.figures.places import in_area


class TestInArea:
    @pytest.mark.parametrize(
        ("role", "seen"), [(Role.PLANNER, ["F-0001", "F-0002"]), (Role.SUBDISTRICT, ["F-0001"])], ids=str
    )
    def test_holds_the_figures_of_facilities_by_their_community(
        self, cast: Cast, district: District, role: Role, seen: list[str]
    ) -> None:
        for code, community in (("F-0001", EAST_FIRST), ("F-0002", WEST_FIRST)):
            Facility.objects.create(
                district=district,
                code=code,
                name=code,
                kind="菜市场",
                community=Community.objects.get(code=community),
                founded_at=NOW,
            )
            Fact.objects.create(
                district=district,
                ledger="facility",
                subject_code=code,
                field="floor_area",
                value="300",
                recorded_at=NOW,
            )
        facts = Fact.objects.filter(in_area(area_of(cast.scope(role), now=NOW)), ledger="facility")
        assert sorted(facts.values_list("subject_code", flat=True)) == seen
