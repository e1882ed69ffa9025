"""Making two records of one compound one (合并小区), and taking that back as a whole (撤销合并)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors.mergers import MergeNotUndoable, MergeOutdated, MergeRefused
from linli.registry.models import (
    Compound,
    CompoundMerger,
    CompoundParcel,
    DistinctCompounds,
    District,
    Fact,
)
from linli.registry.operations.caches import lock_entries, refresh_entries
from linli.registry.operations.carrying import carry_rows, give_rows_back
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.facts import NewValue, carry_facts, put_back_carried, record_values
from linli.registry.queries.mergers import fingerprint_of, merger_card, two_compounds
from linli.registry.queries.places import district_by_code
from linli.registry.queries.placing import compounds_in
from linli.registry.rules.editing import NAME_FIELD
from linli.registry.rules.fields import Ledger
from linli.registry.rules.merging import Side
from linli.registry.rules.searching import search_text

LONGEST_REASON = 200


@transaction.atomic
def merge_compounds(
    kept: str,
    absorbed: str,
    *,
    choices: Mapping[str, Side],
    fingerprint: str,
    reason: str,
    by: Scope,
    now: datetime,
) -> str:
    """Make two records of one compound one (合并小区): one act, one entry of the trail.

    The record kept takes the chosen values with their verification, and stands on the parcels of both; claims,
    buildings, property management, owners' committees, Party organisations and custody move to it. The other is
    archived; its code and name lead to the one kept.

    Args:
        kept: Code of the record that stays.
        absorbed: Code of the other.
        choices: Which record's value is taken, per field that differs; the proposed one where none is named.
        fingerprint: Of the comparison that the officer saw.
        reason: Why both are one.
        by: Who acts.
        now: The moment.

    Returns:
        The code of the record kept.

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: One of both is kept by an office that the post does not act for.
        MergeRefused: Both are one record, one is archived or outside the area, or the reason is missing.
        MergeOutdated: A value of either changed since the comparison.
    """
    told = reason.strip()
    if not 0 < len(told) <= LONGEST_REASON:
        raise MergeRefused(reason=_("要写明原因，1 到 %(most)d 个字") % {"most": LONGEST_REASON})
    district, stays, goes = _both(kept, absorbed, by=by, now=now)
    if fingerprint_of(stays, goes) != fingerprint:
        raise MergeOutdated()
    card = merger_card(stays, goes)
    taken = [one.key for one in card.choices if choices.get(one.key, one.proposed) == Side.ABSORBED]
    taken += [key for key, better in card.alike if better is Side.ABSORBED]
    before = {"name": stays.name, "has_point": stays.point is not None}
    facts = [key for key in taken if key != NAME_FIELD]
    carry_facts(goes.code, stays.code, fields=facts, district=district, ledger=Ledger.COMPOUND, by=by, now=now)
    if NAME_FIELD in taken:
        _take_name(stays, goes.name, reason=told, by=by, now=now)
    if stays.point is None and goes.point is not None:
        stays.point = goes.point
    stays.save(update_fields=["name", "pinyin", "point"])
    rows = carry_rows(stays, goes)
    goes.ended_at, goes.end_reason = now, told
    goes.save(update_fields=["ended_at", "end_reason"])
    CompoundMerger.objects.create(
        district=district,
        kept=stays,
        absorbed=goes,
        reason=told,
        merged_at=now,
        merged_by=by.post.name,
        carried={**before, **rows, "fields": taken},
    )
    _follow(district, stays, goes, now=now)
    _record("registry.compounds.merged", stays, goes, by=by, now=now, fields=taken, reason=told)
    return stays.code


@transaction.atomic
def undo_merger(absorbed: str, *, by: Scope, now: datetime) -> str:
    """Take a merger back as a whole (撤销合并): both records are again what they were.

    Args:
        absorbed: Code of the record that was archived by it.
        by: Who acts.
        now: The moment.

    Returns:
        The code of the record that had been kept.

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: The record kept is not of the post's area.
        MergeNotUndoable: There is no such merger, or values, parcels or the record kept changed since.
    """
    require(by, Permission.EDIT_LEDGER)
    district = district_by_code(by.district_code)
    found = CompoundMerger.objects.filter(district=district, absorbed__code=absorbed, undone_at=None).first()
    if found is None:
        raise MergeNotUndoable(code=absorbed, reason=_("没有这次合并，或已经撤销过"))
    lock_entries(district=district, ledger=Ledger.COMPOUND, codes=[found.kept.code, absorbed])
    merger = CompoundMerger.objects.select_related("kept", "absorbed").get(pk=found.pk)
    stays, goes = merger.kept, merger.absorbed
    if merger.undone_at is not None:
        raise MergeNotUndoable(code=absorbed, reason=_("没有这次合并，或已经撤销过"))
    own = compounds_in(area_of(by, now=now)).filter(pk=stays.pk).select_related("home__office").first()
    if own is None:
        raise MergeNotUndoable(code=absorbed, reason=_("合并后的小区已归档、又并入别处，或不在管辖范围内"))
    _require_own(own, by)
    _refuse_built_upon(merger)
    put_back_carried(stays.code, district=district, ledger=Ledger.COMPOUND, written_at=merger.merged_at, by=by, now=now)
    stays = Compound.objects.get(pk=stays.pk)
    stays.name, stays.pinyin = merger.carried["name"], search_text(merger.carried["name"])
    if not merger.carried["has_point"]:
        stays.point = None
    stays.save(update_fields=["name", "pinyin", "point"])
    give_rows_back(stays, goes, merger.carried)
    goes.ended_at, goes.end_reason = None, ""
    goes.save(update_fields=["ended_at", "end_reason"])
    merger.undone_at, merger.undone_by = now, by.post.name
    merger.save(update_fields=["undone_at", "undone_by"])
    _follow(district, stays, goes, now=now)
    _record("registry.compounds.merger-undone", stays, goes, by=by, now=now)
    return stays.code


@transaction.atomic
def tell_apart(one: str, other: str, *, by: Scope, now: datetime) -> None:
    """Say that two compounds are not one (不是同一处), so that they are not proposed again.

    Raises:
        NotPermitted: The post changes no figures.
        OutsideYourArea: One of both is kept by an office that the post does not act for.
        MergeRefused: Both are one record, or one is not in the area.
    """
    district, first, second = _both(*sorted((one, other)), by=by, now=now)
    _row, is_new = DistinctCompounds.objects.get_or_create(
        district=district,
        first_code=first.code,
        second_code=second.code,
        defaults={"told_by": by.post.name, "told_at": now},
    )
    if is_new:
        _record("registry.compounds.told-apart", first, second, by=by, now=now)


def _both(kept: str, absorbed: str, *, by: Scope, now: datetime) -> tuple[District, Compound, Compound]:
    require(by, Permission.EDIT_LEDGER)
    if kept == absorbed:
        raise MergeRefused(reason=_("两条是同一条 %(code)s，请选两条不同的") % {"code": kept})
    district = district_by_code(by.district_code)
    lock_entries(district=district, ledger=Ledger.COMPOUND, codes=[kept, absorbed])
    pair = two_compounds(area_of(by, now=now), (kept, absorbed))
    if pair is None:
        raise MergeRefused(
            reason=_("%(kept)s、%(absorbed)s 里有一条已归档、不在台账里，或不在管辖范围内；跨街道的请交给区里合并")
            % {"kept": kept, "absorbed": absorbed}
        )
    for compound in pair:
        _require_own(compound, by)
    return district, *pair


def _require_own(compound: Compound, by: Scope) -> None:
    home = compound.home
    require(by, Permission.EDIT_LEDGER, office=home.office.code if home and home.office else by.area_code)


def _take_name(stays: Compound, name: str, *, reason: str, by: Scope, now: datetime) -> None:
    stays.name, stays.pinyin = name, search_text(name)
    value = NewValue(stays.code, NAME_FIELD, name, source=_("合并：%(reason)s") % {"reason": reason})
    record_values([value], district=stays.district, ledger=Ledger.COMPOUND, by=by, now=now)


def _refuse_built_upon(merger: CompoundMerger) -> None:
    """Refuse to take back what others have changed since."""
    stays, goes = merger.kept, merger.absorbed
    carried: Mapping[str, Any] = merger.carried
    written = Fact.objects.filter(
        district=merger.district_id, ledger=Ledger.COMPOUND, subject_code=stays.code, recorded_at=merger.merged_at
    )
    since = merger.merged_at
    if written.filter(replaced_at__gt=since).exists() or written.filter(verified_at__gt=since).exists():
        raise MergeNotUndoable(code=goes.code, reason=_("合并来的数据之后改过或核实过，请直接改成要的值"))
    if written.filter(returned_at__gt=since).exists():
        raise MergeNotUndoable(code=goes.code, reason=_("合并来的数据之后被退回过，请直接改成要的值"))
    if NAME_FIELD not in carried["fields"] and stays.name != carried["name"]:
        raise MergeNotUndoable(code=goes.code, reason=_("合并以后小区改过名"))
    if sorted(stays.stands_on.values_list("pk", flat=True)) != carried["stands_on"]:
        raise MergeNotUndoable(code=goes.code, reason=_("合并以后地块变过"))
    others = CompoundParcel.objects.filter(
        parcel__in=goes.stands_on.values("parcel"), compound__ended_at=None, is_shared=False
    )
    third = others.exclude(compound=stays).select_related("compound", "parcel").first()
    if third is not None:
        raise MergeNotUndoable(
            code=goes.code,
            reason=_("原来的地块 %(parcel)s 上又登记了“%(name)s”")
            % {"parcel": third.parcel.code, "name": third.compound.name},
        )


def _follow(district: District, stays: Compound, goes: Compound, *, now: datetime) -> None:
    """Let the caches of both follow; the archived one first, for its words are searched for under the other."""
    refresh_entries(district=district, ledger=Ledger.COMPOUND, codes=[stays.code], now=now)
    keep_editions(district, now=now, codes=[goes.code])
    keep_editions(district, now=now, codes=[stays.code])


def _record(verb: str, stays: Compound, goes: Compound, *, by: Scope, now: datetime, **details: object) -> None:
    trail.record(
        verb,
        subject=trail.Subject(kind=Ledger.COMPOUND, code=stays.code),
        by=by,
        at=now,
        district=by.district_code,
        other=goes.code,
        **details,
    )
