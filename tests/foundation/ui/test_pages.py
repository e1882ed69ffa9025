from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from linli.foundation.ui import pages, preferences


@pytest.fixture(autouse=True)
def _bare_frame(settings) -> None:
    settings.LINLI_NAVIGATION = ""
    settings.ROOT_URLCONF = "tests.foundation.ui.frame_urls"


@pytest.fixture
def reader() -> Client:
    return Client(headers={"accept-language": "zh-CN"})


class TestContentPolicy:
    def test_allows_only_own_files_and_the_nonce(self, reader):
        answer = reader.get(reverse("ui:style-guide"))
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)[1]
        assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert f'<script type="importmap" nonce="{nonce}">' in answer.content.decode()

    def test_each_answer_has_its_own_nonce(self, reader):
        first, second = (reader.get(reverse("ui:style-guide")).headers["Content-Security-Policy"] for _ in range(2))
        assert first != second


class TestMarkup:
    def test_holds_no_inline_style_and_no_inline_script(self, reader):
        page = reader.get(reverse("ui:style-guide")).content.decode()
        assert not re.search(r"\sstyle=", page)
        assert not re.search(r"\son[a-z]+=", page)
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]*(src=|type=\"(importmap|application/json)\"))", page)

    def test_element_ids_are_unique(self, reader):
        page = reader.get(reverse("ui:style-guide")).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))


class TestChoices:
    @pytest.mark.parametrize(
        ("name", "field", "value", "cookie"),
        [
            ("ui:size", "size", "large", preferences.SIZE_COOKIE),
            ("ui:theme", "theme", "dark", preferences.THEME_COOKIE),
        ],
    )
    def test_are_kept_in_a_cookie_and_drawn_by_the_server(self, reader, name, field, value, cookie):
        answer = reader.post(reverse(name), {field: value, "next": "/ui/style-guide"})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/ui/style-guide"
        assert answer.cookies[cookie].value == value
        assert f'"{value}"' in reader.get(reverse("ui:style-guide")).content.decode().split("<head>")[0]

    def test_refuse_an_unknown_value_and_store_nothing(self, reader):
        answer = reader.post(reverse("ui:size"), {"size": "huge"})
        assert answer.status_code == 400
        assert preferences.SIZE_COOKIE not in answer.cookies

    def test_never_lead_to_another_site(self, reader):
        answer = reader.post(reverse("ui:size"), {"size": "large", "next": "https://example.org/x"})
        assert answer.headers["Location"] == "/"

    def test_need_a_form(self, reader):
        assert reader.get(reverse("ui:size")).status_code == 405


class TestErrorPages:
    @pytest.mark.parametrize(
        ("page", "status", "words"),
        [
            (pages.bad_request, 400, "没有看懂这次请求"),
            (pages.forbidden, 403, "这个岗位看不了这一页"),
            (pages.not_found, 404, "没有找到这一页"),
            (pages.server_fault, 500, "仍不行，报编号"),
        ],
    )
    def test_say_what_happened_in_chinese(self, page, status, words, settings):
        settings.LANGUAGE_CODE = "zh-hans"
        answer = page(RequestFactory().get("/nowhere"))
        assert answer.status_code == status
        assert words in answer.content.decode()
