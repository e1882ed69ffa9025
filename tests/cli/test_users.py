"""Accounts from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.factories.organisation import NOW, make_cast

from linli.cli.users import user
from linli.foundation.trail import SYSTEM
from linli.organisation.operations import enrol_second_factor
from linli.organisation.queries import has_second_factor, person_by_username

pytestmark = pytest.mark.django_db


class TestForgettingAPhone:
    def test_withdraws_the_one_time_code(self) -> None:
        make_cast()
        enrol_second_factor("planner", by=SYSTEM, now=NOW)
        done = CliRunner().invoke(user, ["forget-phone", "planner"])
        assert (done.exit_code, "已停用 planner 的动态码" in done.output) == (0, True)
        assert not has_second_factor(person_by_username("planner"))

    def test_says_that_there_is_none(self) -> None:
        make_cast()
        done = CliRunner().invoke(user, ["forget-phone", "planner"])
        assert done.exit_code != 0
        assert not has_second_factor(person_by_username("planner"))
