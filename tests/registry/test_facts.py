"""Writing values: history is kept, caches follow, unchanged values leave no trace, imports go back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.registry.errors import FieldUnknown
from linli.registry.models import Compound, District, Fact, ImportBatch
from linli.registry.operations.facts import NewValue, record_values, take_back_values
from linli.registry.rules.fields import EXPECTED_OF_A_COMPOUND, Ledger

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District.objects.create(code="990101", name="临江区", zone=4544)


@pytest.fixture
def compound(district: District) -> Compound:
    return Compound.objects.create(district=district, code="X-0001", name="听澜花园", founded_at=NOW)


def write(district, *values, now=NOW, origin=None):
    return record_values(values, district=district, ledger=Ledger.COMPOUND, by="岗位甲", now=now, origin=origin)


def households(text, **others):
    return NewValue("X-0001", "household_count", text, meaning="实际入住户", as_of_on=DAY, source="社区摸排", **others)


class TestRecordValues:
    def test_writes_a_fact_with_its_meaning_date_and_source_and_fills_the_cache(self, district, compound):
        assert write(district, households("462")) == 1
        fact = Fact.objects.get()
        assert (fact.value, fact.number, fact.meaning, fact.as_of_on, fact.source, fact.recorded_by) == (
            "462", 462.0, "实际入住户", DAY, "社区摸排", "岗位甲",
        )  # fmt: skip
        compound.refresh_from_db()
        assert compound.household_count == 462
        assert compound.current == {"household_count": 462}
        assert compound.as_of_on == DAY
        assert compound.completeness == round(100 / len(EXPECTED_OF_A_COMPOUND))
        assert compound.pinyin == "tinglanhuayuan tlhy"

    def test_closes_the_old_fact_and_keeps_it(self, district, compound):
        write(district, households("462"))
        write(district, households("470"), now=LATER)
        old, new = Fact.objects.order_by("recorded_at")
        assert (old.value, old.replaced_at) == ("462", LATER)
        assert (new.value, new.replaced_at) == ("470", None)
        compound.refresh_from_db()
        assert compound.household_count == 470

    def test_leaves_no_trace_of_a_value_that_did_not_change(self, district, compound):
        write(district, households("462"))
        assert write(district, households("462"), now=LATER) == 0
        assert Fact.objects.count() == 1

    def test_writes_emptiness_only_over_a_value(self, district, compound):
        assert write(district, households("")) == 0
        write(district, households("462"))
        assert write(district, households(""), now=LATER) == 1
        compound.refresh_from_db()
        assert compound.household_count is None

    def test_refuses_an_unknown_field_and_writes_nothing(self, district, compound):
        with pytest.raises(FieldUnknown) as refusal:
            write(district, households("462"), NewValue("X-0001", "shoe_size", "43"))
        assert refusal.value.params == {"ledger": "compound", "field": "shoe_size"}
        assert Fact.objects.count() == 0
        compound.refresh_from_db()
        assert compound.current == {}


class TestTakeBackValues:
    @pytest.fixture
    def batch(self, district) -> ImportBatch:
        return ImportBatch.objects.create(
            district=district, number="I-1", ledger=Ledger.COMPOUND, file_name="小区.csv", file_hash="", content=b"",
            office_code="990101-mz", uploaded_by="岗位甲", uploaded_at=LATER, committed_at=LATER,
        )  # fmt: skip

    def test_brings_the_former_values_back_bit_for_bit(self, district, compound, batch):
        write(district, households("462"))
        compound.refresh_from_db()
        before = (compound.current, compound.as_of_on, compound.completeness)
        write(district, households("470"), NewValue("X-0001", "address", "新街 1 号"), now=LATER, origin=batch)
        assert take_back_values(origin=batch, ledger=Ledger.COMPOUND, by="岗位甲", now=LATER + timedelta(hours=1)) == 2
        compound.refresh_from_db()
        assert (compound.current, compound.as_of_on, compound.completeness) == before
        assert [fact.value for fact in Fact.objects.filter(replaced_at=None)] == ["462"]
        assert Fact.objects.count() == 4

    def test_keeps_a_later_edit(self, district, compound, batch):
        write(district, households("462"))
        write(district, households("470"), now=LATER, origin=batch)
        write(district, households("480"), now=LATER + timedelta(minutes=5))
        assert take_back_values(origin=batch, ledger=Ledger.COMPOUND, by="岗位甲", now=LATER + timedelta(hours=1)) == 0
        compound.refresh_from_db()
        assert compound.household_count == 480
