"""The search of the whole house: a page, and the list under the search field while typing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation.clock import now
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.queries.places import district_exists
from linli.registry.queries.search import Found, search_entries

LONGEST_WORDS = 60


def address_of(found: Found) -> str:
    """Return the page of an entry."""
    if found.kind == "facility":
        return f"{reverse('registry:ledger')}?tab=facilities&q={found.code}"
    return reverse(f"registry:{found.kind}", args=[found.code])


@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """Show what fits the words."""
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    is_typing = bool(request.htmx)
    found: tuple[Found, ...] = ()
    if words and district_exists(request.scope.district_code):
        area = area_of(request.scope, now=now())
        found = search_entries(words, area=area, limit=5 if is_typing else 30)
    kinds = {"compound": _("小区"), "community": _("社区"), "facility": _("设施")}
    rows = [(row, kinds[row.kind], address_of(row)) for row in found]
    template = "portal/_search_found.html" if is_typing else "portal/search.html"
    return render(request, template, {"words": words, "rows": rows})
