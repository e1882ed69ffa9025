"""Names keep the rules for place names."""

import re
from collections import Counter

import pytest
from pypinyin import lazy_pinyin

ENDINGS = re.compile("(小区|花园|名苑|苑|新村|家园|公寓|公馆|华庭|雅居|新居|新苑|府|里|坊|村|老街|家属院|宿舍)$")


@pytest.fixture(params=["planted", "clean"])
def district(request):
    return request.getfixturevalue(request.param)


def repeated(names):
    return [name for name, count in Counter(names).items() if count > 1]


class TestNames:
    def test_no_two_communities_sound_the_same(self, district):
        assert repeated("".join(lazy_pinyin(c.name)) for c in district.communities) == []

    def test_no_two_compounds_have_one_name_with_or_without_its_ending(self, district):
        assert repeated(c.name for c in district.compounds) == []
        assert repeated(ENDINGS.sub("", c.name) for c in district.compounds) == []

    def test_codes_follow_the_statistical_scheme(self, district):
        assert district.code == "990101"
        assert [s.code for s in district.subdistricts] == [f"990101{i:03d}" for i in range(1, 9)]
        for community in district.communities:
            assert re.fullmatch(r"990101\d{6}", community.code)
            assert community.code.startswith(community.subdistrict_code)
        assert repeated(c.code for c in district.communities) == []
        assert all(grid.code.startswith(grid.community_code) for grid in district.grids)

    def test_the_first_subdistrict_has_the_communities_of_the_drawings(self, district):
        assert district.subdistricts[0].name == "澄波街道"
        assert "双桂社区" in {c.name for c in district.communities if c.code.startswith("990101001")}

    def test_the_first_lost_compounds_bear_their_known_names(self, planted):
        lost = {subject for kind, subject in planted.answer_key if kind == "COMPOUND_UNASSIGNED"}
        names = {c.name for c in planted.compounds if c.code in lost}
        assert {"听澜花园", "机床厂北宿舍"} <= names
