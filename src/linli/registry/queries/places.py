"""Reads of districts and communities."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.registry.errors import DistrictUnknown, EntryUnknown
from linli.registry.models import Community, District
from linli.registry.queries.areas import Area


def district_by_code(code: str) -> District:
    """Return a district.

    Raises:
        DistrictUnknown: No district has the code.
    """
    district = District.objects.filter(code=code).first()
    if district is None:
        raise DistrictUnknown(code=code)
    return district


def community_by_code(code: str) -> Community:
    """Return a community that has not ended.

    Raises:
        EntryUnknown: No such community.
    """
    community = Community.objects.filter(code=code, ended_at=None).select_related("subdistrict").first()
    if community is None:
        raise EntryUnknown(code=code, kind=_("社区"))
    return community


def district_exists(code: str) -> bool:
    """Say whether a district has been taken over."""
    return District.objects.filter(code=code).exists()


def communities_of_area(area: Area) -> tuple[tuple[str, str], ...]:
    """Return code and name of the communities of an area that have not ended, in the order of their codes."""
    rows = Community.objects.filter(pk__in=area.community_ids, ended_at=None).order_by("code")
    return tuple(rows.values_list("code", "name"))
