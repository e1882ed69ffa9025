"""Writing values into the ledger: the old fact is closed, the new one opened, the caches follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from linli.foundation.bulk import insert_many, insert_rows
from linli.organisation.access import Scope
from linli.registry.access import body_of_scope
from linli.registry.errors import FieldUnknown
from linli.registry.models import District, Fact, ImportBatch
from linli.registry.operations.caches import (
    ENTRIES,
    STANDING,
    chunks,
    lock_entries,
    refresh_entries,
    settle_verified,
)
from linli.registry.rules.fields import fields_of
from linli.registry.rules.verifying import Stage

#: Columns of a fact that each value tells for itself.
VARYING = ("subject_code", "field", "value", "meaning", "as_of_on", "source", "reason", "origin_row")
__all__ = [
    "ENTRIES",
    "Filler",
    "NewValue",
    "carry_facts",
    "put_back",
    "put_back_carried",
    "record_values",
    "refresh_entries",
    "take_back_values",
]


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
    origin_row: int | None = None


@dataclass(frozen=True, slots=True)
class Filler:
    """Who fills values in (填报人), as the facts keep it.

    Args:
        name: The post in words.
        post: Code of the post; empty where no post acted.
        person: Username; empty likewise.
        body: Code of the office acted for (`rules.verifying.body_of`).
    """

    name: str
    post: str = ""
    person: str = ""
    body: str = ""

    @classmethod
    def of(cls, by: Scope | Filler | str) -> Filler:
        """Return who fills in: a post by its scope, or what no post wrote (a sample, a command) by its name."""
        if isinstance(by, Scope):
            return cls(name=by.post.name, post=by.post.code, person=by.post.username, body=body_of_scope(by))
        return cls(name=by) if isinstance(by, str) else by


@transaction.atomic
def record_values(
    values: Sequence[NewValue],
    *,
    district: District,
    ledger: str,
    by: Scope | Filler | str,
    now: datetime,
    origin: ImportBatch | None = None,
) -> int:
    """Write values into a ledger and refresh the caches of its entries; unchanged values leave no trace.

    A new value waits to be verified, whoever verified the old one; a returned value may be filled in again as it
    was. The caller writes the trail: one act may write thousands of values.

    Args:
        values: At most one per subject and field.
        district: The district.
        ledger: One of `Ledger`.
        by: Who fills in.
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
    codes = {value.subject_code for value in values}
    lock_entries(district=district, ledger=ledger, codes=codes)
    standing = Fact.objects.filter(replaced_at=None).only(
        "subject_code", "field", "value", "meaning", "as_of_on", "stage"
    )
    held = _facts_by_field(standing, district, ledger, codes)
    emptied = {value.subject_code for value in values if not value.value}
    counting = Fact.objects.filter(verified_at__isnull=False, verified_until=None)
    verified = _facts_by_field(counting, district, ledger, emptied)
    filler = Filler.of(by)
    fresh: list[tuple[Any, ...]] = []
    closed: list[int] = []
    for value in values:
        key = (value.subject_code, value.field)
        old = held.get(key)
        if old is not None:
            is_same = (old.value, old.meaning, old.as_of_on) == (value.value, value.meaning, value.as_of_on)
            if is_same and old.stage != Stage.RETURNED:
                continue
            closed.append(old.pk)
        elif not value.value:
            continue
        number = float(value.value) if value.value and catalogue[value.field].is_number else None
        stage = Stage.WAITING if value.value or key in verified else Stage.EMPTY
        fresh.append((*(getattr(value, name) for name in VARYING), number, stage.value))
    _close(closed, now=now)
    constants = {
        "district_id": district.pk,
        "ledger": ledger,
        "recorded_by": filler.name,
        "recorded_post": filler.post,
        "recorded_person": filler.person,
        "recorded_body": filler.body,
        "recorded_at": now,
        "origin_id": None if origin is None else origin.pk,
    }
    insert_many(Fact, (*VARYING, "number", "stage"), fresh, constants=constants)
    refresh_entries(district=district, ledger=ledger, codes={row[0] for row in fresh}, now=now)
    return len(fresh)


@transaction.atomic
def take_back_values(*, origin: ImportBatch, ledger: str, by: Scope | Filler | str, now: datetime) -> int:
    """Undo the values that an import wrote, where they still stand; a later edit is kept.

    Each value goes back to what it was before, as a new fact with the old one's source and verification: history is
    not erased.

    Returns:
        How many values were taken back.
    """
    standing = Fact.objects.filter(origin=origin, ledger=ledger, replaced_at=None)
    lock_entries(district=origin.district, ledger=ledger, codes=set(standing.values_list("subject_code", flat=True)))
    written = list(standing)
    before = Fact.objects.filter(district=origin.district, ledger=ledger, replaced_at=origin.committed_at)
    old = {(fact.subject_code, fact.field): fact for fact in before.exclude(origin=origin)}
    put_back(written, old, by=by, now=now)
    return len(written)


@transaction.atomic
def carry_facts(
    source: str,
    target: str,
    *,
    fields: Collection[str],
    district: District,
    ledger: str,
    by: Scope | Filler | str,
    now: datetime,
) -> None:
    """Give values of one entry to another, with their sources and verification; the first keeps its own.

    Beside the value that stands goes an older one that is verified and counts.

    Args:
        source: Code of the entry whose values are taken.
        target: Code of the entry that takes them.
        fields: The fields.
        district: The district.
        ledger: One of `Ledger`.
        by: Who gives them over; who filled them in stays known.
        now: The moment.
    """
    lock_entries(district=district, ledger=ledger, codes=[source, target])
    facts = Fact.objects.filter(district=district, ledger=ledger, field__in=fields)
    given = facts.filter(STANDING, subject_code=source).order_by("pk")
    taken = []
    for fact in given:
        copy = _copied(fact, by=Filler.of(by), now=now)
        copy.subject_code = target
        if fact.replaced_at is not None:
            copy.replaced_at = now
        taken.append(copy)
    _close(list(facts.filter(subject_code=target, replaced_at=None).values_list("pk", flat=True)), now=now)
    insert_rows(taken)
    settle_verified(district=district, ledger=ledger, codes=[target], now=now)
    refresh_entries(district=district, ledger=ledger, codes=[target], now=now)


@transaction.atomic
def put_back_carried(
    code: str, *, district: District, ledger: str, written_at: datetime, by: Scope | Filler | str, now: datetime
) -> None:
    """Put the values of an entry back to what they were before others were given to it at a moment."""
    facts = Fact.objects.filter(district=district, ledger=ledger, subject_code=code)
    written = facts.filter(recorded_at=written_at)
    # An older verified value that came along never stood here.
    written.filter(replaced_at=written_at).update(stage=Stage.TAKEN_BACK)
    replaced = facts.filter(replaced_at=written_at).exclude(recorded_at=written_at)
    before = {(fact.subject_code, fact.field): fact for fact in replaced}
    put_back(list(written.filter(replaced_at=None).select_related("district")), before, by=by, now=now)


def put_back(
    written: Sequence[Fact],
    before: dict[tuple[str, str], Fact],
    *,
    by: Scope | Filler | str,
    now: datetime,
    empties: bool = False,
) -> None:
    """Put values back to what they were before they were written, as new facts.

    Args:
        written: Facts that stand, of one district and ledger.
        before: What each of them replaced, by code of the entry and field.
        by: Who undoes it.
        now: The moment.
        empties: Whether a value that replaced nothing is emptied; else it just ends.
    """
    if not written:
        return
    filler = Filler.of(by)
    restored = []
    for fact in written:
        old = before.get((fact.subject_code, fact.field))
        if old is not None:
            restored.append(_copied(old, by=filler, now=now))
        elif empties:
            restored.append(_emptied(fact, by=filler, now=now))
    for chunk in chunks([fact.pk for fact in written]):
        Fact.objects.filter(pk__in=chunk).update(stage=Stage.TAKEN_BACK)
    _close([fact.pk for fact in written], now=now)
    insert_rows(restored)
    district, ledger = written[0].district, written[0].ledger
    codes = {fact.subject_code for fact in written}
    settle_verified(district=district, ledger=ledger, codes=codes, now=now)
    refresh_entries(district=district, ledger=ledger, codes=codes, now=now)


def _close(facts: Sequence[int], *, now: datetime) -> None:
    for chunk in chunks(facts):
        Fact.objects.filter(pk__in=chunk).update(replaced_at=now)


def _facts_by_field(
    facts: QuerySet[Fact], district: District, ledger: str, codes: set[str]
) -> dict[tuple[str, str], Fact]:
    found: dict[tuple[str, str], Fact] = {}
    for chunk in chunks(sorted(codes)):
        for fact in facts.filter(district=district, ledger=ledger, subject_code__in=chunk):
            found[fact.subject_code, fact.field] = fact
    return found


def _copied(fact: Fact, *, by: Filler, now: datetime) -> Fact:
    """Return a fact anew; who filled it in stays known, so that the same hand cannot verify it."""
    copy = Fact.objects.get(pk=fact.pk)
    copy.pk = None
    copy.recorded_by, copy.recorded_at, copy.replaced_at = by.name, now, None
    # Until `settle_verified` has closed the old one: only one of a field may count.
    copy.verified_until = None if copy.verified_at is None else now
    return copy


def _emptied(fact: Fact, *, by: Filler, now: datetime) -> Fact:
    return Fact(
        district=fact.district,
        ledger=fact.ledger,
        subject_code=fact.subject_code,
        field=fact.field,
        source=fact.source,
        stage=Stage.EMPTY,
        recorded_by=by.name,
        recorded_post=by.post,
        recorded_person=by.person,
        recorded_body=by.body,
        recorded_at=now,
    )
