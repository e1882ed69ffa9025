"""Two people act at once: the locks of the operations hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.factories.organisation import (
    CIVIL,
    DISTRICT,
    EAST_SECOND,
    NOW,
    TODAY,
    make_offices,
    make_person,
)

from linli.foundation.errors import LinliError
from linli.foundation.trail import SYSTEM, verify
from linli.organisation.models import Office, Post
from linli.organisation.operations import appoint, close_office, enrol_second_factor
from linli.organisation.operations.second_factor import accepts_code
from linli.organisation.queries import person_by_username
from linli.organisation.rules import Role

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Run the acts together and return what each answers: its value, or the code of its refusal."""
    gate = Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            return act()
        except LinliError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def filling(username, office, role):
    return lambda: (
        appoint(username, office=office, role=role, title="经办岗", valid_from_on=TODAY, by=SYSTEM, now=NOW).code
    )


class TestTogether:
    def test_posts_of_an_office_get_different_numbers(self):
        make_offices()
        names = [make_person(name) for name in ("a1", "b2", "c3", "d4")]
        codes = at_once(*(filling(name, CIVIL, Role.PLANNER) for name in names))
        assert sorted(codes) == [f"{CIVIL}-0{n}" for n in (1, 2, 3, 4)]
        assert verify(DISTRICT).is_intact

    def test_one_post_is_filled_once(self):
        make_offices()
        make_person("a1")
        answers = at_once(*[filling("a1", CIVIL, Role.PLANNER)] * 3)
        assert sorted(answers) == [f"{CIVIL}-01"] + ["organisation.post-held-twice"] * 2
        assert Post.objects.count() == 1

    def test_an_office_is_either_closed_or_filled(self):
        make_offices()
        make_person("a1")
        closing = lambda: close_office(EAST_SECOND, on=TODAY, by=SYSTEM, now=NOW).code  # noqa: E731
        answers = set(at_once(filling("a1", EAST_SECOND, Role.WORKER), closing))
        closed = Office.objects.get(code=EAST_SECOND).valid_to_on is not None
        assert answers == (
            {"organisation.office-closed", EAST_SECOND}
            if closed
            else {f"{EAST_SECOND}-01", "organisation.office-in-use"}
        )
        assert Post.objects.count() == (0 if closed else 1)

    def test_a_recovery_code_opens_one_of_two_doors(self):
        make_offices()
        make_person("a1")
        code = enrol_second_factor("a1", by=SYSTEM, now=NOW).recovery_codes[0]
        person = person_by_username("a1")
        assert sorted(at_once(*[lambda: accepts_code(person, code, now=NOW)] * 2)) == [False, True]
