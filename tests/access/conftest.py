from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.access.world import LATER, World, build
from tests.factories.sample import undone_afterwards


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both districts, written once for the tests of a file."""
    with pytest.MonkeyPatch.context() as patch, undone_afterwards(django_db_blocker):
        patch.setattr("linli.foundation.clock.now", lambda: LATER)
        yield build()


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)
