"""What can be asked for is documented, and what is documented can be asked for."""

from __future__ import annotations

import ast
import re

import pytest

READERS = {"get", "getenv", "flag", "number", "secret"}
OURS = re.compile(r"LINLI_[A-Z0-9_]+")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def variables_read(tree):
    """Names of environment variables that a file reads."""
    for node in ast.walk(tree):
        asked = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            asked = node.args[:1] if name in READERS else []
            asked = asked + [keyword.value for keyword in node.keywords if keyword.arg == "envvar"]
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            asked = [node.slice]
        for one in asked:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and OURS.fullmatch(one.value):
                yield one.value


class TestSettings:
    def test_documents_each_variable_that_is_read_and_no_other(self, root, trees):
        conftest = ast.parse((root / "tests/conftest.py").read_text(encoding="utf-8"))
        read = {name for tree in (*trees.values(), conftest) for name in variables_read(tree)}
        page = (root / "docs/reference/settings.md").read_text(encoding="utf-8")
        assert set(re.findall(r"^\| `(LINLI_[A-Z0-9_]+)`", page, re.MULTILINE)) == read


class TestGeneratedPages:
    @pytest.mark.parametrize("name", ["cli", "errors", "ledger-fields", "finding-kinds", "policies", "glossary"])
    def test_say_what_the_code_says(self, name, root, generate_reference):
        path, make = generate_reference.PAGES[name]
        assert (root / "docs" / path).read_text(encoding="utf-8") == make(), f"run tools/generate_reference.py {name}"

    def test_document_each_command_of_linli(self, root):
        from linli.cli.main import COMMANDS

        page = (root / "docs/reference/cli.md").read_text(encoding="utf-8")
        assert [name for name in COMMANDS if f"## `linli {name}`" not in page] == []

    def test_document_each_error_code(self, root, generate_reference):
        page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
        codes = generate_reference.house_errors()
        assert len(codes) > 40
        assert [code for code in codes if f"| `{code}` |" not in page] == []


class TestThirdPartyList:
    def test_names_each_package_of_the_lock(self, root, generate_reference):
        # Versions and names only: licences are read from installed packages, which differ between machines.
        page = (root / "docs/reference/third-party.md").read_text(encoding="utf-8")
        listed = {tuple(part.strip() for part in line.split("|")[1:3]) for line in page.splitlines() if "|" in line}
        locked = {}
        for name, version, _marker in generate_reference.PINNED.findall(generate_reference.LOCK.read_text()):
            locked.setdefault(name, []).append(version)
        assert len(locked) > 40
        assert [name for name, versions in locked.items() if (name, "、".join(versions)) not in listed] == []


class TestLinks:
    def test_lead_to_files_that_are_there(self, root):
        pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
        broken = [
            f"{page.relative_to(root)}: {target}"
            for page in pages
            for pair in LINK.findall(page.read_text(encoding="utf-8"))
            for target in pair
            if target and not target.startswith(("http", "#"))
            if not (page.parent / target.partition("#")[0]).exists()
        ]
        assert broken == []
