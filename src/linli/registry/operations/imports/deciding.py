"""A person puts cells right and settles rows in doubt; the file is judged again at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.foundation.tables import text_of
from linli.organisation.access import Scope
from linli.registry.errors import ImportCellUnknown, ImportQuestionUnknown
from linli.registry.models import ImportAnswer, ImportBatch, ImportMend
from linli.registry.operations.imports.looking import Stage, batch_for_change, table_of
from linli.registry.operations.imports.previewing import preview_import
from linli.registry.queries.imports import ImportCard, card_of
from linli.registry.rules.importing.questions import Answer, question_of

PREVIEWED = frozenset({Stage.PREVIEWED.value})
LONGEST_VALUE = 400


def mend_cell(number: str, *, scope: Scope, row: int, heading: str, value: str, now: datetime) -> ImportCard:
    """Put one cell of a previewed file right and judge the file again; what it held is kept beside it.

    Args:
        number: The import.
        scope: Who acts.
        row: Number of the row as the reader's software shows it.
        heading: Heading of the column.
        value: What the cell should hold; empty for nothing. The cell's own content takes the mend back.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It was not previewed, or is written already.
        ImportCellUnknown: The file has no such cell, or its column is left out.
    """
    with transaction.atomic():
        batch = batch_for_change(number, scope=scope, act=_("改正"), stages=PREVIEWED)
        before = batch.mends.filter(row=row, heading=heading).first()
        original = _held_in(batch, row=row, heading=heading) if before is None else before.original
        said = value.strip()[:LONGEST_VALUE]
        if before is not None:
            before.delete()
        if said != original:
            ImportMend.objects.create(
                batch=batch,
                row=row,
                heading=heading,
                original=original,
                value=said,
                mended_by=scope.post.name,
                mended_at=now,
            )
        # What was said of the row as it stood says nothing of what it is now.
        batch.answers.filter(row=row).delete()
        trail.record(
            "registry.import.cell-mended",
            subject=card_of(batch),
            by=scope,
            at=now,
            district=scope.district_code,
            row=row,
            column=heading,
        )
    return preview_import(number, scope=scope, now=now)


def answer_questions(
    number: str, *, scope: Scope, rows: Iterable[int], answer: Answer, ask: str = "", now: datetime
) -> ImportCard:
    """Settle rows in doubt: the same thing, another, or left out; the file is judged again.

    Args:
        number: The import.
        scope: Who acts.
        rows: Numbers of the rows; every open question of each is answered.
        answer: What the person says.
        ask: Only questions of this kind; all where empty.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It was not previewed, or is written already.
        ImportQuestionUnknown: Nothing of the kind is asked about a row.
    """
    with transaction.atomic():
        batch = batch_for_change(number, scope=scope, act=_("判断"), stages=PREVIEWED)
        wanted = sorted(set(rows))
        stored = dict(batch.rows.filter(row__in=wanted).values_list("row", "questions"))
        for row in wanted:
            asked = [one for one in map(question_of, stored.get(row, [])) if ask in {"", one.ask.value}]
            if not asked:
                raise ImportQuestionUnknown(number=number, row=row)
            for one in asked:
                ImportAnswer.objects.update_or_create(
                    batch=batch,
                    row=row,
                    ask=one.ask.value,
                    subject_code=one.code,
                    defaults={"answer": answer.value, "answered_by": scope.post.name, "answered_at": now},
                )
        trail.record(
            "registry.import.rows-settled",
            subject=card_of(batch),
            by=scope,
            at=now,
            district=scope.district_code,
            rows=wanted[:200],
            answer=answer.value,
        )
    return preview_import(number, scope=scope, now=now)


def _held_in(batch: ImportBatch, *, row: int, heading: str) -> str:
    table = table_of(batch)
    if row not in table.numbers or heading not in table.headings or not batch.mapping.get(heading):
        raise ImportCellUnknown(number=batch.number, row=row, heading=heading)
    return text_of(table.rows[table.numbers.index(row)][table.headings.index(heading)])
