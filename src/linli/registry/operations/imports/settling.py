"""A person settles what a file leaves open: its sheet, its columns, its coordinate system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.organisation.access import Scope
from linli.registry.errors import ImportColumnsUnsound
from linli.registry.models import ColumnMemory, ImportBatch
from linli.registry.operations.imports.looking import Stage, batch_for_change, find_system, standards_of, table_of
from linli.registry.operations.imports.uploading import propose, system_name
from linli.registry.queries.imports import ImportCard, card_of, kind_of
from linli.registry.rules.importing.columns import is_restricted

OPEN = frozenset({Stage.UPLOADED.value, Stage.PREVIEWED.value})


@transaction.atomic
def map_columns(
    number: str, *, scope: Scope, mapping: Mapping[str, str] | None = None, sheet: str = "", now: datetime
) -> ImportCard:
    """Settle which field each column means, and remember it for the office; or choose another sheet.

    Args:
        number: The import.
        scope: Who acts.
        mapping: Heading to field, empty for a column that is left out; headings not named stay as they are.
        sheet: Another sheet of the file: its columns are proposed afresh.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        ImportColumnsUnsound: A heading or field is not there, is restricted, or a field is named twice.
    """
    batch = batch_for_change(number, scope=scope, act=_("改对列"), stages=OPEN)
    if sheet and sheet != batch.sheet:
        batch.sheet = sheet
        table = table_of(batch)
        batch.sheet = table.name
        # Rows are told by number, and another sheet has its own.
        batch.mends.all().delete()
        batch.answers.all().delete()
        propose(batch, table)
    else:
        table = table_of(batch)
    if mapping:
        batch.mapping = _checked({**batch.mapping, **mapping}, batch)
        _remember(batch, mapping, now)
    find_system(batch, table, standards=standards_of(batch, now=now))
    _begin_again(batch)
    return card_of(batch)


@transaction.atomic
def settle_system(number: str, *, scope: Scope, system: str, now: datetime) -> ImportCard:
    """Settle how the coordinates of a file are to be read.

    Args:
        number: The import.
        scope: Who acts.
        system: Name of the system; with ``/swapped`` at its end the two columns change places.
        now: When.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        CoordinateSystemUnknown: The system cannot be read.
    """
    batch = batch_for_change(number, scope=scope, act=_("改坐标系"), stages=OPEN)
    batch.system_chosen = system_name(system)
    _begin_again(batch)
    return card_of(batch)


def _begin_again(batch: ImportBatch) -> None:
    batch.stage, batch.counts = Stage.UPLOADED, {}
    batch.rows.all().delete()
    batch.save()


def _checked(mapping: Mapping[str, str], batch: ImportBatch) -> dict[str, str]:
    kind = kind_of(batch)
    headings = batch.notes["headings"]
    for heading in mapping.keys() - set(headings):
        raise ImportColumnsUnsound(heading=heading, field=mapping[heading], reason=_("表里没有这一列"))
    taken: dict[str, str] = {}
    # In the order of the table: a database may keep the keys of a mapping in another.
    for heading in headings:
        field = mapping.get(heading, "")
        if not field:
            continue
        if field not in kind.catalogue:
            raise ImportColumnsUnsound(heading=heading, field=field, reason=_("字段目录里没有"))
        if is_restricted(heading, field, kind):
            raise ImportColumnsUnsound(
                heading=heading, field=kind.catalogue[field].name, reason=_("含个人信息，台账只存数量和单位")
            )
        if field in taken:
            raise ImportColumnsUnsound(
                heading=heading,
                field=kind.catalogue[field].name,
                reason=_("“%(other)s”列已经对到它") % {"other": taken[field]},
            )
        taken[field] = heading
    return dict(mapping)


def _remember(batch: ImportBatch, mapping: Mapping[str, str], now: datetime) -> None:
    ledger = kind_of(batch).ledger or batch.ledger
    for heading, field in mapping.items():
        ColumnMemory.objects.update_or_create(
            office_code=batch.office_code,
            ledger=ledger,
            heading=heading[:120],
            defaults={"field": field, "remembered_at": now},
        )
