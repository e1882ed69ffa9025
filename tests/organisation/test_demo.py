from __future__ import annotations

import pytest
from tests.factories.organisation import NOW, OFFICE_OF_ROLE, TODAY, make_offices

from linli.foundation.trail import SYSTEM
from linli.organisation.errors import DemoOfficeMissing, UsernameTaken
from linli.organisation.models import Person
from linli.organisation.operations.demo import DemoAccount, create_demo_accounts
from linli.organisation.queries import person_by_username, posts_of
from linli.organisation.rules import Role

PASSWORDS = {role: f"demo-{role.value.lower()}" for role in Role}


class TestCreateDemoAccounts:
    def test_makes_one_per_role(self, db):
        make_offices()
        accounts = create_demo_accounts(OFFICE_OF_ROLE, passwords=PASSWORDS, by=SYSTEM, now=NOW)
        assert [(account.role, account.area) for account in accounts] == [
            ("planner", "临溪区"),
            ("organiser", "临溪区"),
            ("subdistrict", "东桥街道"),
            ("department", "临溪区"),
            ("worker", "柳荫社区"),
            ("leader", "临溪区"),
            ("auditor", "临溪区"),
            ("admin", "临溪区"),
        ]
        assert accounts[0] == DemoAccount("planner", "planner", "demo-planner", "临溪区")
        for role in Role:
            person = person_by_username(role.value)
            assert person.check_password(PASSWORDS[role])
            assert not person.must_change_password
            assert person.is_staff is (role is Role.ADMIN)
            assert [post.role for post in posts_of(person, on=TODAY)] == [role]

    def test_makes_all_or_none(self, db):
        make_offices()
        with pytest.raises(DemoOfficeMissing) as refusal:
            create_demo_accounts({Role.PLANNER: "990101-mz"}, passwords=PASSWORDS, by=SYSTEM, now=NOW)
        assert "AUDITOR" in refusal.value.message
        assert Person.objects.count() == 0

    def test_refuses_to_repeat(self, db):
        make_offices()
        create_demo_accounts(OFFICE_OF_ROLE, passwords=PASSWORDS, by=SYSTEM, now=NOW)
        with pytest.raises(UsernameTaken):
            create_demo_accounts(OFFICE_OF_ROLE, passwords=PASSWORDS, by=SYSTEM, now=NOW)
        assert Person.objects.count() == 8
