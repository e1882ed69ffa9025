"""What holds for every test and doctest: it begins in Chinese, with an empty cache and no deadline."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: speed is measured in benchmarks/, never asserted in a test.
settings.register_profile("linli", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("linli")


@pytest.fixture(autouse=True)
def _begin_afresh() -> None:
    """Undo the language and the cached files that an earlier test has left behind in this process.

    Database keys repeat from test to test, and cached map files go by them.
    """
    from django.core.cache import cache
    from django.utils import translation

    translation.activate("zh-hans")
    cache.clear()
