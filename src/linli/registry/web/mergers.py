"""Pages that make two records of one compound one: likely repeats, both records side by side, taking it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
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
from linli.registry.access import area_of
from linli.registry.errors.mergers import MergeNotUndoable, MergeOutdated, MergeRefused
from linli.registry.operations.mergers import LONGEST_REASON, merge_compounds, tell_apart, undo_merger
from linli.registry.queries.mergers import better_kept, merger_card, two_compounds
from linli.registry.queries.places import district_by_code, district_exists
from linli.registry.queries.repeats import LISTED, repeated_pairs
from linli.registry.rules.merging import Side

SIDES = frozenset(Side)


@signed_in
def repeats(request: SignedInRequest) -> HttpResponse:
    """List compounds that are probably in the ledger twice."""
    return _repeats(request)


@require_POST
@signed_in
def apart(request: SignedInRequest) -> HttpResponse:
    """Keep that two compounds are not one."""
    _require_ledger(request)
    try:
        tell_apart(request.POST.get("one", ""), request.POST.get("other", ""), by=request.scope, now=clock.now())
    except MergeRefused as refusal:
        return _repeats(request, refusal=refusal)
    return HttpResponseRedirect(reverse("registry:repeats"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def merge(request: SignedInRequest) -> HttpResponse:
    """Show two records side by side, and make them one."""
    _require_ledger(request)
    if request.method == "POST" and "step" not in request.POST:
        # Ticked rows of the list: they become part of the address, so that the page may be come back to.
        return HttpResponseRedirect(f"?{urlencode({'code': request.POST.getlist('code')[:3]}, doseq=True)}")
    if request.method == "POST":
        return _merge(request)
    codes = request.GET.getlist("code")
    if len(codes) != 2 or codes[0] == codes[1]:
        return _page(request, None, refusal=MergeRefused(reason=_("请在列表里正好选中两条不同的小区")))
    area = area_of(request.scope, now=clock.now())
    pair = two_compounds(area, (codes[0], codes[1]))
    if pair is None:
        raise Http404
    # Who turned the two round has said which one stays.
    return _page(request, pair if "turned" in request.GET else better_kept(*pair))


@require_POST
@signed_in
def undo(request: SignedInRequest, code: str) -> HttpResponse:
    """Take a merger back."""
    _require_ledger(request)
    try:
        kept = undo_merger(code, by=request.scope, now=clock.now())
    except MergeNotUndoable as refusal:
        return _page(request, None, refusal=refusal)
    return HttpResponseRedirect(reverse("registry:compound", args=[kept]))


def _merge(request: SignedInRequest) -> HttpResponse:
    sent, now = request.POST, clock.now()
    kept, absorbed = sent.get("kept", ""), sent.get("absorbed", "")
    taken = {key.removeprefix("take-"): sent[key] for key in sent if key.startswith("take-")}
    chosen = {key: Side(side) for key, side in taken.items() if side in SIDES}
    try:
        code = merge_compounds(
            kept,
            absorbed,
            choices=chosen,
            fingerprint=sent.get("fingerprint", ""),
            reason=sent.get("reason", ""),
            by=request.scope,
            now=now,
        )
    except (MergeRefused, MergeOutdated) as refusal:
        pair = two_compounds(area_of(request.scope, now=now), (kept, absorbed)) if kept != absorbed else None
        return _page(request, pair, refusal=refusal, chosen=chosen)
    return HttpResponseRedirect(f"{reverse('registry:compound', args=[code])}?{urlencode({'merged': absorbed})}")


def _page(
    request: SignedInRequest,
    pair: Any,
    *,
    refusal: LinliError | None = None,
    chosen: dict[str, Side] | None = None,
) -> HttpResponse:
    card = None if pair is None else merger_card(*pair)
    turned = "" if card is None else urlencode({"code": [card.absorbed.code, card.kept.code], "turned": 1}, doseq=True)
    ledger = reverse("registry:ledger")
    page = {
        "card": card,
        "choices": ()
        if card is None
        else [(one, (chosen or {}).get(one.key, one.proposed).value) for one in card.choices],
        "turned": turned,
        "reason": request.POST.get("reason", ""),
        "longest_reason": LONGEST_REASON,
        "refusal": refusal,
        "back": f"{ledger}?tab=compounds&all=1",
        "crumbs": (
            Crumb(label=_("工作台账"), url=ledger),
            Crumb(label=_("疑似重复"), url=reverse("registry:repeats")),
        ),
    }
    return render(request, "registry/merge.html", page, status=200 if refusal is None else refusal.http_status)


def _repeats(request: SignedInRequest, *, refusal: LinliError | None = None) -> HttpResponse:
    _require_ledger(request)
    now = clock.now()
    district = district_by_code(request.scope.district_code)
    pairs = repeated_pairs(district, area_of(request.scope, now=now), on=clock.today(now))
    page = {
        "pairs": pairs,
        "most": LISTED,
        "refusal": refusal,
        "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
    }
    return render(request, "registry/repeats.html", page, status=200 if refusal is None else refusal.http_status)


def _require_ledger(request: SignedInRequest) -> None:
    if not district_exists(request.scope.district_code):
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER)


addresses = [
    path("ledger/repeats/", repeats, name="repeats"),
    path("ledger/repeats/apart/", apart, name="repeats-apart"),
    path("ledger/merge/", merge, name="merge"),
    path("ledger/merged/<str:code>/undo/", undo, name="merge-undo"),
]
