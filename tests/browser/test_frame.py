from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.foundation.ui.navigation import Choice, Navigation, NavItem, Switch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GUIDE = "/ui/style-guide"


def navigation(request: object) -> Navigation:
    return Navigation(
        first=(NavItem(label="工作台", url="/", icon="home"),),
        phone=(NavItem(label="工作台", short="今天", url="/", icon="home"),),
        area=Switch(
            choices=(Choice(label="澄波街道", url="?a=1", is_current=True), Choice(label="望江街道", url="?a=2"))
        ),
        office="区民政局",
        search_url=GUIDE,
    )


@pytest.fixture(autouse=True)
def _frame(settings) -> None:
    settings.LINLI_NAVIGATION = f"{__name__}.navigation"
    settings.ROOT_URLCONF = "tests.foundation.ui.frame_urls"


class TestFrame:
    def test_loads_under_the_strict_policy(self, page: Page) -> None:
        page.goto(GUIDE)
        expect(page.get_by_role("heading", level=1)).to_have_text("样式手册")
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()

    def test_first_tab_stop_leads_to_the_content(self, page: Page) -> None:
        page.goto(GUIDE)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="跳到正文")).to_be_focused()

    def test_control_k_reaches_the_search(self, page: Page) -> None:
        page.goto(GUIDE)
        page.keyboard.press("Control+k")
        expect(page.get_by_role("searchbox", name="搜索")).to_be_focused()

    def test_question_mark_shows_the_keys(self, page: Page) -> None:
        page.goto(GUIDE)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="快捷键")).to_be_hidden()

    def test_menu_closes_with_escape_and_gives_focus_back(self, page: Page) -> None:
        page.goto(GUIDE)
        summary = page.locator("summary", has_text="澄波街道").first
        summary.click()
        expect(page.get_by_role("link", name="望江街道")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="望江街道")).to_be_hidden()
        expect(summary).to_be_focused()


class TestLargeText:
    def test_switches_at_once_and_stays(self, page: Page) -> None:
        page.goto(GUIDE)
        page.locator(".ll-bar").get_by_role("button", name="大字").click()
        expect(page.locator("html")).to_have_attribute("data-ll-size", "large")
        expect(page.locator(".ll-bar").get_by_role("button", name="标准")).to_be_visible()
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-ll-size", "large")
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"


class TestSelection:
    def test_bar_counts_and_sums_what_is_ticked(self, page: Page) -> None:
        page.goto(GUIDE)
        page.get_by_role("checkbox", name="锦澜苑").check()
        page.get_by_role("checkbox", name="水杉里二期").check()
        bar = page.get_by_role("region", name="已选")
        expect(bar).to_contain_text("已选 2 个小区")
        expect(bar).to_contain_text("1,890 户 · 5,282 人")
        bar.get_by_role("button", name="取消选择").click()
        expect(bar).to_be_hidden()


class TestPhone:
    def test_shows_the_bottom_bar_and_no_sideways_scrolling(self, phone: Page) -> None:
        phone.goto(GUIDE)
        expect(phone.get_by_role("navigation", name="底部导航")).to_be_visible()
        expect(phone.get_by_role("navigation", name="主导航")).to_be_hidden()

    @pytest.mark.parametrize("width", [360, 390, 768, 1366, 1440])
    def test_no_width_scrolls_sideways(self, open_page: Callable[..., Page], width: int) -> None:
        page = open_page(viewport={"width": width, "height": 800}, locale="zh-CN")
        page.goto(GUIDE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
