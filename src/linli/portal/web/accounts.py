"""The accounts, posts and access tokens of a district, for the administrator; changing accounts is ``linli user``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.foundation.clock import now, today
from linli.organisation.access import require
from linli.organisation.queries import people_of, tokens_in
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in


@signed_in
def accounts(request: SignedInRequest) -> HttpResponse:
    """Show every account of the district with the posts it holds today, and the keys of other systems."""
    require(request.scope, Permission.ADMINISTER)
    day = today(now())
    seen = {
        "people": people_of(request.scope.district_code, on=day),
        "tokens": [(card, card.is_open_on(day)) for card in tokens_in(request.scope.district_code)],
    }
    return render(request, "portal/accounts.html", seen)
