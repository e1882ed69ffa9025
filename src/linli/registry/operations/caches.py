"""The caches of the ledger's entries: brought in line with their facts after each writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import starmap
from typing import Any, NamedTuple, TypeVar

from django.db.models import Q

from linli.foundation.bulk import update_rows
from linli.registry.models import Community, Compound, District, Facility, Fact
from linli.registry.models.entries import LedgerEntry
from linli.registry.operations.editions import keep_editions
from linli.registry.rules.fields import EXPECTED_OF_A_COMPOUND, Ledger, completeness_of, fields_of
from linli.registry.rules.searching import search_text
from linli.registry.rules.verifying import Stage, share_verified

T = TypeVar("T")

ENTRIES: dict[str, type[LedgerEntry]] = {
    Ledger.COMPOUND: Compound,
    Ledger.COMMUNITY: Community,
    Ledger.FACILITY: Facility,
}
#: Columns of `Compound` that repeat the newest fact of the same name.
COMPOUND_TEXTS = ("address", "ownership_kind", "property_form", "party_branch_formed")
#: Columns of `Compound` that repeat what counts of a field.
COMPOUND_NUMBERS = ("completion_year", "household_count", "residents_count", "age_60_plus")
COMPOUND_COLUMNS = (
    *COMPOUND_TEXTS,
    *COMPOUND_NUMBERS,
    "is_household_verified",
    "is_residents_verified",
    "completeness",
    "verified_share",
)
#: Facts that a cache is made of: the newest of each field, and the newest verified one.
STANDING = Q(replaced_at=None) | Q(verified_at__isnull=False, verified_until=None)


class Standing(NamedTuple):
    """What a cache needs of a fact."""

    subject_code: str
    field: str
    value: str
    stage: str
    as_of_on: date | None
    replaced_at: datetime | None
    verified_at: datetime | None
    verified_until: datetime | None


def lock_entries(*, district: District, ledger: str, codes: Iterable[str]) -> None:
    """Hold entries until the transaction ends, so that two officers writing one figure come one after the other.

    Locked in the order of their codes, so that two writers never wait for one another. SQLite has one writer anyway.
    """
    model = ENTRIES.get(ledger)
    if model is None:
        return
    for chunk in chunks(sorted(set(codes))):
        rows = model._default_manager.select_for_update(no_key=True).filter(district=district, code__in=chunk)
        list(rows.order_by("code").values_list("pk", flat=True))


def settle_verified(*, district: District, ledger: str, codes: Iterable[str], now: datetime) -> None:
    """Make the newest verified value of each field the one that counts, after verdicts changed."""
    for chunk in chunks(sorted(set(codes))):
        newest: dict[tuple[str, str], tuple[int, bool]] = {}
        outdated: list[int] = []
        rows = Fact.objects.filter(
            Q(stage=Stage.VERIFIED) | Q(verified_at__isnull=False, verified_until=None),
            district=district,
            ledger=ledger,
            subject_code__in=chunk,
        ).order_by("pk")
        for pk, code, field, stage, until in rows.values_list("pk", "subject_code", "field", "stage", "verified_until"):
            if stage != Stage.VERIFIED:
                outdated.append(pk)
                continue
            older = newest.get((code, field))
            if older is not None and older[1]:
                outdated.append(older[0])
            newest[code, field] = (pk, until is None)
        counting = [pk for pk, is_counting in newest.values() if not is_counting]
        for some in chunks(outdated):
            Fact.objects.filter(pk__in=some).update(verified_until=now)
        for some in chunks(counting):
            Fact.objects.filter(pk__in=some).update(verified_until=None)


def refresh_entries(*, district: District, ledger: str, codes: Iterable[str], now: datetime) -> None:
    """Bring the caches of entries in line with their facts, and open new editions of compounds."""
    model = ENTRIES.get(ledger)
    wanted = sorted(set(codes))
    if model is None or not wanted:
        return
    for chunk in chunks(wanted):
        held = model._default_manager.filter(district=district, code__in=chunk).only("code", "name")
        entries = {entry.code: entry for entry in held}
        facts: dict[str, list[Standing]] = {code: [] for code in entries}
        rows = Fact.objects.filter(STANDING, district=district, ledger=ledger, subject_code__in=list(entries))
        for fact in starmap(Standing, rows.values_list(*Standing._fields)):
            facts[fact.subject_code].append(fact)
        for code, entry in entries.items():
            _refresh(entry, facts[code], ledger)
        columns = ["current", "verified", "stages", "as_of_on", "pinyin"]
        if model is Compound:
            columns += COMPOUND_COLUMNS
        update_rows(list(entries.values()), columns)
    if model is Compound:
        keep_editions(district, now=now, codes=wanted)


def chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Return items in parts that one statement can name."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _refresh(entry: LedgerEntry, facts: Sequence[Standing], ledger: str) -> None:
    numbers = {key for key, field in fields_of(ledger).items() if field.is_number}

    def worth(fact: Standing) -> Any:
        return _number(fact.value) if fact.field in numbers else fact.value

    newest = [fact for fact in facts if fact.replaced_at is None]
    entry.current = {fact.field: worth(fact) for fact in newest if fact.value}
    entry.stages = {fact.field: fact.stage for fact in newest if fact.stage != Stage.EMPTY}
    entry.verified = {
        fact.field: worth(fact) if fact.value else None
        for fact in facts
        if fact.verified_at is not None and fact.verified_until is None
    }
    entry.as_of_on = max((fact.as_of_on for fact in newest if fact.as_of_on is not None), default=None)
    entry.pinyin = search_text(entry.name)
    if isinstance(entry, Compound):
        counted = entry.counted
        for column in COMPOUND_TEXTS:
            setattr(entry, column, str(entry.current.get(column, "")))
        for column in COMPOUND_NUMBERS:
            setattr(entry, column, counted.get(column))
        entry.is_household_verified = entry.verified.get("household_count") is not None
        entry.is_residents_verified = entry.verified.get("residents_count") is not None
        entry.completeness = completeness_of(set(entry.current))
        entry.verified_share = share_verified(entry.current, entry.stages, expected=EXPECTED_OF_A_COMPOUND)


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number
