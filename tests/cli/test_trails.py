from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from tests.factories.organisation import make_cast

from linli.cli.main import main
from linli.foundation.trail.models import Entry


@pytest.fixture
def run(transactional_db: None, settings, tmp_path):
    settings.LINLI_SEALS = tmp_path / "seals"
    make_cast()

    def called(*words: str) -> Result:
        return CliRunner().invoke(main, ["trail", *words, "--district", "990101"])

    return called


class TestVerify:
    def test_finds_a_sealed_trail_intact(self, run) -> None:
        assert run("seal").exit_code == 0
        entries = Entry.objects.filter(district_code="990101").count()
        assert entries > 1
        result = run("verify", "--json", "-")
        assert result.exit_code == 0
        assert json.loads(result.stdout) == {
            "990101": {"after_newest_seal": 0, "entries": entries, "faults": [], "is_intact": True}
        }

    def test_counts_what_no_seal_covers(self, run) -> None:
        entries = Entry.objects.filter(district_code="990101").count()
        result = run("verify")
        assert result.exit_code == 0
        assert result.stdout == f"990101：共 {entries} 条，完好；最近一次封存之后还有 {entries} 条。\n"

    def test_reports_a_cut_tail(self, run) -> None:
        run("seal")
        last = Entry.objects.filter(district_code="990101").order_by("-sequence").values_list("pk", flat=True)[0]
        Entry.objects.filter(pk=last)._raw_delete("default")
        result = run("verify")
        assert result.exit_code == 1
        assert "末尾被截去" in result.stdout
