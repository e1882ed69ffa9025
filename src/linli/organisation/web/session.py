"""What the session keeps of a sign-in, and where a sign-in leads."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from linli.organisation.models import Person
from linli.organisation.operations.sessions import note_sign_in

POST_KEY = "organisation.post"
SHARED_KEY = "organisation.shared-computer"
PENDING_KEY = "organisation.pending-sign-in"
#: Says that a one-time code was shown in this session.
PROVEN_KEY = "organisation.second-factor-shown"
#: A shared computer signs out after this long without a request. Seconds, because Django counts a number from the
#: last request, but a timedelta from the sign-in.
SHARED_IDLE_S = 30 * 60
#: The second step has to follow the first within this time.
PENDING_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in whose first step is done.

    Args:
        username: Who gave the right password.
        password_mark: Session hash of that password, so that a reset in between ends the sign-in.
        is_shared: Whether the computer is shared.
        after: Where it leads.
        begun_at: When, in ISO form, because sessions hold JSON.
    """

    username: str
    password_mark: str
    is_shared: bool
    after: str
    begun_at: str


def safe_address(request: HttpRequest, wanted: str) -> str:
    """Return the address to go to after a sign-in, never one of another site."""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return settings.LOGIN_REDIRECT_URL


def begin(request: HttpRequest, person: Person, *, is_shared: bool, after: str, now: datetime) -> None:
    """Keep the first step of a sign-in until the second."""
    pending = PendingSignIn(
        username=person.username,
        password_mark=person.get_session_auth_hash(),
        is_shared=is_shared,
        after=after,
        begun_at=now.isoformat(),
    )
    # A new key: whoever planted the old one must not ride along to the second step.
    request.session.cycle_key()
    request.session[PENDING_KEY] = asdict(pending)


def pending_sign_in(request: HttpRequest, *, now: datetime) -> tuple[PendingSignIn, Person] | None:
    """Return the sign-in that waits for its second step, with its person; ``None`` where none holds any more."""
    kept: dict[str, Any] | None = request.session.get(PENDING_KEY)
    if kept is None:
        return None
    pending = PendingSignIn(**kept)
    person = Person.objects.filter(username=pending.username, is_active=True).first()
    is_late = now - datetime.fromisoformat(pending.begun_at) > PENDING_FOR
    if person is None or is_late or person.get_session_auth_hash() != pending.password_mark:
        del request.session[PENDING_KEY]
        return None
    return pending, person


def complete(
    request: HttpRequest,
    person: Person,
    *,
    post: str,
    is_shared: bool,
    after: str,
    now: datetime,
    is_proven: bool = False,
) -> HttpResponseRedirect:
    """Sign in under a new session key and go on to ``after``.

    Args:
        request: The request of the last step.
        person: Who signs in.
        post: Code of the post taken; empty where none is held.
        is_shared: Whether the computer is shared.
        after: Where to go; an address of another site is not followed.
        now: When.
        is_proven: Whether a one-time code was shown.
    """
    request.session.pop(PENDING_KEY, None)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    if is_proven:
        request.session[PROVEN_KEY] = True
    if post:
        request.session[POST_KEY] = post
    if is_shared:
        request.session[SHARED_KEY] = True
        request.session.set_expiry(SHARED_IDLE_S)
    note_sign_in(person, post=post, now=now)
    return redirect(safe_address(request, after))
