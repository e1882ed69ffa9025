"""Why a compound moves, and what if it stays: a fragment beside the act, a page of its own without JavaScript."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.layout.plans.access import plan_to_read, subdistricts_seen_by
from linli.layout.plans.queries.staying import staying_card
from linli.layout.plans.web.answers import not_found
from linli.organisation.web.gate import SignedInRequest, signed_in


@require_GET
@signed_in
def staying(request: SignedInRequest, number: str, compound: str) -> HttpResponse:
    """Answer why a compound moves and what the plan costs if it stays."""
    try:
        plan = plan_to_read(number, scope=request.scope)
        card = staying_card(plan, compound, only=subdistricts_seen_by(request.scope), now=clock.now())
    except LinliError as refusal:
        return not_found(request, refusal)
    template = "plans/_staying.html" if request.htmx else "plans/staying.html"
    return render(request, template, {"staying": card})
