from __future__ import annotations

from django.template import Context, Template
from django.test import RequestFactory

from linli.foundation.ui.parts import Column


def drawn(source: str, address: str, **more: object) -> str:
    request = RequestFactory().get(address)
    return Template("{% load linli %}" + source).render(Context({"request": request, **more}))


class TestQueryWith:
    def test_sets_one_field_and_keeps_the_others(self):
        assert drawn("{% query_with kind='works' %}", "/?street=a") == "?street=a&amp;kind=works"

    def test_a_new_filter_leads_back_to_the_first_page(self):
        assert drawn("{% query_with kind='works' %}", "/?page=3") == "?kind=works"

    def test_none_removes_a_field(self):
        assert drawn("{% query_with kind=None %}", "/?kind=works&page=2") == "?"

    def test_another_page_keeps_filters(self):
        assert drawn("{% query_with page=2 %}", "/?kind=works") == "?kind=works&amp;page=2"


class TestSortLink:
    def test_numbers_sort_downwards_first(self):
        column = Column(key="households", label="户数", is_number=True)
        assert 'href="?sort=-households"' in drawn("{% sort_link column %}", "/?page=2", column=column)

    def test_a_second_click_turns_the_order(self):
        column = Column(key="households", label="户数", is_number=True)
        head = drawn("{% sort_link column %}", "/?sort=-households", column=column)
        assert 'href="?sort=households"' in head
        assert 'aria-sort="descending"' in head

    def test_a_column_without_key_is_no_link(self):
        assert "<a" not in drawn("{% sort_link column %}", "/", column=Column(key="", label="问题"))


class TestJsonBlock:
    def test_content_cannot_end_the_block(self):
        block = drawn("{% json_block content 'map' 'n0' %}", "/", content={"name": "</script><b>&"})
        assert block.count("</script>") == 1
        assert 'nonce="n0"' in block
        assert "\\u003C/script\\u003E" in block
