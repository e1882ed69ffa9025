"""Taking a whole import back in one act; what was edited since is kept and listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.organisation.access import Scope
from linli.registry.errors import ImportBuiltUpon
from linli.registry.models import Claim, Community, CompoundParcel, Fact, ImportBatch, ImportRow, Parcel, Subdistrict
from linli.registry.models.entries import LedgerEntry
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.facts import ENTRIES, take_back_values
from linli.registry.operations.imports.founding import (
    OWN_COLUMNS,
    POINT_COLUMN,
    columns_written,
    keys_of_communities,
    set_column,
)
from linli.registry.operations.imports.looking import Stage, batch_for_change
from linli.registry.operations.imports.parcels import close_set_of
from linli.registry.operations.imports.settling import OPEN
from linli.registry.queries.import_background import place_of
from linli.registry.queries.imports import card_of, kind_of, layout_resting_on
from linli.registry.rules.importing.judging import POINT
from linli.registry.rules.importing.kinds import ImportKind, KindRules
from linli.registry.rules.importing.levels import LENGTH_OF_A_SUBDISTRICT
from linli.registry.rules.importing.matching import ZH_OF_KIND
from linli.registry.rules.importing.values import number_text
from linli.registry.rules.importing.verdicts import Verdict
from linli.registry.rules.searching import search_text


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did.

    Attributes:
        values: Values that went back to what they were.
        entries: Entries that left the ledger again.
        claims: Claims withdrawn.
        kept: What was edited since and stays: code of the entry, field (empty for the whole entry).
    """

    values: int
    entries: int
    claims: int
    kept: tuple[tuple[str, str], ...]


@transaction.atomic
def take_back_import(number: str, *, scope: Scope, now: datetime) -> TakenBack:
    """Undo a whole import: the ledger's current values are as before it, its history tells both.

    Args:
        number: The import.
        scope: Who acts.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It does not stand in the ledger.
        ImportBuiltUpon: A layout written since rests on what it founded.
    """
    batch = batch_for_change(number, scope=scope, act=_("撤回"), stages=frozenset({Stage.COMMITTED.value}))
    kind = kind_of(batch)
    resting = layout_resting_on(batch)
    if resting is not None:
        layout, first = resting
        raise ImportBuiltUpon(number=number, kind=ZH_OF_KIND[kind.kind], layout=layout.number, first=first)
    kept: list[tuple[str, str]] = []
    values = entries = 0
    if kind.kind is ImportKind.PARCEL:
        entries = batch_parcels(batch)
        close_set_of(batch)
    else:
        kept += _edited_since(batch)
        values = take_back_values(origin=batch, ledger=kind.ledger, by=scope, now=now)
        kept += _restore_columns(batch, kind)
        entries, stayed = _end_founded(batch, kind, now)
        kept += [(code, "") for code in stayed]
    claims = _withdraw_claims(batch, now)
    keep_editions(batch.district, now=now)
    batch.stage, batch.taken_back_at = Stage.TAKEN_BACK, now
    batch.notes = {**batch.notes, "kept": [list(one) for one in kept]}
    batch.save(update_fields=["stage", "taken_back_at", "notes"])
    trail.record(
        "registry.import.taken-back",
        subject=card_of(batch),
        by=scope,
        at=now,
        district=scope.district_code,
        values=values,
        entries=entries,
        claims=claims,
        kept=len(kept),
    )
    return TakenBack(values=values, entries=entries, claims=claims, kept=tuple(kept))


@transaction.atomic
def discard_import(number: str, *, scope: Scope, now: datetime) -> None:
    """Throw away a file that was never written; nothing of it stays.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It was written.
    """
    batch = batch_for_change(number, scope=scope, act=_("丢弃"), stages=OPEN)
    subject = card_of(batch)
    batch.delete()
    trail.record(
        "registry.import.discarded",
        subject=subject,
        by=scope,
        at=now,
        district=scope.district_code,
        ledger=subject.kind,
    )


def batch_parcels(batch: ImportBatch) -> int:
    """Return how many parcels an import brought."""
    return Parcel.objects.filter(origin=batch).count()


def _edited_since(batch: ImportBatch) -> list[tuple[str, str]]:
    """Return entry and field of the values of an import that somebody has changed since."""
    edited = set(Fact.objects.filter(origin=batch).exclude(replaced_at=None).values_list("subject_code", "field"))
    return sorted(edited)


def _restore_columns(batch: ImportBatch, kind: KindRules) -> list[tuple[str, str]]:
    """Put name, place and own columns of changed entries back where they still hold what the import wrote."""
    model = ENTRIES[kind.ledger]
    keys = keys_of_communities(batch.district)
    codes = {key: code for code, key in keys.items()}
    rows = {
        row.subject_code: row
        for row in ImportRow.objects.filter(batch=batch, verdict=Verdict.CHANGED.value)
        if row.changes.keys() & {kind.name, POINT, *OWN_COLUMNS[kind.kind]}
    }
    kept: list[tuple[str, str]] = []
    entries = [entry for entry in model._default_manager.filter(district=batch.district) if entry.code in rows]
    for entry in entries:
        changes = rows[entry.code].changes
        for key in sorted(changes.keys() & {kind.name, POINT, *OWN_COLUMNS[kind.kind]}):
            old, new = changes[key]
            if _now_in(entry, key, kind, codes) != new:
                kept.append((entry.code, key))
                continue
            _put(entry, key, old, kind, keys)
    model._default_manager.bulk_update(entries, columns_written(kind), batch_size=200)
    return kept


def _now_in(entry: LedgerEntry, key: str, kind: KindRules, codes: dict[int, str]) -> Any:
    if key == kind.name:
        return entry.name
    if key == POINT:
        place = place_of(getattr(entry, POINT_COLUMN[kind.kind]))
        return list(place) if place else None
    value = getattr(entry, OWN_COLUMNS[kind.kind][key])
    if key == "community":
        return codes.get(value, "")
    return number_text(value) if isinstance(value, float) else value


def _put(entry: LedgerEntry, key: str, old: Any, kind: KindRules, keys: dict[str, int]) -> None:
    if key == kind.name:
        entry.name, entry.pinyin = old, search_text(old)
    elif key == POINT:
        setattr(entry, POINT_COLUMN[kind.kind], shapely.Point(old) if old else None)
    else:
        set_column(entry, OWN_COLUMNS[kind.kind][key], old, keys)


def _end_founded(batch: ImportBatch, kind: KindRules, now: datetime) -> tuple[int, list[str]]:
    """End what the import founded; an entry that others have written to since stays."""
    model = ENTRIES[kind.ledger]
    founded = list(model._default_manager.filter(origin=batch, ended_at=None))
    written = set(
        Fact.objects.filter(district=batch.district, ledger=kind.ledger, replaced_at=None)
        .exclude(origin=batch)
        .values_list("subject_code", flat=True)
    )
    stayed = sorted(entry.code for entry in founded if entry.code in written)
    ended = [entry for entry in founded if entry.code not in written]
    for entry in ended:
        entry.ended_at = now
    model._default_manager.bulk_update(ended, ["ended_at"], batch_size=500)
    count = len(ended)
    if kind.kind is ImportKind.COMPOUND:
        CompoundParcel.objects.filter(compound__origin=batch, compound__ended_at=now).delete()
    if kind.kind is ImportKind.COMMUNITY:
        count += _end_subdistricts(batch, now)
    return count, stayed


def _end_subdistricts(batch: ImportBatch, now: datetime) -> int:
    founded = [
        row.subject_code
        for row in ImportRow.objects.filter(batch=batch, verdict=Verdict.NEW.value)
        if len(row.subject_code) == LENGTH_OF_A_SUBDISTRICT
    ]
    used = Community.objects.filter(district=batch.district, ended_at=None).values("subdistrict")
    return (
        Subdistrict.objects.filter(district=batch.district, code__in=founded, ended_at=None)
        .exclude(pk__in=used)
        .update(ended_at=now)
    )


def _withdraw_claims(batch: ImportBatch, now: datetime) -> int:
    count = Claim.objects.filter(origin=batch, withdrawn_at=None).update(withdrawn_at=now)
    subjects = set(Claim.objects.filter(origin=batch).values_list("kind", "subject_code"))
    earlier = Claim.objects.filter(
        district=batch.district, origin__office_code=batch.office_code, withdrawn_at=batch.committed_at
    ).exclude(origin=batch)
    again = [claim.pk for claim in earlier if (claim.kind, claim.subject_code) in subjects]
    for start in range(0, len(again), 500):
        Claim.objects.filter(pk__in=again[start : start + 500]).update(withdrawn_at=None)
    return count
