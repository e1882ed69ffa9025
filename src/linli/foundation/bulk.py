"""Many rows written by one statement that is prepared once.

Django's ``bulk_update`` builds a CASE for each row and column and takes minutes for what the database does in a
second; ``bulk_create`` needs a whole object per row. Here each row is a tuple for one plain INSERT or UPDATE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

#: Fields whose values go to the database as they are.
PLAIN = frozenset({"CharField", "TextField", "IntegerField", "PositiveIntegerField", "FloatField", "ForeignKey"})


def insert_many(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, constants: Mapping[str, Any]
) -> None:
    """Insert rows; columns that neither vary nor are constant take their field's default.

    Args:
        model: The model.
        columns: Names of the fields that vary, foreign keys by the name of their column.
        rows: A value per column and row.
        constants: Values that all rows share, by field.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    shared = [field for name, field in fields.items() if name not in columns]
    told = [_ready(field, constants.get(field.attname, _default(field))) for field in shared]
    varying = [fields[name] for name in columns]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in (*varying, *shared))
    marks = ", ".join(["%s"] * (len(varying) + len(shared)))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({marks})"
    make_ready = _preparer(varying)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*make_ready(row), *told) for row in rows])


def insert_rows(entries: Sequence[Model]) -> None:
    """Insert new entries of one model; their keys stay unknown.

    Args:
        entries: The entries.
    """
    if entries:
        fields = [field for field in type(entries[0])._meta.concrete_fields if not field.primary_key]
        names = [field.attname for field in fields]
        rows = ([getattr(entry, name) for name in names] for entry in entries)
        insert_many(type(entries[0]), names, rows, constants={})


def update_many(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows by their key.

    Args:
        model: The model.
        columns: Names of the fields, foreign keys by the name of their column.
        rows: A value per column, the key at the end.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    changed = [fields[name] for name in columns]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in changed)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s"
    make_ready = _preparer(changed)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*make_ready(row[:-1]), row[-1]) for row in rows])


def update_rows(entries: Sequence[Model], columns: Sequence[str]) -> None:
    """Write columns of stored entries of one model.

    Args:
        entries: The entries.
        columns: Names of the fields, foreign keys by the name of the field.
    """
    if not entries:
        return
    model = type(entries[0])
    names = [model._meta.get_field(name).attname for name in columns]  # type: ignore[union-attr]
    update_many(model, names, ([*(getattr(entry, name) for name in names), entry.pk] for entry in entries))


def _default(field: Field[Any, Any]) -> Any:
    return field.get_default() if field.has_default() or not field.null else None


def _ready(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _preparer(fields: Sequence[Field[Any, Any]]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what brings a row of values into the form of the database; most need nothing."""
    special = [(place, field) for place, field in enumerate(fields) if field.get_internal_type() not in PLAIN]
    # Days and moments repeat, and bringing them into form costs more than writing them.
    known: dict[tuple[int, Any], Any] = {}

    def make_ready(row: Sequence[Any]) -> Sequence[Any]:
        ready = list(row)
        for place, field in special:
            value = ready[place]
            if isinstance(value, dict | list):
                ready[place] = _ready(field, value)
                continue
            token = (place, value)
            if token not in known:
                if len(known) > 10_000:
                    known.clear()
                known[token] = _ready(field, value)
            ready[place] = known[token]
        return ready

    return make_ready
