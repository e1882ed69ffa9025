"""Pages of single entries of the ledger: a compound, a community, their forms, the registering of a compound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.trail import SYSTEM
from linli.foundation.ui.parts import Crumb, TimelineEntry
from linli.organisation.access import can_edit_ledger, can_plan, can_verify, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import hand_of, sees_small_counts
from linli.registry.errors import EditNotUndoable, EntryChangedMeanwhile, EntryRefused, EntryUnknown, ParcelOccupied
from linli.registry.operations.entries import edit_entry, register_compound, undo_edit
from linli.registry.queries.entries import (
    Change,
    CommunityPlace,
    CompoundPlace,
    community_page,
    community_place,
    compound_page,
    compound_place,
    current_facts,
)
from linli.registry.queries.exemptions import exemptions
from linli.registry.queries.figures import FigureFilter, standing_figures
from linli.registry.queries.findings import findings_of
from linli.registry.queries.mergers import mergers_of, successors
from linli.registry.queries.vacancies import vacant_parcels
from linli.registry.rules.exempting import ExemptionKind
from linli.registry.rules.fields import Ledger
from linli.registry.rules.verifying import Stage
from linli.registry.web.entry_forms import EntryForm, RegisterForm
from linli.registry.web.maps import Ground, ground_for, map_config

#: Fields that one act of the history names before it counts the rest.
NAMED_IN_HISTORY = 3
MICROSECONDS = 1_000_000
LONGEST_MOMENT = 17


@signed_in
def compound(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a compound; the code of a record that was merged leads to the one that stayed."""
    try:
        ground, place = _compound_here(request, code)
    except Http404:
        return _at_successor(request, code)
    is_own = _is_own(request, place)
    page = compound_page(ground.district, place, layout=ground.layout, shows_small=is_own, on=clock.today(ground.now))
    return render(
        request,
        "registry/entry_compound.html",
        {
            "page": page,
            "place": place,
            "findings": findings_of(code, area=ground.area),
            **_mergers(request, ground, code),
            **_exceptions(request, ground, place, ExemptionKind.CUSTODY, _("登记代管")),
            "history": [_told(change) for change in page.changes],
            "config": _small_map(ground, place.community_code, place.parcels),
            "crumbs": _crumbs(place.subdistrict, place.community, place.community_code),
            "edit_url": reverse("registry:compound-edit", args=[code]) if _can_edit(request, place) else "",
            "map_url": _map_url(place.parcels),
            "undo_url": _undo_url(request, "registry:compound-undo", code, page.changes),
            **_waiting(request, ground, code),
        },
    )


@signed_in
def community(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a community."""
    ground, place = _community_here(request, code)
    page = community_page(
        ground.district,
        place,
        layout_id=ground.layout.pk,
        shows_small=_is_own(request, place),
        on=clock.today(ground.now),
    )
    return render(
        request,
        "registry/entry_community.html",
        {
            "page": page,
            "place": place,
            "findings": findings_of(code, area=ground.area),
            **_exceptions(request, ground, place, None, pgettext("act", "登记例外")),
            "history": [_told(change) for change in page.changes],
            "config": _small_map(ground, code, ()),
            "crumbs": _crumbs(place.subdistrict, "", ""),
            "edit_url": reverse("registry:community-edit", args=[code]) if _can_edit(request, place) else "",
            "map_url": _map_url(page.parcels),
            "undo_url": _undo_url(request, "registry:community-undo", code, page.changes),
            **_waiting(request, ground, code),
        },
    )


@signed_in
def edit_compound(request: SignedInRequest, code: str) -> HttpResponse:
    """Show and take the form of a compound."""
    _ground, place = _compound_here(request, code)
    return _edit(request, Ledger.COMPOUND, place, "registry:compound")


@signed_in
def edit_community(request: SignedInRequest, code: str) -> HttpResponse:
    """Show and take the form of a community."""
    _ground, place = _community_here(request, code)
    return _edit(request, Ledger.COMMUNITY, place, "registry:community")


@require_POST
@signed_in
def undo_compound(request: SignedInRequest, code: str, moment: int) -> HttpResponse:
    """Undo an edit of a compound."""
    _compound_here(request, code)
    return _undo(request, Ledger.COMPOUND, code, moment, "registry:compound")


@require_POST
@signed_in
def undo_community(request: SignedInRequest, code: str, moment: int) -> HttpResponse:
    """Undo an edit of a community."""
    _community_here(request, code)
    return _undo(request, Ledger.COMMUNITY, code, moment, "registry:community")


@signed_in
def register(request: SignedInRequest) -> HttpResponse:
    """Show and take the form of a new compound."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER)
    parcels = [
        (parcel.code, " · ".join(filter(None, (parcel.code, parcel.name, parcel.get_kind_display()))))
        for parcel in vacant_parcels(ground.area)
    ]
    wanted = {"parcel": request.GET.get("parcel", ""), "as_of_on": clock.today(ground.now)}
    form = RegisterForm(request.POST or None, initial=wanted, ledger=Ledger.COMPOUND, parcels=parcels)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                code = register_compound(
                    parcel=form.cleaned_data["parcel"], entered=form.entered(), by=request.scope, now=ground.now
                )
            except EntryRefused as refusal:
                form.refuse(refusal)
            except ParcelOccupied as refusal:
                form.add_error("parcel", refusal.message)
            else:
                return HttpResponseRedirect(reverse("registry:compound", args=[code]))
    return render(
        request,
        "registry/entry_form.html",
        {"form": form, "title": _("登记小区"), "back": reverse("registry:ledger"), "crumbs": _crumbs("", "", "")},
        status=status,
    )


def _edit(
    request: SignedInRequest, ledger: Ledger, place: CompoundPlace | CommunityPlace, address: str
) -> HttpResponse:
    ground = ground_for(request)
    if ground is None:
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER, office=_office_for(request, place))
    facts = current_facts(ground.district, ledger, place.code)
    name = place.name if ledger is Ledger.COMPOUND else ""
    form = EntryForm(
        request.POST or None, initial={"as_of_on": clock.today(ground.now)}, ledger=ledger, facts=facts, name=name
    )
    back = reverse(address, args=[place.code])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                written = edit_entry(
                    ledger=ledger, code=place.code, entered=form.entered(), by=request.scope, now=ground.now
                )
            except EntryRefused as refusal:
                form.refuse(refusal)
            except EntryChangedMeanwhile as refusal:
                form.conflict(refusal)
                status = 409
            else:
                moment = round(ground.now.timestamp() * MICROSECONDS)
                return HttpResponseRedirect(f"{back}?saved={moment}" if written else back)
    return render(
        request,
        "registry/entry_form.html",
        {
            "form": form,
            "title": _("更新数据：%(name)s") % {"name": place.name},
            "back": back,
            "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")), Crumb(label=place.name, url=back)),
        },
        status=status,
    )


def _undo(request: SignedInRequest, ledger: Ledger, code: str, moment: int, address: str) -> HttpResponse:
    back = reverse(address, args=[code])
    try:
        undo_edit(ledger=ledger, code=code, edited_at=_moment(moment), by=request.scope, now=clock.now())
    except EditNotUndoable as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)


def _compound_here(request: SignedInRequest, code: str) -> tuple[Ground, CompoundPlace]:
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        return ground, compound_place(ground.district, code, area=ground.area)
    except EntryUnknown:
        raise Http404 from None


def _community_here(request: SignedInRequest, code: str) -> tuple[Ground, CommunityPlace]:
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        return ground, community_place(ground.district, code, area=ground.area)
    except EntryUnknown:
        raise Http404 from None


def _at_successor(request: SignedInRequest, code: str) -> HttpResponse:
    ground = ground_for(request)
    kept = "" if ground is None else successors(ground.district).get(code, "")
    if not kept:
        raise Http404
    _compound_here(request, kept)
    return HttpResponseRedirect(f"{reverse('registry:compound', args=[kept])}?{urlencode({'merged': code})}")


def _mergers(request: SignedInRequest, ground: Ground, code: str) -> dict[str, Any]:
    """Return the records merged into a compound, and the one that the reader came by or has just merged."""
    found = mergers_of(code, ground.district)
    came_by = request.GET.get("merged", "")
    return {"mergers": found, "former": next((one for one in found if one.code == came_by), None)}


def _office_for(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> str:
    """Return the office whose figures are changed; in a blind spot the office of the reader's own area."""
    if isinstance(place, CompoundPlace) and not place.community_code:
        return request.scope.area_code
    return place.office_code


def _can_edit(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> bool:
    return can_edit_ledger(request.scope, office=_office_for(request, place))


def _waiting(request: SignedInRequest, ground: Ground, code: str) -> dict[str, Any]:
    """Return how many figures of an entry wait for the reader to verify them, and where that is done."""
    if not can_verify(request.scope):
        return {"n_waiting": 0}
    asked = FigureFilter(Stage.WAITING, entry=code, checker=hand_of(request.scope))
    waiting = standing_figures(ground.area, asked).count()
    return {"n_waiting": waiting, "verify_url": f"{reverse('registry:figures')}?{urlencode({'entry': code})}"}


def _is_own(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> bool:
    """Say whether small counts of people are shown: to those who keep the figures, and to the district itself."""
    return sees_small_counts(request.scope, office=_office_for(request, place))


def _small_map(ground: Ground, community: str, parcels: tuple[str, ...]) -> dict[str, Any]:
    config = map_config(ground, pick=parcels[0] if parcels else "", is_small=True)
    if community:
        config["area"] = [community]
    return config | {"alone": True}


def _exceptions(
    request: SignedInRequest,
    ground: Ground,
    place: CompoundPlace | CommunityPlace,
    kind: ExemptionKind | None,
    words: str,
) -> dict[str, Any]:
    """Return the exceptions that concern an entry, and where one is registered; empty for who may not."""
    concerning = [
        card
        for card in exemptions(ground.area, on=clock.today(ground.now))
        if card.is_open and (card.subject == place.code or place.code in {code for code, _name in card.communities})
    ]
    may = can_plan(request.scope, office=_office_for(request, place))
    asked = {"subject": place.code} | ({} if kind is None else {"kind": kind.value})
    return {
        "exemptions": concerning,
        "exempt_url": f"{reverse('registry:exemption-new')}?{urlencode(asked)}" if may else "",
        "exempt_words": words,
        "can_register": may,
    }


def _map_url(parcels: tuple[str, ...]) -> str:
    return f"{reverse('registry:map')}?pick={parcels[0]}" if parcels else reverse("registry:map")


def _crumbs(subdistrict: str, community: str, community_code: str) -> tuple[Crumb, ...]:
    crumbs = [Crumb(label=_("工作台账"), url=reverse("registry:ledger"))]
    if subdistrict:
        crumbs.append(Crumb(label=subdistrict))
    if community:
        crumbs.append(Crumb(label=community, url=reverse("registry:community", args=[community_code])))
    return tuple(crumbs)


def _undo_url(request: SignedInRequest, address: str, code: str, changes: Sequence[Change]) -> str:
    """Return where the edit that was just saved is undone; empty unless the page shows that very edit."""
    saved = request.GET.get("saved", "")
    if not saved.isdecimal() or len(saved) > LONGEST_MOMENT:
        return ""
    moment = int(saved)
    is_there = any(change.at == _moment(moment) for change in changes)
    return reverse(address, args=[code, moment]) if is_there else ""


def _moment(microseconds: int) -> datetime:
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)


def _told(change: Change) -> TimelineEntry:
    """Return an act of the history as a line of the timeline."""
    at = f"{change.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    by = "" if change.by == SYSTEM.code else change.by
    if change.is_first:
        sentence = _("首次登记 %(n)d 项") % {"n": len(change.fields)}
        return TimelineEntry(sentence=sentence, at=at, by=by, tone="done", icon="check", note=change.source)
    parts = [
        f"{label} {was if was is not None else _('未填')} → {now if now is not None else _('未填')}"
        for label, was, now in change.fields[:NAMED_IN_HISTORY]
    ]
    if len(change.fields) > NAMED_IN_HISTORY:
        parts.append(_("等 %(n)d 项") % {"n": len(change.fields)})
    return TimelineEntry(sentence="；".join(parts), at=at, by=by, tone="now", icon="pencil", note=change.source)
