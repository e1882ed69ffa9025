"""What the pages of an entry share: who sees it, whose it is, the way to it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation.ui.parts import Crumb
from linli.organisation.web.gate import SignedInRequest
from linli.registry.errors import EntryUnknown
from linli.registry.queries.entries import (
    CommunityPlace,
    CompoundPlace,
    community_place,
    compound_place,
)
from linli.registry.web.maps import Ground, ground_for

MICROSECONDS = 1_000_000


def compound_here(request: SignedInRequest, code: str) -> tuple[Ground, CompoundPlace]:
    """Return the ground and a compound that the reader may see; else there is no such page."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        return ground, compound_place(ground.district, code, area=ground.area)
    except EntryUnknown:
        raise Http404 from None


def community_here(request: SignedInRequest, code: str) -> tuple[Ground, CommunityPlace]:
    """Return the ground and a community that the reader may see; else there is no such page."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    try:
        return ground, community_place(ground.district, code, area=ground.area)
    except EntryUnknown:
        raise Http404 from None


def office_for(request: SignedInRequest, place: CompoundPlace | CommunityPlace) -> str:
    """Return the office whose figures are changed; in a blind spot the office of the reader's own area."""
    if isinstance(place, CompoundPlace) and not place.community_code:
        return request.scope.area_code
    return place.office_code


def crumbs_of(subdistrict: str, community: str, community_code: str) -> tuple[Crumb, ...]:
    """Return the way to the page of an entry."""
    crumbs = [Crumb(label=_("工作台账"), url=reverse("registry:ledger"))]
    if subdistrict:
        crumbs.append(Crumb(label=subdistrict))
    if community:
        crumbs.append(Crumb(label=community, url=reverse("registry:community", args=[community_code])))
    return tuple(crumbs)


def moment_of(microseconds: int) -> datetime:
    """Return the moment that an address names in microseconds."""
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
