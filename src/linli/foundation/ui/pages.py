"""Pages of the frame itself: choices of the reader, style guide, errors."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.foundation.ui import preferences
from linli.foundation.ui.specimens import specimens

logger = logging.getLogger(__name__)


def _back_to(request: HttpRequest) -> str:
    """Return the address to go back to after a choice, never one of another site."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def _keep(request: HttpRequest, *, cookie: str, field: str, allowed: tuple[str, ...]) -> HttpResponse:
    """Store one choice in its cookie; an unknown value is answered with 400 and stores nothing."""
    chosen = request.POST.get(field, "")
    if chosen not in allowed:
        return HttpResponse(status=400)
    response = (
        HttpResponse(status=204) if request.headers.get("HX-Request") else HttpResponseRedirect(_back_to(request))
    )
    response.set_cookie(
        cookie, chosen, max_age=preferences.KEPT_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the light or the dark theme."""
    return _keep(request, cookie=preferences.THEME_COOKIE, field="theme", allowed=preferences.THEMES)


@require_POST
def choose_size(request: HttpRequest) -> HttpResponse:
    """Keep the standard or the 适老 size."""
    return _keep(request, cookie=preferences.SIZE_COOKIE, field="size", allowed=preferences.SIZES)


@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component with invented figures."""
    return render(request, "ui/style_guide.html", specimens())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that could not be understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that the post does not allow."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request for an address that holds nothing."""
    return render(request, "404.html", status=404)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours, with a number to quote that also stands in the log."""
    number = secrets.token_hex(3).upper()
    logger.error("fault %s", number)
    try:
        return render(request, "500.html", {"fault_number": number}, status=500)
    except Exception:
        # The fault may lie in the frame itself; the number must reach the reader all the same.
        logger.exception("the page of fault %s could not be drawn", number)
        words = _("页面出了故障，已记下。请把编号 %(number)s 告诉系统管理员。") % {"number": number}
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")
