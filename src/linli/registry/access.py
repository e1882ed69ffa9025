"""Which places of the ledger a post sees and may change: the scope's offices, turned into places at a moment."""

from __future__ import annotations

from datetime import datetime

from linli.foundation import clock
from linli.organisation.access import Scope, can_edit_ledger, can_verify
from linli.registry.models import Community, Subdistrict
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.entries.fields import small_count
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.places import district_by_code
from linli.registry.rules.verifying import Hand, body_of, is_second_look

__all__ = [
    "Area",
    "area_of",
    "body_of_scope",
    "hand_of",
    "may_verify",
    "sees_small_counts",
    "whole_district",
]


def sees_small_counts(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether a post sees small counts of people: who keeps the figures there, and the district itself.

    Args:
        scope: The scope of the post.
        office: Code of the office whose place it is; without one, the whole area of the post.
    """
    return can_edit_ledger(scope, office=office) or scope.office_code == scope.district_code


def body_of_scope(scope: Scope) -> str:
    """Return the code of the office that a post fills in and verifies for."""
    return body_of(office=scope.office_code, area=scope.area_code, is_whole_district=scope.is_whole_district)


def hand_of(scope: Scope) -> Hand:
    """Return the hand that a post acts with."""
    return Hand(person=scope.post.username, body=body_of_scope(scope))


def may_verify(scope: Scope, *, office: str, filler: Hand) -> bool:
    """Say whether a post may verify or return a figure (核实).

    Posts of subdistrict and district may within their area, but never the person who filled the figure in, and never
    another post of the same body.

    Args:
        scope: Who would verify.
        office: Code of the office that answers for the entry.
        filler: Who filled the figure in.
    """
    return can_verify(scope, office=office) and is_second_look(checker=hand_of(scope), filler=filler)


def area_of(scope: Scope, *, now: datetime, at: datetime | None = None) -> Area:
    """Return the places that a post covers at a moment.

    Args:
        scope: The post; it is today's offices that say what it covers, on past days too.
        now: The moment.
        at: A past moment to be shown instead; None for now.

    Raises:
        DistrictUnknown: The post's district keeps no ledger here.
    """
    offices = None if scope.is_whole_district else scope.area_office_ids
    return _area(scope.district_code, offices, now, at, hides_small=not sees_small_counts(scope))


def whole_district(code: str, *, now: datetime) -> Area:
    """Return all places of a district: what a command of the machine's owner covers.

    Raises:
        DistrictUnknown: No district has the code.
    """
    return _area(code, None, now, None, hides_small=False)


def _area(
    district_code: str, office_ids: frozenset[int] | None, now: datetime, at: datetime | None, *, hides_small: bool
) -> Area:
    district = district_by_code(district_code)
    layout = layout_at(district, at=at or now)
    alive = standing_at(at)
    communities = Community.objects.filter(alive, district=district)
    subdistricts = Subdistrict.objects.filter(alive, district=district)
    if office_ids is not None:
        communities = communities.filter(office__in=office_ids)
        subdistricts = subdistricts.filter(office__in=office_ids)
    return Area(
        district_id=district.pk,
        is_whole_district=office_ids is None,
        subdistrict_ids=frozenset(subdistricts.values_list("pk", flat=True)),
        community_ids=frozenset(communities.values_list("pk", flat=True)),
        layout_id=None if layout is None else layout.pk,
        small_below=small_count(district, on=clock.today(now)) if hides_small else None,
        at=at,
    )
