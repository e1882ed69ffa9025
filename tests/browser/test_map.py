from __future__ import annotations

import json
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from linli.foundation.ui.middleware import SecurityHeaders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Four parcels in a row, the third in no community:  A A . B
SIDE = 2000
PARCELS = {
    "version": 1,
    "origin": [114.3, 30.5],
    "scale": 1_000_000,
    "adjacency": [[0, 1], [1, 2], [2, 3]],
    "parcels": [
        {
            "code": f"P-{i}",
            "kind": "compound",
            "name": name,
            "households": households,
            "people": 900,
            "age60": None if i == 3 else 200,
            "property": i % 2 == 0,
            "shape": [[[i * SIDE, 0, SIDE, 0, 0, SIDE, -SIDE, 0]]],
        }
        for i, (name, households) in enumerate((("锦澜苑", 300), ("云栖府", 700), ("听澜花园", 462), ("江楼小区", 120)))
    ],
}
LAYOUT = {
    "version": 1,
    "member": [0, 0, -1, 1],
    "communities": [
        {"code": "A", "name": "云栖社区", "households": 1000, "label": [114.302, 30.501]},
        {"code": "B", "name": "江楼社区", "households": 120, "label": [114.307, 30.501]},
    ],
    "findings": [{"code": "F-1", "letter": "盲", "tone": "bad", "parcels": ["P-2"]}],
}
AFTER = {**LAYOUT, "member": [0, 0, 1, 1], "findings": []}
MAP = """{% extends "ui/workspace.html" %}{% load linli %}
{% block list %}<ol class="ll-ws-rows"><li class="ll-find" data-parcel="P-2"><span class="ll-letter">盲</span>
<button class="t" data-pick>听澜花园 未划入任何社区</button></li></ol>{% endblock %}
{% block map %}{% include "ui/_map.html" with config_id="c" %}{% json_block content "c" frame.nonce %}{% endblock %}"""
COMPARE = """{% extends "ui/workspace.html" %}{% load linli %}{% block work_class %}ll-plan{% endblock %}
{% block content %}<p></p>{% include "ui/_compare.html" with config_id="c" %}{% json_block content "c" frame.nonce %}
{% endblock %}"""


def served(page: Page, base: str, template: str, content: dict[str, Any]) -> str:
    """Serve a page drawn from ``template`` and its map files; return its address."""
    from django.http import HttpResponse

    def drawn(request: Any) -> HttpResponse:
        return HttpResponse(engines["django"].from_string(template).render({"content": content}, request))

    request = RequestFactory().get("/map-under-test", headers={"accept-language": "zh-CN"})
    answer = SecurityHeaders(drawn)(request)
    files = {"parcels": PARCELS, "layout": LAYOUT, "after": AFTER}

    def give(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1].removesuffix(".json")
        route.fulfill(content_type="application/json", body=json.dumps(files[name]))

    page.route("**/map-files/*.json", give)
    page.route("**/cards/*", lambda route: route.fulfill(content_type="text/html", body="<h2>听澜花园</h2>"))
    page.route(
        "**/map-under-test",
        lambda route: route.fulfill(headers=dict(answer.headers.items()), body=answer.content.decode()),
    )
    return f"{base}/map-under-test"


@pytest.fixture(autouse=True)
def _bare_frame(settings) -> None:
    settings.LINLI_NAVIGATION = ""
    settings.ROOT_URLCONF = "tests.foundation.ui.frame_urls"


@pytest.fixture
def map_page(page: Page, live_server) -> Page:
    content = {
        "parcels": "/map-files/parcels.json",
        "layout": "/map-files/layout.json",
        "card": "/cards/{code}",
        "colours": ["community", "households", "age60"],
    }
    page.goto(served(page, live_server.url, MAP, content))
    expect(page.locator("[data-map-legend]")).to_be_visible()
    return page


class TestMap:
    # A page with a map takes two seconds to open: each test looks at one matter as far as it goes.
    def test_legend_counts_each_class_and_hides_it_at_a_click(self, map_page: Page) -> None:
        legend = map_page.locator("[data-map-legend]")
        expect(legend).to_contain_text("盲 无社区管辖1")

        map_page.get_by_role("button", name="60 岁以上").click()
        expect(legend.get_by_role("button", name="缺数")).to_have_text("缺数1")

        map_page.get_by_role("button", name="户数", exact=True).click()
        expect(legend.get_by_role("button")).to_have_text(["100–3001", "300–5002", "500–1,0001"])
        line = legend.get_by_role("button").first
        line.click()
        expect(line).to_have_attribute("aria-pressed", "false")

    def test_picking_in_the_list_opens_the_card_until_escape(self, map_page: Page) -> None:
        map_page.get_by_role("button", name="听澜花园 未划入任何社区").click()
        expect(map_page.get_by_role("complementary", name="所点的地方")).to_contain_text("听澜花园")
        expect(map_page.locator("[data-parcel='P-2']")).to_have_attribute("aria-current", "true")
        map_page.keyboard.press("Escape")
        expect(map_page.locator("#map-card")).to_be_hidden()

    def test_picking_on_the_map_marks_the_list(self, map_page: Page) -> None:
        at = map_page.evaluate(
            "(() => { const m = document.querySelector('[data-map]').linliMap.map;"
            " const p = m.project([114.305, 30.5015]), b = m.getCanvas().getBoundingClientRect();"
            " return [b.x + p.x, b.y + p.y]; })()"
        )
        map_page.mouse.click(*at)
        expect(map_page.locator("[data-parcel='P-2']")).to_have_attribute("aria-current", "true")

    def test_draws_borders_between_communities_only_and_redraws_in_place(self, map_page: Page) -> None:
        lines = map_page.evaluate(
            "document.querySelector('[data-map]').linliMap.layout.communityBorders.geometry.coordinates"
        )
        # A's outline has 6 edges (2 parcels wide, shared one left out), B's has 4; the side of nobody is drawn once.
        # Each runs on from edge to edge into one ring.
        assert sorted(len(line) - 1 for line in lines) == [4, 6]
        assert all(line[0] == line[-1] for line in lines)

        land = "document.querySelector('[data-map]').linliMap.map.getPaintProperty('land', 'background-color')"
        light = map_page.evaluate(land)
        map_page.evaluate(
            "document.documentElement.dataset.bsTheme = 'dark'; document.dispatchEvent(new CustomEvent('linli:look'))"
        )
        assert map_page.evaluate(land) != light


class TestComparison:
    @pytest.fixture
    def compared(self, page: Page, live_server) -> Page:
        files = {"parcels": "parcels", "before": "layout", "after": "after"}
        content = {key: f"/map-files/{name}.json" for key, name in files.items()}
        page.goto(served(page, live_server.url, COMPARE, content))
        expect(page.locator("[data-map-legend]")).to_contain_text("换社区的地块1")
        return page

    def test_moves_its_handle_by_keys_and_stands_side_by_side(self, compared: Page) -> None:
        knob = compared.get_by_role("slider")
        knob.focus()
        compared.keyboard.press("ArrowLeft")
        expect(knob).to_have_attribute("aria-valuenow", "45")
        compared.keyboard.press("Home")
        expect(knob).to_have_attribute("aria-valuenow", "0")

        compared.get_by_role("button", name="并排").click()
        expect(compared.get_by_role("slider")).to_be_hidden()
        expect(compared.get_by_role("button", name="并排")).to_have_attribute("aria-pressed", "true")

    def test_both_halves_move_as_one(self, compared: Page) -> None:
        centres = compared.evaluate(
            "(() => { const c = document.querySelector('[data-compare]').linliCompare;"
            " c.after.map.jumpTo({ center: [114.304, 30.502], zoom: 15 });"
            " return [c.before.map.getZoom(), c.before.map.getCenter().lng]; })()"
        )
        assert centres == [15, pytest.approx(114.304)]
