"""Databases for a moment: an alias that is there as long as its block lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

ALIAS = "scratch"


@contextmanager
def alias_for(**differences: Any) -> Iterator[str]:
    """Yield the alias of a database like the default one except for ``differences`` in its description."""
    scratch = connection.copy(alias=ALIAS)
    scratch.settings_dict.update(differences)
    connections[ALIAS] = scratch
    try:
        yield ALIAS
    finally:
        scratch.close()
        del connections[ALIAS]
