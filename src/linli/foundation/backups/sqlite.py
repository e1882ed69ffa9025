"""SQLite: copied by its own backup API, which reads one moment while others write."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

from linli.foundation.backups.archive import Reader, Writer
from linli.foundation.backups.rules import Table
from linli.foundation.backups.scratch import alias_for

DATABASE = "database/linli.sqlite3"


def copy_out(archive: Writer, folder: Path) -> tuple[dict[str, Table], dict[str, list[tuple[Any, ...]]]]:
    """Write the database into an archive.

    Args:
        archive: Where to.
        folder: For the copy, removed by the caller.

    Returns:
        The tables with their counts, and the rows of migrations and of the trail's heads at that very moment.
    """
    path = folder / "copy.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        # All pages in one step: a step by step copy begins anew whenever somebody writes.
        connection.connection.backup(copy, pages=-1)
        # A file that opens without companions beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        names = [name for (name,) in copy.execute(TABLES)]
        tables = {name: Table(rows=copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}
        read = {
            "migrations": copy.execute("SELECT app, name FROM django_migrations").fetchall(),
            "heads": copy.execute("SELECT district_code, sequence, hash FROM trail_head").fetchall(),
        }
    archive.add_file(DATABASE, path)
    return tables, read


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"


@contextmanager
def scratch(archive: Reader) -> Iterator[str]:
    """Yield the alias of a scratch database that holds what the archive holds."""
    with tempfile.TemporaryDirectory(prefix="linli-restore-") as folder:
        path = archive.extract(DATABASE, Path(folder) / "scratch.sqlite3")
        with alias_for(NAME=path) as alias:
            yield alias


def faults_within(alias: str) -> list[str]:
    """Return what SQLite itself finds wrong with a database."""
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        faults = [str(line) for (line,) in cursor.fetchall() if line != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return faults + [f"foreign key {row[0]}:{row[1]}" for row in cursor.fetchall()]


def counts(alias: str) -> Mapping[str, int]:
    """Return the rows of every table of a database."""
    with connections[alias].cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def adopt(alias: str) -> None:
    """Let the scratch database take the place of the default one, whole or not at all.

    Written through the backup API as one transaction, so that processes which have the file open see either the old
    or the new content.
    """
    connection.ensure_connection()
    connections[alias].ensure_connection()
    connections[alias].connection.backup(connection.connection, pages=-1)
    # The copied first page says how the scratch file keeps its journal.
    connection.connection.execute("PRAGMA journal_mode=WAL")
