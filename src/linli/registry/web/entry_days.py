"""The page of an entry as on a past day: which ground it stands on, and what to say where it was not there yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.ui.parts import Crumb
from linli.organisation.web.gate import SignedInRequest
from linli.registry.access import area_of
from linli.registry.queries.layouts import layout_at
from linli.registry.web.ledger_question import day_of, end_of
from linli.registry.web.maps import Ground


def day_asked(request: SignedInRequest, ground: Ground) -> date | None:
    """Return the past day that the address asks for; None for now."""
    return day_of(request.GET.get("on", ""), today=clock.today(ground.now))


def ground_on(request: SignedInRequest, ground: Ground, day: date) -> Ground | None:
    """Return the ground as it was when a day ended; None where no layout was in force then."""
    at = end_of(day)
    layout = layout_at(ground.district, at=at)
    if layout is None:
        return None
    area = area_of(request.scope, now=ground.now, at=at)
    return replace(ground, area=area, layout=layout, is_present=layout == ground.layout and ground.is_present)


def absent(request: SignedInRequest, code: str, day: date) -> HttpResponse:
    """Say that an entry was not in the ledger on a day, or not in the reader's area."""
    page = {
        "code": code,
        "on": day,
        "today": clock.today(clock.now()),
        "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
    }
    return render(request, "registry/entry_absent.html", page, status=404)
