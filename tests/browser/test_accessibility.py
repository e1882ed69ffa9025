"""The main pages break no serious accessibility rule, in every mode and width a reader may choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.factories.organisation import EAST_FIRST, NOW, make_cast
from tests.factories.registry import grid_district

from linli.foundation.trail import SYSTEM
from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.operations.audit import run_audit
from linli.registry.operations.exemptions import Asked, register_exemption
from linli.registry.rules.exempting import ExemptionKind

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).parent / "vendor" / "axe-core"
PAGES = (
    "/",
    "/map/",
    "/ledger/",
    "/ledger/compounds/X-0001/",
    "/ledger/compounds/X-0001/edit/",
    "/ledger/compounds/new/",
    "/exemptions/",
    "/exemptions/new/",
    "/imports/",
    "/imports/new/",
    "/plans/",
    "/plans/new/",
    "/search/?q=院",
    "/inbox/",
    "/standards/",
    "/interfaces/",
    "/account/tokens/",
)
FAULTS = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
    .filter(rule => ["serious", "critical"].includes(rule.impact))
    .map(rule => `${rule.id}: ${rule.nodes.map(node => node.target.join(" ")).join(", ")}`))"""


@pytest.fixture(autouse=True)
def _district(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + timedelta(hours=1))
    cast = make_cast()
    district = grid_district("AAB AAB .CC", "250 3?4 612", west="C")
    run_audit(district=district.code, by=SYSTEM, now=NOW)
    asked = Asked(ExemptionKind.BAND, EAST_FIRST, "古城保护区，人口只减不增")
    register_exemption(asked, by=cast.scope(Role.PLANNER), now=NOW)


def faults(page: Page, address: str) -> list[str]:
    """Return the serious faults of a page, and whether it scrolls sideways."""
    page.goto(address)
    page.add_script_tag(path=AXE / "axe.min.js")
    found: list[str] = page.evaluate(FAULTS)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("scrolls sideways")
    return [f"{address} {fault}" for fault in found]


class TestRules:
    def test_are_the_published_file(self) -> None:
        stated = (AXE / "SHA256SUMS").read_text(encoding="ascii").split()[0]
        assert sha256((AXE / "axe.min.js").read_bytes()).hexdigest() == stated


class TestMainPages:
    @pytest.mark.parametrize(
        ("options", "choices"),
        [
            pytest.param(DESK, {}, id="desk"),
            pytest.param(DESK, {"ll_theme": "dark"}, id="dark"),
            pytest.param(PHONE, {}, id="phone"),
            pytest.param(PHONE, {"ll_size": "large"}, id="large-text-phone"),
        ],
    )
    def test_break_no_serious_rule(
        self,
        open_page: Callable[..., Page],
        sign_in: Callable[[Page, Any], None],
        live_server: Any,
        options: dict[str, Any],
        choices: dict[str, str],
    ) -> None:
        page = open_page(**options, bypass_csp=True)
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in choices.items()]
        )
        assert faults(page, "/sign-in/") == []
        sign_in(page, Person.objects.get(username="planner"))
        assert [fault for address in PAGES for fault in faults(page, address)] == []
