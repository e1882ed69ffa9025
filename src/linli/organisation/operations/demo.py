"""The accounts of a demo: one per role, with passwords that the demo prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation import trail
from linli.foundation.clock import today
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.errors import DemoOfficeMissing
from linli.organisation.operations.people import new_person
from linli.organisation.operations.posts import appoint
from linli.organisation.queries import office_by_code
from linli.organisation.rules import Role

TITLES: Mapping[Role, str | Promise] = MappingProxyType(
    {
        Role.PLANNER: _("布局规划岗"),
        Role.ORGANISER: _("基层组织岗"),
        Role.SUBDISTRICT: _("社区建设岗"),
        Role.DEPARTMENT: _("对口协调岗"),
        Role.WORKER: _("社区工作岗"),
        Role.LEADER: _("分管领导"),
        Role.AUDITOR: _("审计岗"),
        Role.ADMIN: _("系统管理岗"),
    }
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A line of ``var/demo-accounts.json``."""

    role: str
    username: str
    password: str
    area: str


@transaction.atomic
def create_demo_accounts(
    offices: Mapping[Role, str],
    *,
    passwords: Mapping[Role, str],
    by: Actor | ActsInTrail,
    now: datetime,
) -> tuple[DemoAccount, ...]:
    """Create one account with one post per role (演示账号).

    The passwords are not held against the rules of strength, and nobody is asked to change one: everybody who
    sees the demo knows them. Production refuses to start with a demo's settings.

    Args:
        offices: Code of the office in which each of the eight roles is held.
        passwords: The password of each role.
        by: Who acts.
        now: When; the posts are held from this day on.

    Returns:
        One line per role: the username is the role in small letters, the area the name of the office on top of it.

    Raises:
        DemoOfficeMissing: A role has no office or no password.
        UsernameTaken: The accounts exist already.
        LinliError: As `appoint` refuses a post.
    """
    missing = [role.value for role in Role if role not in offices or role not in passwords]
    if missing:
        raise DemoOfficeMissing(roles="、".join(missing))
    accounts = []
    for role in Role:
        office = office_by_code(offices[role])
        person = new_person(
            username=role.value.lower(),
            district=office.district_code,
            display_name="",
            must_change_password=False,
            is_staff=role is Role.ADMIN,
        )
        person.set_password(passwords[role])
        person.save()
        trail.record("organisation.person.created", subject=person, by=by, at=now, district=person.district_code)
        post = appoint(
            person.username,
            office=office.code,
            role=role,
            title=str(TITLES[role]),
            valid_from_on=today(now),
            by=by,
            now=now,
        )
        accounts.append(DemoAccount(person.username, person.username, passwords[role], post.area.name))
    return tuple(accounts)
