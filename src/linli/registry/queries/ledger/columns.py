"""Which columns a list shows (选列): the usual ones, or those that the address names, in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import MASKED_UNITS
from linli.registry.queries.ledger.lines import Form, ListColumn, Value
from linli.registry.rules.fields import LedgerField, fields_of

#: Before the key of a field of the catalogue that is no usual column.
FIELD = "f."
MOST_COLUMNS = 24
MOST_PINNED = 4
FORMS = {"integer": Form.COUNT, "decimal": Form.DECIMAL}


def field_columns(ledger: str, *, without: Sequence[str]) -> tuple[ListColumn, ...]:
    """Return a column for every field of a ledger that is not shown anyway.

    Args:
        ledger: The ledger.
        without: Fields that a usual column shows.
    """
    return tuple(
        ListColumn(
            f"{FIELD}{key}",
            field.name,
            FORMS.get(field.type, Form.TEXT) if field.unit != "year" else Form.YEAR,
            unit="" if field.unit == "year" else field.shown_unit,
            is_extra=True,
        )
        for key, field in fields_of(ledger).items()
        if key not in without and field.privacy != "restricted" and field.type != "point"
    )


def chosen_columns(
    usual: Sequence[ListColumn], extra: Sequence[ListColumn], asked: Sequence[str]
) -> tuple[ListColumn, ...]:
    """Return the columns asked for, in the order asked; the usual ones where nothing known is asked for.

    The first usual column names the line and always stands first.

    Examples:
        >>> usual = (ListColumn("name", "小区"), ListColumn("households", "户数"), ListColumn("people", "人口"))
        >>> [column.key for column in chosen_columns(usual, (), ["people", "colour", "people"])]
        ['name', 'people']
    """
    known = {column.key: column for column in (*usual[1:], *extra)}
    wanted = dict.fromkeys(key for key in asked if key in known)
    if not wanted:
        return tuple(usual)
    return (usual[0], *(known[key] for key in list(wanted)[:MOST_COLUMNS]))


def extra_values(
    columns: Sequence[ListColumn], current: Mapping[str, Any], *, catalogue: Mapping[str, LedgerField], area: Area
) -> dict[str, Value]:
    """Return the values of extra columns of one entry.

    Args:
        columns: The columns shown.
        current: Value per field.
        catalogue: The fields of the ledger.
        area: What the reader covers, and which counts are hidden from it.
    """
    found: dict[str, Value] = {}
    for column in columns:
        if not column.key.startswith(FIELD):
            continue
        key = column.key.removeprefix(FIELD)
        value = current.get(key)
        if isinstance(value, int) and catalogue[key].unit in MASKED_UNITS:
            value = area.shown(value)
        found[column.key] = catalogue[key].told(value) if isinstance(value, str) else value
    return found
