"""The drawn district of the pages' tests, with figures that the worker filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from tests.factories.organisation import NOW, Cast
from tests.registry.pages.conftest import _bare_frame_and_clock, cast, district, signed_in_as  # noqa: F401

from linli.organisation.rules import Role
from linli.registry.models import Fact
from linli.registry.operations.entries import Entered, edit_entry
from linli.registry.queries.figures import FigureVersion, versions_of

DAY = date(2026, 11, 20)
Fill = Callable[..., FigureVersion]


@pytest.fixture
def fill(cast: Cast, district: object) -> Fill:  # noqa: F811
    """Let a post fill in one figure and return which value of it stands now."""

    def filled(
        value: str,
        *,
        field: str = "household_count",
        code: str = "X-0001",
        ledger: str = "compound",
        role: Role = Role.WORKER,
        now: datetime = NOW,
    ) -> FigureVersion:
        entered = Entered({field: value}, DAY, "社区摸底", reasons={field: "已当面核对"})
        assert edit_entry(ledger=ledger, code=code, entered=entered, by=cast.scope(role), now=now) == 1
        return standing(field, code)

    return filled


def standing(field: str = "household_count", code: str = "X-0001") -> FigureVersion:
    return versions_of([Fact.objects.get(subject_code=code, field=field, replaced_at=None)])[0]
