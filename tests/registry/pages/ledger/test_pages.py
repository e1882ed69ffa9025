from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client
from tests.factories.organisation import told

from linli.organisation.rules import Role

SignedInAs = Callable[[Role], Client]
pytestmark = pytest.mark.usefixtures("district")


def shown(client: Client, address: str) -> list[str]:
    return [row.code for row in client.get(address).context["rows"]]


class TestLedgerPage:
    def test_is_for_signed_in_staff(self, client: Client) -> None:
        assert client.get("/ledger/").headers["Location"].startswith("/sign-in/")
        assert client.post("/ledger/export/").headers["Location"].startswith("/sign-in/")

    @pytest.mark.parametrize("role", list(Role))
    def test_opens_every_list_for_every_role(self, signed_in_as: SignedInAs, role: Role) -> None:
        client = signed_in_as(role)
        for tab in ("compounds", "communities", "grids", "facilities", "parcels", "palaces"):
            assert client.get(f"/ledger/?tab={tab}").status_code == 200

    def test_keeps_the_question_in_the_address(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        assert shown(client, "/ledger/?households_min=300&sort=households") == [
            "X-0004",
            "X-0006",
            "X-0002",
            "X-0007",
        ]
        words = client.get("/ledger/?households_min=300&q=1").content.decode()
        assert '<input type="hidden" name="households_min" value="300">' in words

    def test_takes_any_address(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        for query in ("page=0", "page=99999999", "page=²", "sort=--name", "households_min=²", "code=<b>", "view=3d"):
            assert client.get(f"/ledger/?{query}").status_code == 200

    def test_links_rows_to_their_pages(self, signed_in_as: SignedInAs) -> None:
        words = signed_in_as(Role.PLANNER).get("/ledger/").content.decode()
        assert 'href="/ledger/compounds/X-0001/"' in words
        words = signed_in_as(Role.PLANNER).get("/ledger/?tab=parcels").content.decode()
        assert 'href="/map/?pick=P-000003"' in words

    def test_says_what_is_missing(self, signed_in_as: SignedInAs) -> None:
        words = signed_in_as(Role.PLANNER).get("/ledger/").content.decode()
        assert "缺 1 个" in words
        assert 'class="ll-num miss"' in words

    def test_says_when_nothing_fits_and_how_to_go_on(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).get("/ledger/?q=清宴")
        assert "没有符合条件的记录" in answer.content.decode()
        assert answer.context["clear_url"] == "?tab=compounds"

    def test_offers_no_registering_to_the_auditor(self, signed_in_as: SignedInAs) -> None:
        assert "登记小区" not in signed_in_as(Role.AUDITOR).get("/ledger/").content.decode()
        assert "登记小区" in signed_in_as(Role.PLANNER).get("/ledger/").content.decode()

    def test_shows_what_is_left_on_the_map(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).get("/ledger/?view=map&households_min=500")
        assert answer.context["map"]["focus"] == ["P-000002", "P-000007"]

    def test_leads_ticked_rows_to_their_map(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        answer = client.post("/ledger/", {"tab": "compounds", "code": ["X-0001", "X-0009"]})
        assert answer.headers["Location"] == "?tab=compounds&view=map&code=X-0001&code=X-0009"
        assert client.get(f"/ledger/{answer.headers['Location']}").context["map"]["focus"] == ["P-000001", "P-000009"]


class TestExport:
    def test_writes_exactly_what_is_shown_in_its_order(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        answer = client.post("/ledger/export/?households_min=300&sort=households", {"form": "xlsx"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0][0] == "工作台账：小区"
        assert rows[1][0] == ("导出：区民政局 经办岗，2026-11-23 10:00；条件：户数 ≥ 300；共 4 条。内部资料，注意保管")
        assert rows[2][0].startswith("合计 4 个小区；户数 1,800 户；")
        assert rows[3][:6] == ["编码", "小区", "所属社区", "类型", "户数", "常住人口"]
        assert [row[0] for row in rows[4:]] == ["X-0004", "X-0006", "X-0002", "X-0007"]
        assert rows[4][4:6] == [300, 750]
        assert rows[7][2] == "未划入"

    def test_writes_csv_with_the_note_in_its_last_row(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.WORKER).post("/ledger/export/?tab=communities", {"form": "csv"})
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("编码,社区,街道,类型,小区数（个）,户数,常住人口")
        assert lines[1].startswith("990101001001,柳荫社区,东桥街道,居委会,4,1000,2500,缺,640,9")
        assert lines[2].startswith("导出：柳荫社区 经办岗，2026-11-23 10:00；条件：无，全部；共 1 条")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"

    def test_writes_ticked_rows_alone(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post("/ledger/export/", {"form": "csv", "code": ["X-0002", "X-0001"]})
        assert [line[:6] for line in answer.content.decode("utf-8-sig").splitlines()[1:3]] == ["X-0002", "X-0001"]

    def test_tells_the_trail_who_took_what(self, signed_in_as: SignedInAs) -> None:
        signed_in_as(Role.SUBDISTRICT).post("/ledger/export/?tab=parcels&community=none&q=P", {"form": "csv"})
        entry = told()[0]
        assert entry.verb == "registry.ledger.exported"
        assert entry.subject.code == "parcels"
        assert entry.details == {"conditions": "查找“P”", "form": "csv", "rows": 6}

    def test_holds_no_row_outside_the_area_of_the_post(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.WORKER).post("/ledger/export/", {"form": "csv", "code": ["X-0006", "X-0001"]})
        words = answer.content.decode("utf-8-sig")
        assert "X-0001" in words
        assert "X-0006" not in words

    def test_is_no_answer_to_a_plain_link(self, signed_in_as: SignedInAs) -> None:
        before = told()
        assert signed_in_as(Role.PLANNER).get("/ledger/export/").status_code == 405
        assert told() == before
