"""A small district with figures as facts, and a caller of the API for the post of each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories.organisation import NOW, Cast, bearer_of, make_cast
from tests.factories.registry import grid_district

from linli.foundation import trail
from linli.organisation.rules import Role, TokenRight
from linli.registry.models import Compound, District
from linli.registry.operations.audit import run_audit
from linli.registry.operations.facts import NewValue, record_values

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def district(cast: Cast) -> District:
    """柳荫 X-1, 2, 4, 5 and 石井 X-3, 6 in the east; 梅亭 X-8, 9 in the west; X-7 lies in no community."""
    district = grid_district(
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
    compounds = Compound.objects.filter(district=district, household_count__isnull=False)
    record_values(
        [
            NewValue(row.code, field, str(getattr(row, field)), as_of_on=date(2026, 11, 1), source="摸底")
            for row in compounds.order_by("code")
            for field in ("household_count", "residents_count")
        ],
        district=district,
        ledger="compound",
        by="台账岗",
        now=NOW,
    )
    run_audit(district=district.code, by=trail.SYSTEM, now=NOW)
    return district


class Caller:
    """Asks the API with a token."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers
        self.client = Client()

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(self._whole(address), headers=self.headers | headers)

    def post(self, address: str, data: Any = None, **more: Any) -> Any:
        return self.client.post(self._whole(address), data, headers=self.headers, **more)

    def items(self, address: str) -> list[Any]:
        """The items of every page."""
        found = []
        following: str | None = address
        while following:
            page = self.get(following).json()
            found += page["items"]
            following = page["next"]
        return found

    @staticmethod
    def _whole(address: str) -> str:
        return address if address.startswith(("/", "http")) else f"/api/v1/{address}"


@pytest.fixture
def call(cast: Cast, district: District) -> Callable[..., Caller]:
    def caller(role: Role, *rights: TokenRight) -> Caller:
        return Caller(bearer_of(cast.posts[role], *rights))

    return caller
