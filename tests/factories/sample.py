"""The sample district for tests: drawn once per process, written once per module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import transaction

from linli.sample import SampleDistrict, generate

DEFAULT_SEED = 20261123


@cache
def sample_district(seed: int = DEFAULT_SEED, *, plant: bool = True) -> SampleDistrict:
    """Return the sample district of a seed; it is shared, so nobody changes it."""
    return generate(seed=seed, plant=plant)


@contextmanager
def undone_afterwards(django_db_blocker: Any) -> Iterator[None]:
    """Undo on leaving what a fixture of module scope has written; the tests between live in savepoints."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
