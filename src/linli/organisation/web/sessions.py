"""The page of one's own sessions (登录会话): where one is signed in, and signing out there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.foundation import clock
from linli.organisation.errors import SessionUnknown
from linli.organisation.operations.sessions import end_other_sessions, end_session
from linli.organisation.queries import has_second_factor, sessions_of
from linli.organisation.web.gate import SignedInRequest, signed_in


@never_cache
@require_safe
@signed_in
def sessions(request: SignedInRequest) -> HttpResponse:
    """Show where one is signed in."""
    present = request.session.session_key
    cards = [(card, card.key == present) for card in sessions_of(request.user)]
    seen = {
        "sessions": cards,
        "others": sum(not is_present for _card, is_present in cards),
        "idle_minutes": settings.LINLI_SESSION_IDLE_MINUTES,
        "hours": settings.LINLI_SESSION_HOURS,
        "has_second_factor": has_second_factor(request.user),
    }
    return render(request, "organisation/sessions.html", seen)


@require_POST
@signed_in
def end(request: SignedInRequest, number: str) -> HttpResponse:
    """Sign out in one of the browsers."""
    try:
        end_session(number, person=request.user, post=request.scope.post.code, now=clock.now())
    except SessionUnknown:
        raise Http404 from None
    messages.success(request, _("已退出那一处登录"))
    return redirect("organisation:sessions")


@require_POST
@signed_in
def end_others(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere else."""
    count = end_other_sessions(
        person=request.user,
        but=request.session.session_key or "",
        post=request.scope.post.code,
        now=clock.now(),
    )
    messages.success(request, _("已退出其他 %(count)d 处登录") % {"count": count})
    return redirect("organisation:sessions")
