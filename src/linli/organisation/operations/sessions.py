"""Write sign-ins, sign-outs and lockouts to the trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.organisation.models import Person
from linli.organisation.rules import normal_username


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
