"""PostgreSQL: every table by COPY within one REPEATABLE READ transaction, so that all rows are of one moment.

No program of the server's packages is needed, and the lines read the same on relatives of PostgreSQL. The tables
themselves are built by the migrations that the backup names, in a schema of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from linli.foundation.backups.archive import BLOCK, Reader, Writer
from linli.foundation.backups.rules import Table, newest_of_each_app
from linli.foundation.backups.scratch import alias_for

FOLDER = "database/tables/"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
COLUMNS = """
    SELECT column_name, pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name)
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
#: A restore waits this long for people to leave the tables, then gives up with nothing changed.
PATIENCE = "15s"


def copy_out(archive: Writer) -> tuple[dict[str, Table], dict[str, list[tuple[Any, ...]]]]:
    """Write every table of the schema into an archive.

    Returns:
        The tables with their counts, and the rows of migrations and of the trail's heads at that very moment.
    """
    # A connection of its own: the isolation of the caller's is left as it is.
    reading = connection.copy()
    reading.set_autocommit(False)
    try:
        with reading.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(TABLES)
            names = [name for (name,) in cursor.fetchall()]
            tables = {name: _copy_table(cursor, name, archive) for name in names}
            cursor.execute("SELECT app, name FROM django_migrations")
            migrations = cursor.fetchall()
            cursor.execute("SELECT district_code, sequence, hash FROM trail_head")
            return tables, {"migrations": migrations, "heads": cursor.fetchall()}
    finally:
        reading.rollback()
        reading.close()


def _copy_table(cursor: CursorWrapper, name: str, archive: Writer) -> Table:
    cursor.execute(COLUMNS, [name])
    columns = dict(cursor.fetchall())
    sequences = {}
    for column, sequence in columns.items():
        if sequence is not None:
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
            sequences[column] = cursor.fetchone()
    with cursor.copy(f"COPY {_target(name, columns)} TO STDOUT") as lines:
        archive.add(f"{FOLDER}{name}.copy", lines)
    return Table(rows=cursor.rowcount, columns=tuple(columns), sequences=sequences)


@contextmanager
def scratch(archive: Reader) -> Iterator[str]:
    """Yield the alias of a scratch schema that holds what the archive holds; the schema is dropped at the end."""
    schema = f"linli_scratch_{secrets.token_hex(6)}"
    options = {**connection.settings_dict["OPTIONS"], "options": f"-c search_path={schema}"}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    try:
        with alias_for(OPTIONS=options) as alias:
            _build(alias, archive.manifest.migrations)
            _load(alias, archive)
            yield alias
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")


def _build(alias: str, migrations: tuple[str, ...]) -> None:
    """Build the tables as they were when the backup was taken."""
    executor = MigrationExecutor(connections[alias])
    children = {
        ".".join(key): [".".join(child.key) for child in node.children]
        for key, node in executor.loader.graph.node_map.items()
    }
    known = [one for one in migrations if one in children]
    targets = [one.partition(".") for one in newest_of_each_app(known, children)]
    executor.migrate([(app, name) for app, _dot, name in targets])


def _load(alias: str, archive: Reader) -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(TABLES)
        # What the migrations wrote by themselves stands in the backup too.
        cursor.execute(f"TRUNCATE {', '.join(_quoted(name) for (name,) in cursor.fetchall())}")
        for name, table in archive.manifest.tables.items():
            with (
                archive.member(f"{FOLDER}{name}.copy") as lines,
                cursor.copy(f"COPY {_target(name, table.columns)} FROM STDIN") as copy,
            ):
                while block := lines.read(BLOCK):
                    copy.write(block)
            for column, (last, used) in table.sequences.items():
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [_quoted(name), column, last, used]
                )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def counts(alias: str) -> Mapping[str, int]:
    """Return the rows of every table of a schema."""
    found = {}
    with connections[alias].cursor() as cursor:
        cursor.execute(TABLES)
        for name in [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"SELECT count(*) FROM {_quoted(name)}")
            found[name] = cursor.fetchone()[0]
    return found


def adopt(alias: str) -> None:
    """Let the tables of the scratch schema take the place of the present ones, in one transaction."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        cursor.execute(TABLES)
        new = [name for (name,) in cursor.fetchall()]
    connections[alias].close()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("SELECT current_schema()")
        (home,) = cursor.fetchone()
        cursor.execute(TABLES)
        if old := [_quoted(name) for (name,) in cursor.fetchall()]:
            cursor.execute(f"DROP TABLE {', '.join(old)} CASCADE")
        for name in new:
            cursor.execute(f"ALTER TABLE {schema}.{_quoted(name)} SET SCHEMA {_quoted(home)}")


def _target(name: str, columns: Mapping[str, Any] | tuple[str, ...]) -> str:
    return f"{_quoted(name)} ({', '.join(_quoted(column) for column in columns)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
