"""Writing a file into the ledger: all of it, or by choice only its good rows, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.foundation.bulk import update_many
from linli.foundation.trail.queries import newest_of
from linli.organisation.access import Scope
from linli.organisation.queries import office_keys_below
from linli.registry.errors import NothingToImport, PreviewOutdated, RowsRefused, RowsUndecided
from linli.registry.models import Claim, ImportBatch, ImportRow
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.imports.claims import write_claims
from linli.registry.operations.imports.founding import (
    OWN_COLUMNS,
    stand_on_parcels,
    write_entries,
)
from linli.registry.operations.imports.looking import (
    Look,
    Stage,
    Tell,
    batch_for_change,
    batch_for_reading,
    look_at,
    settled_in,
    silent,
)
from linli.registry.operations.imports.parcels import write_parcels
from linli.registry.queries.imports import ImportCard, card_of, kind_of
from linli.registry.rules.fields import Ledger
from linli.registry.rules.importing.judging import COMMUNITY, POINT
from linli.registry.rules.importing.kinds import ImportKind, KindRules
from linli.registry.rules.importing.levels import is_subdistrict
from linli.registry.rules.importing.remarks import sentence
from linli.registry.rules.importing.verdicts import Judged, Verdict

HOUSEHOLDS = "household_count"
SURVEYED = "survey_date"
#: Rows whose values are written at once: few enough to be held twice.
CHUNK = 2000
WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGED})
PREVIEWED = frozenset({Stage.PREVIEWED.value})


def commit_import(
    number: str, *, scope: Scope, only_good: bool = False, now: datetime, tell: Tell = silent
) -> ImportCard:
    """Write a previewed file into the ledger.

    Membership (所属社区) is written as claims of the importing office; no import writes a layout.

    Args:
        number: The import.
        scope: Who acts.
        only_good: Leave refused and undecided rows out; otherwise one of them refuses the file.
        now: When.
        tell: Is told how far the work is; may raise to leave it.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It was not previewed, or is written already.
        RowsRefused: Rows were refused and all were to be written.
        RowsUndecided: Rows wait for a person's word and all were to be written.
        NothingToImport: No row is new or changed.
        PreviewOutdated: The ledger changed since the preview.
        ParcelsTaken: Parcels are to be replaced under a layout.
    """
    act = _("写入台账")
    read = batch_for_reading(number, scope=scope, act=act, stages=PREVIEWED)
    # Judged without a lock: only if somebody acts in the district meanwhile it is done again under one.
    before = (settled_in(read), newest_of(scope.district_code))
    look = look_at(read, scope=scope, now=now, tell=tell)
    tell(_("正在写入台账"))
    with transaction.atomic():
        batch = batch_for_change(number, scope=scope, act=act, stages=PREVIEWED)
        if (settled_in(batch), newest_of(scope.district_code)) != before:
            look = look_at(batch, scope=scope, now=now)
        _check_preview(batch, look.judged)
        return _commit(batch, look, scope=scope, only_good=only_good, now=now)


def _commit(batch: ImportBatch, look: Look, *, scope: Scope, only_good: bool, now: datetime) -> ImportCard:
    refused = [one for one in look.judged if one.verdict is Verdict.REFUSED]
    if refused and not only_good:
        raise RowsRefused(count=len(refused), row=refused[0].row, first=sentence(refused[0].faults[0]))
    doubtful = [one for one in look.judged if one.verdict is Verdict.DOUBTFUL]
    if doubtful and not only_good:
        raise RowsUndecided(count=len(doubtful), row=doubtful[0].row, name=doubtful[0].name)
    good = [one for one in look.judged if one.verdict in WRITTEN]
    if not good:
        raise NothingToImport()
    batch.stage, batch.committed_at = Stage.COMMITTED, now
    if batch.notes["dropped"]:
        # The ledger must not keep what its columns may not hold; hash and rows still tell where figures came from.
        batch.content = b""
    batch.save()
    kind = kind_of(batch)
    if kind.kind is ImportKind.PARCEL:
        write_parcels(good, batch=batch, look=look, now=now)
    else:
        _write(good, batch=batch, kind=kind, look=look, scope=scope, now=now)
    trail.record(
        "registry.import.committed",
        subject=card_of(batch),
        by=scope,
        at=now,
        district=scope.district_code,
        ledger=batch.ledger,
        file_hash=batch.file_hash,
        founded=sum(1 for one in good if one.verdict is Verdict.NEW),
        changed=sum(1 for one in good if one.verdict is Verdict.CHANGED),
        left_out=len(refused) + len(doubtful),
    )
    return card_of(batch)


def _write(
    good: Sequence[Judged], *, batch: ImportBatch, kind: KindRules, look: Look, scope: Scope, now: datetime
) -> None:
    offices = office_keys_below(scope.post.area)
    standing = write_entries(good, batch=batch, kind=kind, places=look.places, offices=offices, now=now)
    if kind.kind is ImportKind.COMPOUND:
        stand_on_parcels(standing, batch=batch, parcels=look.parcels)
    entries = [one for one in good if not is_subdistrict(one) or kind.kind is not ImportKind.COMMUNITY]
    for start in range(0, len(entries), CHUNK):
        record_values(
            list(_new_values(entries[start : start + CHUNK], standing.codes, batch=batch, kind=kind)),
            district=batch.district,
            ledger=kind.ledger,
            by=scope,
            now=now,
            origin=batch,
        )
    if kind.kind in {ImportKind.COMPOUND, ImportKind.ATTRIBUTES}:
        write_claims(
            ((standing.codes[one.row], one.changes[COMMUNITY][1]) for one in entries if COMMUNITY in one.changes),
            claim=Claim.Kind.COMPOUND,
            batch=batch,
            now=now,
        )
    _keep_codes(batch, good, standing.codes)
    if kind.ledger == Ledger.COMPOUND:
        # Names and places of entries are columns, not facts: writing values alone would not see them change.
        keep_editions(batch.district, now=now, codes=standing.codes.values())


def _check_preview(batch: ImportBatch, judged: Sequence[Judged]) -> None:
    said = {one.row: (one.verdict.value, one.code[:32], _plain(one.changes)) for one in judged}
    outdated = 0
    shown = batch.rows.values_list("row", "verdict", "subject_code", "changes")
    for row, verdict, code, changes in shown.iterator(chunk_size=CHUNK):
        outdated += said.pop(row, None) != (verdict, code, changes)
    outdated += len(said)
    if outdated:
        raise PreviewOutdated(count=outdated)


def _plain(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {key: list(pair) for key, pair in changes.items()}


def _new_values(
    rows: Iterable[Judged], codes: Mapping[int, str], *, batch: ImportBatch, kind: KindRules
) -> Iterator[NewValue]:
    apart = {kind.name, kind.code, POINT, COMMUNITY}
    for one in rows:
        as_of_on = _surveyed_on(one) or batch.as_of_on
        for key, (_old, new) in one.changes.items():
            if key in apart or (key in OWN_COLUMNS[kind.kind] and kind.kind is ImportKind.FACILITY):
                continue
            yield NewValue(
                subject_code=codes[one.row],
                field=key,
                value=new,
                meaning=batch.meaning if key == HOUSEHOLDS else "",
                as_of_on=as_of_on,
                source=batch.source,
                origin_row=one.row,
            )


def _surveyed_on(one: Judged) -> date | None:
    said = one.values.get(SURVEYED, {}).get("value")
    return date.fromisoformat(said) if said else None


def _keep_codes(batch: ImportBatch, good: Sequence[Judged], codes: Mapping[int, str]) -> None:
    """Note on the rows which code their new entries were given."""
    given = {one.row: codes[one.row] for one in good if not one.code}
    rows = ImportRow.objects.filter(batch=batch, subject_code="").values_list("row", "pk")
    update_many(ImportRow, ["subject_code"], [(given[row], key) for row, key in rows if row in given])
