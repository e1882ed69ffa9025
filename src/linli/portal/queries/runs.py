"""Which runs of jobs a post may see: all of its district for who reads all of it, else those that it asked for."""

from __future__ import annotations

from linli.foundation.jobs import JobCard
from linli.foundation.jobs.errors import JobUnknown
from linli.foundation.jobs.queries import run_card, runs
from linli.organisation.access import Scope, can_read_district

#: More are looked through for a post that sees its own alone.
LOOKED_THROUGH = 1000


def run_to_read(number: str, *, scope: Scope) -> JobCard:
    """Return a run that a post may see.

    Raises:
        JobUnknown: There is none of this number, or it is not for the post to see.
    """
    card = run_card(number)
    if not _shows(card, scope):
        raise JobUnknown(number=number)
    return card


def runs_visible_to(scope: Scope, *, limit: int) -> tuple[JobCard, ...]:
    """Return the newest runs that a post may see."""
    if can_read_district(scope):
        return runs(district=scope.district_code, limit=limit)
    found = runs(district=scope.district_code, limit=LOOKED_THROUGH)
    return tuple(card for card in found if _shows(card, scope))[:limit]


def _shows(card: JobCard, scope: Scope) -> bool:
    if card.district_code != scope.district_code:
        return False
    # "kind:code:post", as `schedule` writes who asked.
    return can_read_district(scope) or card.requested_by.split(":")[-1] == scope.post.code
