"""What lies in deploy/ names commands, options, files and settings that are there."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from linli.cli.main import main

STARTED = re.compile(r"^ExecStart=/srv/linli/app/\.venv/bin/linli (.+)$", re.MULTILINE)
HARDENING = ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=", "User=linli")


@pytest.fixture(scope="module")
def units(root):
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "deploy" / "systemd").iterdir()}


def parsed(words: str) -> click.Context:
    """Parse a command line as `linli` would, without running it."""
    rest, group, context = shlex.split(words), main, click.Context(main, info_name="linli")
    while True:
        name, command, rest = group.resolve_command(context, rest)
        if not isinstance(command, click.Group):
            return command.make_context(name, rest, parent=context)
        group, context = command, click.Context(command, info_name=name, parent=context)


class TestUnits:
    def test_start_commands_that_are_there(self, units) -> None:
        lines = {name: STARTED.search(text)[1] for name, text in units.items() if name.endswith(".service")}
        assert len(lines) == 6
        for line in lines.values():
            parsed(line)

    def test_a_wrong_option_would_show(self) -> None:
        with pytest.raises(click.UsageError):
            parsed("serve --no-wrker")

    def test_are_hardened(self, units) -> None:
        services = {name: text for name, text in units.items() if name.endswith(".service")}
        assert {name: line for name, text in services.items() for line in HARDENING if line not in text} == {}

    def test_of_timers_have_their_services(self, units) -> None:
        timers = [name for name in units if name.endswith(".timer")]
        assert sorted(timers) == ["linli-backup.timer", "linli-doctor.timer", "linli-seal.timer", "linli-verify.timer"]
        assert [name for name in timers if name.replace(".timer", ".service") not in units] == []


class TestContainer:
    def test_copies_files_that_are_there_and_starts_what_is_there(self, root) -> None:
        text = (root / "deploy" / "Containerfile").read_text(encoding="utf-8")
        copied = [
            word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]
        ]
        assert len(copied) == 6
        assert [name for name in copied if not (root / name).exists()] == []
        started = re.search(r'^CMD \["linli", (.+)\]$', text, re.MULTILINE)[1]
        parsed(" ".join(re.findall(r'"([^"]+)"', started)))


class TestExampleSettings:
    def test_are_documented(self, root) -> None:
        example = (root / "deploy" / "linli.env.example").read_text(encoding="utf-8")
        page = (root / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
        named = re.findall(r"^(LINLI_\w+)=", example, re.MULTILINE)
        assert len(named) >= 4
        assert [name for name in named if f"`{name}`" not in page] == []
