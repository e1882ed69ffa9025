"""Pages of single entries of the ledger: a compound, a community, as they stand and as on a past day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.foundation import clock
from linli.foundation.trail import SYSTEM
from linli.foundation.ui.parts import TimelineEntry
from linli.organisation.access import can_edit_ledger, can_plan, can_verify
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import hand_of, sees_small_counts
from linli.registry.errors import EntryUnknown
from linli.registry.queries.entries import (
    Change,
    CommunityPlace,
    CompoundPlace,
    community_page,
    community_place,
    compound_page,
    compound_place,
)
from linli.registry.queries.exemptions import exemptions
from linli.registry.queries.figures import FigureFilter, standing_figures
from linli.registry.queries.findings import findings_of
from linli.registry.queries.mergers import mergers_of, successors
from linli.registry.rules.exempting import ExemptionKind
from linli.registry.rules.verifying import Stage
from linli.registry.web.entry_days import absent, day_asked, ground_on
from linli.registry.web.entry_places import (
    community_here,
    compound_here,
    crumbs_of,
    moment_of,
    office_for,
)
from linli.registry.web.maps import Ground, ground_for, map_config

#: Fields that one act of the history names before it counts the rest.
NAMED_IN_HISTORY = 3
LONGEST_MOMENT = 17


@signed_in
def compound(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a compound; the code of a record that was merged leads to the one that stayed."""
    ground = ground_for(request)
    day = None if ground is None else day_asked(request, ground)
    if ground is not None and day is not None:
        return _compound_on(request, ground, code, day)
    try:
        ground, place = compound_here(request, code)
    except Http404:
        return _at_successor(request, code)
    return _compound(request, ground, place)


def _compound(request: SignedInRequest, ground: Ground, place: CompoundPlace, day: date | None = None) -> HttpResponse:
    code, on = place.code, day or clock.today(ground.now)
    is_own = _is_own(request, place)
    page = compound_page(ground.district, place, layout=ground.layout, shows_small=is_own, on=on, area=ground.area)
    return render(
        request,
        "registry/entry_compound.html",
        {
            "page": page,
            "place": place,
            "findings": findings_of(code, area=ground.area),
            **_day(ground, day),
            **(_mergers(request, ground, code) if day is None else {}),
            **_exceptions(request, ground, place, ExemptionKind.CUSTODY, _("登记代管")),
            "history": [_told(change) for change in page.changes],
            "config": _small_map(ground, place.community_code, place.parcels),
            "crumbs": crumbs_of(place.subdistrict, place.community, place.community_code),
            "map_url": _map_url(place.parcels),
            **(_acts(request, ground, place, "registry:compound", page.changes) if day is None else {}),
        },
    )


@signed_in
def community(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a community."""
    ground = ground_for(request)
    day = None if ground is None else day_asked(request, ground)
    if ground is not None and day is not None:
        return _community_on(request, ground, code, day)
    return _community(request, *community_here(request, code))


def _community(
    request: SignedInRequest, ground: Ground, place: CommunityPlace, day: date | None = None
) -> HttpResponse:
    code, on = place.code, day or clock.today(ground.now)
    page = community_page(ground.district, place, area=ground.area, shows_small=_is_own(request, place), on=on)
    return render(
        request,
        "registry/entry_community.html",
        {
            "page": page,
            "place": place,
            "findings": findings_of(code, area=ground.area),
            **_day(ground, day),
            **_exceptions(request, ground, place, None, pgettext("act", "登记例外")),
            "history": [_told(change) for change in page.changes],
            "config": _small_map(ground, code, ()),
            "crumbs": crumbs_of(place.subdistrict, "", ""),
            "map_url": _map_url(page.parcels),
            **(_acts(request, ground, place, "registry:community", page.changes) if day is None else {}),
        },
    )


def _compound_on(request: SignedInRequest, ground: Ground, code: str, day: date) -> HttpResponse:
    past = ground_on(request, ground, day)
    try:
        place = None if past is None else compound_place(past.district, code, area=past.area)
    except EntryUnknown:
        place = None
    if past is None or place is None:
        return absent(request, code, day)
    return _compound(request, past, place, day)


def _community_on(request: SignedInRequest, ground: Ground, code: str, day: date) -> HttpResponse:
    past = ground_on(request, ground, day)
    try:
        place = None if past is None else community_place(past.district, code, area=past.area)
    except EntryUnknown:
        place = None
    if past is None or place is None:
        return absent(request, code, day)
    return _community(request, past, place, day)


def _day(ground: Ground, day: date | None) -> dict[str, Any]:
    return {"on": day, "today": clock.today(ground.now)}


def _acts(
    request: SignedInRequest,
    ground: Ground,
    place: CompoundPlace | CommunityPlace,
    address: str,
    changes: Sequence[Change],
) -> dict[str, Any]:
    """Return what may be done from the page of an entry as it stands; a past day offers nothing of it."""
    can_edit = _can_edit(request, place)
    return {
        "edit_url": reverse(f"{address}-edit", args=[place.code]) if can_edit else "",
        "undo_url": _undo_url(request, f"{address}-undo", place.code, changes),
        **_waiting(request, ground, place.code),
    }


def _at_successor(request: SignedInRequest, code: str) -> HttpResponse:
    ground = ground_for(request)
    kept = "" if ground is None else successors(ground.district).get(code, "")
    if not kept:
        raise Http404
    compound_here(request, kept)
    return HttpResponseRedirect(f"{reverse('registry:compound', args=[kept])}?{urlencode({'merged': code})}")


def _mergers(request: SignedInRequest, ground: Ground, code: str) -> dict[str, Any]:
    """Return the records merged into a compound, and the one that the reader came by or has just merged."""
    found = mergers_of(code, ground.district)
    came_by = request.GET.get("merged", "")
    return {"mergers": found, "former": next((one for one in found if one.code == came_by), None)}


def _can_edit(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> bool:
    return can_edit_ledger(request.scope, office=office_for(request, place))


def _waiting(request: SignedInRequest, ground: Ground, code: str) -> dict[str, Any]:
    """Return how many figures of an entry wait for the reader to verify them, and where that is done."""
    if not can_verify(request.scope):
        return {"n_waiting": 0}
    asked = FigureFilter(Stage.WAITING, entry=code, checker=hand_of(request.scope))
    waiting = standing_figures(ground.area, asked).count()
    return {"n_waiting": waiting, "verify_url": f"{reverse('registry:figures')}?{urlencode({'entry': code})}"}


def _is_own(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> bool:
    """Say whether small counts of people are shown: to those who keep the figures, and to the district itself."""
    return sees_small_counts(request.scope, office=office_for(request, place))


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
    """Return the exceptions that concern an entry, and where one is registered; empty for who may not.

    Exceptions are those of today; a past day shows none.
    """
    if ground.area.at is not None:
        return {"exemptions": (), "exempt_url": "", "exempt_words": words, "can_register": False}
    concerning = [
        card
        for card in exemptions(ground.area, on=clock.today(ground.now))
        if card.is_open and (card.subject == place.code or place.code in {code for code, _name in card.communities})
    ]
    may = can_plan(request.scope, office=office_for(request, place))
    asked = {"subject": place.code} | ({} if kind is None else {"kind": kind.value})
    return {
        "exemptions": concerning,
        "exempt_url": f"{reverse('registry:exemption-new')}?{urlencode(asked)}" if may else "",
        "exempt_words": words,
        "can_register": may,
    }


def _map_url(parcels: tuple[str, ...]) -> str:
    return f"{reverse('registry:map')}?pick={parcels[0]}" if parcels else reverse("registry:map")


def _undo_url(request: SignedInRequest, address: str, code: str, changes: Sequence[Change]) -> str:
    """Return where the edit that was just saved is undone; empty unless the page shows that very edit."""
    saved = request.GET.get("saved", "")
    if not saved.isdecimal() or len(saved) > LONGEST_MOMENT:
        return ""
    moment = int(saved)
    is_there = any(change.at == moment_of(moment) for change in changes)
    return reverse(address, args=[code, moment]) if is_there else ""


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
