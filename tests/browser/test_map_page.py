from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.factories.organisation import NOW, make_cast
from tests.factories.registry import grid_district

from linli.foundation.trail import SYSTEM
from linli.organisation.models import Person
from linli.registry.operations.audit import run_audit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, Any], None]


@pytest.fixture(autouse=True)
def _district(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LINLI_NAVIGATION = ""
    # A second passes with each look at the clock: an act and its undoing must not share their moment.
    seconds = count(3600)
    monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + timedelta(seconds=next(seconds)))
    make_cast()
    district = grid_district("AAB AAB .CC", "250 3?4 612", west="C")
    run_audit(district=district.code, by=SYSTEM, now=NOW)


def open_map(page: Page, sign_in: SignIn, *, role: str = "planner") -> None:
    sign_in(page, Person.objects.get(username=role))
    page.goto("/map/")
    expect(page.locator("#map canvas")).to_be_visible()
    # The words of waiting leave once both files are drawn.
    expect(page.locator(".ll-mapwords")).to_have_count(0)


class TestGovernanceMapPage:
    def test_opens_the_card_of_a_finding_and_closes_it(self, page: Page, sign_in: SignIn) -> None:
        open_map(page, sign_in)
        page.get_by_role("button", name="未划入任何社区").click()
        card = page.locator("#map-card")
        expect(card.get_by_role("heading")).to_have_text("辛字7号院")
        expect(card.get_by_text("可划入")).to_be_visible()
        card.get_by_role("button", name="关闭").click()
        expect(card).to_be_hidden()

    def test_flies_to_what_the_search_finds(self, page: Page, sign_in: SignIn) -> None:
        open_map(page, sign_in)
        page.get_by_label("在图上找").fill("梅亭")
        page.locator("#map-found").get_by_role("button", name="梅亭社区").click()
        expect(page.locator("#map-card").get_by_role("heading")).to_have_text("梅亭社区")

    def test_offers_every_colouring(self, page: Page, sign_in: SignIn) -> None:
        open_map(page, sign_in)
        for name in ("户数", "60 岁以上", "物业覆盖", "问题", "社区规模", "社区归属"):
            page.get_by_role("group", name="着色").get_by_role("button", name=name, exact=True).click()
            expect(page.locator("[data-map-legend]")).to_be_visible()

    def test_works_on_a_phone(self, phone: Page, sign_in: SignIn) -> None:
        open_map(phone, sign_in, role="worker")
        grip = phone.get_by_role("button", name="拉高或放低列表")
        grip.focus()
        phone.keyboard.press("Enter")
        expect(phone.locator("[data-sheet]")).to_have_attribute("data-height", "full")
        assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    def test_undoes_an_edit_from_its_toast(self, page: Page, sign_in: SignIn) -> None:
        sign_in(page, Person.objects.get(username="planner"))
        page.goto("/ledger/compounds/X-0001/edit/")
        page.get_by_label("住宅套数").fill("260")
        page.get_by_label("来源").fill("社区摸底")
        page.get_by_label("数据截至").fill("2026-11-23")
        page.get_by_role("button", name="存入台账").click()
        undo = page.get_by_role("button", name="撤销")
        # A focused toast stays; leaving while the map still loads would break its requests off.
        undo.focus()
        page.wait_for_load_state("networkidle")
        undo.click()
        expect(page.get_by_text("未填 → 260")).to_be_visible()
        expect(page.get_by_text("260 → 未填")).to_be_visible()
