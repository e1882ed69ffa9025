"""Spellings that mean one place meet under one key, and different places stay apart."""

import pytest

from linli.foundation.names import community_key, compound_key, phase_of, pinyin, pinyin_initials


class TestCommunityKey:
    @pytest.mark.parametrize(
        "spelling",
        ["白鹭社区", "白鹭社区居委会", "白鹭社区居民委员会", "白鹭居委会", " 白 鹭　社区 ", "“白鹭”社区", "白鹭"],
    )
    def test_meets_for_every_spelling(self, spelling):
        assert community_key(spelling) == "白鹭"

    def test_keeps_a_village_apart_from_a_community(self):
        assert community_key("白鹭村委会") != community_key("白鹭社区")


class TestCompoundKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("翠湖花园", "翠湖小区"),
            ("翠湖（北区）", "翠湖(北区)"),
            ("翠湖１００", "翠湖100"),
            ("翠湖二期", "翠湖Ⅱ期"),
            ("翠湖第二期", "翠湖2期"),
            ("翠湖小区一期", "翠湖1期"),
            ("翠湖十二号院", "翠湖12号院"),
        ],
    )
    def test_meets(self, one, other):
        assert compound_key(one) == compound_key(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("翠湖一期", "翠湖二期"), ("翠湖南区", "翠湖北区"), ("翠湖家园", "翠湖公寓"), ("xx期", "翠湖")],
    )
    def test_stays_apart(self, one, other):
        assert compound_key(one) != compound_key(other)

    def test_never_becomes_empty(self):
        assert compound_key("花园小区") == "花园"
        assert compound_key("小区") == "小区"


class TestPhaseOf:
    def test_finds_the_whole_compound(self):
        assert phase_of("翠湖花园（三期）") == ("翠湖", 3)
        assert phase_of("翠湖花园") == ("翠湖", None)


class TestPinyin:
    def test_spells_names_for_searching(self):
        assert pinyin("翠湖 3期") == "cuihu3qi"
        assert pinyin_initials("翠湖3期") == "ch3q"
        assert pinyin_initials("") == ""
