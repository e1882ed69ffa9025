"""Enrol, check and withdraw the one-time code (动态码) of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.errors import SecondFactorEnrolled, SecondFactorMissing
from linli.organisation.models import Person
from linli.organisation.operations.people import locked_person
from linli.organisation.queries import has_second_factor

ISSUER = "邻里"


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
def enrol_second_factor(username: str, *, by: Actor | ActsInTrail, now: datetime) -> Enrolment:
    """Enrol an account with a one-time code (启用动态码), asked for from the next sign-in on.

    Raises:
        PersonUnknown: Nobody has the username.
        SecondFactorEnrolled: The account has one already.
    """
    person = locked_person(username, by=by)
    if has_second_factor(person):
        raise SecondFactorEnrolled(username=person.username)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person).generate_codes()
    trail.record(
        "organisation.person.second-factor-enrolled", subject=person, by=by, at=now, district=person.district_code
    )
    label = quote(f"{ISSUER}:{person.username}")
    address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"
    return Enrolment(secret=secret, address=address, recovery_codes=tuple(codes))


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


def accepts_code(person: Person, code: str) -> bool:
    """Say whether a one-time or recovery code opens the second step, and use it up.

    A code is spent by its first use: neither kind opens the door twice.
    """
    typed = "".join(code.split())
    if not typed.isascii() or not typed.isdigit():
        return False
    for held in Authenticator.objects.filter(
        user=person, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    ):
        if held.wrap().validate_code(typed):
            held.record_usage()
            return True
    return False
