"""One planted and one clean district for all tests here."""

import pytest
from tests.factories.sample import sample_district

from linli.sample import SampleDistrict


@pytest.fixture(scope="session")
def planted() -> SampleDistrict:
    return sample_district()


@pytest.fixture(scope="session")
def clean() -> SampleDistrict:
    return sample_district(plant=False)
