"""Nine parcels: A lies in two parts, B has 300 households, A and C claim a compound of B; a blind spot below."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.factories.organisation import DISTRICT, EAST_FIRST, NOW, WEST_FIRST, Cast, make_cast
from tests.factories.registry import grid_district

from linli.foundation.trail import SYSTEM
from linli.registry.models import Claim, Community, Compound, Finding
from linli.registry.operations.audit import run_audit
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import findings

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _bare_frame_and_clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LINLI_NAVIGATION = ""
    monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def audited(cast: Cast) -> None:
    district = grid_district(
        """
        ABA
        ABC
        .CC
        """,
        """
        926
        914
        616
        """,
        west="C",
    )
    for code in (EAST_FIRST, WEST_FIRST):
        Claim.objects.create(
            district=district,
            kind="COMPOUND",
            subject_code="X-0005",
            community=Community.objects.get(code=code),
            source="街道报表",
            recorded_at=NOW,
        )
    for compound in Compound.objects.all():
        compound.current = {"household_count": compound.household_count}
        compound.save()
    run_audit(district=DISTRICT, by=SYSTEM, now=NOW)


def found() -> set[tuple[str, str]]:
    """Return kind and subject of everything that the newest audit found, as it is stored."""
    newest = Finding.objects.order_by("-run_id").values_list("run_id", flat=True).first()
    return set(Finding.objects.filter(run_id=newest).values_list("kind", "subject_code"))


def shown(area: Area) -> set[str]:
    """Return the kinds of findings that an area sees, figures left out."""
    return {card.kind for card in findings(area, limit=None).cards} - {"MISSING_FIGURE"}
