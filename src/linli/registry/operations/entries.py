"""Acts on single entries of the ledger: changing their values, undoing that, registering a compound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.policies import profile
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors import EditNotUndoable, EntryChangedMeanwhile, EntryRefused, ParcelOccupied
from linli.registry.models import Compound, CompoundParcel, District, Fact
from linli.registry.operations.caches import ENTRIES, lock_entries
from linli.registry.operations.facts import NewValue, put_back, record_values
from linli.registry.queries.entries import community_place, compound_place, current_facts
from linli.registry.queries.places import district_by_code
from linli.registry.queries.vacancies import vacant_parcels
from linli.registry.rules.editing import NAME_FIELD, USUAL_MEANING, judge_values
from linli.registry.rules.fields import Ledger, fields_of
from linli.registry.rules.searching import search_text
from linli.registry.rules.verifying import Stage

COMPOUND_CODE = re.compile(r"X-(\d+)")


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed into the form of an entry.

    Args:
        values: Text per field that was changed.
        as_of_on: Day that the values are of, asked once.
        source: Where they come from, asked once.
        reasons: Why an implausible value is kept, per field.
        seen: Canonical text per field as the form showed it; differs from what stands when somebody else saved.
    """

    values: Mapping[str, str]
    as_of_on: date
    source: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def edit_entry(*, ledger: str, code: str, entered: Entered, by: Scope, now: datetime) -> int:
    """Write changed values of an entry into the ledger (更新数据); all of them or none.

    A value that the ledger holds already leaves no trace. A new value is not verified, whoever checked the old.

    Args:
        ledger: ``compound`` or ``community``.
        code: Code of the entry.
        entered: What was typed.
        by: Who acts.
        now: The moment.

    Returns:
        How many values were new or changed; 0 writes nothing, not even into the trail.

    Raises:
        EntryUnknown: The area holds no such entry.
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        EntryRefused: A value cannot be, or is implausible and no reason was given.
        EntryChangedMeanwhile: Somebody else saved one of the fields since the form was opened.
    """
    district = district_by_code(by.district_code)
    require(by, Permission.EDIT_LEDGER, office=_office_of(district, ledger, code, by, now))
    lock_entries(district=district, ledger=ledger, codes=[code])
    facts = current_facts(district, ledger, code)
    held = {key: fact.value for key, fact in facts.items() if fact.value}
    entry = ENTRIES[ledger]._default_manager.get(district=district, code=code)
    if ledger == Ledger.COMPOUND:
        held.setdefault(NAME_FIELD, entry.name)
    changed = _sound(entered, ledger=ledger, held=held, district=district, now=now)
    _refuse_conflicts(changed, entered, ledger=ledger, held=held, facts=facts)
    if not changed:
        return 0
    if NAME_FIELD in changed:
        entry.name = changed[NAME_FIELD]
        entry.pinyin = search_text(entry.name)
        entry.save(update_fields=["name", "pinyin"])
    count = record_values(
        [_new_value(code, key, value, facts.get(key), entered) for key, value in changed.items()],
        district=district,
        ledger=ledger,
        by=by,
        now=now,
    )
    trail.record(
        "registry.entry.edited",
        subject=trail.Subject(kind=ledger, code=code),
        by=by,
        at=now,
        district=district.code,
        fields=sorted(changed),
        reasons=sorted(key for key in changed if entered.reasons.get(key)),
    )
    return count


@transaction.atomic
def undo_edit(*, ledger: str, code: str, edited_at: datetime, by: Scope, now: datetime) -> int:
    """Put back what an edit of an entry replaced (撤销), as new facts: history is not erased.

    Args:
        ledger: ``compound`` or ``community``.
        code: Code of the entry.
        edited_at: The moment of the edit.
        by: Who acts.
        now: The moment.

    Returns:
        How many values went back.

    Raises:
        EntryUnknown: The area holds no such entry.
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        EditNotUndoable: There was no such edit, or a field was changed since.
    """
    district = district_by_code(by.district_code)
    require(by, Permission.EDIT_LEDGER, office=_office_of(district, ledger, code, by, now))
    lock_entries(district=district, ledger=ledger, codes=[code])
    entry = ENTRIES[ledger]._default_manager.get(district=district, code=code)
    facts = Fact.objects.filter(district=district, ledger=ledger, subject_code=code)
    written = list(facts.filter(recorded_at=edited_at).select_related("district"))
    if not written or any(fact.replaced_at is not None or fact.stage == Stage.VERIFIED for fact in written):
        raise EditNotUndoable(name=entry.name, at=f"{edited_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}")
    before = {(code, fact.field): fact for fact in facts.filter(replaced_at=edited_at)}
    name = before.get((code, NAME_FIELD))
    if name is not None and ledger == Ledger.COMPOUND:
        entry.name, entry.pinyin = name.value, search_text(name.value)
        entry.save(update_fields=["name", "pinyin"])
    put_back(written, before, by=by, now=now, empties=True)
    count = len(written)
    trail.record(
        "registry.entry.edit-undone",
        subject=trail.Subject(kind=ledger, code=code),
        by=by,
        at=now,
        district=district.code,
        fields=sorted(fact.field for fact in written),
    )
    return count


@transaction.atomic
def register_compound(*, parcel: str, entered: Entered, by: Scope, now: datetime) -> str:
    """Enter a new compound on a parcel that carries none (登记小区).

    It takes the next code that was never used. It belongs to the community of its parcel: registering moves no
    border.

    Args:
        parcel: Code of the parcel.
        entered: Its first values; the name among them.
        by: Who acts.
        now: The moment.

    Returns:
        Its code.

    Raises:
        ParcelOccupied: The parcel carries a compound, or lies outside the post's area.
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        EntryRefused: A value cannot be, is implausible without a reason, or the name is missing.
    """
    district = _district_for_counting(by)
    require(by, Permission.EDIT_LEDGER)
    free = vacant_parcels(area_of(by, now=now)).filter(code=parcel).first()
    if free is None:
        raise ParcelOccupied(parcel=parcel)
    first = {**entered.values, NAME_FIELD: entered.values.get(NAME_FIELD, "")}
    changed = _sound(
        Entered(first, entered.as_of_on, entered.source, entered.reasons),
        ledger=Ledger.COMPOUND,
        held={},
        district=district,
        now=now,
    )
    code = _next_code(district)
    compound = Compound.objects.create(
        district=district,
        code=code,
        name=changed[NAME_FIELD],
        pinyin=search_text(changed[NAME_FIELD]),
        point=free.outline.representative_point(),
        founded_at=now,
    )
    CompoundParcel.objects.create(compound=compound, parcel=free)
    record_values(
        [_new_value(code, key, value, None, entered) for key, value in changed.items()],
        district=district,
        ledger=Ledger.COMPOUND,
        by=by,
        now=now,
    )
    trail.record(
        "registry.compound.registered",
        subject=trail.Subject(kind=Ledger.COMPOUND, code=code),
        by=by,
        at=now,
        district=district.code,
        parcel=parcel,
    )
    return code


def _district_for_counting(by: Scope) -> District:
    # One at a time per district, for the codes that are counted up; the key stays free for rows that point here.
    return District.objects.select_for_update(no_key=True).get(pk=district_by_code(by.district_code).pk)


def _office_of(district: District, ledger: str, code: str, by: Scope, now: datetime) -> str:
    area = area_of(by, now=now)
    if ledger == Ledger.COMMUNITY:
        return community_place(district, code, area=area).office_code
    place = compound_place(district, code, area=area)
    # A blind spot has no office of its own; the subdistrict next to it may fill in what it finds there.
    return place.office_code if place.community_code or area.is_whole_district else by.area_code


def _sound(
    entered: Entered, *, ledger: str, held: Mapping[str, str], district: District, now: datetime
) -> dict[str, str]:
    """Return the values that differ from what is held.

    Raises:
        EntryRefused: A value cannot be, or is implausible and no reason was given.
    """
    standards = profile(district.profile).at(entered.as_of_on)
    judged = judge_values(entered.values, ledger=ledger, held=held, on=entered.as_of_on, standards=standards)
    faults = dict(judged.faults)
    if entered.as_of_on > clock.today(now):
        faults["as_of_on"] = _("数据截至日期不能晚于今天 %(today)s") % {"today": clock.today(now).isoformat()}
    if not entered.source.strip():
        faults["source"] = _("来源不能空着，写明调查或部门名称")
    changed = {key: value for key, value in judged.values.items() if value != held.get(key, "")}
    doubts = {
        key: told for key, told in judged.doubts.items() if key in changed and not entered.reasons.get(key, "").strip()
    }
    if faults or doubts:
        raise EntryRefused(faults=faults, doubts=doubts)
    return changed


def _refuse_conflicts(
    changed: Mapping[str, str],
    entered: Entered,
    *,
    ledger: str,
    held: Mapping[str, str],
    facts: Mapping[str, Fact],
) -> None:
    theirs = {
        key: held.get(key, "") for key in changed if key in entered.seen and entered.seen[key] != held.get(key, "")
    }
    if theirs:
        names = "、".join(str(fields_of(ledger)[key].name) for key in theirs)
        hands = {key: (facts[key].recorded_by, facts[key].recorded_at) for key in theirs if key in facts}
        raise EntryChangedMeanwhile(fields=names, theirs=theirs, hands=hands)


def _new_value(code: str, key: str, value: str, before: Fact | None, entered: Entered) -> NewValue:
    meaning = before.meaning if before is not None and before.meaning else USUAL_MEANING.get(key, "")
    return NewValue(
        code,
        key,
        value,
        meaning=meaning if value else "",
        as_of_on=entered.as_of_on,
        source=entered.source.strip(),
        reason=entered.reasons.get(key, "").strip(),
    )


def _next_code(district: District) -> str:
    used = Compound.objects.filter(district=district).values_list("code", flat=True)
    numbers = [int(found[1]) for code in used if (found := COMPOUND_CODE.fullmatch(code))]
    return f"X-{max(numbers, default=0) + 1:04d}"
