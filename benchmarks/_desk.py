"""A desk of its own for a benchmark or a long trial: an empty folder and database, and nothing left after."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse, urlunparse

from _machine import ROOT

DATABASES = ("SQLite", "PostgreSQL")


@contextmanager
def desk(database: str, *, is_empty: bool = False, **settings: str) -> Iterator[dict[str, str]]:
    """Make a migrated database without rows and a folder, and yield the environment that names them.

    Args:
        database: One of `DATABASES`.
        is_empty: Leave the database without tables.
        settings: Further ``LINLI_…`` variables.
    """
    with tempfile.TemporaryDirectory(prefix="linli-desk-") as folder, _address(database, Path(folder)) as address:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "linli.config.settings.base",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "LINLI_VAR": folder,
            "LINLI_DATABASE_URL": address,
            "LINLI_TRAIL_KEY": uuid.uuid4().hex * 2,
            "LINLI_DEMO": "1",
            **settings,
        }
        if not is_empty:
            python(environment, "-m", "django", "migrate", "--verbosity", "0")
        yield environment


def python(environment: Mapping[str, str], *arguments: str, patience_s: float = 600) -> str:
    """Run Python to its end and return what it wrote.

    Raises:
        SystemExit: It failed; its words are in the message.
    """
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=patience_s
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(_shown(arguments))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def _shown(arguments: Sequence[str]) -> list[str]:
    return [argument.strip().splitlines()[0] for argument in arguments if argument.strip()]


@contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    if database == "SQLite":
        yield f"sqlite:///{folder / 'desk.sqlite3'}"
        return
    import psycopg

    server = os.environ.get("LINLI_TEST_POSTGRES") or "postgres:///postgres"
    name = f"linli_desk_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunparse(urlparse(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def processes_of(folder: str) -> list[int]:
    """Return the processes whose environment names a folder as ``LINLI_VAR``; this one is left out."""
    words = f"LINLI_VAR={folder}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if words in (place / "environ").read_bytes().split(b"\0") and int(place.name) != os.getpid():
                found.append(int(place.name))
        except OSError:
            continue
    return found
