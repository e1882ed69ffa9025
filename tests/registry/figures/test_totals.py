"""Published totals (C3): what a verified figure adds, and what returning it takes away again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories.organisation import DISTRICT, EAST_FIRST, NOW, Cast
from tests.registry.figures.conftest import Fill

from linli.foundation.clock import today
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.operations.verifying import return_figures, verify_figures
from linli.registry.queries.audited import dossier_of
from linli.registry.queries.entries import community_page, community_place
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.overview import overview
from linli.registry.queries.places import district_by_code
from linli.registry.queries.planning import planning_ground

HOUR = timedelta(hours=1)


def published(cast: Cast) -> tuple[float | None, str]:
    """Return the households of the first community as its page publishes them, and what of them is verified."""
    district = district_by_code(DISTRICT)
    area = area_of(cast.scope(Role.PLANNER), now=NOW)
    place = community_place(district, EAST_FIRST, area=area)
    page = community_page(district, place, area=area, shows_small=True, on=today(NOW))
    return page.figures[0].value, page.figures[0].note


@pytest.fixture
def officer_verifies(cast: Cast, fill: Fill) -> Callable[..., None]:
    def verifies(value: str, code: str, hours: int) -> None:
        version = fill(value, code=code, now=NOW + hours * HOUR)
        verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW + hours * HOUR)

    return verifies


class TestPublishedTotal:
    def test_changes_by_the_row_that_is_rejected(
        self, cast: Cast, fill: Fill, officer_verifies: Callable[..., None]
    ) -> None:
        officer_verifies("230", "X-0001", 0)
        officer_verifies("510", "X-0002", 0)
        fill("120", code="X-0004")
        assert published(cast) == (860, "已核实 740，2/4 个小区；1 个缺数")
        verified = fill("515", code="X-0002", now=NOW + HOUR)
        assert published(cast) == (860, "已核实 740，2/4 个小区；1 个缺数")
        verify_figures([verified], by=cast.scope(Role.SUBDISTRICT), now=NOW + 2 * HOUR)
        assert published(cast) == (865, "已核实 745，2/4 个小区；1 个缺数")
        waiting = fill("125", code="X-0004", now=NOW + 3 * HOUR)
        return_figures([waiting], reason="重复", by=cast.scope(Role.SUBDISTRICT), now=NOW + 3 * HOUR)
        assert published(cast) == (745, "已核实 745，2/4 个小区；2 个缺数")

    def test_loses_exactly_the_verified_row_that_is_returned(
        self, cast: Cast, fill: Fill, officer_verifies: Callable[..., None]
    ) -> None:
        officer_verifies("510", "X-0002", 0)
        fill("120", code="X-0004")
        version = fill("230")
        verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW + HOUR)
        assert published(cast) == (860, "已核实 740，2/4 个小区；1 个缺数")
        return_figures([version], reason="与名册不符", by=cast.scope(Role.PLANNER), now=NOW + 2 * HOUR)
        assert published(cast) == (860 - 230, "已核实 510，1/4 个小区；2 个缺数")

    def test_shows_the_value_that_counts_on_the_page_of_the_compound(
        self, signed_in_as: Callable[[Role], Client], fill: Fill, officer_verifies: Callable[..., None]
    ) -> None:
        officer_verifies("230", "X-0001", 0)
        fill("260", now=NOW + HOUR)
        page = signed_in_as(Role.WORKER).get("/ledger/compounds/X-0001/").content.decode()
        assert '<dd class="v">230<span' in page
        assert "<b>260</b>" in page


class TestSameRuleEverywhere:
    def test_plan_audit_and_home_read_what_counts(
        self, cast: Cast, fill: Fill, officer_verifies: Callable[..., None]
    ) -> None:
        officer_verifies("230", "X-0001", 0)
        officer_verifies("580", "X-0002", 0)
        fill("4600", code="X-0001", now=NOW + HOUR)
        now = NOW + 2 * HOUR
        planned = {row.code: (row.households, row.is_verified) for row in planning_ground(DISTRICT, now=now).compounds}
        assert planned["X-0001"] == (230, True)
        district = district_by_code(DISTRICT)
        audited = {row.code: row for row in dossier_of(district, layout_at(district, at=now), now=now).compounds}
        assert audited["X-0001"].households == 230
        assert audited["X-0001"].current["household_count"] == 4600
        seen = overview(area_of(cast.scope(Role.WORKER), now=now), low=1, high=100)
        assert (seen.households_verified, seen.compounds_verified) == (1110, 3)
