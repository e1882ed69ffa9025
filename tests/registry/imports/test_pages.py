from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories.organisation import NOW

from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.models import Compound, District, ImportBatch

TABLE = "小区名称,户数,联系电话\n金桂花园,320,13900000000\n荷风里,462,\n听澜苑,-46,\n"


@pytest.fixture(autouse=True)
def _bare_frame_and_clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LINLI_NAVIGATION = ""
    monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def enter(known: District, client: Client):
    def entered(role: Role = Role.PLANNER) -> Client:
        client.force_login(Person.objects.get(username=role.value.lower()))
        return client

    return entered


def upload(client: Client, text: str = TABLE, kind: str = "compound"):
    file = SimpleUploadedFile("摸底表.csv", text.encode())
    return client.post("/imports/new/", {"file": file, "kind": kind})


def through_to_preview(client: Client, text: str = TABLE) -> str:
    place = upload(client, text).headers["Location"]
    number = place.split("/")[2]
    headings = ImportBatch.objects.get().notes["headings"]
    mapping = ImportBatch.objects.get().mapping
    columns = {f"column-{i}": mapping[heading] for i, heading in enumerate(headings)}
    assert client.post(f"/imports/{number}/columns/", columns).headers["Location"] == f"/imports/{number}/system/"
    assert client.post(f"/imports/{number}/system/").headers["Location"] == f"/imports/{number}/"
    return number


class TestWizard:
    def test_leads_from_file_to_ledger_and_back(self, enter) -> None:
        client = enter()
        assert "还没有导入过" in client.get("/imports/").content.decode()
        assert "每一行是什么" in client.get("/imports/new/").content.decode()
        number = through_to_preview(client)
        page = client.get(f"/imports/{number}/").content.decode()
        assert "总户数填了 -46，不应小于 0，请改正" in page
        assert "只导入 2 行合格的" in page
        assert "还没有写入台账" in page
        everything = client.get(f"/imports/{number}/?verdict=ALL").content.decode()
        assert "<del>300</del> → <ins>320</ins>" in everything
        assert Compound.objects.count() == 3
        done = client.post(f"/imports/{number}/commit/", {"only_good": "1"}, follow=True).content.decode()
        assert "已写入台账 2 行" in done
        assert Compound.objects.get(name="荷风里").household_count == 462
        back = client.post(f"/imports/{number}/take-back/", follow=True).content.decode()
        assert "已撤回" in back
        assert not Compound.objects.filter(name="荷风里", ended_at=None).exists()
        assert number in client.get("/imports/").content.decode()

    def test_says_which_columns_it_dropped(self, enter) -> None:
        client = enter()
        page = client.get(upload(client).headers["Location"]).content.decode()
        assert "这些列含个人信息，已丢弃，不会写入台账：联系电话" in page

    def test_goes_back_without_loss(self, enter) -> None:
        client = enter()
        number = through_to_preview(client)
        page = client.get(f"/imports/{number}/columns/").content.decode()
        assert '<option value="household_count" selected>' in page

    def test_refuses_all_when_a_row_is_bad(self, enter) -> None:
        client = enter()
        number = through_to_preview(client)
        answer = client.post(f"/imports/{number}/commit/")
        assert answer.status_code == 422
        assert "有 1 行不合格" in answer.content.decode()
        assert Compound.objects.count() == 3

    def test_keeps_the_form_when_the_file_is_refused(self, enter) -> None:
        answer = upload(enter(), "\x00\x01\x02")
        assert answer.status_code == 422
        assert "编码的文本表格" in answer.content.decode()
        assert ImportBatch.objects.count() == 0

    def test_hands_out_the_list_of_problems(self, enter) -> None:
        client = enter()
        number = through_to_preview(client)
        answer = client.get(f"/imports/{number}/problems.xlsx")
        assert answer.content.startswith(b"PK")

    def test_throws_a_file_away(self, enter) -> None:
        client = enter()
        number = through_to_preview(client)
        assert "台账没有变" in client.post(f"/imports/{number}/discard/", follow=True).content.decode()
        assert ImportBatch.objects.count() == 0

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.WORKER, Role.LEADER])
    def test_lets_only_importing_posts_in(self, enter, role: Role) -> None:
        assert enter(role).get("/imports/new/").status_code == 403

    def test_offers_a_subdistrict_only_what_is_its_own(self, enter) -> None:
        page = enter(Role.SUBDISTRICT).get("/imports/new/").content.decode()
        assert "小区：新增和更新" in page
        assert "社区和街道" not in page


class TestTakeOver:
    def test_says_that_the_district_is_taken_over(self, enter) -> None:
        assert "已经接收" in enter().get("/imports/take-over/").content.decode()

    def test_is_the_district_planners(self, enter) -> None:
        assert enter(Role.SUBDISTRICT).get("/imports/take-over/").status_code == 403
