"""Archiving compounds and facilities instead of deleting them (归档), and bringing them back (恢复)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors import ArchivingRefused
from linli.registry.models import Compound, CompoundMerger, CompoundParcel, District, Facility
from linli.registry.models.entries import LedgerEntry
from linli.registry.operations.editions import keep_editions
from linli.registry.queries.places import district_by_code
from linli.registry.queries.placing import archived_in, compounds_in, facilities_in
from linli.registry.rules.fields import Ledger

LONGEST_REASON, MOST_AT_ONCE = 200, 500


@transaction.atomic
def archive_compounds(codes: Sequence[str], *, reason: str, by: Scope, now: datetime) -> int:
    """Take compounds out of the lists and sums from now on; their figures, history and code stay (归档).

    Args:
        codes: Codes of the compounds; all of them or none.
        reason: Why: pulled down, entered twice, no dwelling.
        by: Who acts.
        now: The moment; past days go on showing them.

    Returns:
        How many were archived.

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        ArchivingRefused: The reason is missing, none or too many are named, or one is not there or archived already.
    """
    reason = _sound(reason)
    district, found = _named(codes, by=by, now=now, is_archived=False)
    for compound in found:
        compound.ended_at, compound.end_reason = now, reason
    Compound.objects.bulk_update(found, ["ended_at", "end_reason"], batch_size=200)
    keep_editions(district, now=now, codes=codes)
    _record("registry.compounds.archived", Ledger.COMPOUND, found, district, by, now, reason=reason)
    return len(found)


@transaction.atomic
def restore_compounds(codes: Sequence[str], *, by: Scope, now: datetime) -> int:
    """Bring archived compounds back, with the figures, code and parcels they had (恢复).

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        ArchivingRefused: None or too many are named, one is not archived or merged into another, or another compound
            stands on its parcel.
    """
    district, found = _named(codes, by=by, now=now, is_archived=True)
    merged = (
        CompoundMerger.objects.filter(absorbed__in=found, undone_at=None).select_related("absorbed", "kept").first()
    )
    if merged is not None:
        raise ArchivingRefused(
            reason=_("%(code)s 已并入“%(name)s”（%(kept)s），请在它的页面撤销合并")
            % {"code": merged.absorbed.code, "name": merged.kept.name, "kept": merged.kept.code}
        )
    parcels = CompoundParcel.objects.filter(compound__in=found).values("parcel")
    taken = CompoundParcel.objects.filter(parcel__in=parcels, compound__ended_at=None, is_shared=False).first()
    if taken is not None:
        raise ArchivingRefused(
            reason=_("原来的地块 %(parcel)s 上已登记了“%(name)s”，先归档它")
            % {"parcel": taken.parcel.code, "name": taken.compound.name}
        )
    for compound in found:
        compound.ended_at, compound.end_reason = None, ""
    Compound.objects.bulk_update(found, ["ended_at", "end_reason"], batch_size=200)
    keep_editions(district, now=now, codes=codes)
    _record("registry.compounds.restored", Ledger.COMPOUND, found, district, by, now)
    return len(found)


@transaction.atomic
def archive_facilities(codes: Sequence[str], *, reason: str, by: Scope, now: datetime) -> int:
    """Take facilities out of the lists and sums from now on; their figures, history and code stay (归档).

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        ArchivingRefused: The reason is missing, none or too many are named, or one is not there or archived already.
    """
    reason = _sound(reason)
    found = _named_facilities(codes, by=by, now=now, is_archived=False)
    for facility in found:
        facility.ended_at, facility.end_reason = now, reason
    Facility.objects.bulk_update(found, ["ended_at", "end_reason"], batch_size=200)
    district = district_by_code(by.district_code)
    _record("registry.facilities.archived", Ledger.FACILITY, found, district, by, now, reason=reason)
    return len(found)


@transaction.atomic
def restore_facilities(codes: Sequence[str], *, by: Scope, now: datetime) -> int:
    """Bring archived facilities back, with the figures and code they had (恢复).

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        ArchivingRefused: None or too many are named, or one is not archived.
    """
    found = _named_facilities(codes, by=by, now=now, is_archived=True)
    for facility in found:
        facility.ended_at, facility.end_reason = None, ""
    Facility.objects.bulk_update(found, ["ended_at", "end_reason"], batch_size=200)
    district = district_by_code(by.district_code)
    _record("registry.facilities.restored", Ledger.FACILITY, found, district, by, now)
    return len(found)


def _sound(reason: str) -> str:
    told = reason.strip()
    if not 0 < len(told) <= LONGEST_REASON:
        raise ArchivingRefused(reason=_("要写明原因，1 到 %(most)d 个字") % {"most": LONGEST_REASON})
    return told


def _named_facilities(codes: Sequence[str], *, by: Scope, now: datetime, is_archived: bool) -> list[Facility]:
    require(by, Permission.EDIT_LEDGER)
    wanted = set(codes)
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise ArchivingRefused(reason=_("一次选 1 到 %(most)d 处设施") % {"most": MOST_AT_ONCE})
    rows = facilities_in(area_of(by, now=now), is_archived=is_archived).filter(code__in=wanted)
    found = list(
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("community__office", "community__subdistrict__office")
        .order_by("code")
    )
    _refuse_missing(wanted, [facility.code for facility in found])
    for facility in found:
        home = facility.community
        office = None if home is None else home.office or home.subdistrict.office
        require(by, Permission.EDIT_LEDGER, office=by.area_code if office is None else office.code)
    return found


def _named(codes: Sequence[str], *, by: Scope, now: datetime, is_archived: bool) -> tuple[District, list[Compound]]:
    require(by, Permission.EDIT_LEDGER)
    wanted = set(codes)
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise ArchivingRefused(reason=_("一次选 1 到 %(most)d 个小区") % {"most": MOST_AT_ONCE})
    area = area_of(by, now=now)
    rows = archived_in(area) if is_archived else compounds_in(area)
    found = list(
        rows.select_for_update(of=("self",), no_key=True)
        .filter(code__in=wanted)
        .select_related("home__office")
        .order_by("code")
    )
    _refuse_missing(wanted, [compound.code for compound in found])
    for compound in found:
        home = compound.home
        require(by, Permission.EDIT_LEDGER, office=home.office.code if home and home.office else by.area_code)
    return district_by_code(by.district_code), found


def _refuse_missing(wanted: set[str], found: Sequence[str]) -> None:
    missing = wanted - set(found)
    if missing:
        raise ArchivingRefused(
            reason=_("%(codes)s 不在台账里，或已经办过，请刷新后再选") % {"codes": "、".join(sorted(missing)[:3])}
        )


def _record(
    verb: str,
    ledger: Ledger,
    found: Sequence[LedgerEntry],
    district: District,
    by: Scope,
    now: datetime,
    **details: object,
) -> None:
    trail.record(
        verb,
        subject=trail.Subject(kind=ledger, code=found[0].code),
        by=by,
        at=now,
        district=district.code,
        codes=[entry.code for entry in found],
        **details,
    )
