"""The preview: every row with its verdict, kept beside the file; the ledger stays as it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.organisation.access import Scope
from linli.registry.models import ImportRow
from linli.registry.operations.imports.looking import Stage, batch_for_change, look_at
from linli.registry.operations.imports.settling import OPEN
from linli.registry.queries.imports import ImportCard, card_of
from linli.registry.rules.importing.verdicts import Verdict


@transaction.atomic
def preview_import(number: str, *, scope: Scope, now: datetime) -> ImportCard:
    """Judge every row of a file against the ledger and keep the verdicts for reading.

    Args:
        number: The import.
        scope: Who acts; rows outside the area of the post are refused.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        ImportColumnsIncomplete: No column says which thing a row is about.
        CoordinatesUndecided: The file's word and its points disagree, and nobody has settled it.
    """
    batch = batch_for_change(number, scope=scope, act=_("预览"), stages=OPEN)
    look = look_at(batch, scope=scope, now=now)
    counts = Counter(one.verdict.value for one in look.judged)
    batch.counts = {
        **{verdict.value: counts.get(verdict.value, 0) for verdict in Verdict},
        "cells": sum(len(one.changes) for one in look.judged if one.verdict is Verdict.CHANGED),
        "warned": sum(1 for one in look.judged if one.warnings),
    }
    batch.stage = Stage.PREVIEWED
    batch.save()
    batch.rows.all().delete()
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                batch=batch,
                row=one.row,
                verdict=one.verdict.value,
                subject_code=one.code[:32],
                subject_name=one.name[:120],
                values=dict(one.values),
                changes=dict(one.changes),
                faults=list(one.faults),
                warnings=list(one.warnings),
            )
            for one in look.judged
        ),
        batch_size=2000,
    )
    return card_of(batch)
