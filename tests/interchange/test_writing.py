"""Imports, exports and the change feed through the API."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories.organisation import DISTRICT, EAST_FIRST, NOW, told

from linli.organisation.rules import Role, TokenRight
from linli.registry.models import Compound, ImportBatch
from linli.registry.operations.entries import Entered, edit_entry
from linli.registry.operations.facts import NewValue, record_values

TABLE = "小区编码,小区名称,户数\nX-0001,乙字1号院,260\nX-0002,丙字2号院,510\n"
RENAMED = "小区编码,小区名称,户数\nX-0001,金桂花园,260\nX-0002,丙字2号院,510\n"


def upload(api, content=TABLE, **more):
    file = SimpleUploadedFile("摸底表.csv", content.encode())
    return api.post("imports", {"kind": "attributes", "file": file, "source": "街道摸底", **more})


class TestImports:
    def test_go_from_upload_to_ledger(self, call):
        api = call(Role.PLANNER)
        taken = upload(api)
        assert taken.status_code == 201, taken.content.decode()
        number = taken.json()["number"]
        assert taken.json()["mapping"]["户数"] == "household_count"
        seen = api.post(f"imports/{number}/preview").json()
        assert (seen["stage"], seen["counts"]["CHANGED"], seen["counts"]["REFUSED"]) == ("PREVIEWED", 2, 0)
        rows = api.items(f"imports/{number}/rows?verdict=CHANGED")
        assert rows[0]["changes"]["household_count"] == ["200", "260"]
        done = api.post(f"imports/{number}/commit")
        assert (done.status_code, done.json()["stage"]) == (200, "COMMITTED")
        assert Compound.objects.get(code="X-0001").household_count == 260
        entry = told(DISTRICT)[0]
        assert (entry.verb, entry.actor.kind) == ("registry.import.committed", "token")
        back = api.post(f"imports/{number}/take-back")
        assert back.json()["stage"] == "TAKEN_BACK"
        assert Compound.objects.get(code="X-0001").household_count == 200

    def test_ask_about_a_known_code_under_another_name(self, call):
        api = call(Role.PLANNER)
        number = upload(api, RENAMED).json()["number"]
        assert api.post(f"imports/{number}/preview").json()["counts"]["DOUBTFUL"] == 1
        (row,) = api.items(f"imports/{number}/rows?verdict=DOUBTFUL")
        (question,) = row["questions"]
        assert (question["ask"], question["code"], question["answer"]) == ("RENAME", "X-0001", "")
        refused = api.post(f"imports/{number}/commit")
        assert (refused.status_code, refused.json()["code"]) == (422, "registry.rows-undecided")
        assert Compound.objects.get(code="X-0001").household_count == 200
        unknown = api.post(
            f"imports/{number}/answers", {"rows": [3], "answer": "SAME"}, content_type="application/json"
        )
        assert (unknown.status_code, unknown.json()["code"]) == (409, "registry.import-question-unknown")
        said = api.post(
            f"imports/{number}/answers",
            {"rows": [2], "answer": "SAME", "ask": "RENAME"},
            content_type="application/json",
        )
        assert (said.json()["counts"]["DOUBTFUL"], said.json()["counts"]["CHANGED"]) == (0, 2)
        assert api.post(f"imports/{number}/commit").json()["stage"] == "COMMITTED"
        assert Compound.objects.get(code="X-0001").name == "金桂花园"

    def test_need_the_right(self, call):
        answer = upload(call(Role.PLANNER, TokenRight.READ_LEDGER))
        assert (answer.status_code, answer.json()["code"]) == (403, "organisation.token-right-lacking")
        assert ImportBatch.objects.count() == 0

    def test_of_other_offices_are_unknown(self, call):
        number = upload(call(Role.PLANNER)).json()["number"]
        api = call(Role.SUBDISTRICT)
        assert api.items("imports") == []
        for address, post in (("", False), ("/rows", False), ("/preview", True), ("/commit", True), ("/discard", True)):
            ask = api.post if post else api.get
            answer = ask(f"imports/{number}{address}")
            assert (answer.status_code, answer.json()["code"]) == (404, "registry.import-unknown"), address
        assert ImportBatch.objects.get().stage == "UPLOADED"

    def test_are_refused_in_the_wrong_order(self, call):
        api = call(Role.PLANNER)
        number = upload(api).json()["number"]
        answer = api.post(f"imports/{number}/commit")
        assert (answer.status_code, answer.json()["code"]) == (409, "registry.import-stage-wrong")

    def test_tell_each_fault_of_a_file(self, call):
        answer = upload(call(Role.PLANNER), content="")
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert ImportBatch.objects.count() == 0

    def test_are_discarded(self, call):
        api = call(Role.PLANNER)
        number = upload(api).json()["number"]
        assert api.post(f"imports/{number}/discard").status_code == 204


class TestExports:
    def test_give_csv_with_its_watermark_in_the_last_row(self, call):
        api = call(Role.WORKER)
        answer = api.get("exports/compounds?form=csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:-1]] == ["X-0001", "X-0002", "X-0004", "X-0005"]
        assert rows[-1][0].startswith("导出：柳荫社区 经办岗 T-")
        assert "共 4 条" in rows[-1][0]
        entry = told(DISTRICT)[0]
        assert (entry.verb, entry.subject.code) == ("registry.ledger.exported", "compounds")
        assert (entry.details["rows"], entry.details["form"], entry.actor.kind) == (4, "csv", "token")

    def test_neutralise_what_a_spreadsheet_would_run(self, call, district):
        Compound.objects.filter(code="X-0001").update(name="=HYPERLINK(1)")
        content = call(Role.WORKER).get("exports/compounds?form=csv").content.decode("utf-8-sig")
        names = [row[1] for row in csv.reader(io.StringIO(content))]
        assert "=HYPERLINK(1)" not in names
        assert "'=HYPERLINK(1)" in names

    def test_give_json_lines(self, call):
        lines = call(Role.PLANNER).get("exports/communities?form=jsonl").content.decode().splitlines()
        rows = [json.loads(line) for line in lines]
        assert [row["code"] for row in rows[:-1]] == [EAST_FIRST, "990101001002", "990101002001"]
        assert list(rows[-1]) == ["watermark"]

    def test_give_geojson_of_the_whole_parcels(self, call):
        content = call(Role.PLANNER).get("exports/communities?form=geojson").json()
        assert content["watermark"].startswith("导出：区民政局")
        assert [one["id"] for one in content["features"]] == [EAST_FIRST, "990101001002", "990101002001"]
        assert content["features"][0]["geometry"]["type"] == "Polygon"
        assert content["features"][0]["properties"]["households"] == 1000

    @pytest.mark.parametrize("resource", ["compounds", "communities", "grids", "facilities", "parcels"])
    @pytest.mark.parametrize("form", ["csv", "jsonl", "geojson"])
    def test_exist_for_every_list(self, call, resource, form):
        assert call(Role.PLANNER).get(f"exports/{resource}?form={form}").status_code == 200


class TestChanges:
    def test_begin_with_everything_and_go_on_from_the_mark(self, call, district, cast):
        api = call(Role.PLANNER)
        first = api.get("changes").json()
        assert [one["verb"] for one in first["items"] if one["kind"] == "act"] == [
            "registry.layout.taken-over",
            "registry.audit.finished",
        ]
        assert api.get(f"changes?since={first['mark']}").json()["items"] == []
        edit_entry(
            ledger="compound",
            code="X-0001",
            entered=Entered(values={"household_count": "260"}, as_of_on=NOW.date(), source="复核"),
            by=cast.scope(Role.WORKER),
            now=NOW + timedelta(minutes=30),
        )
        news = api.get(f"changes?since={first['mark']}").json()
        assert [(one["kind"], one["verb"], one["subject_code"]) for one in news["items"]] == [
            ("act", "registry.entry.edited", "X-0001"),
            ("fact", "registry.entry.edited", "X-0001"),
        ]
        fact = news["items"][1]["fact"]
        assert (fact["field"], fact["number"], fact["source"]) == ("household_count", 260, "复核")

    def test_are_the_same_in_pages_of_any_size(self, call, district):
        api = call(Role.PLANNER)
        whole = [one["mark"] for one in api.items("changes")]
        assert len(whole) == len(set(whole)) > 14
        for size in (1, 3, len(whole)):
            assert [one["mark"] for one in api.items(f"changes?limit={size}")] == whole, size

    def test_are_the_same_where_an_answer_stops_looking(self, call, district, monkeypatch):
        api = call(Role.WORKER)
        whole = [one["mark"] for one in api.items("changes")]
        monkeypatch.setattr("linli.registry.queries.changes.STRETCH", 1)
        monkeypatch.setattr("linli.registry.queries.changes.MOST_LOOKED_AT", 1)
        first = api.get("changes").json()
        assert first["next"].endswith(f"since={first['mark']}&limit=500")
        assert [one["mark"] for one in api.items("changes")] == whole

    def test_pass_over_what_happens_elsewhere(self, call, district, cast):
        api = call(Role.WORKER)
        mark = api.get("changes").json()["mark"]
        assert {one["fact"]["code"] for one in api.items("changes") if one["fact"]} == {"X-0001", "X-0002", "X-0004"}
        edit_entry(
            ledger="compound",
            code="X-0009",
            entered=Entered(values={"household_count": "260"}, as_of_on=NOW.date(), source="复核"),
            by=cast.scope(Role.PLANNER),
            now=NOW + timedelta(minutes=30),
        )
        news = api.get(f"changes?since={mark}").json()
        assert news["items"] == []
        assert news["mark"] != mark

    def test_hide_small_counts(self, call, district):
        record_values(
            [NewValue("X-0001", "residents_count", "3", source="摸底")],
            district=district,
            ledger="compound",
            by="岗",
            now=NOW,
        )
        facts = [one["fact"] for one in call(Role.DEPARTMENT).items("changes") if one["fact"]]
        assert [one["is_hidden"] for one in facts if one["number"] is None] == [True]

    @pytest.mark.parametrize("mark", ["x", "1.2.3", "-1", "1e5"])
    def test_refuse_a_mark_that_is_none(self, call, mark):
        assert call(Role.PLANNER).get(f"changes?since={mark}").status_code == 422
