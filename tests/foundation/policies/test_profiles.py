"""Standards are dated, sourced and refused when unclear."""

from datetime import date
from fractions import Fraction

import pytest

from linli.foundation.policies import (
    Grade,
    ProfileMalformed,
    ProfileUnknown,
    StandardMissing,
    profile,
    profile_names,
    read_profile,
    standards_on,
    versions_of,
)

TODAY = date(2026, 6, 1)
SOUND = """
name: district
title: 甲区
sources:
  S1: {title: 甲区规定, number: 甲发〔2026〕1号, date: "2026-01-05"}
standards:
  community_households:
    - {zh: 社区户数范围, min: 1500, max: 2500, unit: 户, effective_from: 2026-02, source: S1, grade: V}
"""


@pytest.fixture
def written(tmp_path):
    """Write a profile and return its file."""

    def _written(text, name="district"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return _written


class TestNationalProfile:
    def test_changes_the_band_with_the_law(self):
        assert profile().at(date(2025, 12, 31))["community_households"].band == (100, 700)
        new = profile().at(date(2026, 1, 1))["community_households"]
        assert (new.band, new.unit, new.grade) == ((1000, 3000), "户", Grade.V)
        assert new.source.title.zh == "中华人民共和国城市居民委员会组织法(2025修订)"
        assert new.source.date == "2025-10-28"

    @pytest.mark.parametrize(
        ("key", "number"),
        [
            ("facility_per100", 30),
            ("workers_per_10000", 18),
            ("office_walk", 500),
            ("interlock_border_share", 63),
            ("interlock_teeth", 2),
            ("sliver_area", 100),
            ("sliver_width", 1),
            ("duplicate_point_distance", 50),
            ("small_count_hide", 5),
            ("community_watch_ceiling", 5000),
            ("assembly_quorum", 0.5),
        ],
    )
    def test_holds_what_the_code_asks_for(self, key, number):
        assert profile().at(TODAY)[key].number == number

    def test_holds_bounds_of_people_per_household(self):
        standard = profile().at(TODAY)["people_per_household"]
        assert standard.band == (1.5, 4.5)
        assert [standard.allows(figure) for figure in (1.4, 1.5, 4.5, 4.6)] == [False, True, True, False]

    def test_keeps_shares_exact(self):
        assert profile().at(TODAY)["delegates_quorum"].value == Fraction(2, 3)

    def test_tells_of_every_standard_where_it_comes_from(self):
        for versions in profile().versions.values():
            for standard in versions:
                assert standard.name
                assert standard.source.title
                assert standard.grade in Grade
                assert standard.grade is not Grade.V or standard.source.url

    def test_shows_the_standards_of_a_day(self):
        shown = standards_on(TODAY)
        assert shown[0].key == "community_households"
        assert "community_households_old_law" not in {standard.key for standard in shown}
        assert len({standard.key for standard in shown}) == len(shown)
        assert [standard.max for standard in versions_of("community_households")] == [700, 3000]

    def test_refuses_an_unknown_key_with_day_and_profile(self):
        with pytest.raises(StandardMissing, match="“nothing”在 2026-06-01 没有规定"):
            profile().at(TODAY)["nothing"]
        assert "nothing" not in profile().at(TODAY)
        assert profile().at(TODAY).get("nothing") is None

    def test_is_read_once(self):
        assert profile() is profile("national")


class TestDistrictProfile:
    def test_extends_the_national_one(self, written, settings, tmp_path):
        written("extends: national" + SOUND)
        settings.LINLI_POLICY_FOLDERS = [tmp_path]
        assert profile_names() == ("district", "national")
        district = profile("district")
        assert district.at(TODAY)["community_households"].band == (1500, 2500)
        assert district.at(TODAY)["workers_per_10000"].number == 18
        assert district.own_keys == {"community_households"}
        assert "community_households" not in district.at(date(2026, 1, 31))

    def test_extends_the_one_of_its_own_name_that_comes_with_the_package(self, written, settings, tmp_path):
        written("extends: national" + SOUND.replace("name: district\n", ""), "national")
        settings.LINLI_POLICY_FOLDERS = [tmp_path]
        own = profile()
        assert own.title.zh == "甲区"
        assert own.at(TODAY)["community_households"].band == (1500, 2500)
        assert own.at(TODAY)["facility_per100"].number == 30

    def test_does_not_extend_itself(self, written, settings, tmp_path):
        written("extends: district" + SOUND)
        settings.LINLI_POLICY_FOLDERS = [tmp_path]
        with pytest.raises(ProfileMalformed, match="不能直接或间接扩展自己"):
            profile("district")

    def test_may_not_extend_itself_through_another(self, written, settings, tmp_path):
        written("extends: two" + SOUND, "one")
        written("extends: one" + SOUND, "two")
        settings.LINLI_POLICY_FOLDERS = [tmp_path]
        with pytest.raises(ProfileMalformed, match="扩展自己"):
            profile("one")

    @pytest.mark.parametrize("name", ["nowhere", "../national", ""])
    def test_that_is_unknown_is_refused(self, name):
        with pytest.raises(ProfileUnknown, match="national"):
            profile(name)


class TestReadProfile:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("max: 2500", "max: 1000", "min 1500 大于 max 1000"),
            ("max: 2500", "max: 很多", "max 应为数字，实际是“很多”"),
            ("min: 1500, max: 2500, ", "", "至少要有一个"),
            ("zh: 社区户数范围, ", "", "缺少中文名称"),
            ("title: 甲区规定, ", "", "缺少文件名称"),
            ("title: 甲区规定", "title: 甲区规定, level: city", "level 应为"),
            ("source: S1", "source: S2", "来源“S2”不在 sources 中"),
            ("grade: V", "grade: A", "V、S、M、I"),
            ("2026-02", "2026-13", "日期“2026-13”"),
            ("2026-02", "明年", "日期“明年”"),
            ("grade: V", "grade: V, effective_to: 2026-01", "应晚于"),
            ("unit: 户", "units: 户", "不认识的名称 units"),
            ("standards:", "standard:", "不认识的名称 standard"),
            ("    - {", "    {", "至少一个版本的列表"),
            ("number: 甲发", "paper: 甲发", "不认识的名称 paper"),
        ],
    )
    def test_refuses_what_is_unclear_naming_the_file(self, written, old, new, said):
        with pytest.raises(ProfileMalformed, match=said) as refusal:
            read_profile(written(SOUND.replace(old, new)))
        assert "district.yaml" in refusal.value.message

    def test_refuses_two_versions_on_one_day(self, written):
        again = "    - {zh: 又一条, value: 1, effective_from: 2026-05-01, source: S1, grade: I}\n"
        with pytest.raises(ProfileMalformed, match="有两个版本在 2026-05-01 同时有效"):
            read_profile(written(SOUND + again))

    def test_accepts_versions_that_follow_each_other(self, written):
        ended = SOUND.replace("grade: V", "grade: V, effective_to: 2026-05-01")
        again = "    - {zh: 又一条, value: 1, effective_from: 2026-05-01, source: S1, grade: I}\n"
        found = read_profile(written(ended + again))
        assert found.at(date(2026, 4, 30))["community_households"].max == 2500
        assert found.at(date(2026, 5, 1))["community_households"].value == 1

    def test_refuses_what_is_no_yaml(self, written):
        with pytest.raises(ProfileMalformed, match="YAML"):
            read_profile(written("name: [甲"))


class TestStandard:
    def test_with_two_bounds_is_not_one_number(self):
        with pytest.raises(ValueError, match="not one number"):
            _ = profile().at(TODAY)["community_households"].number

    def test_with_one_bound_has_no_band(self):
        with pytest.raises(ValueError, match="two bounds"):
            _ = profile().at(TODAY)["facility_per100"].band
