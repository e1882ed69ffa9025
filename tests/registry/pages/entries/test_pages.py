from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from tests.factories.organisation import EAST_FIRST, NOW, WEST_FIRST, Cast

from linli.foundation.trail import SYSTEM
from linli.organisation.rules import Role
from linli.registry.models import Compound, District, Fact
from linli.registry.operations.audit import run_audit
from linli.registry.operations.facts import NewValue, record_values

SignedInAs = Callable[[Role], Client]
pytestmark = pytest.mark.usefixtures("district")


def post(client: Client, address: str, **values: str) -> object:
    return client.post(address, {"as_of_on": "2026-11-23", "source": "社区摸底", **values})


class TestWhoSees:
    @pytest.mark.parametrize(
        ("role", "own", "next_door", "elsewhere", "blind"),
        [
            (Role.PLANNER, 200, 200, 200, 200),
            (Role.ORGANISER, 200, 200, 200, 200),
            (Role.DEPARTMENT, 200, 200, 200, 200),
            (Role.LEADER, 200, 200, 200, 200),
            (Role.AUDITOR, 200, 200, 200, 200),
            (Role.ADMIN, 200, 200, 200, 200),
            (Role.SUBDISTRICT, 200, 200, 404, 404),
            (Role.WORKER, 200, 404, 404, 404),
        ],
    )
    def test_compounds_by_area(
        self, signed_in_as: SignedInAs, role: Role, own: int, next_door: int, elsewhere: int, blind: int
    ) -> None:
        client = signed_in_as(role)
        codes = ("X-0001", "X-0006", "X-0008", "X-0007")
        found = [client.get(f"/ledger/compounds/{code}/").status_code for code in codes]
        assert found == [own, next_door, elsewhere, blind]

    def test_communities_by_area(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        assert client.get(f"/ledger/communities/{EAST_FIRST}/").status_code == 200
        assert client.get(f"/ledger/communities/{WEST_FIRST}/").status_code == 404

    def test_the_subdistrict_beside_a_blind_spot_sees_it_once_audited(
        self, signed_in_as: SignedInAs, district: District
    ) -> None:
        run_audit(district=district.code, by=SYSTEM, now=NOW)
        from linli.registry.models import Finding

        nearest = Finding.objects.get(kind="COMPOUND_UNASSIGNED").subdistrict
        assert nearest is not None
        expected = 200 if nearest.code == "990101001" else 404
        assert signed_in_as(Role.SUBDISTRICT).get("/ledger/compounds/X-0007/").status_code == expected

    def test_nobody_without_signing_in(self, client: Client) -> None:
        assert client.get("/ledger/compounds/X-0001/").status_code == 302
        assert client.post("/ledger/compounds/X-0001/edit/").status_code == 302


class TestCompoundPage:
    def test_says_where_it_lies_and_what_is_near(self, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.WORKER).get("/ledger/compounds/X-0001/").context["page"]
        assert (page.place.community, page.place.parcels) == ("柳荫社区", ("P-000001",))
        assert page.bounds == "东至文庙街，南至望江路，西至翠屏街，北至晨光路"
        assert page.hectares == pytest.approx(4.0, abs=0.01)

    def test_names_missing_items(self, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.WORKER).get("/ledger/compounds/X-0001/").context["page"]
        assert (page.filled, page.expected) == (0, 14)
        assert all(item.value is None for item in page.items)

    def test_masks_small_counts_for_other_offices(self, signed_in_as: SignedInAs, district: District) -> None:
        record_values(
            [
                NewValue("X-0001", "residents_count", "500", as_of_on=date(2026, 11, 1), source="社区摸底"),
                NewValue("X-0001", "age_80_plus", "3", as_of_on=date(2026, 11, 1), source="社区摸底"),
            ],
            district=district,
            ledger="compound",
            by="台账岗",
            now=NOW,
        )
        seen = {}
        for role in (Role.WORKER, Role.PLANNER, Role.DEPARTMENT, Role.AUDITOR):
            answer = signed_in_as(role).get("/ledger/compounds/X-0001/")
            item = next(item for item in answer.context["page"].items if item.key == "age_80_plus")
            seen[role] = (item.is_masked, "少于 5" in answer.content.decode())
        assert seen == {
            Role.WORKER: (False, False),
            Role.PLANNER: (False, False),
            Role.DEPARTMENT: (True, True),
            Role.AUDITOR: (True, True),
        }


class TestCommunityPage:
    def test_computes_sums_against_the_band_and_norms(self, signed_in_as: SignedInAs) -> None:
        page = signed_in_as(Role.WORKER).get(f"/ledger/communities/{EAST_FIRST}/").context["page"]
        assert [figure.value for figure in page.figures[:2]] == [1000, 2500]
        assert (page.band.low, page.band.high) == (1000.0, 3000.0)
        assert [row.code for row in page.compounds] == ["X-0001", "X-0002", "X-0004", "X-0005"]

    def test_shows_declared_figures_beside_the_sums(self, signed_in_as: SignedInAs, cast: Cast) -> None:
        client = signed_in_as(Role.WORKER)
        post(client, f"/ledger/communities/{EAST_FIRST}/edit/", household_count="1060")
        page = client.get(f"/ledger/communities/{EAST_FIRST}/").context["page"]
        assert [(row.label, row.declared, row.computed, row.difference) for row in page.declared] == [
            ("户数", 1060.0, 1000.0, 60.0)
        ]


class TestForm:
    def test_saves_only_what_changed_and_offers_undo(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.WORKER)
        name = Compound.objects.get(code="X-0001").name
        answer = post(client, "/ledger/compounds/X-0001/edit/", compound_name=name, household_count="230")
        assert answer.status_code == 302  # type: ignore[attr-defined]
        assert list(Fact.objects.values_list("field", "value")) == [("household_count", "230")]
        page = client.get(answer.headers["Location"])  # type: ignore[attr-defined]
        undo = page.context["undo_url"]
        assert undo in page.content.decode()
        assert client.post(undo).status_code == 302
        assert Fact.objects.get(field="household_count", replaced_at=None).value == ""

    def test_keeps_what_was_typed_and_marks_the_field(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.WORKER)
        name = Compound.objects.get(code="X-0001").name
        answer = post(client, "/ledger/compounds/X-0001/edit/", compound_name=name, household_count="许多")
        words = answer.content.decode()  # type: ignore[attr-defined]
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert 'value="许多"' in words
        assert "总户数应为不小于 0 的整数，实际是“许多”" in words
        assert not Fact.objects.exists()

    def test_asks_for_the_reason_of_an_implausible_value(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.WORKER)
        name = Compound.objects.get(code="X-0001").name
        values = {"compound_name": name, "household_count": "10", "residents_count": "90"}
        answer = post(client, "/ledger/compounds/X-0001/edit/", **values)
        assert 'name="reason-residents_count"' in answer.content.decode()  # type: ignore[attr-defined]
        values["reason-residents_count"] = "集体宿舍"
        assert post(client, "/ledger/compounds/X-0001/edit/", **values).status_code == 302  # type: ignore[attr-defined]

    def test_shows_both_versions_and_takes_the_chosen_one(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.WORKER)
        name = Compound.objects.get(code="X-0001").name
        post(client, "/ledger/compounds/X-0001/edit/", compound_name=name, household_count="230")
        mine = {"compound_name": name, "household_count": "240", "seen-household_count": ""}
        mine["seen-compound_name"] = name
        answer = post(client, "/ledger/compounds/X-0001/edit/", **mine)
        words = answer.content.decode()  # type: ignore[attr-defined]
        assert answer.status_code == 409  # type: ignore[attr-defined]
        assert "我的" in words
        assert "对方的" in words
        assert "柳荫社区 经办岗 2026-11-23 10:00" in words
        theirs = {**mine, "seen-household_count": "230", "keep-household_count": "theirs"}
        post(client, "/ledger/compounds/X-0001/edit/", **theirs)
        assert Compound.objects.get(code="X-0001").household_count == 230
        kept = {**mine, "seen-household_count": "230", "keep-household_count": "mine"}
        post(client, "/ledger/compounds/X-0001/edit/", **kept)
        assert Compound.objects.get(code="X-0001").household_count == 240

    @pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.DEPARTMENT, Role.ADMIN])
    def test_is_closed_to_those_who_only_read(self, signed_in_as: SignedInAs, role: Role) -> None:
        client = signed_in_as(role)
        for address in ("/ledger/compounds/X-0001/edit/", "/ledger/compounds/new/"):
            assert client.get(address).status_code == 403
        assert "/edit/" not in client.get("/ledger/compounds/X-0001/").content.decode()

    def test_registers_a_compound(self, signed_in_as: SignedInAs) -> None:
        from linli.registry.models import Parcel

        Parcel.objects.filter(code="P-000003").update(kind=Parcel.Kind.CONSTRUCTION)
        client = signed_in_as(Role.PLANNER)
        answer = post(client, "/ledger/compounds/new/", parcel="P-000003", compound_name="新桥雅苑")
        assert answer.headers["Location"] == "/ledger/compounds/X-0010/"  # type: ignore[attr-defined]
        assert client.get("/ledger/compounds/X-0010/").status_code == 200
