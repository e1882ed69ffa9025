"""Reads of districts and communities."""

from __future__ import annotations

from linli.registry.errors import DistrictUnknown, EntryUnknown
from linli.registry.models import Community, District


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
        raise EntryUnknown(code=code, kind="社区")
    return community


def district_exists(code: str) -> bool:
    """Say whether a district has been taken over."""
    return District.objects.filter(code=code).exists()
