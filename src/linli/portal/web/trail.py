"""The trail page: latest acts, for those who may read everybody's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from linli.foundation import clock
from linli.foundation.trail import entries
from linli.organisation.access import require
from linli.organisation.queries import post_names
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.portal.queries.acts import act_choices, act_words

#: Names of the address that narrow the list.
NARROWING = ("verb", "actor", "subject", "since", "until")


@signed_in
def trail(request: SignedInRequest) -> HttpResponse:
    """Show the newest acts of the district, filtered by act, actor, subject and days."""
    require(request.scope, Permission.READ_TRAIL)
    asked = {
        name: request.GET.get(name, "").strip() for name in ("verb", "actor", "subject", "since", "until", "older")
    }
    page = entries(
        request.scope.district_code,
        verb_starts=asked["verb"],
        actor_code=asked["actor"],
        subject_code=asked["subject"],
        since=_midnight(asked["since"]),
        until=_midnight(asked["until"], days=1),
        older_than=int(asked["older"]) if asked["older"].isdecimal() else None,
    )
    posts = post_names({card.actor.post for card in page.cards})
    rows = [(card, act_words(card.verb), posts.get(card.actor.post, card.actor.post)) for card in page.cards]
    narrowed = any(asked[name] for name in NARROWING)
    shown = {"page": page, "rows": rows, "asked": asked, "is_narrowed": narrowed, "acts": act_choices()}
    return render(request, "portal/trail.html", shown)


def _midnight(text: str, *, days: int = 0) -> datetime | None:
    """Return the first moment of a day in Shanghai, or of a day after it; None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
