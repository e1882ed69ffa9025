"""Writing values into the ledger: the old fact is closed, the new one opened, the caches follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from linli.registry.errors import FieldUnknown
from linli.registry.models import Community, Compound, District, Facility, Fact, ImportBatch
from linli.registry.models.entries import LedgerEntry
from linli.registry.rules.fields import Ledger, completeness_of, fields_of
from linli.registry.rules.searching import search_text

T = TypeVar("T")

ENTRIES: dict[str, type[LedgerEntry]] = {
    Ledger.COMPOUND: Compound,
    Ledger.COMMUNITY: Community,
    Ledger.FACILITY: Facility,
}
#: Columns of `Compound` that repeat a fact of the same name.
COMPOUND_TEXTS = ("address", "ownership_kind", "property_form", "party_branch_formed")
COMPOUND_NUMBERS = ("completion_year", "household_count", "residents_count", "age_60_plus")


@dataclass(frozen=True, slots=True)
class NewValue:
    """One value on its way into the ledger; ``value`` is canonical text, empty for 未填."""

    subject_code: str
    field: str
    value: str
    meaning: str = ""
    as_of_on: date | None = None
    source: str = ""
    reason: str = ""
    verified_by: str = ""
    origin_row: int | None = None


@transaction.atomic
def record_values(
    values: Sequence[NewValue],
    *,
    district: District,
    ledger: str,
    by: str,
    now: datetime,
    origin: ImportBatch | None = None,
) -> int:
    """Write values into a ledger and refresh the caches of its entries; unchanged values leave no trace.

    The caller writes the trail: one act may write thousands of values.

    Args:
        values: At most one per subject and field.
        district: The district.
        ledger: One of `Ledger`.
        by: The post that writes, as text.
        now: The moment.
        origin: The import they come from.

    Returns:
        How many values were new or changed.

    Raises:
        FieldUnknown: The ledger has no such field.
    """
    catalogue = fields_of(ledger)
    for value in values:
        if value.field not in catalogue:
            raise FieldUnknown(ledger=ledger, field=value.field)
    held = _current_facts(district, ledger, {value.subject_code for value in values})
    fresh: list[Fact] = []
    closed: list[int] = []
    for value in values:
        old = held.get((value.subject_code, value.field))
        if old is not None:
            if (old.value, old.meaning, old.as_of_on, old.verified_by) == (
                value.value,
                value.meaning,
                value.as_of_on,
                value.verified_by,
            ):
                continue
            closed.append(old.pk)
        elif not value.value:
            continue
        fresh.append(
            Fact(
                district=district,
                ledger=ledger,
                subject_code=value.subject_code,
                field=value.field,
                value=value.value,
                number=float(value.value) if value.value and catalogue[value.field].is_number else None,
                meaning=value.meaning,
                as_of_on=value.as_of_on,
                source=value.source,
                reason=value.reason,
                verified_by=value.verified_by,
                verified_at=now if value.verified_by else None,
                recorded_by=by,
                recorded_at=now,
                origin=origin,
                origin_row=value.origin_row,
            )
        )
    for chunk in _chunks(closed):
        Fact.objects.filter(pk__in=chunk).update(replaced_at=now)
    Fact.objects.bulk_create(fresh, batch_size=2000)
    refresh_entries(district=district, ledger=ledger, codes={fact.subject_code for fact in fresh})
    return len(fresh)


@transaction.atomic
def take_back_values(*, origin: ImportBatch, ledger: str, by: str, now: datetime) -> int:
    """Undo the values that an import wrote, where they still stand; a later edit is kept.

    Each value goes back to what it was before, as a new fact with the old one's source: history is not erased.

    Returns:
        How many values were taken back.
    """
    standing = list(Fact.objects.filter(origin=origin, ledger=ledger, replaced_at=None))
    before = {
        (fact.subject_code, fact.field): fact
        for fact in Fact.objects.filter(
            district=origin.district, ledger=ledger, replaced_at=origin.committed_at
        ).exclude(origin=origin)
    }
    restored = []
    for fact in standing:
        old = before.get((fact.subject_code, fact.field))
        if old is None:
            continue
        restored.append(_copied(old, by=by, now=now))
    for chunk in _chunks([fact.pk for fact in standing]):
        Fact.objects.filter(pk__in=chunk).update(replaced_at=now)
    Fact.objects.bulk_create(restored, batch_size=2000)
    refresh_entries(district=origin.district, ledger=ledger, codes={fact.subject_code for fact in standing})
    return len(standing)


def refresh_entries(*, district: District, ledger: str, codes: Iterable[str]) -> None:
    """Bring the caches of entries in line with their current facts."""
    model = ENTRIES.get(ledger)
    wanted = sorted(set(codes))
    if model is None or not wanted:
        return
    for chunk in _chunks(wanted):
        entries = {entry.code: entry for entry in model._default_manager.filter(district=district, code__in=chunk)}
        facts: dict[str, list[Fact]] = {code: [] for code in entries}
        for fact in Fact.objects.filter(
            district=district, ledger=ledger, replaced_at=None, subject_code__in=list(entries)
        ):
            facts[fact.subject_code].append(fact)
        for code, entry in entries.items():
            _refresh(entry, facts[code])
        columns = ["current", "as_of_on", "pinyin"]
        if model is Compound:
            columns += [*COMPOUND_TEXTS, *COMPOUND_NUMBERS, "is_household_verified", "completeness"]
        model._default_manager.bulk_update(entries.values(), columns, batch_size=200)


def _refresh(entry: LedgerEntry, facts: list[Fact]) -> None:
    numbers = {key for key, field in fields_of(_ledger_of(entry)).items() if field.is_number}
    entry.current = {
        fact.field: _number(fact.value) if fact.field in numbers else fact.value for fact in facts if fact.value
    }
    entry.as_of_on = max((fact.as_of_on for fact in facts if fact.as_of_on is not None), default=None)
    entry.pinyin = search_text(entry.name)
    if isinstance(entry, Compound):
        for column in COMPOUND_TEXTS:
            setattr(entry, column, str(entry.current.get(column, "")))
        for column in COMPOUND_NUMBERS:
            setattr(entry, column, entry.current.get(column))
        entry.is_household_verified = any(fact.field == "household_count" and fact.verified_by for fact in facts)
        entry.completeness = completeness_of(set(entry.current))


def _ledger_of(entry: LedgerEntry) -> str:
    return next(ledger for ledger, model in ENTRIES.items() if isinstance(entry, model))


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _current_facts(district: District, ledger: str, codes: set[str]) -> dict[tuple[str, str], Fact]:
    found: dict[tuple[str, str], Fact] = {}
    for chunk in _chunks(sorted(codes)):
        for fact in Fact.objects.filter(district=district, ledger=ledger, replaced_at=None, subject_code__in=chunk):
            found[fact.subject_code, fact.field] = fact
    return found


def _copied(fact: Fact, *, by: str, now: datetime) -> Fact:
    copy = Fact.objects.get(pk=fact.pk)
    copy.pk = None
    copy.recorded_by, copy.recorded_at, copy.replaced_at = by, now, None
    return copy


def _chunks(items: Sequence[T], size: int = 500) -> Iterable[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
