"""A person mends cells, settles rows in doubt, takes refused rows home and loads them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import shapely
from django.test import Client
from tests.factories.organisation import NOW, told
from tests.registry.imports.conftest import EAST_STEP, FIRST
from tests.registry.imports.test_compounds import snapshot

from linli.foundation.jobs import run_card
from linli.foundation.tables import read_sheets
from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.errors import (
    ImportBusy,
    ImportCellUnknown,
    ImportQuestionUnknown,
    ImportStageWrong,
    RowsUndecided,
)
from linli.registry.models import Compound, ImportAnswer, ImportBatch, ImportMend
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.imports import (
    answer_questions,
    ask_for_commit,
    ask_for_preview,
    commit_import,
    mend_cell,
    preview_import,
    queueing,
    refused_workbook,
)
from linli.registry.queries.imports import mends_of, rows_of
from linli.registry.rules.importing.questions import Answer

LATER = NOW + timedelta(hours=1)
BAD = "小区编码,小区名称,户数,联系电话\nX-0001,金桂花园,-46,13900000000\nX-0002,银杏里,210,\nT-1,听澜苑,很多,\n"


@pytest.fixture
def planner(cast):
    return cast.scope(Role.PLANNER)


def verdicts(number: str) -> list[tuple[int, str, str]]:
    return [(row.row, row.verdict, row.code) for row in rows_of(number)]


@pytest.mark.usefixtures("known")
class TestMending:
    def test_judges_the_row_again_and_keeps_what_stood_there(self, preview, planner) -> None:
        card, _rows = preview(BAD)
        before = snapshot()
        card = mend_cell(card.number, scope=planner, row=2, heading="户数", value="46", now=LATER)
        assert verdicts(card.number) == [(2, "CHANGED", "X-0001"), (3, "CHANGED", "X-0002"), (4, "REFUSED", "T-1")]
        (kept,) = mends_of(card.number, [2])[2]
        assert (kept.heading, kept.original, kept.value) == ("户数", "-46", "46")
        assert bytes(ImportBatch.objects.get().content).decode() == BAD
        assert snapshot() == before
        entry = told()[0]
        assert (entry.verb, entry.details["row"]) == ("registry.import.cell-mended", 2)

    def test_is_what_gets_written(self, preview, planner) -> None:
        card, _rows = preview(BAD)
        mend_cell(card.number, scope=planner, row=2, heading="户数", value="46", now=LATER)
        mend_cell(card.number, scope=planner, row=4, heading="户数", value="90", now=LATER)
        commit_import(card.number, scope=planner, now=LATER)
        assert Compound.objects.get(code="X-0001").household_count == 46
        assert Compound.objects.get(code="T-1").household_count == 90

    def test_is_taken_back_by_what_stood_there(self, preview, planner) -> None:
        card, rows = preview(BAD)
        mend_cell(card.number, scope=planner, row=2, heading="户数", value="46", now=LATER)
        mend_cell(card.number, scope=planner, row=2, heading="户数", value="-46", now=LATER)
        assert not ImportMend.objects.exists()
        assert list(rows_of(card.number)) == rows

    @pytest.mark.parametrize(("row", "heading"), [(9, "户数"), (2, "楼栋"), (2, "联系电话")])
    def test_needs_a_cell_that_is_imported(self, preview, planner, row: int, heading: str) -> None:
        card, rows = preview(BAD)
        with pytest.raises(ImportCellUnknown):
            mend_cell(card.number, scope=planner, row=row, heading=heading, value="1", now=LATER)
        assert list(rows_of(card.number)) == rows

    def test_ends_with_the_writing(self, preview, planner) -> None:
        card, _rows = preview(BAD)
        commit_import(card.number, scope=planner, only_good=True, now=LATER)
        with pytest.raises(ImportStageWrong):
            mend_cell(card.number, scope=planner, row=2, heading="户数", value="46", now=LATER)


@pytest.mark.usefixtures("known")
class TestRenames:
    TABLE = "小区编码,小区名称,户数\nX-0001,金水湾,310\n"

    def test_are_proposed_and_not_taken_for_granted(self, preview, planner) -> None:
        card, rows = preview(self.TABLE)
        assert verdicts(card.number) == [(2, "DOUBTFUL", "X-0001")]
        (asked,) = rows[0].questions
        assert (asked.ask, asked.held["name"], asked.came["name"]) == ("RENAME", "金桂花园", "金水湾")
        with pytest.raises(RowsUndecided):
            commit_import(card.number, scope=planner, now=LATER)
        assert Compound.objects.get(code="X-0001").name == "金桂花园"

    def test_keep_the_code_when_confirmed(self, preview, planner) -> None:
        card, _rows = preview(self.TABLE)
        answer_questions(card.number, scope=planner, rows=[2], answer=Answer.SAME, now=LATER)
        commit_import(card.number, scope=planner, now=LATER)
        renamed = Compound.objects.get(code="X-0001")
        assert (renamed.name, renamed.household_count) == ("金水湾", 310)

    def test_are_a_wrong_code_when_denied(self, preview, planner) -> None:
        card, _rows = preview(self.TABLE)
        answer_questions(card.number, scope=planner, rows=[2], answer=Answer.DIFFERENT, now=LATER)
        (row,) = rows_of(card.number)
        assert (row.verdict, row.faults) == (
            "REFUSED",
            ("编码“X-0001”在台账里是“金桂花园”，已确认与“金水湾”不是同一个。改正编码后重传",),
        )

    def test_leave_the_row_out_when_skipped(self, preview, planner) -> None:
        card, _rows = preview(self.TABLE)
        before = snapshot()
        card = answer_questions(card.number, scope=planner, rows=[2], answer=Answer.SKIP, now=LATER)
        (row,) = rows_of(card.number)
        assert (row.verdict, row.changes, row.warnings) == ("UNCHANGED", {}, ("按决定，这一行不导入",))
        assert snapshot() == before

    def test_the_decision_stands_in_batch_and_trail(self, preview, planner) -> None:
        card, _rows = preview(self.TABLE)
        answer_questions(card.number, scope=planner, rows=[2], answer=Answer.SAME, now=LATER)
        kept = ImportAnswer.objects.get()
        assert (kept.row, kept.ask, kept.subject_code, kept.answer) == (2, "RENAME", "X-0001", "SAME")
        assert (told()[0].verb, told()[0].details["answer"]) == ("registry.import.rows-settled", "SAME")

    def test_nobody_can_answer_what_is_not_asked(self, preview, planner) -> None:
        card, _rows = preview(self.TABLE)
        with pytest.raises(ImportQuestionUnknown):
            answer_questions(card.number, scope=planner, rows=[7], answer=Answer.SAME, now=LATER)
        assert not ImportAnswer.objects.exists()

    def test_a_code_given_to_another_is_named(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称\nX-0001,银杏里\nX-0009,金桂花园\n")
        assert rows[0].faults == (
            "编码“X-0001”在台账里是“金桂花园”，表里给了“银杏里”，而“金桂花园”在表里的编码是“X-0009”：编码被改用。改正编码后重传",
        )


def place(step: float) -> str:
    return f"{FIRST[0] + step * EAST_STEP},{FIRST[1]}"


class TestLikelyMatches:
    @pytest.fixture(autouse=True)
    def _placed(self, known) -> None:
        for step, compound in enumerate(Compound.objects.order_by("code")):
            compound.point = shapely.Point(FIRST[0] + step * EAST_STEP, FIRST[1])
            compound.save()

    def test_a_like_name_on_the_same_spot_is_asked_about(self, preview, planner) -> None:
        spot = Compound.objects.get(code="X-0002").point
        card, rows = preview(f"小区名称,户数,经度,纬度\n银杏雅里,210,{spot.x},{spot.y}\n")
        assert verdicts(card.number) == [(2, "DOUBTFUL", "X-0002")]
        assert rows[0].questions[0].confidence >= 0.6
        answer_questions(card.number, scope=planner, rows=[2], answer=Answer.SAME, now=LATER)
        commit_import(card.number, scope=planner, now=LATER)
        same = Compound.objects.get(code="X-0002")
        assert (same.name, same.household_count) == ("银杏里", 210)

    def test_another_one_is_founded_when_a_person_says_so(self, preview, planner) -> None:
        spot = Compound.objects.get(code="X-0002").point
        card, _rows = preview(f"小区名称,户数,经度,纬度\n银杏雅里,210,{spot.x},{spot.y}\n")
        answer_questions(card.number, scope=planner, rows=[2], answer=Answer.DIFFERENT, now=LATER)
        commit_import(card.number, scope=planner, now=LATER)
        assert Compound.objects.get(name="银杏雅里").code == "X-0004"
        assert Compound.objects.get(code="X-0002").household_count == 200

    def test_two_phases_are_never_one(self, preview) -> None:
        spot = Compound.objects.get(code="X-0003").point
        card, _rows = preview(f"小区名称,经度,纬度\n天域名流二期,{spot.x},{spot.y}\n")
        assert verdicts(card.number) == [(2, "NEW", "")]

    def test_the_same_name_far_away_is_asked_about(self, preview) -> None:
        card, _rows = preview(f"小区名称,经度,纬度\n金桂花园,{place(2)}\n")
        assert verdicts(card.number) == [(2, "DOUBTFUL", "X-0001")]

    def test_two_rows_that_are_one_entry_are_refused(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,户数\nX-0001,,310\n,金桂花园,320\n")
        assert [row.verdict for row in rows] == ["REFUSED", "REFUSED"]
        assert rows[0].faults == ("与第 3 行都是台账的“X-0001”。只留一行后重传",)


class TestContradictions:
    TABLE = "小区编码,建成年份,户数\nX-0001,1931年建成,310\n"

    @pytest.fixture(autouse=True)
    def _built(self, known) -> None:
        record_values(
            [NewValue("X-0001", "completion_year", "2003")], district=known, ledger="compound", by="测试", now=NOW
        )

    def test_of_a_year_are_asked_about(self, preview) -> None:
        card, rows = preview(self.TABLE, "attributes")
        assert verdicts(card.number) == [(2, "DOUBTFUL", "X-0001")]
        asked = rows[0].questions[0]
        assert (asked.held, asked.came) == ({"completion_year": "2003"}, {"completion_year": "1931"})

    @pytest.mark.parametrize(("answer", "year"), [(Answer.SAME, 1931), (Answer.DIFFERENT, 2003)])
    def test_follow_what_a_person_says(self, preview, planner, answer: Answer, year: int) -> None:
        card, _rows = preview(self.TABLE, "attributes")
        answer_questions(card.number, scope=planner, rows=[2], answer=answer, now=LATER)
        commit_import(card.number, scope=planner, now=LATER)
        compound = Compound.objects.get(code="X-0001")
        assert (compound.completion_year, compound.household_count) == (year, 310)


@pytest.mark.usefixtures("known")
class TestReturnedRows:
    def test_come_back_with_reasons_and_without_personal_columns(self, preview, planner) -> None:
        card, _rows = preview(BAD)
        (sheet,) = read_sheets(refused_workbook(card.number, scope=planner, now=LATER), name="退回.xlsx")
        assert sheet.header == ("小区编码", "小区名称", "户数", "退回原因")
        assert [row[:3] for row in sheet.rows] == [("X-0001", "金桂花园", "-46"), ("T-1", "听澜苑", "很多")]
        assert sheet.rows[0][3] == "原第 2 行：总户数填了 -46，不应小于 0，请改正"

    def test_load_again_once_mended(self, preview, planner) -> None:
        card, _rows = preview(BAD)
        commit_import(card.number, scope=planner, only_good=True, now=LATER)
        returned = refused_workbook(card.number, scope=planner, now=LATER)
        again, rows = preview(returned, file_name="待改的行.xlsx")
        assert [row.verdict for row in rows] == ["REFUSED", "REFUSED"]
        assert (again.mapping["退回原因"], again.notes["reasons"]["退回原因"]["reason"]) == ("", "RETURNED")
        mend_cell(again.number, scope=planner, row=2, heading="户数", value="46", now=LATER)
        mend_cell(again.number, scope=planner, row=3, heading="户数", value="90", now=LATER)
        commit_import(again.number, scope=planner, now=LATER)
        assert Compound.objects.get(code="X-0001").household_count == 46
        assert Compound.objects.get(name="听澜苑").household_count == 90


@pytest.mark.usefixtures("known")
class TestLargeFiles:
    @pytest.fixture(autouse=True)
    def _few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queueing, "MOST_AT_ONCE", 1)
        monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)

    def test_are_previewed_and_written_in_the_background(
        self, take, planner, django_capture_on_commit_callbacks
    ) -> None:
        number = take("小区编码,小区名称,户数\nX-0001,金桂花园,310\nX-0002,银杏里,210\n").number
        with django_capture_on_commit_callbacks(execute=True):
            card = ask_for_preview(number, scope=planner, now=LATER)
        assert run_card(card.job).stage == "DONE", run_card(card.job).error
        assert verdicts(number) == [(2, "CHANGED", "X-0001"), (3, "CHANGED", "X-0002")]
        with django_capture_on_commit_callbacks(execute=True):
            card = ask_for_commit(number, scope=planner, only_good=False, now=LATER)
        assert run_card(card.job).result == {"import": number, "rows": 2}
        assert Compound.objects.get(code="X-0001").household_count == 310

    def test_tell_why_they_failed_and_write_nothing(self, take, planner, django_capture_on_commit_callbacks) -> None:
        number = take(BAD).number
        preview_import(number, scope=planner, now=LATER)
        before = snapshot()
        with django_capture_on_commit_callbacks(execute=True):
            card = ask_for_commit(number, scope=planner, only_good=False, now=LATER)
        run = run_card(card.job)
        assert (run.stage, run.error_code) == ("FAILED", "registry.rows-refused")
        assert snapshot() == before

    def test_are_in_one_piece_of_work_at_a_time(self, take, planner) -> None:
        number = take(BAD).number
        ask_for_preview(number, scope=planner, now=LATER)
        with pytest.raises(ImportBusy):
            ask_for_preview(number, scope=planner, now=LATER)

    def test_show_their_progress(self, take, planner, client: Client, settings) -> None:
        settings.LINLI_NAVIGATION = ""
        client.force_login(Person.objects.get(username="planner"))
        number = take(BAD).number
        client.post(f"/imports/{number}/system/")
        page = client.get(f"/imports/{number}/").content.decode()
        assert f'hx-get="/imports/{number}/progress/"' in page
        assert client.post(f"/imports/{number}/cancel/").headers["Location"] == f"/imports/{number}/"
        assert "重新预览" in client.get(f"/imports/{number}/").content.decode()


@pytest.mark.usefixtures("known")
class TestPages:
    @pytest.fixture(autouse=True)
    def _enter(self, known, client: Client, settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.LINLI_NAVIGATION = ""
        monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)
        client.force_login(Person.objects.get(username="planner"))

    def test_mend_in_place(self, preview, client: Client) -> None:
        card, _rows = preview(BAD)
        page = client.get(f"/imports/{card.number}/").content.decode()
        assert 'name="value" value="-46"' in page or "很多" in page
        told = {"row": "4", "heading": "户数", "value": "90", "verdict": "REFUSED"}
        assert client.post(f"/imports/{card.number}/mend/", told).headers["Location"].endswith("?verdict=REFUSED")
        page = client.get(f"/imports/{card.number}/?verdict=NEW").content.decode()
        assert "户数：原为 很多" in page

    def test_put_both_sides_beside_each_other(self, preview, client: Client) -> None:
        card, _rows = preview(TestRenames.TABLE)
        page = client.get(f"/imports/{card.number}/").content.decode()
        assert "<td>金桂花园</td><td>金水湾</td>" in page
        client.post(f"/imports/{card.number}/settle/", {"row": "2", "answer": "SAME"})
        assert verdicts(card.number) == [(2, "CHANGED", "X-0001")]

    def test_hand_the_refused_rows_out(self, preview, client: Client) -> None:
        card, _rows = preview(BAD)
        answer = client.get(f"/imports/{card.number}/returned.xlsx")
        assert answer.status_code == 200
        assert len(read_sheets(answer.content, name="退回.xlsx")[0].rows) == 2
