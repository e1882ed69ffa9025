"""Sample districts taken over once for a whole module, and undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.factories.sample import sample_district, undone_afterwards

from linli.foundation import trail
from linli.registry.operations.sample_district import load_sample_district
from linli.sample import SampleDistrict

#: 2026-11-23 09:00 in Shanghai.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="package")
def planted() -> SampleDistrict:
    return sample_district()


@pytest.fixture(scope="module")
def taken_over(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Return a context in which a sample district is in the database."""

    @contextmanager
    def within(sample: SampleDistrict) -> Iterator[SampleDistrict]:
        with undone_afterwards(django_db_blocker):
            load_sample_district(sample, offices={}, by=trail.SYSTEM, now=NOW)
            yield sample

    return within
