"""A short chain in a district of the tests."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from linli.foundation.trail import Actor, Subject, record

DISTRICT = "990101"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def append():
    """Append entries to a district's chain, one transaction each."""

    def _append(count=1, *, district=DISTRICT, start=0):
        for number in range(start, start + count):
            with transaction.atomic():
                record(
                    "registry.compound.renamed",
                    subject=Subject("registry.compound", f"X-{number:04d}"),
                    by=Actor("person", "P-0007", "C-0003"),
                    at=NOON + timedelta(minutes=number),
                    district=district,
                    households=number,
                )

    return _append


@pytest.fixture
def now():
    """Noon in Shanghai."""
    return NOON
