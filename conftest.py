"""What holds for every test and doctest: Chinese at its beginning, no deadline, the same examples in CI each time."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: speed is measured in benchmarks/, never asserted in a test.
settings.register_profile("linli", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("linli")


@pytest.fixture(autouse=True)
def _begin_in_chinese() -> None:
    """Undo the language that an earlier test may have left behind in this process."""
    from django.utils import translation

    translation.activate("zh-hans")
