"""Enrol, check and withdraw the one-time code (动态码) of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.errors import CodeWrong, SecondFactorEnrolled, SecondFactorMissing
from linli.organisation.models import Person
from linli.organisation.operations.people import locked_person
from linli.organisation.queries import has_second_factor

ISSUER = "邻里"
#: A one-time code holds for this long (RFC 6238) and for no period before or after it.
PERIOD_S = 30


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person needs once to set up the phone; it is shown once and written nowhere else.

    Args:
        secret: The seed, base 32.
        address: The seed as an ``otpauth://`` address, for a QR code.
        recovery_codes: Codes that each work once, for a lost phone.
    """

    secret: str
    address: str
    recovery_codes: tuple[str, ...]


@transaction.atomic
def enrol_second_factor(username: str, *, by: Actor | ActsInTrail, now: datetime, secret: str = "") -> Enrolment:
    """Enrol an account with a one-time code (启用动态码), asked for from the next sign-in on.

    Args:
        username: Whose.
        by: Who acts.
        now: When.
        secret: The seed that the person has set up already; a new one where empty.

    Raises:
        PersonUnknown: Nobody has the username.
        SecondFactorEnrolled: The account has one already.
    """
    person = locked_person(username, by=by)
    if has_second_factor(person):
        raise SecondFactorEnrolled(username=person.username)
    secret = secret or generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person).generate_codes()
    trail.record(
        "organisation.person.second-factor-enrolled", subject=person, by=by, at=now, district=person.district_code
    )
    return Enrolment(secret=secret, address=seed_address(person.username, secret), recovery_codes=tuple(codes))


def new_seed() -> str:
    """Return a seed for a phone to be set up with, base 32; it is kept nowhere until a code of it is shown."""
    seed: str = generate_totp_secret()
    return seed


def seed_address(username: str, seed: str) -> str:
    """Return a seed as the address that a QR code holds."""
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': seed, 'issuer': ISSUER})}"


def enrol_with_code(username: str, *, secret: str, code: str, by: Actor | ActsInTrail, now: datetime) -> Enrolment:
    """Enrol the seed that a person has set up, once the phone shows the right code for it.

    Raises:
        CodeWrong: The code does not fit the seed.
        LinliError: As `enrol_second_factor`.
    """
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and validate_totp_code(secret, typed)):
        raise CodeWrong()
    return enrol_second_factor(username, by=by, now=now, secret=secret)


@transaction.atomic
def withdraw_second_factor(username: str, *, by: Actor | ActsInTrail, now: datetime) -> Person:
    """Withdraw the one-time code of an account (停用动态码), as for a lost phone.

    Raises:
        PersonUnknown: Nobody has the username.
        SecondFactorMissing: The account has none.
    """
    person = locked_person(username, by=by)
    if not has_second_factor(person):
        raise SecondFactorMissing(username=person.username)
    Authenticator.objects.filter(user=person).delete()
    trail.record(
        "organisation.person.second-factor-withdrawn", subject=person, by=by, at=now, district=person.district_code
    )
    return person


@transaction.atomic
def accepts_code(person: Person, code: str, *, now: datetime) -> bool:
    """Say whether a one-time or recovery code opens the second step, and use it up.

    A code is spent by its first use: neither kind opens the door twice, on whichever process it is tried.

    Args:
        person: Whose code.
        code: As typed, blanks allowed.
        now: When.
    """
    typed = "".join(code.split())
    if not typed.isascii() or not typed.isdigit():
        return False
    # Locked, so that one code typed in two browsers at once opens one of them.
    enrolled = Authenticator.objects.select_for_update().filter(
        user=person, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    )
    for held in enrolled.order_by("type"):
        if _is_spent(held, now=now) or not held.wrap().validate_code(typed):
            continue
        held.refresh_from_db()
        held.last_used_at = now
        held.save(update_fields=["last_used_at"])
        return True
    return False


def _is_spent(held: Authenticator, *, now: datetime) -> bool:
    """Say whether the one-time code of the present period was used; the library remembers it per process only."""
    if held.type != Authenticator.Type.TOTP or held.last_used_at is None:
        return False
    spent: bool = int(held.last_used_at.timestamp()) // PERIOD_S == int(now.timestamp()) // PERIOD_S
    return spent
