from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from tests.factories.organisation import make_cast, told
from tests.factories.registry import grid_district

from linli.cli.main import main
from linli.layout.plans.models import AdjustmentPlan


@pytest.fixture
def run(transactional_db: None):
    make_cast()

    def called(*words: str) -> Result:
        return CliRunner().invoke(main, [*words])

    return called


class TestPlan:
    def test_makes_a_plan_and_tells_its_adjustments(self, run) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        result = run("plan", "--district", "990101", "--seed", "7")
        assert result.exit_code == 0
        assert AdjustmentPlan.objects.get().stage == AdjustmentPlan.Stage.DRAFT
        assert "划转 1 项，换社区 600 户（占 13.3%）" in result.stdout
        assert "号院（600户、1,500人）划入石井社区。" in result.stdout

    def test_writes_the_engine_s_plan_as_json(self, run, tmp_path) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        path = tmp_path / "plan.json"
        assert run("plan", "--district", "990101", "--json", str(path)).exit_code == 0
        made = json.loads(path.read_text(encoding="utf-8"))
        assert (made["format"], made["number"], made["objective"], made["ids"][0]) == (
            "linli-plan/1",
            AdjustmentPlan.objects.get().number,
            {"moved": 600},
            "P-000001",
        )

    def test_leaves_with_3_where_the_band_contradicts_the_area(self, run) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        result = run("plan", "--district", "990101", "--band", "5000", "6000")
        assert result.exit_code == 3
        assert not AdjustmentPlan.objects.exists()

    def test_leaves_with_3_and_the_remedies_where_the_search_proves_a_conflict(self, run) -> None:
        # The west subdistrict alone has too few homes, so no layout within borders can serve it.
        grid_district("AAACC AAACC", "66611 66611", west="C")
        result = run("plan", "--district", "990101", "--json", "-")
        assert result.exit_code == 3
        made = json.loads(result.stdout)
        assert made["feasible"] is False
        assert made["conflicts"][0]["remedies"]
        assert made["conflicts"][0]["sentence"] == "西园街道一共 400 户，不足一个社区的下限 1,000 户"

    def test_leaves_with_1_where_the_account_may_not_plan(self, run) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        result = run("plan", "--district", "990101", "--as", "auditor")
        assert result.exit_code == 1
        assert not AdjustmentPlan.objects.exists()


class TestExport:
    def test_writes_the_papers_into_a_folder(self, run, tmp_path) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        run("plan", "--district", "990101")
        number = AdjustmentPlan.objects.get().number
        result = run("export", number, "--folder", str(tmp_path / "papers"), "--as", "leader", "--json", "-")
        assert result.exit_code == 0
        assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == sorted(
            json.loads(result.stdout)["files"]
        )
        assert (told()[0].verb, told()[0].actor.code) == ("plans.plan.exported", "leader")

    def test_leaves_with_1_where_there_is_no_such_plan(self, run, tmp_path) -> None:
        result = run("export", "990101-2026-404", "--folder", str(tmp_path / "papers"))
        assert result.exit_code == 1
        assert "没有编号为 990101-2026-404 的调整方案" in result.stderr
        assert not (tmp_path / "papers").exists()


class TestConditions:
    def test_takes_exceptions_and_locks(self, run) -> None:
        grid_district("AAAB AAAB", "6666 6666")
        result = run(
            "plan", "--district", "990101", "--except", "990101001001=古城不动", "--lock", "X-0002", "--lock",
            "990101001002=选举期间",
        )  # fmt: skip
        assert result.exit_code == 0
        stored = AdjustmentPlan.objects.get().parameters
        assert stored["exceptions"] == {"990101001001": "古城不动"}
        assert stored["locks"] == {"990101001002": "选举期间", "X-0002": ""}

    def test_leaves_with_3_where_a_lock_cannot_be_kept_within_the_band(self, run) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        result = run("plan", "--district", "990101", "--lock", "990101001001")
        assert result.exit_code == 3
        assert "解除柳荫社区的锁定" in result.stdout

    def test_takes_a_signed_assumption(self, run) -> None:
        grid_district("AABB", "55?6")
        result = run(
            "plan", "--district", "990101", "--assume", "per-building=50", "--assume-reason", "同期每栋平均",
            "--signature", "区民政局 经办岗",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert AdjustmentPlan.objects.get().assumption == {
            "kind": "PER_BUILDING",
            "households": 50.0,
            "reason": "同期每栋平均",
            "signature": "区民政局 经办岗",
        }

    def test_leaves_with_1_where_the_assumption_is_not_signed(self, run) -> None:
        grid_district("AABB", "55?6")
        result = run("plan", "--district", "990101", "--assume", "per-building=50", "--assume-reason", "每栋平均")
        assert result.exit_code == 1
        assert "签署应为当前岗位" in result.stderr
        assert not AdjustmentPlan.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            ("--except", "990101001001"),
            ("--lock", "=理由"),
            ("--assume", "per-person=3"),
            ("--assume", "per-dwelling="),
        ],
    )
    def test_leaves_with_2_where_an_option_is_not_understood(self, run, wrong) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        assert run("plan", "--district", "990101", *wrong).exit_code == 2
        assert not AdjustmentPlan.objects.exists()
