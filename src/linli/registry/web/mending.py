"""The page of a repair of a misdrawn parcel: preview, carry out, take back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.errors.ground import MendingNotUndoable
from linli.registry.operations.mending import mend_parcel, undo_mending
from linli.registry.queries.mending import has_parcel, mending_card
from linli.registry.queries.places import district_by_code, district_exists


@require_http_methods(["GET", "POST"])
@signed_in
def mend(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what mending a parcel would change, and carry it out."""
    require(request.scope, Permission.PLAN, office=request.scope.district_code)
    if not district_exists(request.scope.district_code):
        raise Http404
    if not has_parcel(district_by_code(request.scope.district_code), code):
        raise Http404
    now = clock.now()
    if request.method == "POST":
        try:
            number = mend_parcel(code, seen_layout=_number(request.POST.get("layout", "")), by=request.scope, now=now)
        except LinliError as fault:
            return _page(request, code, refusal=fault, status=fault.http_status)
        return HttpResponseRedirect(f"{request.path}?{urlencode({'done': number})}")
    return _page(request, code)


@require_POST
@signed_in
def undo(request: SignedInRequest, number: int) -> HttpResponse:
    """Take a repair back."""
    try:
        undo_mending(number, by=request.scope, now=clock.now())
    except MendingNotUndoable as fault:
        return _page(request, "", refusal=fault, status=fault.http_status)
    return HttpResponseRedirect(reverse("registry:findings"))


def _page(request: HttpRequest, code: str, *, refusal: LinliError | None = None, status: int = 200) -> HttpResponse:
    district = district_by_code(request.scope.district_code)  # type: ignore[attr-defined]
    context = {
        "card": mending_card(district, code, now=clock.now()) if code else None,
        "code": code,
        "refusal": refusal,
        "done": _number(request.GET.get("done", "")),
        "crumbs": (Crumb(label=_("核查问题"), url=reverse("registry:findings")), Crumb(label=_("修补地块"))),
    }
    return render(request, "registry/mending.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 9 else 0


addresses = [
    path("findings/mend/<str:code>/", mend, name="mend"),
    path("findings/mended/<int:number>/undo/", undo, name="mend-undo"),
]
