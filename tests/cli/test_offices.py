from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from linli.cli.main import main
from linli.foundation.trail.models import Entry
from linli.organisation.models import Office

TABLE = "编号,名称,类别,上级\n990101,甲区,区,\n990101001,石井街道办事处,街道,990101\n990101-mz,甲区民政局,部门,990101\n"


@pytest.fixture
def load(transactional_db: None, tmp_path):
    def called(text: str) -> Result:
        file = tmp_path / "单位.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["office", "load", str(file), "--from", "2026-01-01"])

    return called


class TestLoad:
    def test_takes_over_the_offices_of_a_table(self, load) -> None:
        result = load(TABLE)
        assert (result.exit_code, result.stdout) == (0, "已接收 3 个单位。\n")
        assert sorted(Office.objects.values_list("code", "kind", "parent__code")) == [
            ("990101", "DISTRICT", None),
            ("990101-mz", "DEPARTMENT", "990101"),
            ("990101001", "SUBDISTRICT", "990101"),
        ]
        assert Entry.objects.get().verb == "organisation.offices.loaded"

    def test_lists_them(self, load) -> None:
        load(TABLE)
        listed = CliRunner().invoke(main, ["office", "list", "--district", "990101"])
        assert listed.stdout.splitlines() == [
            "990101  甲区",
            "990101-mz  甲区民政局",
            "990101001  石井街道办事处",
        ]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("编号,名称,类别\n990101,甲区,区\n", "“上级”列：应为有“上级”一列，实际为空。请补上后重试"),
            (TABLE.replace("街道,9", "镇,9"), "第 3 行“类别”列：应为区、街道、部门、居委会、企业之一，实际是“镇”"),
            (TABLE.replace("街道,990101", "街道,990199"), "没有编号为 990199 的单位"),
        ],
    )
    def test_refuses_a_faulty_table_whole(self, text: str, words: str, load) -> None:
        result = load(text)
        assert result.exit_code == 1
        assert words in result.stderr
        assert not Office.objects.exists()
        assert not Entry.objects.exists()
