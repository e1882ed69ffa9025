"""What every sub-command shares: the clock's edge, Django's start, answers as text or JSON, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from linli.foundation.errors import LinliError

#: Exit codes, as docs/reference/cli.md lists them.
DONE, FAULT, USAGE, INFEASIBLE = 0, 1, 2, 3

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Add ``--json PATH``: the answer as JSON, ``-`` for standard output."""
    return click.option(
        "--json",
        "json_path",
        metavar="PATH",
        help="把结果写成 JSON；- 表示标准输出。",
        type=click.Path(dir_okay=False, allow_dash=True),
    )(command)


def start_django() -> None:
    """Start Django with the settings named by the environment; makes the folders it writes to and serves from."""
    import django
    from django.conf import settings

    for folder in (settings.LINLI_VAR, settings.STATIC_ROOT):
        Path(folder).mkdir(parents=True, exist_ok=True)
    django.setup()


def start_words() -> None:
    """Start what sentences and policies need, for commands without a database: no room, no key, no folder."""
    import django
    from django.conf import settings

    if settings.configured:
        return
    package = Path(__file__).parents[1]
    settings.configure(
        LANGUAGE_CODE="zh-hans",
        LOCALE_PATHS=[package / "foundation" / "locale"],
        TIME_ZONE="Asia/Shanghai",
        LINLI_POLICY_FOLDERS=[Path(os.environ.get("LINLI_VAR", "var")).resolve() / "policies"],
    )
    django.setup()


def answer(result: Any, *, text: str, json_path: str | None) -> None:
    """Give an answer: JSON where asked for, text for people otherwise.

    Args:
        result: Plain values.
        text: The same for people.
        json_path: Where the JSON goes; ``-`` for standard output; None for text.
    """
    if json_path is None:
        click.echo(text)
        return
    document = json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True)
    if json_path == "-":
        click.echo(document)
    else:
        Path(json_path).write_text(document + "\n", encoding="utf-8")
        click.echo(text)


@contextmanager
def faults_told(json_path: str | None = None) -> Iterator[None]:
    """Turn a refusal into one Chinese line on standard error, or a problem document, and exit code 1."""
    try:
        yield
    except LinliError as fault:
        refuse(fault, json_path=json_path)


def refuse(fault: LinliError, *, json_path: str | None = None, code: int = FAULT) -> NoReturn:
    """Say a refusal and leave."""
    if json_path is not None:
        answer(fault.as_problem(), text="", json_path=json_path)
    click.echo(fault.message, err=True)
    sys.exit(code)
