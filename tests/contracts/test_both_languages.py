"""What is kept as data speaks both languages: fields of the ledger, standards, units."""

from __future__ import annotations

import json
import re

from linli.foundation.policies import profile
from linli.foundation.policies.topics import topic_of
from linli.foundation.units import UNITS
from linli.registry.rules.fields import CATALOGUE

HAN = re.compile(r"[\u3400-\u9fff]")


def faults(where, zh, en):
    """Where a pair of texts is not both: nothing in one language, or Chinese in the English one."""
    if not zh or not en:
        yield f"{where}: zh “{zh}”, en “{en}”"
    if HAN.search(en):
        yield f"{where}: Chinese in English, “{en}”"


class TestFieldsOfTheLedger:
    rows = json.loads(CATALOGUE.read_text(encoding="utf-8"))

    def test_have_name_meaning_and_choices_in_both_languages(self):
        left = []
        for row in self.rows:
            where = f"{row['ledger']}.{row['key']}"
            assert len(row["choices"]) == len(row["choices_en"]), where
            pairs = [(row["zh"], row["en"]), (row["meaning"], row["meaning_en"])]
            pairs += zip(row["choices"], row["choices_en"], strict=True)
            left += [fault for zh, en in pairs for fault in faults(where, zh, en)]
        assert len(self.rows) > 200
        assert left == []

    def test_are_explained_in_chinese_to_chinese_readers(self):
        assert [row["key"] for row in self.rows if not HAN.search(row["meaning"])] == []

    def test_have_units_that_are_listed(self):
        assert sorted({row["unit"] for row in self.rows} - {"", *UNITS}) == []

    def test_are_told_apart_by_either_name(self):
        for name in ("zh", "en"):
            named = [(row["ledger"], row[name]) for row in self.rows]
            assert sorted(pair for pair in set(named) if named.count(pair) > 1) == []


class TestStandards:
    versions = [one for versions in profile().versions.values() for one in versions]

    def test_have_names_notes_and_documents_in_both_languages(self):
        left = []
        for one in self.versions:
            pairs = [(one.name.zh, one.name.en), (one.source.title.zh, one.source.title.en)]
            pairs += [(one.note.zh, one.note.en)] if one.note else []
            pairs += [(one.value.zh, one.value.en)] if hasattr(one.value, "zh") else []
            left += [fault for zh, en in pairs for fault in faults(one.key, zh, en)]
        assert len(self.versions) > 200
        assert left == []

    def test_are_explained_in_chinese_to_chinese_readers(self):
        # A note may be nothing but figures.
        left = [one.key for one in self.versions if re.search(r"[a-z]{4}", one.note.zh) and not HAN.search(one.note.zh)]
        assert left == []

    def test_have_units_that_are_listed(self):
        assert sorted({one.unit for one in self.versions} - {"", *UNITS}) == []

    def test_belong_to_a_topic(self):
        assert sorted({one.applies_to for one in self.versions if topic_of(one.applies_to) == "other"}) == []


class TestUnits:
    def test_leave_no_chinese_in_english(self):
        assert [written for written, unit in UNITS.items() if HAN.search(unit.en)] == []
