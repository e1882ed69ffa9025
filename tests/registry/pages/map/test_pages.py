from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.organisation import EAST_FIRST, NOW, WEST_FIRST, Cast

from linli.foundation.trail import SYSTEM
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import District, Layout, LayoutMember
from linli.registry.operations.audit import run_audit
from linli.registry.queries.map_cards import parcel_card

SignedInAs = Callable[[Role], Client]


@pytest.mark.usefixtures("district")
class TestMapPage:
    def test_is_for_signed_in_staff(self, client: Client) -> None:
        for address in ("/map/", "/map/sheet.pdf", "/map/parcels/P-000001/", "/map/found/?q=甲"):
            assert client.get(address).status_code == 302

    @pytest.mark.parametrize("role", list(Role))
    def test_opens_for_every_role(self, signed_in_as: SignedInAs, role: Role) -> None:
        answer = signed_in_as(role).get("/map/")
        assert answer.status_code == 200
        assert answer.context["config"]["band"] == {"low": 1000.0, "high": 3000.0}

    def test_focuses_on_the_area_of_the_post(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.PLANNER).get("/map/").context["config"]["area"] == []
        assert signed_in_as(Role.SUBDISTRICT).get("/map/").context["config"]["area"] == ["990101001"]
        assert signed_in_as(Role.WORKER).get("/map/").context["config"]["area"] == [EAST_FIRST]

    def test_lists_findings_worst_first_and_filters_them_by_group(
        self, signed_in_as: SignedInAs, district: District
    ) -> None:
        run_audit(district=district.code, by=SYSTEM, now=NOW)
        client = signed_in_as(Role.PLANNER)
        rows = client.get("/map/").context["rows"]
        assert rows[0].kind == "COMPOUND_UNASSIGNED"
        figures = client.get("/map/?group=FIGURE").context["rows"]
        assert {row.kind for row in figures} == {"MISSING_FIGURE"}
        assert client.get("/map/?group=NOTHING").context["rows"] == rows

    def test_switches_to_a_past_layout_and_says_so(self, signed_in_as: SignedInAs, district: District) -> None:
        first = Layout.objects.get()
        Layout.objects.filter(pk=first.pk).update(effective_until=NOW)
        second = Layout.objects.create(
            district=district, number=2, parcel_set=1, basis="PLAN", effective_from=NOW, content_hash="0" * 64
        )
        members = [
            LayoutMember(layout=second, parcel=row.parcel, community=row.community) for row in first.members.all()
        ]
        LayoutMember.objects.bulk_create(members)
        client = signed_in_as(Role.PLANNER)
        present, past = client.get("/map/"), client.get("/map/?layout=1")
        assert [choice.label for choice in present.context["layouts"].choices] == ["现状布局", "布局 1"]
        assert "不是现状" not in present.content.decode()
        assert "不是现状" in past.content.decode()
        assert past.context["config"]["layout"].startswith("/map/files/1/")
        assert client.get("/map/?layout=9").status_code == 404

    def test_says_when_there_is_no_district(self, signed_in_as: SignedInAs) -> None:
        Layout.objects.update(effective_from=NOW.replace(year=2030))
        assert "还没有地图" in signed_in_as(Role.PLANNER).get("/map/").content.decode()


@pytest.mark.usefixtures("district")
class TestCard:
    def test_shows_the_figures_of_a_compound(self, signed_in_as: SignedInAs) -> None:
        words = signed_in_as(Role.WORKER).get("/map/parcels/P-000001/").content.decode()
        assert "200<span" in words
        assert "/ledger/compounds/X-0001/" in words

    def test_shows_no_figures_outside_the_area(self, signed_in_as: SignedInAs) -> None:
        words = signed_in_as(Role.WORKER).get("/map/parcels/P-000006/").content.decode()
        assert "不在本岗位的管辖范围" in words
        assert "400" not in words
        words = signed_in_as(Role.WORKER).get(f"/map/communities/{WEST_FIRST}/").content.decode()
        assert "不在本岗位的管辖范围" in words

    def test_answers_404_for_what_is_not_there(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.PLANNER).get("/map/parcels/P-999999/").status_code == 404
        assert signed_in_as(Role.PLANNER).get("/map/communities/990101009009/").status_code == 404

    def test_names_who_could_take_a_blind_spot_over(self, district: District, cast: Cast) -> None:
        area = area_of(cast.scope(Role.PLANNER), now=NOW)
        card = parcel_card(district, Layout.objects.get(), "P-000007", area=area, on=NOW.date())
        assert {(one.code, one.households, one.is_within) for one in card.adopters} == {
            (EAST_FIRST, 1600, True),
            (WEST_FIRST, 900, False),
        }
        assert [one.distance_m for one in card.adopters] == sorted(one.distance_m or 0 for one in card.adopters)

    def test_sums_a_community(self, signed_in_as: SignedInAs) -> None:
        card = signed_in_as(Role.WORKER).get(f"/map/communities/{EAST_FIRST}/").context["card"]
        assert (card.compounds, card.households, card.people, card.missing) == (4, 1000, 2500, 1)


@pytest.mark.usefixtures("district")
class TestFoundOnTheMap:
    def test_gives_the_parcels_of_what_fits(self, signed_in_as: SignedInAs) -> None:
        rows = signed_in_as(Role.PLANNER).get("/map/found/?q=梅亭").context["rows"]
        assert [(row.code, parcels) for row, parcels in rows] == [(WEST_FIRST, ("P-000008", "P-000009"))]

    def test_finds_nothing_outside_the_area(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.WORKER).get("/map/found/?q=梅亭").context["rows"] == []


@pytest.mark.usefixtures("district")
class TestSheet:
    @pytest.mark.parametrize("role", [Role.PLANNER, Role.SUBDISTRICT, Role.WORKER])
    def test_is_a_pdf_of_the_area(self, signed_in_as: SignedInAs, role: Role) -> None:
        answer = signed_in_as(role).get("/map/sheet.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
