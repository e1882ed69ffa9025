from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.organisation import EAST_FIRST, EAST_SECOND, NOW, told

from linli.foundation.trail import verify
from linli.organisation.rules import Role
from linli.registry.errors import ImportStageWrong, PreviewOutdated, RowsRefused
from linli.registry.models import Claim, Compound, Fact, ImportBatch, Layout, LayoutMember
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.imports import commit_import, take_back_import

LATER = NOW + timedelta(hours=1)

TABLE = """小区编码,小区名称,所属社区,户数,常住人口
X-0001,金桂花园,柳荫社区居委会,320户,800
X-0002,银杏里,,200,500
,荷风里,石井社区,462户,"1,284"
X-0003,天域名流一期,清宴社区,410,1000
,听澜苑,,-46,
"""


def snapshot() -> list[tuple]:
    """The ledger's current values and claims, as they are shown."""
    compounds = Compound.objects.filter(ended_at=None).values_list(
        "code", "name", "pinyin", "current", "household_count", "residents_count", "completeness", "as_of_on", "point"
    )
    claims = Claim.objects.filter(withdrawn_at=None).values_list("kind", "subject_code", "community__code", "source")
    facts = Fact.objects.filter(replaced_at=None).values_list("subject_code", "field", "value", "as_of_on", "source")
    return [list(compounds), sorted(claims), sorted(facts, key=str)]


@pytest.mark.usefixtures("known")
class TestPreview:
    def test_gives_each_row_a_verdict_with_its_reason(self, preview) -> None:
        card, rows = preview(TABLE)
        assert [(row.row, row.verdict, row.name) for row in rows] == [
            (2, "CHANGED", "金桂花园"),
            (3, "UNCHANGED", "银杏里"),
            (4, "NEW", "荷风里"),
            (5, "REFUSED", "天域名流一期"),
            (6, "REFUSED", "听澜苑"),
        ]
        assert card.counts == {
            "NEW": 1,
            "CHANGED": 1,
            "UNCHANGED": 1,
            "DOUBTFUL": 0,
            "REFUSED": 2,
            "cells": 3,
            "warned": 0,
        }
        assert rows[0].changes == {
            "household_count": ["300", "320"],
            "residents_count": ["750", "800"],
            "community": ["", EAST_FIRST],
        }
        assert rows[2].values["household_count"] == {"value": "462", "original": "462户"}
        assert rows[3].faults == ("台账没有“清宴社区”，也没有相近的社区。先导入社区，或核对名称",)
        assert rows[4].faults == ("总户数填了 -46，不应小于 0，请改正",)

    def test_writes_nothing_to_the_ledger(self, preview) -> None:
        before = snapshot()
        preview(TABLE)
        assert snapshot() == before

    def test_matches_names_after_normalising(self, preview) -> None:
        _card, rows = preview("小区名称,户数\n金桂 小区,310\n天域名流小区（Ⅰ期）,410\n")
        assert [(row.verdict, row.code) for row in rows] == [("CHANGED", "X-0001"), ("CHANGED", "X-0003")]

    def test_names_the_nearest_community(self, preview) -> None:
        _card, rows = preview("小区名称,所属社区\n金桂花园,柳茵社区\n")
        assert rows[0].faults == (f"台账没有“柳茵社区”。最接近的是“柳荫社区”（{EAST_FIRST}）。改正后重传",)

    def test_counts_identical_rows_once_and_says_so(self, preview) -> None:
        _card, rows = preview("编码,名称,户数\nX-9,竹影里,100\nX-9,竹影里,100\n")
        assert [row.verdict for row in rows] == ["NEW", "UNCHANGED"]
        assert rows[1].warnings == ("与第 2 行完全相同，只算一次",)

    def test_refuses_all_rows_that_share_a_code_and_differ(self, preview) -> None:
        _card, rows = preview("编码,名称,户数\nX-9,竹影里,100\nX-9,竹影里,120\n")
        assert [row.verdict for row in rows] == ["REFUSED", "REFUSED"]
        assert rows[0].faults == ("编码“X-9”在第 3 行也有，内容不同。只留一行后重传",)

    def test_an_empty_cell_changes_nothing(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,户数\nX-0001,金桂花园,暂无信息\n")
        assert (rows[0].verdict, rows[0].changes) == ("UNCHANGED", {})

    def test_refuses_figures_that_contradict_what_the_ledger_holds(self, preview) -> None:
        _card, rows = preview("小区编码,60岁以上人数\nX-0001,800\n")
        assert rows[0].faults == ("60岁以上人数 800 大于常住人口 750，应当不超过，请核对这两个数",)


@pytest.mark.usefixtures("known")
class TestCommit:
    def test_refuses_a_file_with_bad_rows_whole(self, preview, cast) -> None:
        card, _rows = preview(TABLE)
        before = snapshot()
        with pytest.raises(RowsRefused) as refusal:
            commit_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER)
        assert refusal.value.params["count"] == 2
        assert snapshot() == before
        assert ImportBatch.objects.get().stage == "PREVIEWED"

    def test_writes_the_good_rows_by_choice(self, preview, cast) -> None:
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        changed = Compound.objects.get(code="X-0001")
        assert (changed.household_count, changed.residents_count) == (320, 800)
        founded = Compound.objects.get(code="X-0004")
        assert (founded.name, founded.household_count, founded.pinyin) == ("荷风里", 462, "hefengli hfl")
        assert not Compound.objects.filter(name="听澜苑").exists()
        fact = Fact.objects.get(subject_code="X-0004", field="household_count")
        assert (fact.value, fact.origin.number, fact.origin_row) == ("462", card.number, 4)

    def test_writes_membership_as_claims_and_no_layout(self, preview, cast) -> None:
        members = list(LayoutMember.objects.values_list("parcel", "community"))
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        said = Claim.objects.values_list("subject_code", "community__code", "source")
        assert sorted(said) == [
            ("X-0001", EAST_FIRST, "区民政局：摸底表.csv"),
            ("X-0004", EAST_SECOND, "区民政局：摸底表.csv"),
        ]
        assert Layout.objects.count() == 1
        assert list(LayoutMember.objects.values_list("parcel", "community")) == members

    def test_tells_the_trail(self, preview, cast) -> None:
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        entry = told()[0]
        assert (entry.verb, entry.subject.code) == ("registry.import.committed", card.number)
        assert {key: entry.details[key] for key in ("founded", "changed", "left_out")} == {
            "founded": 1,
            "changed": 1,
            "left_out": 2,
        }
        assert verify("990101").is_intact

    def test_is_refused_when_the_ledger_moved_on_since_the_preview(self, preview, cast, known) -> None:
        card, _rows = preview(TABLE)
        edit(known, "X-0001", "household_count", "333", LATER)
        with pytest.raises(PreviewOutdated):
            commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        assert Compound.objects.get(code="X-0001").household_count == 333

    def test_happens_once(self, preview, cast) -> None:
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        with pytest.raises(ImportStageWrong):
            commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)


@pytest.mark.usefixtures("known")
class TestTakeBack:
    def test_leaves_the_current_values_bit_equal(self, preview, cast) -> None:
        before = snapshot()
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        assert snapshot() != before
        done = take_back_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER + timedelta(hours=1))
        assert snapshot() == before
        assert (done.values, done.entries, done.claims, done.kept) == (4, 1, 2, ())
        assert told()[0].verb == "registry.import.taken-back"

    def test_keeps_and_lists_later_edits(self, preview, cast, known) -> None:
        card, _rows = preview(TABLE)
        commit_import(card.number, scope=cast.scope(Role.PLANNER), only_good=True, now=LATER)
        edit(known, "X-0001", "household_count", "333", LATER + timedelta(minutes=5))
        edit(known, "X-0004", "building_count", "6", LATER + timedelta(minutes=6))
        done = take_back_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER + timedelta(hours=1))
        assert done.kept == (("X-0001", "household_count"), ("X-0004", ""))
        kept = Compound.objects.get(code="X-0001")
        assert (kept.household_count, kept.residents_count) == (333, 750)
        assert Compound.objects.get(code="X-0004").ended_at is None

    def test_lets_the_same_file_come_again(self, preview, cast) -> None:
        card, _rows = preview("编码,名称,户数\nX-9,竹影里,100\n")
        commit_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER)
        take_back_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER + timedelta(hours=1))
        assert Compound.objects.get(code="X-9").ended_at is not None
        again, rows = preview("编码,名称,户数\nX-9,竹影里,100\n")
        assert (rows[0].verdict, rows[0].warnings) == ("NEW", ("台账里曾有而已撤下，导入后恢复",))
        commit_import(again.number, scope=cast.scope(Role.PLANNER), now=LATER + timedelta(hours=2))
        compound = Compound.objects.get(code="X-9")
        assert (compound.ended_at, compound.household_count) == (None, 100)


def edit(district, code: str, field: str, value: str, at) -> None:
    record_values(
        [NewValue(code, field, value, source="电话核实")], district=district, ledger="compound", by="某岗", now=at
    )
