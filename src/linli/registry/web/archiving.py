"""Pages that archive ticked compounds or facilities and bring archived ones back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.errors import ArchivingRefused
from linli.registry.operations.archiving import (
    archive_compounds,
    archive_facilities,
    restore_compounds,
    restore_facilities,
)
from linli.registry.queries.ledger import Tab, ledger_list
from linli.registry.queries.ledger.archived import ARCHIVED
from linli.registry.web.ledger_question import MOST_CODES, tab_of

ACTS = {
    Tab.COMPOUNDS: (archive_compounds, restore_compounds),
    Tab.FACILITIES: (archive_facilities, restore_facilities),
}
TITLES = {
    (Tab.COMPOUNDS, False): gettext_lazy("归档小区"),
    (Tab.COMPOUNDS, True): gettext_lazy("恢复小区"),
    (Tab.FACILITIES, False): gettext_lazy("归档设施"),
    (Tab.FACILITIES, True): gettext_lazy("恢复设施"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def archive(request: SignedInRequest) -> HttpResponse:
    """Ask why the ticked entries are archived, and archive them."""
    return _ask(request, is_archived=False)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def restore(request: SignedInRequest) -> HttpResponse:
    """Show the ticked archived entries, and bring them back."""
    return _ask(request, is_archived=True)


def _ask(request: SignedInRequest, *, is_archived: bool) -> HttpResponse:
    require(request.scope, Permission.EDIT_LEDGER)
    tab = tab_of(request.POST if "tab" in request.POST else request.GET)
    if tab not in ACTS:
        raise Http404
    archive_them, restore_them = ACTS[tab]
    codes = (request.POST.getlist("code") or request.GET.getlist("code"))[:MOST_CODES]
    now = clock.now()
    refusal = None
    if request.method == "POST" and "step" in request.POST:
        try:
            if is_archived:
                restore_them(codes, by=request.scope, now=now)
            else:
                archive_them(codes, reason=request.POST.get("reason", ""), by=request.scope, now=now)
        except ArchivingRefused as found:
            refusal = found
        else:
            kept = {} if is_archived else {"kept": ARCHIVED}
            chosen = urlencode({"tab": tab, **kept, "code": codes}, doseq=True)
            return HttpResponseRedirect(f"{reverse('registry:ledger')}?{chosen}")
    listed = ledger_list(
        tab,
        area_of(request.scope, now=now),
        asked={"kept": [ARCHIVED]} if is_archived else {},
        codes=codes or ["-"],
    )
    page = {
        "title": TITLES[tab, is_archived],
        "tab": tab,
        "is_archived": is_archived,
        "lines": listed.lines,
        "reason": request.POST.get("reason", ""),
        "refusal": refusal,
        "back": f"{reverse('registry:ledger')}?tab={tab}&all=1",
        "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
    }
    return render(request, "registry/archive.html", page, status=200 if refusal is None else refusal.http_status)
