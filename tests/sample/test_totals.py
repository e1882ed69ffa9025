"""The district has the size that it is said to have."""

from collections import Counter
from statistics import median

import pytest
from tests.factories.sample import sample_district

from linli.sample import generate

PLANTED = {
    "COMPOUND_UNASSIGNED": 6,
    "AREA_UNASSIGNED": 3,
    "DOUBLE_CLAIM": 4,
    "OVERSIZE": 9,
    "UNDERSIZE": 12,
    "INTERLOCKED": 5,
    "EXCLAVE": 2,
    "OPEN_CUSTODY": 3,
    "MISSING_FIGURE": 20,
    "IMPOSSIBLE_FIGURE": 8,
    "NO_PROPERTY_COVER": 5,
    "NO_PARTY_ORGANISATION": 4,
}


def total_of(district, key):
    return sum(c.figures[key].value or 0 for c in district.compounds)


@pytest.fixture(params=["planted", "clean"])
def district(request):
    return request.getfixturevalue(request.param)


class TestTotals:
    def test_counts_places(self, district):
        assert len(district.subdistricts) == 8
        assert len(district.communities) == 96
        assert len(district.compounds) == 650
        assert len(district.parcels) == 1040
        assert 4_000 <= len(district.buildings) <= 8_000
        assert len(district.facilities) == 412

    def test_households_and_people_stay_within_three_per_cent(self, district):
        assert total_of(district, "household_count") == pytest.approx(190_000, rel=0.03)
        assert total_of(district, "residents_count") == pytest.approx(480_000, rel=0.03)

    def test_the_median_compound_has_about_220_households_and_the_largest_nearly_3000(self, district):
        households = [c.figures["household_count"].value for c in district.compounds]
        households = [h for h in households if h is not None]
        assert median(households) == pytest.approx(220, abs=18)
        assert 2_600 <= max(households) <= 3_000
        assert min(households) >= 28

    def test_most_grids_hold_300_to_500_households(self, clean):
        size = Counter()
        for c in clean.compounds:
            for p in c.parcel_codes:
                size[clean.membership[p][1]] += c.figures["household_count"].value / len(c.parcel_codes)
        assert 300 <= median(size.values()) <= 500


class TestSeed:
    def test_equal_seeds_give_equal_districts(self, planted):
        assert generate() == planted

    def test_another_seed_gives_another_district_of_the_same_make(self, planted):
        other = sample_district(7)
        assert other.outline != planted.outline
        assert Counter(kind for kind, _ in other.answer_key) == PLANTED


class TestAnswerKey:
    def test_counts_every_ill(self, planted):
        assert Counter(kind for kind, _ in planted.answer_key) == PLANTED
        assert list(planted.answer_key) == sorted(set(planted.answer_key))

    def test_is_empty_when_nothing_is_planted(self, clean):
        assert clean.answer_key == ()
