"""Sample districts taken over once for a whole module, and undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from linli.foundation import trail
from linli.registry.operations.sample_district import load_sample_district
from linli.sample import SampleDistrict, generate

#: 2026-11-23 09:00 in Shanghai.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="package")
def planted() -> SampleDistrict:
    return generate()


@pytest.fixture(scope="module")
def taken_over(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Return a context in which a sample district is in the database."""

    @contextmanager
    def within(sample: SampleDistrict) -> Iterator[SampleDistrict]:
        with django_db_blocker.unblock(), transaction.atomic():
            load_sample_district(sample, offices={}, by=trail.SYSTEM, now=NOW)
            yield sample
            transaction.set_rollback(True)

    return within
