"""Create people, set and change passwords, lock and unlock accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from axes.utils import reset as release_lockout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.access import require_administration
from linli.organisation.errors import (
    PasswordUnchanged,
    PasswordWeak,
    PasswordWrong,
    PersonUnknown,
    UsernameMalformed,
    UsernameTaken,
)
from linli.organisation.models import Person
from linli.organisation.queries import office_by_code
from linli.organisation.rules import is_username, normal_username

#: What Django's validators find, in the words of the house.
WEAKNESSES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "password_too_short": _("不到 %(min_length)d 位"),
        "password_too_common": _("太常见，容易被猜中"),
        "password_entirely_numeric": _("全是数字"),
        "password_too_similar": _("和账号或称呼太像"),
    }
)


@transaction.atomic
def create_person(
    *,
    username: str,
    password: str,
    district: str,
    display_name: str = "",
    must_change_password: bool = True,
    is_staff: bool = False,
    by: Actor | ActsInTrail,
    now: datetime,
) -> Person:
    """Create a person with an account (新建账号); without a post it opens nothing yet.

    Args:
        username: The number at work, beginning with a letter.
        password: The first password.
        district: Code of the district that keeps the account.
        display_name: How to call the person; may stay empty.
        must_change_password: Whether the first sign-in asks for a new password.
        is_staff: Whether the read-only admin pages open.
        by: Who acts.
        now: When.

    Raises:
        OfficeUnknown: There is no such district.
        UsernameMalformed: The username is written otherwise.
        UsernameTaken: Somebody has it.
        PasswordWeak: The password does not reach the strength asked for.
    """
    require_administration(by, office=district)
    person = new_person(
        username=username,
        district=district,
        display_name=display_name,
        must_change_password=must_change_password,
        is_staff=is_staff,
    )
    refuse_weak(password, person=person)
    person.set_password(password)
    person.save()
    trail.record(
        "organisation.person.created", subject=person, by=by, at=now, district=person.district_code, is_staff=is_staff
    )
    return person


@transaction.atomic
def set_password(
    username: str, *, password: str, must_change_password: bool = True, by: Actor | ActsInTrail, now: datetime
) -> Person:
    """Set somebody's password (重设密码): ends every session and every lockout of the account.

    Raises:
        PersonUnknown: Nobody has the username.
        PasswordWeak: The password does not reach the strength asked for.
    """
    person = locked_person(username, by=by)
    refuse_weak(password, person=person)
    person.set_password(password)
    person.must_change_password = must_change_password
    person.save(update_fields=["password", "must_change_password"])
    release_lockout(username=person.username)
    trail.record("organisation.person.password-set", subject=person, by=by, at=now, district=person.district_code)
    return person


@transaction.atomic
def change_password(username: str, *, present: str, new: str, by: Actor | ActsInTrail, now: datetime) -> Person:
    """Change one's own password (改密码): ends the other sessions of the account.

    Args:
        username: Whose.
        present: The password that holds now.
        new: The new one.
        by: The person, or the scope the person acts from.
        now: When.

    Raises:
        PasswordWrong: ``present`` is not the password.
        PasswordUnchanged: Both are the same.
        PasswordWeak: The new one does not reach the strength asked for.
    """
    person = _locked(username)
    if not person.check_password(present):
        raise PasswordWrong()
    if present == new:
        raise PasswordUnchanged()
    refuse_weak(new, person=person)
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    trail.record("organisation.person.password-changed", subject=person, by=by, at=now, district=person.district_code)
    return person


@transaction.atomic
def lock_person(username: str, *, by: Actor | ActsInTrail, now: datetime) -> Person:
    """Lock an account (停用账号): it signs in no more and its sessions end with their next request.

    Raises:
        PersonUnknown: Nobody has the username.
    """
    return _switch(username, is_active=False, verb="organisation.person.locked", by=by, now=now)


@transaction.atomic
def unlock_person(username: str, *, by: Actor | ActsInTrail, now: datetime) -> Person:
    """Unlock an account (恢复账号) and end its lockout after failed tries.

    Raises:
        PersonUnknown: Nobody has the username.
    """
    person = _switch(username, is_active=True, verb="organisation.person.unlocked", by=by, now=now)
    release_lockout(username=person.username)
    return person


def new_person(
    *, username: str, district: str, display_name: str, must_change_password: bool, is_staff: bool
) -> Person:
    """Return a sound person that is not stored yet.

    Raises:
        OfficeUnknown: There is no such district.
        UsernameMalformed: The username is written otherwise.
        UsernameTaken: Somebody has it.
    """
    name = normal_username(username)
    if not is_username(name):
        raise UsernameMalformed(username=username)
    if Person.objects.filter(username=name).exists():
        raise UsernameTaken(username=name)
    return Person(
        username=name,
        display_name=display_name.strip(),
        district_code=office_by_code(district).district_code,
        must_change_password=must_change_password,
        is_staff=is_staff,
    )


def refuse_weak(password: str, *, person: Person) -> None:
    """Refuse a password that the validators of the settings find weak.

    Raises:
        PasswordWeak: With every reason at once.
    """
    try:
        validate_password(password, user=person)
    except ValidationError as fault:
        reasons = [_in_own_words(error) for error in fault.error_list]
        raise PasswordWeak(reasons="，".join(reasons)) from fault


def _in_own_words(fault: ValidationError) -> str:
    words = WEAKNESSES.get(fault.code or "")
    return str(words or fault.message) % (fault.params or {})


def locked_person(username: str, *, by: Actor | ActsInTrail) -> Person:
    """Return a person, locked for the transaction, whom ``by`` may look after.

    Raises:
        PersonUnknown: Nobody has the username.
        NotPermitted: ``by`` may not administer.
        OutsideYourArea: ``by`` may administer, but not in the person's district.
    """
    person = _locked(username)
    require_administration(by, office=person.district_code)
    return person


def _locked(username: str) -> Person:
    person = Person.objects.select_for_update().filter(username=normal_username(username)).first()
    if person is None:
        raise PersonUnknown(username=normal_username(username))
    return person


def _switch(username: str, *, is_active: bool, verb: str, by: Actor | ActsInTrail, now: datetime) -> Person:
    person = locked_person(username, by=by)
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    trail.record(verb, subject=person, by=by, at=now, district=person.district_code)
    return person
