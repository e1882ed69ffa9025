"""Columns and saved lists: in the address, under a name, one's own and one's office's."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.factories.organisation import NOW, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.organisation.rules import Role
from linli.registry.errors import SavedListRefused, SavedListUnknown
from linli.registry.models import Compound
from linli.registry.operations.saved_lists import change_list, delete_list, put_first, restore_list, save_list
from linli.registry.queries.ledger import Tab
from linli.registry.queries.saved_lists import saved_list, saved_lists

pytestmark = pytest.mark.usefixtures("district")


def heads(client: Client, address: str) -> list[str]:
    return [column.label for column in client.get(address).context["columns"]]


class TestColumns:
    def test_stand_as_the_address_says_after_the_name(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        assert heads(client, "/ledger/?cols=people,f.building_count,households") == [
            "小区",
            "常住人口",
            "楼栋数",
            "户数",
        ]

    def test_leave_out_what_there_is_not(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        assert heads(client, "/ledger/?cols=people,f.contact_phone,colour,people") == ["小区", "常住人口"]
        assert len(heads(client, "/ledger/?cols=colour")) == 11

    def test_show_fields_of_the_catalogue(self, signed_in_as: SignedInAs) -> None:
        rows = signed_in_as(Role.PLANNER).get("/ledger/?cols=f.building_count,code&sort=code").context["rows"]
        assert [[cell.text for cell in row.cells] for row in rows[:2]] == [["4", "X-0001"], ["4", "X-0002"]]

    def test_are_sorted_by_whatever_is_shown(self, signed_in_as: SignedInAs) -> None:
        rows = (
            signed_in_as(Role.PLANNER).get("/ledger/?cols=code,f.building_count&sort=-f.building_count").context["rows"]
        )
        assert [row.code for row in rows[:2]] == ["X-0001", "X-0002"]

    @pytest.mark.parametrize(
        ("chosen", "address"),
        [
            ("col=people&col=households", "cols=people,households"),
            ("col=people&col=households&up=households", "cols=households,people&choosing=1"),
            ("col=people&col=households&down=people&pin=2", "cols=households,people&pin=2&choosing=1"),
            ("col=people&reset=1&cols=people", ""),
        ],
    )
    def test_are_chosen_and_moved_without_a_script(self, signed_in_as: SignedInAs, chosen: str, address: str) -> None:
        answer = signed_in_as(Role.WORKER).get(f"/ledger/columns/?tab=compounds&q=a&{chosen}")
        assert answer.headers["Location"] == "&".join(filter(None, ["/ledger/?tab=compounds&q=a", address]))

    def test_go_into_the_file(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post("/ledger/export/?cols=f.building_count,people", {"form": "csv"})
        assert answer.content.decode("utf-8-sig").splitlines()[0] == "编码,小区,楼栋数,常住人口"

    def test_hide_small_counts_of_people_from_other_offices(self, signed_in_as: SignedInAs) -> None:
        Compound.objects.filter(code="X-0001").update(current={"age_0_3": 2})
        for role, shown in ((Role.AUDITOR, "少于 5"), (Role.PLANNER, "2"), (Role.WORKER, "2")):
            rows = signed_in_as(role).get("/ledger/?cols=f.age_0_3&code=X-0001").context["rows"]
            assert rows[0].cells[0].text == shown


class TestSavedLists:
    def save(self, cast: Cast, role: Role = Role.PLANNER, *, name: str = "大小区", is_shared: bool = False) -> int:
        return save_list(
            name=name,
            tab=Tab.COMPOUNDS,
            address="households_min=500&tab=compounds",
            is_shared=is_shared,
            by=cast.scope(role),
            now=NOW,
        )

    def test_are_opened_by_their_link(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        answer = client.post("/ledger/lists/?tab=compounds&households_min=500&cols=people&page=3", {"name": "大小区"})
        opened = client.get(answer.headers["Location"])
        assert opened.context["opened"].name == "大小区"
        assert not opened.context["is_changed"]
        number = opened.context["opened"].number
        link = client.get(f"/ledger/lists/{number}/").headers["Location"]
        assert link == f"/ledger/?cols=people&households_min=500&tab=compounds&saved={number}"
        assert [row.code for row in client.get(link).context["rows"]] == ["X-0007", "X-0002"]
        assert told()[0].verb == "registry.list.saved"

    def test_say_when_they_were_changed_since(self, cast: Cast, signed_in_as: SignedInAs) -> None:
        number = self.save(cast)
        answer = signed_in_as(Role.PLANNER).get(f"/ledger/?tab=compounds&households_min=300&saved={number}")
        assert answer.context["is_changed"]

    def test_of_an_office_are_open_to_its_posts_alone(self, cast: Cast) -> None:
        number = self.save(cast, is_shared=True)
        assert [card.is_own for card in saved_lists(cast.scope(Role.DEPARTMENT), tab="compounds")] == [False]
        assert saved_lists(cast.scope(Role.SUBDISTRICT), tab="compounds") == ()
        with pytest.raises(SavedListUnknown):
            saved_list(number, scope=cast.scope(Role.SUBDISTRICT))
        with pytest.raises(SavedListUnknown):
            change_list(number, name="别的", by=cast.scope(Role.DEPARTMENT), now=NOW)
        assert saved_list(number, scope=cast.scope(Role.PLANNER)).name == "大小区"

    def test_kept_to_oneself_are_no_colleagues(self, cast: Cast, signed_in_as: SignedInAs) -> None:
        number = self.save(cast)
        assert saved_lists(cast.scope(Role.DEPARTMENT), tab="compounds") == ()
        assert signed_in_as(Role.DEPARTMENT).get(f"/ledger/lists/{number}/").status_code == 404
        assert signed_in_as(Role.DEPARTMENT).post(f"/ledger/lists/{number}/delete/").status_code == 404

    def test_come_back_after_deleting(self, cast: Cast, signed_in_as: SignedInAs) -> None:
        number, scope = self.save(cast), cast.scope(Role.PLANNER)
        page = signed_in_as(Role.PLANNER).post(f"/ledger/lists/{number}/delete/", follow=True)
        assert f"/ledger/lists/{number}/restore/" in page.content.decode()
        assert saved_lists(scope, tab="compounds") == ()
        restore_list(number, by=scope, now=NOW)
        assert [card.number for card in saved_lists(scope, tab="compounds")] == [number]

    def test_do_not_come_back_over_another_of_their_name(self, cast: Cast) -> None:
        number, scope = self.save(cast), cast.scope(Role.PLANNER)
        delete_list(number, by=scope, now=NOW)
        other = self.save(cast)
        with pytest.raises(SavedListRefused):
            restore_list(number, by=scope, now=NOW)
        assert [card.number for card in saved_lists(scope, tab="compounds")] == [other]

    @pytest.mark.parametrize("name", ["", "  ", "长" * 41, "大小区"])
    def test_need_a_name_of_their_own(self, cast: Cast, signed_in_as: SignedInAs, name: str) -> None:
        self.save(cast)
        answer = signed_in_as(Role.PLANNER).post("/ledger/lists/?tab=compounds&q=甲", {"name": name})
        assert answer.status_code == 422
        assert "没有存上视图" in answer.content.decode()
        assert len(saved_lists(cast.scope(Role.PLANNER), tab="compounds")) == 1

    def test_put_first_are_what_the_ledger_opens_with(self, cast: Cast, signed_in_as: SignedInAs) -> None:
        number = self.save(cast, is_shared=True)
        client = signed_in_as(Role.DEPARTMENT)
        client.post(f"/ledger/lists/{number}/first/")
        assert client.get("/ledger/").headers["Location"].endswith(f"saved={number}")
        assert client.get("/ledger/?tab=communities").status_code == 200
        assert client.get("/ledger/?tab=compounds&all=1").status_code == 200
        assert signed_in_as(Role.PLANNER).get("/ledger/").status_code == 200
        delete_list(number, by=cast.scope(Role.PLANNER), now=NOW)
        assert client.get("/ledger/").status_code == 200

    def test_are_put_first_once_and_back(self, cast: Cast) -> None:
        number, scope = self.save(cast), cast.scope(Role.PLANNER)
        assert put_first(number, by=scope, now=NOW)
        assert not put_first(number, by=scope, now=NOW)
        assert not saved_list(number, scope=scope).is_first
