"""Sign-ins, sign-outs and lockouts in the trail; the browsers in which a person is signed in, and their end."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.organisation.errors import SessionUnknown
from linli.organisation.models import OpenSession, Person
from linli.organisation.rules import browser_named, normal_username


@transaction.atomic
def note_sign_in(person: Person, *, post: str, now: datetime) -> None:
    """Write that somebody signed in, and into which post; empty where none is held."""
    actor = Actor(kind="person", code=person.username, post=post)
    trail.record("organisation.person.signed-in", subject=person, by=actor, at=now, district=person.district_code)


@transaction.atomic
def note_sign_out(person: Person, *, post: str, now: datetime) -> None:
    """Write that somebody signed out."""
    actor = Actor(kind="person", code=person.username, post=post)
    trail.record("organisation.person.signed-out", subject=person, by=actor, at=now, district=person.district_code)


@transaction.atomic
def note_lockout(username: str, *, now: datetime) -> None:
    """Write that an account was locked out after failed tries; a username that nobody has leaves no entry."""
    person = Person.objects.filter(username=normal_username(username)).first()
    if person is not None:
        trail.record(
            "organisation.person.locked-out", subject=person, by=trail.SYSTEM, at=now, district=person.district_code
        )


@transaction.atomic
def note_post_taken(person: Person, *, post: str, now: datetime) -> None:
    """Write that somebody goes on in another of the posts held."""
    actor = Actor(kind="person", code=person.username, post=post)
    trail.record("organisation.person.post-taken", subject=person, by=actor, at=now, district=person.district_code)


def keep_session(person: Person, *, session_key: str, agent: str, is_shared: bool, now: datetime) -> None:
    """Write that somebody is signed in under a session key, or was seen there again.

    Args:
        person: Who.
        session_key: Key of the session.
        agent: What the browser calls itself.
        is_shared: Whether the computer is shared.
        now: When.
    """
    if OpenSession.objects.filter(session_key=session_key, person=person).update(seen_at=now):
        return
    OpenSession.objects.create(
        number=f"S-{secrets.token_hex(4)}",
        person=person,
        session_key=session_key,
        browser=browser_named(agent),
        is_shared=is_shared,
        begun_at=now,
        seen_at=now,
    )


def move_session(old: str, *, new: str) -> None:
    """Let the list follow a session that got a new key, as with each change of rights."""
    OpenSession.objects.filter(session_key=old).update(session_key=new)


def forget_session(session_key: str) -> None:
    """Take a session that ended from the list."""
    OpenSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_session(number: str, *, person: Person, post: str, now: datetime) -> None:
    """End one of one's own sessions (退出一处登录).

    Raises:
        SessionUnknown: The person has none of this number.
    """
    held = OpenSession.objects.filter(person=person, number=number).first()
    if held is None:
        raise SessionUnknown(number=number)
    _end([held], person=person, post=post, now=now)


@transaction.atomic
def end_other_sessions(*, person: Person, but: str, post: str, now: datetime) -> int:
    """End all of one's own sessions but the one under a key (退出其他登录), and return how many there were."""
    held = list(OpenSession.objects.filter(person=person).exclude(session_key=but))
    if held:
        _end(held, person=person, post=post, now=now)
    return len(held)


def _end(held: Collection[OpenSession], *, person: Person, post: str, now: datetime) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for one in held:
        store(session_key=one.session_key).delete()
    OpenSession.objects.filter(pk__in=[one.pk for one in held]).delete()
    actor = Actor(kind="person", code=person.username, post=post)
    trail.record(
        "organisation.person.sessions-ended",
        subject=person,
        by=actor,
        at=now,
        district=person.district_code,
        count=len(held),
    )
