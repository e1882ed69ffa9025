"""Which places of the ledger a post sees and may change: the scope's offices, turned into places at a moment."""

from __future__ import annotations

from datetime import datetime

from linli.organisation.access import Scope
from linli.registry.models import Community, Subdistrict
from linli.registry.queries.areas import Area
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.places import district_by_code

__all__ = ["Area", "area_of", "whole_district"]


def area_of(scope: Scope, *, now: datetime) -> Area:
    """Return the places that a post covers at a moment.

    Raises:
        DistrictUnknown: The post's district keeps no ledger here.
    """
    return _area(scope.district_code, None if scope.is_whole_district else scope.area_office_ids, now)


def whole_district(code: str, *, now: datetime) -> Area:
    """Return all places of a district: what a command of the machine's owner covers.

    Raises:
        DistrictUnknown: No district has the code.
    """
    return _area(code, None, now)


def _area(district_code: str, office_ids: frozenset[int] | None, now: datetime) -> Area:
    district = district_by_code(district_code)
    layout = layout_at(district, at=now)
    communities = Community.objects.filter(district=district, ended_at=None)
    subdistricts = Subdistrict.objects.filter(district=district, ended_at=None)
    if office_ids is not None:
        communities = communities.filter(office__in=office_ids)
        subdistricts = subdistricts.filter(office__in=office_ids)
    return Area(
        district_id=district.pk,
        is_whole_district=office_ids is None,
        subdistrict_ids=frozenset(subdistricts.values_list("pk", flat=True)),
        community_ids=frozenset(communities.values_list("pk", flat=True)),
        layout_id=None if layout is None else layout.pk,
    )
