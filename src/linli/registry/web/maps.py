"""The governance map (社区治理地图): its workspace, the files it reads, the card of a place, the printed sheet."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.foundation.ui.map_files import FindingEntry
from linli.foundation.ui.navigation import Choice, Switch
from linli.organisation.access import can_plan
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.errors import EntryUnknown
from linli.registry.models import District, Layout
from linli.registry.operations.map_exports import export_map_sheet
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import findings, findings_of
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.map_cards import codes_in_focus, community_card, first_parcels_of, parcel_card
from linli.registry.queries.map_files import layout_file, layout_name, mark_of, parcels_file, parcels_name
from linli.registry.queries.map_sheets import map_sheet
from linli.registry.queries.places import district_by_code
from linli.registry.queries.search import search_entries

COLOURS = ("community", "households", "age60", "property", "findings", "size")
KEPT_FOR_GOOD = "private, max-age=31536000, immutable"
LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """What every answer of the map starts from."""

    district: District
    area: Area
    layout: Layout
    is_present: bool
    now: datetime


def ground_for(request: SignedInRequest, *, number: int | None = None) -> Ground | None:
    """Return district, area and layout that the reader looks at; None before the first take-over.

    Args:
        request: A request that passed the gate.
        number: Number of a layout; the one named in the address or the present one by default.

    Raises:
        Http404: There is no layout of that number.
    """
    now = clock.now()
    if not District.objects.filter(code=request.scope.district_code).exists():
        return None
    district = district_by_code(request.scope.district_code)
    present = layout_at(district, at=now)
    if present is None:
        return None
    wanted = number if number is not None else _number(request.GET.get("layout", ""))
    layout = present if wanted is None else Layout.objects.filter(district=district, number=wanted).first()
    if layout is None:
        raise Http404
    return Ground(district, area_of(request.scope, now=now), layout, layout == present, now)


@signed_in
def governance_map(request: SignedInRequest) -> HttpResponse:
    """Show the map with the list of what is wrong beside it."""
    ground = ground_for(request)
    if ground is None:
        return render(request, "registry/map_empty.html")
    group = request.GET.get("group", "")
    everything = findings(ground.area, limit=None)
    groups = {key for key, _word, _count in everything.groups}
    return render(
        request,
        "registry/map.html",
        {
            "ground": ground,
            "findings": everything,
            "rows": [card for card in everything.cards if group not in groups or card.group == group],
            "group": group if group in groups else "",
            "config": map_config(ground, colour=request.GET.get("colour", ""), pick=request.GET.get("pick", "")),
            "layouts": _layout_switch(request, ground),
            "area_name": request.scope.post.area.name,
            "can_register": can_plan(request.scope),
        },
    )


@signed_in
def found(request: SignedInRequest) -> HttpResponse:
    """Answer the words typed above the list: the places that fit, which a click flies to."""
    ground = ground_for(request)
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    if ground is None or not words:
        return HttpResponse("")
    rows = [
        (row, parcels)
        for row in search_entries(words, area=ground.area, limit=6)
        if (parcels := first_parcels_of(row.kind, row.code, ground.layout))
    ]
    return render(request, "registry/_map_found.html", {"words": words, "rows": rows})


@signed_in
def card(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the card of a parcel."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        shown = parcel_card(ground.district, ground.layout, code, area=ground.area, on=clock.today(ground.now))
    except EntryUnknown:
        raise Http404 from None
    concerning = findings_of(shown.compound or code, area=ground.area)
    return render(
        request,
        "registry/_map_card.html",
        {"card": shown, "findings": concerning, "can_register": can_plan(request.scope)},
    )


@signed_in
def community(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the card of a community."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        shown = community_card(ground.district, ground.layout, code, area=ground.area, on=clock.today(ground.now))
    except EntryUnknown:
        raise Http404 from None
    concerning = findings_of(code, area=ground.area)
    return render(
        request,
        "registry/_map_community.html",
        {"card": shown, "findings": concerning, "can_register": can_plan(request.scope)},
    )


@signed_in
def parcels(request: SignedInRequest, number: int, name: str) -> HttpResponse:
    """Answer the parcels file of a layout; an outdated name leads to the present one."""
    ground = ground_for(request, number=number)
    if ground is None:
        raise Http404
    return _file(request, ground, name, "registry:map-parcels")


@signed_in
def layout(request: SignedInRequest, number: int, name: str) -> HttpResponse:
    """Answer the file of a layout; an outdated name leads to the present one."""
    ground = ground_for(request, number=number)
    if ground is None:
        raise Http404
    return _file(request, ground, name, "registry:map-layout")


@signed_in
def sheet(request: SignedInRequest) -> HttpResponse:
    """Answer the map of the reader's area as an A3 sheet (PDF); the trail keeps that it was taken."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    name = request.scope.post.area.name
    described = map_sheet(ground.district, ground.layout, area=ground.area, title=name, on=clock.today(ground.now))
    file = export_map_sheet(described, layout=ground.layout.number, by=request.scope, now=ground.now)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file.name)}"
    # Each taking is told: a copy kept by the browser would not be.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def map_config(ground: Ground, *, colour: str = "", pick: str = "", is_small: bool = False) -> dict[str, Any]:
    """Return what the module of the map reads: addresses of its files, colourings, band, what is picked.

    Args:
        ground: What is looked at.
        colour: The colouring shown first.
        pick: Code of the parcel picked first.
        is_small: Whether it is the small map of a page, without card and colourings.
    """
    number = ground.layout.number
    low, high = profile(ground.district.profile).at(clock.today(ground.now))["community_households"].band
    parcels = parcels_name(ground.district, parcel_set=ground.layout.parcel_set, area=ground.area)
    layout = layout_name(ground.district, ground.layout, findings=_marks(ground), area=ground.area)
    config: dict[str, Any] = {
        "parcels": reverse("registry:map-parcels", args=[number, parcels]),
        "layout": reverse("registry:map-layout", args=[number, layout]),
        "area": codes_in_focus(ground.area),
        "band": {"low": low, "high": high},
        "colour": colour if colour in COLOURS else "community",
    }
    if pick:
        config["pick"] = pick
    if is_small:
        return config
    query = "" if ground.is_present else f"?{urlencode({'layout': number})}"
    config["card"] = reverse("registry:map-card", args=["CODE"]).replace("CODE", "{code}") + query
    config["colours"] = list(COLOURS)
    config["print"] = reverse("registry:map-sheet") + query
    return config


def _marks(ground: Ground) -> list[FindingEntry]:
    return [mark_of(card) for card in findings(ground.area, limit=None).cards] if ground.is_present else []


def _file(request: SignedInRequest, ground: Ground, name: str, address: str) -> HttpResponse:
    current, content = (
        parcels_file(ground.district, parcel_set=ground.layout.parcel_set, area=ground.area)
        if address == "registry:map-parcels"
        else layout_file(ground.district, ground.layout, findings=_marks(ground), area=ground.area)
    )
    if name != current:
        response = HttpResponseRedirect(reverse(address, args=[ground.layout.number, current]))
        response.headers["Cache-Control"] = "no-store"
        return response
    headers = {"Cache-Control": KEPT_FOR_GOOD, "Vary": "Accept-Encoding, Cookie"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content = gzip.compress(content, compresslevel=5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(content, content_type="application/json", headers=headers)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _layout_switch(request: SignedInRequest, ground: Ground) -> Switch:
    """Return the layouts of the district, the present one first, then the drafts."""
    rows = Layout.objects.filter(district=ground.district).order_by("-number")
    layouts = tuple(
        Choice(
            label=_("现状布局") if row.effective_until is None else _("布局 %(number)s") % {"number": row.number},
            note=_("%(day)s 起") % {"day": clock.today(row.effective_from).isoformat()},
            url=request.path if row.effective_until is None else f"{request.path}?layout={row.number}",
            is_current=row == ground.layout,
            is_held=row.effective_until is not None,
        )
        for row in rows
    )
    return Switch(choices=(*layouts, *_drafts(request)))


def _drafts(request: SignedInRequest) -> tuple[Choice, ...]:
    """Return the drafts that the room named by ``LINLI_MAP_DRAFTS`` offers; none where none is named."""
    path = settings.LINLI_MAP_DRAFTS
    if not path:
        return ()
    offer = cast("Callable[[SignedInRequest], tuple[Choice, ...]]", import_string(path))
    return offer(request)
