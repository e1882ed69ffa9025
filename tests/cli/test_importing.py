from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from tests.factories.organisation import make_cast, told
from tests.factories.registry import grid_district

from linli.cli.main import main
from linli.registry.models import Compound, ImportBatch

SOUND = "小区编码,小区名称,户数\nX-0001,金桂花园,320\nX-0002,银杏里,200\n"
FAULTY = SOUND.replace("200", "-46")


@pytest.fixture
def run(transactional_db: None, tmp_path):
    make_cast()
    grid_district("AAB.", "3240", homes={"X-0001": "金桂花园", "X-0002": "银杏里", "X-0003": "天域名流一期"})
    file = tmp_path / "小区.csv"

    def called(text: str, *words: str) -> Result:
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["import", str(file), "--ledger", "compound", *words])

    return called


def households() -> list[int | None]:
    return list(Compound.objects.order_by("code").values_list("household_count", flat=True)[:2])


class TestImport:
    def test_writes_a_sound_file(self, run) -> None:
        result = run(SOUND, "--json", "-")
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        assert (answer["written"], answer["counts"]["CHANGED"], answer["refused"]) == (True, 2, [])
        assert households() == [320, 200]
        assert told()[0].verb == "registry.import.committed"

    def test_refuses_a_file_with_a_faulty_row_whole(self, run) -> None:
        before = households()
        result = run(FAULTY)
        assert result.exit_code == 1
        assert "第 3 行" in result.stderr
        assert "填了 -46，不应小于 0" in result.stderr
        assert households() == before
        assert not ImportBatch.objects.exists()

    def test_writes_the_good_rows_when_asked(self, run) -> None:
        before = households()
        result = run(FAULTY, "--only-good")
        assert result.exit_code == 0
        assert "新增 0 行，有变化 1 行，无变化 0 行，不合格 1 行" in result.stdout
        assert households() == [320, before[1]]

    def test_only_tells_on_a_dry_run(self, run) -> None:
        before = households()
        result = run(FAULTY, "--dry-run")
        assert result.exit_code == 0
        assert "只是预览，没有写入。" in result.stdout
        assert households() == before
        assert not ImportBatch.objects.exists()

    def test_holds_the_district_against_the_post(self, run) -> None:
        assert run(SOUND, "--district", "990101").exit_code == 0
        result = run(SOUND, "--district", "990102")
        assert result.exit_code == 2
        assert "不在 990102" in result.stderr
        assert ImportBatch.objects.count() == 1

    def test_refuses_a_post_that_may_not_import(self, run) -> None:
        result = run(SOUND, "--as", "auditor")
        assert result.exit_code == 1
        assert "不能导入" in result.stderr
