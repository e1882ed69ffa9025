from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.factories.organisation import Cast, make_cast
from tests.factories.registry import grid_district

from linli.organisation.models import Person
from linli.registry.models import Compound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.LINLI_NAVIGATION = ""
    cast = make_cast()
    grid_district("AAB\nAAB\n.CC", "250\n3?4\n612", west="C")
    Compound.objects.filter(code="X-0001").update(ownership_kind="商品房")
    Compound.objects.filter(code="X-0002").update(ownership_kind="安置房")
    return cast


@pytest.fixture
def planner(cast: Cast) -> Person:
    return Person.objects.get(username="planner")


class TestLedger:
    def test_filters_sorts_and_sums_what_is_ticked(self, page: Page, sign_in: Any, planner: Person) -> None:
        sign_in(page, planner)
        page.goto("/ledger/")
        expect(page.get_by_role("group", name="合计")).to_contain_text("合计 8 个小区")
        page.get_by_role("link", name="户数", exact=True).click()
        expect(page.locator("tbody tr").first).to_contain_text("100")
        page.locator("summary", has_text="户数").click()
        page.get_by_role("link", name="≥ 200 户").click()
        expect(page.locator("tbody tr")).to_have_count(6)
        boxes = page.locator("tbody .ll-box")
        boxes.nth(0).check()
        boxes.nth(1).check()
        bar = page.get_by_role("region", name="已选")
        expect(bar).to_contain_text("已选 2 个小区")
        expect(bar).to_contain_text("400 户 · 1,000 人")
        with page.expect_download() as file:
            bar.get_by_role("button", name="导出").click()
        assert file.value.suggested_filename.startswith("工作台账-小区-")

    def test_shows_ticked_rows_on_their_map(self, page: Page, sign_in: Any, planner: Person) -> None:
        sign_in(page, planner)
        page.goto("/ledger/")
        page.locator("tbody .ll-box").first.check()
        page.get_by_role("button", name="在图上看").click()
        expect(page.locator(".maplibregl-canvas")).to_be_visible()
        expect(page.get_by_role("link", name="选中 1")).to_be_visible()

    def test_filter_sheet_counts_before_it_shows(self, page: Page, sign_in: Any, planner: Person) -> None:
        sign_in(page, planner)
        page.goto("/ledger/")
        page.locator("summary", has_text="筛选").click()
        page.get_by_role("checkbox", name="商品房").check()
        expect(page.get_by_role("button", name="看 1 个小区")).to_be_visible()
        page.get_by_role("checkbox", name="安置房").check()
        page.get_by_role("button", name="看 2 个小区").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        expect(page.get_by_role("link", name="去掉条件：类型 商品房、安置房")).to_be_visible()


class TestLedgerOnAPhone:
    def test_shows_rows_as_cards_within_the_screen(self, phone: Page, sign_in: Any, planner: Person) -> None:
        sign_in(phone, planner)
        phone.goto("/ledger/?households_min=200")
        expect(phone.locator("tbody tr").first).to_contain_text("600")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.locator("summary", has_text="筛选").click()
        expect(phone.get_by_role("button", name="看 6 个小区")).to_be_in_viewport()
