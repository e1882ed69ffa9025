"""The list of accounts and posts, for the administrator; changing them is the work of ``linli user``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.foundation.clock import now, today
from linli.organisation.access import require
from linli.organisation.queries import people_of
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in


@signed_in
def accounts(request: SignedInRequest) -> HttpResponse:
    """Show every account of the district with the posts it holds today."""
    require(request.scope, Permission.ADMINISTER)
    people = people_of(request.scope.district_code, on=today(now()))
    return render(request, "portal/accounts.html", {"people": people})
