"""The preview: every row with its verdict, kept beside the file; the ledger stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation.bulk import insert_many
from linli.organisation.access import Scope
from linli.registry.models import ImportBatch, ImportRow
from linli.registry.operations.imports.looking import (
    Stage,
    Tell,
    batch_for_change,
    batch_for_reading,
    look_at,
    settled_in,
    silent,
)
from linli.registry.operations.imports.settling import OPEN
from linli.registry.queries.imports import ImportCard, card_of
from linli.registry.rules.importing.verdicts import Judged, Verdict

#: Rows written at once: few enough to be held twice.
CHUNK = 2000
COLUMNS = (
    "row",
    "verdict",
    "subject_code",
    "subject_name",
    "values",
    "changes",
    "faults",
    "warnings",
    "questions",
)


def preview_import(number: str, *, scope: Scope, now: datetime, tell: Tell = silent) -> ImportCard:
    """Judge every row of a file against the ledger and keep the verdicts for reading.

    The judging takes no lock; should somebody settle something else meanwhile, it is done once more under one.

    Args:
        number: The import.
        scope: Who acts; rows outside the area of the post are refused.
        now: When.
        tell: Is told how far the work is; may raise to leave it.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        ImportColumnsIncomplete: No column says which thing a row is about.
        CoordinatesUndecided: The file's word and its points disagree, and nobody has settled it.
    """
    act = _("预览")
    read = batch_for_reading(number, scope=scope, act=act, stages=OPEN)
    before = settled_in(read)
    judged = look_at(read, scope=scope, now=now, tell=tell).judged
    tell(_("正在保存预览"))
    with transaction.atomic():
        batch = batch_for_change(number, scope=scope, act=act, stages=OPEN)
        if settled_in(batch) != before:
            judged = look_at(batch, scope=scope, now=now).judged
        _keep(batch, judged)
    return card_of(batch)


def _keep(batch: ImportBatch, judged: Sequence[Judged]) -> None:
    counts = Counter(one.verdict.value for one in judged)
    batch.counts = {
        **{verdict.value: counts.get(verdict.value, 0) for verdict in Verdict},
        "cells": sum(len(one.changes) for one in judged if one.verdict is Verdict.CHANGED),
        "warned": sum(1 for one in judged if one.warnings),
    }
    batch.stage = Stage.PREVIEWED
    batch.save(update_fields=["counts", "stage"])
    batch.rows.all().delete()
    for start in range(0, len(judged), CHUNK):
        rows = (_row(one) for one in judged[start : start + CHUNK])
        insert_many(ImportRow, COLUMNS, rows, constants={"batch_id": batch.pk})


def _row(one: Judged) -> tuple[object, ...]:
    """Return the columns of a row as they are kept."""
    return (
        one.row,
        one.verdict.value,
        one.code[:32],
        one.name[:120],
        dict(one.values),
        dict(one.changes),
        list(one.faults),
        list(one.warnings),
        [asked.as_json() for asked in one.questions],
    )
