"""Django's own pages of the tables: for administrators, read only, their own district alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.access.test_routes import digest
from tests.access.world import ABROAD_MARK, World

from linli.organisation.models import Office, Person, Post
from linli.organisation.rules import Role

pytestmark = pytest.mark.django_db
PAGES = sorted(name for name in get_resolver().namespace_dict["admin"][1].reverse_dict if isinstance(name, str))
LISTS = [name for name in PAGES if name.endswith("_changelist")]
OURS = [name for name in LISTS if name.startswith("organisation_")]


@pytest.mark.parametrize("name", LISTS)
class TestAList:
    def test_leads_strangers_to_the_sign_in(self, world: World, name: str) -> None:
        answer = Client().get(reverse(f"admin:{name}"))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/")

    def test_is_shown_to_administrators_alone(self, world: World, name: str) -> None:
        seen = {role: world.clients[role].get(reverse(f"admin:{name}")).status_code for role in Role}
        allowed = seen.pop(Role.ADMIN)
        assert allowed == (200 if name in OURS else 403)
        assert set(seen.values()) == {302}


class TestTheOtherDistrict:
    @pytest.mark.parametrize("name", OURS)
    def test_stands_in_no_list(self, world: World, name: str) -> None:
        text = world.clients[Role.ADMIN].get(reverse(f"admin:{name}")).content.decode()
        assert "990102" not in text
        assert "abroad-planner" not in text
        assert ABROAD_MARK not in text

    def test_has_no_page_of_a_row(self, world: World) -> None:
        rows = {
            "person": Person.objects.get(username="abroad-planner").pk,
            "office": Office.objects.get(code="990102").pk,
            "post": Post.objects.get(person__username="abroad-planner").pk,
        }
        for model, key in rows.items():
            answer = world.clients[Role.ADMIN].get(reverse(f"admin:organisation_{model}_change", args=[key]))
            # The admin leads back to its index where a row is not to be found.
            assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


class TestWriting:
    @pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("_add")])
    def test_is_refused(self, world: World, name: str) -> None:
        before = digest()
        answer = world.clients[Role.ADMIN].post(reverse(f"admin:{name}"), {"username": "x"})
        assert answer.status_code == 403
        assert digest() == before
