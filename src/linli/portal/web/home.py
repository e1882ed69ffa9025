"""The home page: the landing page for strangers, the post's own page for those who signed in."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from linli.foundation.clock import now
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.portal.queries.home import home_of, unfounded_home
from linli.portal.web.landing import landing
from linli.registry.queries.findings import findings
from linli.registry.web.maps import ground_for, map_config


def home(request: HttpRequest) -> HttpResponseBase:
    """Show the first page."""
    return _own_home(request) if request.user.is_authenticated else landing(request)


@signed_in
def _own_home(request: SignedInRequest) -> HttpResponse:
    ground = ground_for(request)
    if ground is None:
        return render(request, "portal/home.html", {"home": unfounded_home(request.scope)})
    found = findings(ground.area, limit=None)
    card = home_of(request.scope, area=ground.area, findings=found, now=now())
    is_quiet = request.scope.is_whole_district
    card = replace(card, map_config={**map_config(ground, colour="size", is_small=True), "quiet": is_quiet})
    return render(request, "portal/home.html", {"home": card})
