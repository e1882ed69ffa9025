"""The page of one figure: its values, who filled in, verified or returned each, and the file it came in with."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import can_edit_ledger
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of, may_verify, sees_small_counts
from linli.registry.errors import EntryUnknown
from linli.registry.operations.verifying import LONGEST_REASON, fill_in_again, return_figures, verify_figures
from linli.registry.queries.entries.fields import small_count
from linli.registry.queries.figures import FigurePage, FigureVersion, figure_page
from linli.registry.queries.places import district_by_code, district_exists
from linli.registry.rules.editing import EDITABLE
from linli.registry.rules.fields import Ledger
from linli.registry.rules.verifying import Stage

PAGES = {Ledger.COMPOUND: "registry:compound", Ledger.COMMUNITY: "registry:community"}
ACTS = {"verify", "return", "again"}


@signed_in
def figure(request: SignedInRequest, ledger: str, code: str, field: str) -> HttpResponse:
    """Show a figure: the whole page, or for htmx only what belongs into the page of its entry."""
    return _shown(request, figure_here(request, ledger, code, field))


@require_POST
@signed_in
def judge_one(request: SignedInRequest, ledger: str, code: str, field: str) -> HttpResponse:
    """Verify or return the value that was shown, or fill a returned one in again."""
    figure_here(request, ledger, code, field)
    version = FigureVersion.parse(request.POST.get("figure", ""))
    act, reason, now = request.POST.get("act", ""), request.POST.get("reason", ""), clock.now()
    if version is None or act not in ACTS or (version.ledger, version.code, version.field) != (ledger, code, field):
        raise Http404
    try:
        if act == "verify":
            verify_figures([version], by=request.scope, now=now)
        elif act == "return":
            return_figures([version], reason=reason, by=request.scope, now=now)
        else:
            fill_in_again(version, reason=reason, by=request.scope, now=now)
    except LinliError as refusal:
        # Read anew: what stands now may have come while this was decided.
        page = figure_here(request, ledger, code, field)
        return _shown(
            request, page, refusal=str(refusal.message), reason=reason, status=refusal.http_status, seen=version
        )
    return HttpResponseRedirect(reverse("registry:figure", args=[ledger, code, field]))


def figure_here(request: SignedInRequest, ledger: str, code: str, field: str) -> FigurePage:
    """Return the figure that an address names, small counts hidden from those who may not see them."""
    scope, now = request.scope, clock.now()
    if not district_exists(scope.district_code):
        raise Http404
    district = district_by_code(scope.district_code)
    area = area_of(scope, now=now)
    try:
        page = figure_page(area, ledger=ledger, code=code, field=field, limit=0, shows_small=True)
        if sees_small_counts(scope, office=page.place.office_code or scope.area_code):
            return page
        limit = small_count(district, on=clock.today(now))
        return figure_page(area, ledger=ledger, code=code, field=field, limit=limit, shows_small=False)
    except EntryUnknown:
        raise Http404 from None


def _shown(
    request: SignedInRequest,
    page: FigurePage,
    *,
    refusal: str = "",
    reason: str = "",
    status: int = 200,
    seen: FigureVersion | None = None,
) -> HttpResponse:
    scope, place, standing = request.scope, page.place, page.standing
    office = place.office_code or scope.area_code
    can_judge = (
        standing is not None
        and standing.stage in {Stage.WAITING, Stage.VERIFIED, Stage.RETURNED}
        and may_verify(scope, office=office, filler=standing.filler)
    )
    can_edit = can_edit_ledger(scope, office=office)
    entry_page = PAGES.get(Ledger(place.ledger), "")
    entry_url = reverse(entry_page, args=[place.code]) if entry_page else ""
    edits_here = can_edit and entry_page and page.key in EDITABLE.get(place.ledger, ())
    context = {
        "figure": page,
        "standing": standing,
        "counting": page.counting,
        "can_judge": can_judge,
        "can_again": can_edit and standing is not None and standing.stage is Stage.RETURNED,
        "edit_url": f"{reverse(f'{entry_page}-edit', args=[place.code])}#field-{page.key}" if edits_here else "",
        "entry_url": entry_url,
        "judge_url": reverse("registry:figure-judge", args=[place.ledger, place.code, page.key]),
        "refusal": refusal,
        # The value that the reader judged, where another one stands by now.
        "seen": next((value for value in page.values if value.version == seen and value.replaced_at is not None), None),
        "reason": reason,
        "longest_reason": LONGEST_REASON,
        "crumbs": (
            Crumb(label=_("工作台账"), url=reverse("registry:ledger")),
            Crumb(label=place.name, url=entry_url),
        ),
    }
    template = "registry/_figure.html" if request.htmx else "registry/figure.html"
    return render(request, template, context, status=status)
