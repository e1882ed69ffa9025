"""What ends a session, and what a post of the district asks for before anything else: the second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from linli.foundation import clock
from linli.organisation.models import Person
from linli.organisation.operations.sessions import forget_session, keep_session, move_session
from linli.organisation.queries import posts_of
from linli.organisation.rules import OfficeKind
from linli.organisation.web.gate import lead_to
from linli.organisation.web.session import PROVEN_KEY, SHARED_KEY

BEGUN_KEY, SEEN_KEY = "organisation.begun-at", "organisation.seen-at"
#: A session is written again after this long, not with every request.
STEP = timedelta(minutes=1)
#: What stays open to those who have yet to set up the second factor.
OPEN_WITHOUT = ("organisation:second-factor", "organisation:sign-out", "organisation:password", "ui:language")


class SessionLimits:
    """End sessions that were idle or open for too long; lead posts of the district to their second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or lead to what has to come first."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, Person):
            now = clock.now()
            if is_over(request, now=now):
                forget_session(request.session.session_key or "")
                logout(request)
            else:
                _see(request, request.user, now=now)
                if lacks_second_factor(request, request.user, now=now):
                    return lead_to(request, "organisation:second-factor")
        before = request.session.session_key
        response = self.get_response(request)
        after = request.session.session_key
        if before and after and before != after:
            move_session(before, new=after)
        return response


def is_over(request: HttpRequest, *, now: datetime) -> bool:
    """Say whether the session of a request was idle, or open, for longer than the settings allow."""
    begun, seen = (_moment(request, key) for key in (BEGUN_KEY, SEEN_KEY))
    if begun is None or seen is None:
        return False
    idle, whole = timedelta(minutes=settings.LINLI_SESSION_IDLE_MINUTES), timedelta(hours=settings.LINLI_SESSION_HOURS)
    return now - seen > idle or now - begun > whole


def lacks_second_factor(request: HttpRequest, person: Person, *, now: datetime) -> bool:
    """Say whether a person holds a post of the district and has shown no one-time code in this session."""
    if not settings.LINLI_SECOND_FACTOR or request.session.get(PROVEN_KEY):
        return False
    if request.path in {reverse(name) for name in OPEN_WITHOUT} or request.path.startswith(settings.STATIC_URL):
        return False
    return any(post.area.kind is OfficeKind.DISTRICT for post in posts_of(person, on=clock.today(now)))


def _see(request: HttpRequest, person: Person, *, now: datetime) -> None:
    seen = _moment(request, SEEN_KEY)
    if seen is not None and now - seen < STEP:
        return
    request.session.setdefault(BEGUN_KEY, now.isoformat())
    request.session[SEEN_KEY] = now.isoformat()
    if request.session.session_key:
        keep_session(
            person,
            session_key=request.session.session_key,
            agent=request.headers.get("User-Agent", ""),
            is_shared=bool(request.session.get(SHARED_KEY)),
            now=now,
        )


def _moment(request: HttpRequest, key: str) -> datetime | None:
    kept = request.session.get(key)
    return None if kept is None else datetime.fromisoformat(kept)
