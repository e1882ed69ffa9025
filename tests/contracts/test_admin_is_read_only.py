"""Operations are the only writers: no admin page adds, changes, deletes or acts, over all models."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from linli.organisation.models import Person

REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
OURS = [(model, page) for model, page in REGISTERED if model.__module__.startswith("linli.")]
OTHERS = [(model, page) for model, page in REGISTERED if not model.__module__.startswith("linli.")]


def label(value):
    return value._meta.label if isinstance(value, type) else ""


@pytest.fixture
def staff_request(rf):
    request = rf.get("/admin/")
    request.user = Person(username="admin", is_active=True, is_staff=True)
    return request


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=label)
class TestEveryPage:
    def test_writes_nothing(self, model, page, staff_request):
        assert not page.has_add_permission(staff_request)
        assert not page.has_change_permission(staff_request)
        assert not page.has_delete_permission(staff_request)


@pytest.mark.parametrize(("model", "page"), OURS, ids=label)
class TestOurPages:
    def test_show_and_offer_no_act(self, model, page, staff_request):
        assert page.has_view_permission(staff_request)
        assert page.get_actions(staff_request) == {}
        assert page.inlines == ()

    def test_show_nothing_to_others(self, model, page, rf):
        request = rf.get("/admin/")
        for user in (Person(is_active=True, is_staff=False), Person(is_active=False, is_staff=True)):
            request.user = user
            assert not page.has_view_permission(request)


@pytest.mark.parametrize(("model", "page"), OTHERS, ids=label)
class TestPagesOfLibraries:
    def test_stay_shut(self, model, page, staff_request):
        # They show seeds of one-time codes, and some offer acts that ask for no permission.
        assert not page.has_view_permission(staff_request)
        assert not page.has_module_permission(staff_request)


class TestAdminSite:
    def test_opens_every_list_and_no_password(self, client, db, settings):
        settings.LINLI_NAVIGATION = ""
        person = Person.objects.create(
            username="admin", district_code="990101", is_staff=True, password="md5$salt$secret-hash"
        )
        client.force_login(person)
        for model, _page in OURS:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            assert client.get(reverse(f"{name}_changelist")).status_code == 200
            assert client.get(reverse(f"{name}_add")).status_code == 403
        shown = client.get(reverse("admin:organisation_person_change", args=[person.pk]))
        assert shown.status_code == 200
        assert "secret-hash" not in shown.content.decode()

    def test_has_pages_of_the_organisation(self):
        assert "organisation.Person" in {model._meta.label for model, _page in OURS}
