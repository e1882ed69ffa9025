"""The English switch is complete: every message of the source has English, and nothing Chinese escapes it."""

from __future__ import annotations

import ast
import re

import pytest
from django.utils import translation


class TestCatalogue:
    def test_has_english_for_every_message(self, translations):
        assert translations.faults() == ()

    def test_leaves_no_chinese_in_english(self, translations):
        known = translations.read_po(translations.CATALOGUE.read_text(encoding="utf-8"))
        # Official verbs and names of standards are quoted with their Chinese in brackets or quotation marks.
        quoted = re.compile(r"“[^”]*”|\([^)]*\)|‘[^’]*’")
        left = [
            form
            for message in known
            for form in message.english
            if translations.HAN.search(quoted.sub("", form)) and message.text != "中文"
        ]
        assert left == []


#: Ways to translate at once, in the language of whoever happens to import the module first.
AT_ONCE = {"gettext", "ngettext", "pgettext", "npgettext"}


def said_at_import(tree: ast.Module) -> list[int]:
    """Return the lines where a module translates while it is imported, outside of every function."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in AT_ONCE
    }
    waiting: list[ast.AST] = [tree]
    lines = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            lines.append(node.lineno)
        bodies = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
        within = [node.body] if isinstance(node, ast.Lambda) else bodies
        waiting += [child for child in ast.iter_child_nodes(node) if child not in within]
    return sorted(lines)


class TestModules:
    def test_translate_nothing_while_they_are_imported(self, translations):
        found = {
            path.relative_to(translations.SOURCE).as_posix(): lines
            for path in translations.SOURCE.rglob("*.py")
            if (lines := said_at_import(ast.parse(path.read_text(encoding="utf-8"))))
        }
        assert found == {}

    def test_are_seen_to_translate_in_defaults_and_classes(self):
        code = "from django.utils.translation import gettext as _\nA = _('a')\nclass B:\n    c = _('c')\n"
        code += "def d(e=_('e')):\n    return _('f')\n"
        assert said_at_import(ast.parse(code)) == [2, 4, 5]


class TestTemplates:
    def test_leave_no_chinese_untranslated(self, translations):
        translations.set_up()
        found = {
            path.relative_to(translations.SOURCE).as_posix(): bare
            for path in translations.templates()
            if (bare := list(translations.bare_chinese(path.read_text(encoding="utf-8"))))
        }
        assert found == {}


class TestReading:
    def test_finds_calls_with_context_and_plural(self, translations):
        code = 'pgettext("地图", "层") + ngettext("%d 处", "%d 处们", n) + _("甲" "乙")'
        found = list(translations.messages_of_python(code, file="a.py"))
        assert {(m.context, m.text, m.plural) for m in found} == {
            ("地图", "层", ""),
            ("", "%d 处", "%d 处们"),
            ("", "甲乙", ""),
        }

    def test_refuses_a_message_put_together_while_running(self, translations):
        with pytest.raises(translations.UnreadableMessage, match=r"a\.py:1"):
            list(translations.messages_of_python("_(f'第 {n} 行')", file="a.py"))

    def test_finds_every_way_to_translate_in_a_template(self, translations):
        translations.set_up()
        text = (
            '{% load i18n %}{% if x %}{% translate "小区" %}{% endif %}{% translate "层" context "地图" %}'
            "{% blocktranslate trimmed with n=x %}\n  共 {{ n }} 个\n{% endblocktranslate %}"
            '{% include "ui/_tag.html" with label=_("户数") %}{{ _("社区")|upper }}'
        )
        found = list(translations.messages_of_template(text, file="a.html"))
        assert {(m.context, m.text) for m in found} == {
            ("", "小区"),
            ("地图", "层"),
            ("", "共 %(n)s 个"),
            ("", "户数"),
            ("", "社区"),
        }

    def test_reads_back_what_it_wrote(self, translations):
        messages = (
            translations.Message('有"引号"\n两行', english=('a "quote"\ntwo lines',), files=("a.py",)),
            translations.Message("%d 处", "%d 处", "地图", ("%d place", "%d places"), ("b.html",)),
        )
        assert translations.read_po(translations.po_text(messages)) == messages


class TestCompiled:
    def test_is_what_gettext_reads(self, translations):
        import gettext
        import io

        messages = (
            translations.Message("小区", english=("Compound",)),
            translations.Message("%d 处", "%d 处们", "", ("%d place", "%d places")),
            translations.Message("层", context="地图", english=("Layer",)),
            translations.Message("未译"),
        )
        read = gettext.GNUTranslations(io.BytesIO(translations.mo_bytes(messages)))
        assert read.gettext("小区") == "Compound"
        assert [read.ngettext("%d 处", "%d 处们", n) for n in (1, 2)] == ["%d place", "%d places"]
        assert (read.pgettext("地图", "层"), read.gettext("层")) == ("Layer", "层")
        assert read.gettext("未译") == "未译"


class TestLanguages:
    @pytest.mark.django_db
    def test_begin_in_chinese_and_switch_to_english(self, client):
        first = client.get("/sign-in/")
        assert first.headers["Content-Language"] == "zh-hans"
        assert "登录" in first.content.decode()
        client.cookies["django_language"] = "en"
        second = client.get("/sign-in/")
        assert second.headers["Content-Language"] == "en"
        assert "Sign in" in second.content.decode()

    def test_speak_each_in_its_own(self):
        with translation.override("zh-hans"):
            assert translation.gettext("登录") == "登录"
        with translation.override("en"):
            assert translation.gettext("登录") == "Sign in"
