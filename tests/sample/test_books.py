"""What the offices wrote down: sound, but for what was planted."""

from collections import Counter, defaultdict

import pytest

CORE = ("household_count", "residents_count", "age_60_plus", "dwelling_count", "building_count", "floor_area")


@pytest.fixture(params=["planted", "clean"])
def district(request):
    return request.getfixturevalue(request.param)


def keyed(district, kind):
    return {subject for key, subject in district.answer_key if key == kind}


def impossible(compound, year=2026):
    """Return the fields of a compound that cannot be true."""
    v = {key: figure.value for key, figure in compound.figures.items()}

    def known(*keys):
        return all(v[key] is not None and v[key] >= 0 for key in keys)

    found = {key for key, value in v.items() if value is not None and value < 0}
    if known("household_count", "residents_count") and not 1.5 <= v["residents_count"] / v["household_count"] <= 4.5:
        found.add("residents_count")
    if known("household_count", "dwelling_count") and v["household_count"] > v["dwelling_count"]:
        found.add("dwelling_count")
    if known("residents_count") and v["registered_count"] + v["floating_count"] < 0.8 * v["residents_count"]:
        found.add("registered_count")
    for larger, smaller in (
        ("residents_count", "age_60_plus"),
        ("age_60_plus", "age_65_plus"),
        ("age_65_plus", "age_80_plus"),
        ("residents_count", "age_0_3"),
        ("residents_count", "party_members"),
    ):
        if known(larger, smaller) and v[smaller] > v[larger]:
            found.add(smaller)
    if known("dwelling_count", "building_count") and v["dwelling_count"] > 500 * v["building_count"]:
        found.add("building_count")
    if compound.completion_year is not None and compound.completion_year > year:
        found.add("completion_year")
    return found


class TestFigures:
    def test_only_the_planted_ones_are_missing(self, district):
        missing = {f"{c.code}:{k}" for c in district.compounds for k, f in c.figures.items() if f.value is None}
        assert missing == keyed(district, "MISSING_FIGURE")
        assert {subject.split(":")[1] for subject in missing} <= set(CORE)

    def test_only_the_planted_ones_are_impossible(self, district):
        found = {f"{c.code}:{field}" for c in district.compounds for field in impossible(c)}
        assert found == keyed(district, "IMPOSSIBLE_FIGURE")

    def test_each_has_a_meaning_a_source_and_a_date_before_the_day_of_the_district(self, district):
        for compound in district.compounds:
            for figure in compound.figures.values():
                assert figure.meaning and figure.source
                assert figure.as_of_on <= district.as_of_on
        assert {c.figures["household_count"].meaning for c in district.compounds} == {"实际入住户"}

    def test_a_compound_has_one_planted_ill_at_most(self, planted):
        subjects = [s.split(":")[0] for _, s in planted.answer_key if s.startswith("X-")]
        assert max(Counter(subjects).values()) == 1


class TestClaims:
    def test_every_assigned_compound_is_claimed_by_its_own_community(self, district):
        said = defaultdict(set)
        for claim in district.claims:
            said[claim.kind, claim.subject_code].add(claim.community_code)
        for compound in district.compounds:
            home = district.membership[compound.parcel_codes[0]][0]
            claimed = said["COMPOUND", compound.code]
            if compound.code in keyed(district, "DOUBLE_CLAIM"):
                assert home in claimed and len(claimed) == 2
            else:
                assert claimed == ({home} if home else set())
        for (kind, code), claimed in said.items():
            assert kind == "COMPOUND" or claimed == {district.membership[code][0]}


class TestCustody:
    def test_only_the_planted_ones_are_open(self, district):
        home = {c.code: district.membership[c.parcel_codes[0]][0] for c in district.compounds}
        still_open = {
            c.compound_code for c in district.custodies if c.until_on is None or c.until_on < district.as_of_on
        }
        assert still_open == keyed(district, "OPEN_CUSTODY")
        assert len(district.custodies) == len(still_open) + 1
        for custody in district.custodies:
            assert custody.owner_code == home[custody.compound_code] != custody.custodian_code


class TestCover:
    def test_only_the_planted_compounds_have_no_property_management(self, district):
        covered = {p.compound_code for p in district.property_management if p.contract_end > district.as_of_on}
        bare = {c.code for c in district.compounds if c.property_form == "无物业"}
        assert bare == keyed(district, "NO_PROPERTY_COVER")
        assert covered == {c.code for c in district.compounds} - bare

    def test_only_the_planted_compounds_have_no_party_branch(self, district):
        covered = Counter(code for branch in district.party_organisations for code in branch.compound_codes)
        bare = {c.code for c in district.compounds if c.party_branch_formed == "未成立"}
        assert bare == keyed(district, "NO_PARTY_ORGANISATION")
        assert covered == {c.code: 1 for c in district.compounds if c.code not in bare}
        assert {o.community_code for o in district.party_organisations} >= {c.code for c in district.communities}
