"""The trail page: latest acts, for those who may read everybody's."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.foundation.trail import entries
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.portal.queries.acts import act_words


@signed_in
def trail(request: SignedInRequest) -> HttpResponse:
    """Show the newest acts of the district, filtered by verb, actor and subject."""
    require(request.scope, Permission.READ_TRAIL)
    older = request.GET.get("older", "")
    page = entries(
        request.scope.district_code,
        verb_starts=request.GET.get("verb", "").strip(),
        actor_code=request.GET.get("actor", "").strip(),
        subject_code=request.GET.get("subject", "").strip(),
        older_than=int(older) if older.isdigit() else None,
    )
    rows = [(card, act_words(card.verb)) for card in page.cards]
    return render(request, "portal/trail.html", {"page": page, "rows": rows, "filters": request.GET})
