from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.organisation import EAST, EAST_FIRST, NOW, Cast
from tests.registry.figures.conftest import Fill

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.operations.verifying import verify_figures
from linli.registry.queries.figures.rates import Rate, missing_entries, rate_table

SignedInAs = Callable[[Role], Client]


class TestRateTable:
    def test_counts_what_is_filled_in_and_verified(self, cast: Cast, fill: Fill) -> None:
        verify_figures([fill("230")], by=cast.scope(Role.SUBDISTRICT), now=NOW)
        fill("510", code="X-0002")
        table = rate_table(area_of(cast.scope(Role.SUBDISTRICT), now=NOW), "compound")
        rows = {row.code: row for row in table.rows}
        place = [key for key, _heading in table.fields].index("household_count")
        # Drawn compounds hold a number of buildings from the start.
        assert rows[EAST_FIRST].rates[place] == Rate(expected=4, filled=2, verified=1)
        assert (rows[EAST_FIRST].rates[place].completeness, rows[EAST_FIRST].rates[place].verification) == (50, 50)
        assert rows[EAST].rates[place] == Rate(expected=5, filled=2, verified=1)
        assert table.total.whole.expected == 5 * len(table.fields)

    def test_gathers_what_lies_in_no_community_for_the_district_alone(self, cast: Cast, district: object) -> None:
        whole = rate_table(area_of(cast.scope(Role.PLANNER), now=NOW), "compound")
        assert [(row.code, row.entries) for row in whole.rows][-1] == ("", 1)
        assert whole.total.entries == 8
        own = rate_table(area_of(cast.scope(Role.WORKER), now=NOW), "compound")
        assert [row.code for row in own.rows] == [EAST, EAST_FIRST]

    def test_knows_what_communities_lack_themselves(self, cast: Cast, fill: Fill) -> None:
        fill("2001-05-01", field="founded_date", code=EAST_FIRST, ledger="community")
        table = rate_table(area_of(cast.scope(Role.WORKER), now=NOW), "community")
        (row,) = [row for row in table.rows if row.code == EAST_FIRST]
        assert dict(zip([key for key, _h in table.fields], row.rates, strict=True))["founded_date"] == Rate(1, 1, 0)


class TestMissingEntries:
    def test_names_what_lacks_and_leaves_out_what_is_there(self, cast: Cast, fill: Fill) -> None:
        fill("230")
        area = area_of(cast.scope(Role.WORKER), now=NOW)
        lacking = missing_entries(area, ledger="compound", community=EAST_FIRST, field="household_count")
        assert [one.code for one in lacking] == ["X-0002", "X-0004", "X-0005"]
        everything = {
            one.code: [key for key, _heading in one.fields] for one in missing_entries(area, ledger="compound")
        }
        assert "household_count" not in everything["X-0001"]
        assert "address" in everything["X-0001"]


class TestPages:
    @pytest.mark.parametrize("address", ["/ledger/figures/rates/", "/ledger/figures/missing/"])
    @pytest.mark.parametrize("role", list(Role))
    def test_are_for_every_reader(self, district: object, signed_in_as: SignedInAs, role: Role, address: str) -> None:
        assert signed_in_as(role).get(address).status_code == 200

    def test_lead_from_a_share_to_what_is_missing(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        fill("230")
        client = signed_in_as(Role.SUBDISTRICT)
        page = client.get("/ledger/figures/rates/").content.decode()
        link = f"/ledger/figures/missing/?ledger=compound&amp;community={EAST_FIRST}&amp;field=household_count"
        assert link in page
        listed = client.get(link.replace("&amp;", "&")).content.decode()
        assert "/ledger/compounds/X-0002/edit/#field-household_count" in listed
        assert "/ledger/compounds/X-0001/" not in listed

    def test_lead_from_a_share_to_what_waits(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        fill("230")
        page = signed_in_as(Role.SUBDISTRICT).get("/ledger/figures/rates/?share=verified").content.decode()
        assert f"/ledger/figures/?community={EAST_FIRST}&amp;field=compound.household_count" in page

    def test_show_a_worker_nothing_of_the_neighbours(self, district: object, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.WORKER).get("/ledger/figures/rates/").content.decode()
        assert "柳荫社区" in page and "石井社区" not in page
