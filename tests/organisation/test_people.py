from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from tests.factories.organisation import DISTRICT, NOW, OTHER_DISTRICT, PASSWORD, TODAY, make_person, told

from linli.foundation.trail import SYSTEM
from linli.organisation.errors import (
    NotPermitted,
    OfficeUnknown,
    OutsideYourArea,
    PasswordUnchanged,
    PasswordWeak,
    PasswordWrong,
    PersonUnknown,
    SecondFactorEnrolled,
    SecondFactorMissing,
    UsernameMalformed,
    UsernameTaken,
)
from linli.organisation.models import Person
from linli.organisation.operations import (
    change_password,
    create_person,
    enrol_second_factor,
    lock_person,
    set_password,
    unlock_person,
    withdraw_second_factor,
)
from linli.organisation.operations.second_factor import accepts_code
from linli.organisation.queries import has_second_factor, people_of, person_by_username
from linli.organisation.rules import Role

NEW_PASSWORD = "other-river-bend-8"


def create(**changes):
    wanted = {"username": "lj-mz-0217", "password": PASSWORD, "district": DISTRICT, "by": SYSTEM, "now": NOW}
    return create_person(**(wanted | changes))


class TestCreatePerson:
    def test_has_to_change_the_first_password(self, cast):
        person = create(username=" LJ-MZ-0217 ")
        assert (person.username, person.must_change_password, person.is_active, person.is_staff) == (
            "lj-mz-0217",
            True,
            True,
            False,
        )
        assert person.check_password(PASSWORD)

    def test_is_told_by_username_alone(self, cast):
        create(display_name="张某")
        entry = told()[0]
        assert (entry.verb, entry.subject.kind, entry.subject.code) == (
            "organisation.person.created",
            "organisation.person",
            "lj-mz-0217",
        )
        assert "张某" not in str(entry.details)
        assert PASSWORD not in str(entry.details)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            pytest.param({"username": "13800000000"}, UsernameMalformed, id="a mobile number"),
            pytest.param({"username": "王"}, UsernameMalformed, id="a name"),
            pytest.param({"username": "Planner"}, UsernameTaken, id="taken"),
            pytest.param({"district": "990109"}, OfficeUnknown, id="no such district"),
            pytest.param({"password": "short-1"}, PasswordWeak, id="weak"),
        ],
    )
    def test_refuses_and_changes_nothing(self, cast, changes, refusal):
        before = (Person.objects.count(), told()[0].sequence)
        with pytest.raises(refusal):
            create(**changes)
        assert (Person.objects.count(), told()[0].sequence) == before

    @pytest.mark.parametrize(
        ("password", "reasons"),
        [
            ("qwe-rt1", "不到 10 位"),
            ("8204617359", "全是数字"),
            ("1234567890", "太常见，容易被猜中，全是数字"),
            ("lj-mz-0217x", "和账号或称呼太像"),
            ("12345", "不到 10 位，太常见，容易被猜中，全是数字"),
        ],
    )
    def test_names_every_weakness(self, cast, password, reasons):
        with pytest.raises(PasswordWeak) as refusal:
            create(password=password)
        assert refusal.value.message == f"密码不够强：{reasons}。请换一个密码"

    def test_needs_the_admin_of_the_district(self, cast):
        with pytest.raises(NotPermitted):
            create(by=cast.scope(Role.LEADER))
        with pytest.raises(OutsideYourArea):
            create(by=cast.scope(Role.ADMIN), district=OTHER_DISTRICT)
        assert create(by=cast.scope(Role.ADMIN)).district_code == DISTRICT


class TestSetPassword:
    def test_asks_for_a_change(self, cast):
        set_password("planner", password=NEW_PASSWORD, by=cast.scope(Role.ADMIN), now=NOW)
        person = person_by_username("planner")
        assert person.check_password(NEW_PASSWORD)
        assert person.must_change_password
        assert told()[0].verb == "organisation.person.password-set"

    def test_refuses_and_changes_nothing(self, cast):
        with pytest.raises(PasswordWeak):
            set_password("planner", password="12345", by=SYSTEM, now=NOW)
        with pytest.raises(NotPermitted):
            set_password("planner", password=NEW_PASSWORD, by=cast.scope(Role.AUDITOR), now=NOW)
        with pytest.raises(PersonUnknown):
            set_password("nobody", password=NEW_PASSWORD, by=SYSTEM, now=NOW)
        assert person_by_username("planner").check_password(PASSWORD)


class TestChangePassword:
    def test_takes_the_present_one(self, cast):
        make_person("fresh", must_change_password=True)
        person = change_password("fresh", present=PASSWORD, new=NEW_PASSWORD, by=person_by_username("fresh"), now=NOW)
        assert person.check_password(NEW_PASSWORD)
        assert not person_by_username("fresh").must_change_password

    @pytest.mark.parametrize(
        ("present", "new", "refusal"),
        [
            ("not-the-password", NEW_PASSWORD, PasswordWrong),
            (PASSWORD, PASSWORD, PasswordUnchanged),
            (PASSWORD, "12345", PasswordWeak),
        ],
    )
    def test_refuses_and_changes_nothing(self, cast, present, new, refusal):
        with pytest.raises(refusal):
            change_password("planner", present=present, new=new, by=person_by_username("planner"), now=NOW)
        assert person_by_username("planner").check_password(PASSWORD)


class TestLockPerson:
    def test_keeps_out_until_unlocked(self, cast, rf):
        lock_person("planner", by=SYSTEM, now=NOW)
        assert authenticate(rf.post("/sign-in/"), username="planner", password=PASSWORD) is None
        unlock_person("planner", by=SYSTEM, now=NOW)
        assert authenticate(rf.post("/sign-in/"), username="planner", password=PASSWORD) is not None
        verbs = [entry.verb for entry in told()[:2]]
        assert verbs == ["organisation.person.unlocked", "organisation.person.locked"]


class TestSecondFactor:
    def test_is_enrolled_once(self, cast):
        enrolment = enrol_second_factor("admin", by=SYSTEM, now=NOW)
        assert has_second_factor(person_by_username("admin"))
        assert enrolment.address.startswith("otpauth://totp/%E9%82%BB%E9%87%8C%3Aadmin?secret=")
        assert len(set(enrolment.recovery_codes)) == 10
        with pytest.raises(SecondFactorEnrolled):
            enrol_second_factor("admin", by=SYSTEM, now=NOW)

    def test_leaves_no_secret_in_the_trail(self, cast):
        enrolment = enrol_second_factor("admin", by=SYSTEM, now=NOW)
        entry = told()[0]
        assert entry.verb == "organisation.person.second-factor-enrolled"
        assert enrolment.secret not in str(entry.details)

    def test_a_recovery_code_works_once(self, cast):
        enrolment = enrol_second_factor("admin", by=SYSTEM, now=NOW)
        person = person_by_username("admin")
        assert [accepts_code(person, enrolment.recovery_codes[0], now=NOW) for _ in range(2)] == [True, False]

    @pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "000 000 000 000", "12345a"])
    def test_refuses_what_is_no_code(self, cast, code):
        enrol_second_factor("admin", by=SYSTEM, now=NOW)
        assert not accepts_code(person_by_username("admin"), code, now=NOW)

    def test_can_be_withdrawn(self, cast):
        enrolment = enrol_second_factor("admin", by=SYSTEM, now=NOW)
        withdraw_second_factor("admin", by=SYSTEM, now=NOW)
        assert not has_second_factor(person_by_username("admin"))
        assert not accepts_code(person_by_username("admin"), enrolment.recovery_codes[0], now=NOW)
        with pytest.raises(SecondFactorMissing):
            withdraw_second_factor("admin", by=SYSTEM, now=NOW)


class TestPeopleOf:
    def test_lists_accounts_with_their_posts(self, cast, django_assert_num_queries):
        make_person("newcomer")
        with django_assert_num_queries(2):
            people = people_of(DISTRICT, on=TODAY)
        assert [person.username for person in people] == [
            "admin", "auditor", "department", "leader", "newcomer", "organiser", "planner", "subdistrict", "worker",
        ]  # fmt: skip
        held = {person.username: [post.role for post in person.posts] for person in people}
        assert held["planner"] == [Role.PLANNER]
        assert held["newcomer"] == []

    def test_finds_a_person_however_typed(self, cast):
        assert person_by_username(" PLANNER ").username == "planner"
        assert Person.objects.get_by_natural_key("Ｐlanner").username == "planner"


class TestStoredPerson:
    def test_the_database_refuses_an_empty_username(self, db):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.create(username="", district_code=DISTRICT)

    def test_is_called_by_name_or_username(self):
        assert str(Person(username="lj-1")) == "lj-1"
        assert str(Person(username="lj-1", display_name="张某")) == "张某"
