"""Nine parcels, three communities of two subdistricts and one blind spot; one person per role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories.organisation import NOW, Cast, make_cast
from tests.factories.registry import grid_district

from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.models import District


@pytest.fixture(autouse=True)
def _bare_frame_and_clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Draw pages without the portal's navigation, one hour after the district was taken over."""
    settings.LINLI_NAVIGATION = ""
    monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def district(cast: Cast) -> District:
    return grid_district(
        """
        AAB
        AAB
        .CC
        """,
        """
        250
        3?4
        612
        """,
        west="C",
    )


@pytest.fixture
def signed_in_as(cast: Cast) -> Callable[[Role], Client]:
    def client_of(role: Role) -> Client:
        client = Client()
        person = Person.objects.get(username=role.value.lower())
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of
