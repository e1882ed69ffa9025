"""From a figure to the file, row and cell that it came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.organisation import DISTRICT, NOW, Cast, told

from linli.organisation.rules import Role
from linli.registry.models import Fact, ImportBatch
from linli.registry.operations.imports import commit_import, preview_import, upload_import

SignedInAs = Callable[[Role], Client]
TABLE = "小区编码,小区名称,总户数,常住人口\nX-0002,丙字2号院,510户,1200\nX-0001,乙字1号院,230户,600\n"
FIGURE = "/ledger/figures/compound/X-0001/household_count/"


@pytest.fixture
def number(cast: Cast, district: object) -> str:
    """An import of the subdistrict, written into the ledger."""
    scope = cast.scope(Role.SUBDISTRICT)
    card = upload_import(
        scope=scope, kind="attributes", content=TABLE.encode(), file_name="摸底表.csv", system="CGCS2000", now=NOW
    )
    preview_import(card.number, scope=scope, now=NOW)
    commit_import(card.number, scope=scope, now=NOW)
    assert Fact.objects.get(subject_code="X-0001", field="household_count", replaced_at=None).origin_row == 3
    return card.number


class TestSource:
    def test_of_a_figure_names_file_row_column_and_original_words(self, signed_in_as: SignedInAs, number: str) -> None:
        page = signed_in_as(Role.WORKER).get(FIGURE).content.decode()
        for words in ("摸底表.csv", "第 3 行", "总户数", "原文“230户”", f"{FIGURE}source/{number}/"):
            assert words in page

    def test_shows_the_row_with_its_cell(self, signed_in_as: SignedInAs, number: str) -> None:
        page = signed_in_as(Role.WORKER).get(f"{FIGURE}source/{number}/").content.decode()
        assert "摸底表.csv C3" in page
        assert "<b>230户</b>" in page
        assert "乙字1号院" in page and "丙字2号院" not in page
        assert "下载原文件" not in page

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.SUBDISTRICT, 200),
            (Role.PLANNER, 200),
            (Role.WORKER, 200),
            (Role.LEADER, 200),
            (Role.DEPARTMENT, 404),
            (Role.AUDITOR, 404),
        ],
    )
    def test_of_the_row_is_for_those_who_see_all_its_figures(
        self, signed_in_as: SignedInAs, number: str, role: Role, status: int
    ) -> None:
        assert signed_in_as(role).get(f"{FIGURE}source/{number}/").status_code == status

    def test_of_another_figure_or_import_is_not_there(self, signed_in_as: SignedInAs, number: str) -> None:
        client = signed_in_as(Role.PLANNER)
        assert client.get(f"{FIGURE}source/I-none/").status_code == 404
        other = "/ledger/figures/compound/X-0001/address/"
        assert client.get(f"{other}source/{number}/").status_code == 404

    def test_says_where_the_file_was_not_kept(self, signed_in_as: SignedInAs, number: str) -> None:
        ImportBatch.objects.update(content=b"")
        page = signed_in_as(Role.SUBDISTRICT).get(f"{FIGURE}source/{number}/").content.decode()
        assert "没有保存原文件" in page and "下载原文件" not in page


class TestTakeFile:
    def test_hands_out_the_bytes_and_tells_the_trail(self, signed_in_as: SignedInAs, number: str) -> None:
        answer = signed_in_as(Role.SUBDISTRICT).post(f"/ledger/files/{number}/")
        assert answer.content == TABLE.encode()
        assert told(DISTRICT)[0].verb == "registry.import.file-taken"

    @pytest.mark.parametrize("role", [Role.WORKER, Role.DEPARTMENT, Role.LEADER, Role.AUDITOR, Role.ADMIN])
    def test_is_for_those_who_import_there(self, signed_in_as: SignedInAs, number: str, role: Role) -> None:
        acts = len(told(DISTRICT))
        assert signed_in_as(role).post(f"/ledger/files/{number}/").status_code == 404
        assert len(told(DISTRICT)) <= acts + 1
        assert told(DISTRICT)[0].verb != "registry.import.file-taken"
