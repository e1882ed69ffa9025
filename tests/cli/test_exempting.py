from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from tests.factories.organisation import EAST_SECOND, make_cast, told
from tests.factories.registry import grid_district

from linli.cli.main import main
from linli.registry.models import Exemption


@pytest.fixture
def run(transactional_db: None):
    make_cast()
    grid_district("AAAB AAAB", "6663 6666")

    def called(*words: str) -> Result:
        return CliRunner().invoke(main, ["exempt", *words])

    return called


def register(run, *more: str) -> Result:
    return run("register", "--kind", "band", "--subject", EAST_SECOND, "--reason", "孤立库区", *more)


class TestExempt:
    def test_registers_and_lists(self, run) -> None:
        assert register(run, "--until", "2099-12-31").exit_code == 0
        listed = json.loads(run("list", "--json", "-").stdout)["exemptions"]
        assert [(one["kind"], one["subject"], one["until_on"], one["standing"]) for one in listed] == [
            ("BAND", EAST_SECOND, "2099-12-31", "IN_FORCE")
        ]
        assert "有效  户数规模  990101001002 石井社区  到 2099-12-31  孤立库区" in run("list").stdout

    def test_ends(self, run) -> None:
        register(run)
        assert run("end", "--kind", "band", "--subject", EAST_SECOND).exit_code == 0
        assert Exemption.objects.get().ended_by
        assert "没有登记例外" in run("list", "--standing", "in-force").stdout

    def test_acts_in_the_name_of_an_account(self, run) -> None:
        register(run, "--as", "subdistrict")
        acts = [act for act in told() if act.verb == "registry.exemption.registered"]
        assert [act.actor.code for act in acts] == ["subdistrict"]

    @pytest.mark.parametrize("account", ["auditor", "worker"])
    def test_leaves_with_1_for_those_who_do_not_plan(self, run, account) -> None:
        assert register(run, "--as", account).exit_code == 1
        assert not Exemption.objects.exists()

    def test_leaves_with_1_and_a_code_where_it_cannot_be(self, run) -> None:
        result = register(run, "--until", "2020-01-01", "--json", "-")
        assert result.exit_code == 1
        assert "registry.exemption-refused" in result.output
        assert not Exemption.objects.exists()
