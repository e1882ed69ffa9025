"""One planted and one clean district for all tests here."""

import pytest

from linli.sample import SampleDistrict, generate


@pytest.fixture(scope="session")
def planted() -> SampleDistrict:
    return generate()


@pytest.fixture(scope="session")
def clean() -> SampleDistrict:
    return generate(plant=False)
