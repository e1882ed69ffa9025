"""The sample district, founded as the demo founds it, and people who sign in through the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.factories.sample import sample_district, undone_afterwards

from linli.portal.operations.demo import found_demo_district
from linli.sample import SampleDistrict

PASSWORD = "journey-2026"
FOUNDED_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

SignIn = Callable[[str], Client]


@pytest.fixture(scope="module")
def founded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SampleDistrict]:
    """The sample district in the ledger, with one account per role; each test undoes its own acts."""
    sample = sample_district()
    accounts = tmp_path_factory.mktemp("founded") / "accounts.json"
    with undone_afterwards(django_db_blocker):
        found_demo_district(sample, password=PASSWORD, accounts_file=accounts, now=FOUNDED_AT)
        yield sample


@pytest.fixture
def sign_in(db: None, founded: SampleDistrict) -> SignIn:
    """Sign somebody in by the form, as people do."""

    def signed_in(username: str) -> Client:
        client = Client()
        answer = client.post("/sign-in/", {"username": username, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 302, answer.content.decode()[:400]
        return client

    return signed_in
