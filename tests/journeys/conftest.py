"""The sample district, founded as the demo founds it, and people who sign in through the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from linli.portal.operations.demo import found_demo_district
from linli.sample import SampleDistrict, generate

PASSWORD = "journey-2026"
FOUNDED_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

SignIn = Callable[[str], Client]


@pytest.fixture(scope="session")
def sample() -> SampleDistrict:
    """The sample district of the default seed; nobody changes it."""
    return generate()


@pytest.fixture
def founded(db: None, sample: SampleDistrict, tmp_path: Path) -> SampleDistrict:
    """The sample district in the ledger, with one account per role."""
    found_demo_district(sample, password=PASSWORD, accounts_file=tmp_path / "accounts.json", now=FOUNDED_AT)
    return sample


@pytest.fixture
def sign_in(founded: SampleDistrict) -> SignIn:
    """Sign somebody in by the form, as people do."""

    def signed_in(username: str) -> Client:
        client = Client()
        answer = client.post("/sign-in/", {"username": username, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 302, answer.content.decode()[:400]
        return client

    return signed_in
