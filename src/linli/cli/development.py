"""``linli check | test | bench | soak``: the work of developers; needs the checkout and the development packages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[3]
#: Only these need a database of their own kind; the rest would be run twice for nothing.
ON_POSTGRES = ("tests/foundation", "tests/organisation", "tests/registry", "tests/layout", "tests/portal", "tests/cli",
               "tests/interchange", "tests/journeys")  # fmt: skip
HOW_TO_START_POSTGRES = """没有找到 PostgreSQL 15。任选一种：
  1. 在本机启动：sudo apt-get install postgresql，再 sudo -u postgres createuser --superuser "$USER"
  2. 指定一个：LINLI_TEST_POSTGRES=postgres://用户:密码@主机:5432/库名 make test
只想先跑 SQLite：make test-sqlite"""


def _run(name: str, command: Sequence[str], **environment: str) -> None:
    click.echo(click.style(f"── {name}", bold=True))
    started = time.monotonic()
    # The settings of the tests, whatever the caller's environment or the command itself has named.
    settings = {"DJANGO_SETTINGS_MODULE": "linli.config.settings.test"}
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings, **environment}, check=False).returncode
    click.echo(f"   {time.monotonic() - started:.1f} s")
    if code:
        click.echo(f"{name}: exit code {code}", err=True)
        sys.exit(code)


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


@click.command()
def check() -> None:
    """静态检查：格式、类型、层次、迁移、文档、翻译。"""
    _run("ruff", _python("-m", "ruff", "check", "."))
    _run("ruff format", _python("-m", "ruff", "format", "--check", "."))
    _run("mypy", _python("-m", "mypy"))
    _run("import contracts", [str(Path(sys.executable).with_name("lint-imports"))])
    _run("migrations", _python("-m", "django", "makemigrations", "--check", "--dry-run"))
    _run("doctests", _python("-m", "pytest", "-q", "--doctest-modules", "--ignore=src/linli/config/settings",
                              "src/linli"))  # fmt: skip
    _run("contracts", _python("-m", "pytest", "-q", "tests/contracts"))


@click.command()
@click.option("--sqlite-only", is_flag=True, help="没有 PostgreSQL 的新手用；不代替完整测试。")
@click.option("--workers", default="2", show_default=True, help="并行数。")
def test(sqlite_only: bool, workers: str) -> None:
    """全部测试：SQLite、PostgreSQL、浏览器。"""
    postgres = "" if sqlite_only else _postgres()
    _run("SQLite", _python("-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", "--doctest-modules",
                           "--ignore=src/linli/config/settings",
                           "src/linli", "tests"), LINLI_DATABASE_URL="")  # fmt: skip
    if postgres:
        present = [folder for folder in ON_POSTGRES if (ROOT / folder).is_dir()]
        _run("PostgreSQL", _python("-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", "-m", "not browser",
                                   "--ignore=tests/interchange/test_contract.py", *present),
             LINLI_DATABASE_URL=postgres)  # fmt: skip


@click.command()
@click.argument("names", nargs=-1)
def bench(names: tuple[str, ...]) -> None:
    """量速度：benchmarks/ 下的全部或指定的几个，结果写入 benchmarks/results/。"""
    folder = ROOT / "benchmarks"
    for path in sorted([*folder.glob("[!_]*.py"), *folder.glob("engine/[!_]*.py")]):
        if not names or path.stem in names:
            _run(path.stem, _python(str(path)))


@click.command()
def soak() -> None:
    """长时间试验：杀进程、并发、规模；结果写入 benchmarks/results/。"""
    for path in sorted((ROOT / "benchmarks" / "soak").glob("*.py")):
        _run(path.stem, _python(str(path)))


def _postgres() -> str:
    """Return the address of a server that answers; leave with an explanation where none does."""
    import psycopg

    wanted = os.environ.get("LINLI_TEST_POSTGRES", "")
    for address in [wanted] if wanted else ["postgres:///postgres", "postgres:///template1"]:
        try:
            with psycopg.connect(address.replace("postgres://", "postgresql://", 1), connect_timeout=3):
                return wanted or "postgres:///linli"
        except psycopg.OperationalError:
            continue
    click.echo(HOW_TO_START_POSTGRES, err=True)
    sys.exit(1)
