"""A file comes in: read in a bounded way, its columns proposed, its coordinates judged; nothing of it is written."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.engine.geometry import CoordinateSystem
from linli.foundation import clock
from linli.foundation.tables import Limits, bounded_bytes, unlocked
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.errors import CoordinateSystemUnknown, ImportKindUnknown
from linli.registry.models import District, ImportBatch
from linli.registry.operations.imports.looking import find_system, require_kind, standards_of
from linli.registry.queries.imports import ImportCard, card_of, remembered_columns
from linli.registry.queries.places import district_by_code
from linli.registry.rules.importing.columns import propose_columns
from linli.registry.rules.importing.kinds import ImportKind, rules_of
from linli.registry.rules.importing.positions import DEGREES_OF_EPSG, EPSG, SWAPPED
from linli.registry.rules.importing.sources import SourceTable, read_source

LONGEST_SOURCE = 160


@transaction.atomic
def upload_import(
    *,
    scope: Scope,
    kind: str,
    content: bytes,
    file_name: str,
    sheet: str = "",
    layer: str = "",
    source: str = "",
    as_of_on: date | None = None,
    meaning: str = "",
    system: str = "",
    password: str = "",
    now: datetime,
) -> ImportCard:
    """Take a file in and propose how to read it; the ledger stays as it is.

    Args:
        scope: Who acts.
        kind: One of `ImportKind`.
        content: The bytes of the file.
        file_name: Its name.
        sheet: Which sheet; the one with the most rows where empty.
        layer: Which layer of a map with several.
        source: Where its figures come from; office and file name where empty.
        as_of_on: Day of its figures.
        meaning: What exactly its household counts are (口径).
        system: Coordinate system as the officer states it; the file's own word where empty.
        password: Opens a protected workbook; it is used once and kept nowhere.
        now: When.

    Raises:
        NotPermitted: The post may import nowhere.
        OutsideYourArea: Files of this kind are the district's.
        ImportKindUnknown: There is no such kind.
        CoordinateSystemUnknown: The stated system cannot be read.
        DistrictUnknown: The post's district keeps no ledger here.
        ValidationFaults: The file is refused.
    """
    require(scope, Permission.IMPORT)
    if kind not in set(ImportKind):
        raise ImportKindUnknown(known="、".join(ImportKind), found=kind)
    require_kind(scope, ImportKind(kind))
    district = district_by_code(scope.district_code)
    bounded_bytes(content, name=file_name, limits=Limits())
    # What is kept is readable without the password; the hash still tells which file it was.
    plain = unlocked(content, name=file_name, password=password)
    table_source = read_source(plain, file_name=file_name, layer=layer or None)
    table = table_source.table(sheet)
    batch = ImportBatch(
        district=district,
        number=_next_number(district, clock.today(now).year),
        ledger=kind,
        file_name=file_name[-200:],
        file_hash=hashlib.sha256(content).hexdigest(),
        content=plain,
        sheet=table.name,
        source=(source or _("%(office)s：%(file)s") % {"office": scope.post.office.name, "file": file_name})[
            :LONGEST_SOURCE
        ],
        as_of_on=as_of_on,
        meaning=meaning,
        system_declared=system_name(system) or table.system,
        office_code=scope.office_code,
        uploaded_by=scope.post.name,
        uploaded_at=now,
        notes={
            "layer": layer,
            "tables": [{"name": one.name, "rows": len(one.rows)} for one in table_source.tables],
        },
    )
    propose(batch, table)
    find_system(batch, table, standards=standards_of(batch, now=now))
    batch.save()
    return card_of(batch)


def propose(batch: ImportBatch, table: SourceTable) -> None:
    """Match the columns of a table with fields and note the reasons; the caller saves the import."""
    kind = rules_of(batch.ledger)
    proposals = propose_columns(
        table.headings, kind, remembered=remembered_columns(batch.office_code, kind.ledger or batch.ledger)
    )
    batch.mapping = {one.heading: one.field for one in proposals}
    batch.notes = {
        **batch.notes,
        "headings": list(table.headings),
        "reasons": {one.heading: {"reason": one.reason, "like": one.like} for one in proposals},
        "dropped": [one.heading for one in proposals if one.is_dropped],
        "rows": len(table.rows),
        "is_map": table.is_map,
        "remarks": [fault.sentence for fault in table.remarks],
        "left_out": [[number, aside.value] for number, aside in table.left_out],
    }


def system_name(said: str) -> str:
    """Return the name of a coordinate system as it is stored.

    Raises:
        CoordinateSystemUnknown: It cannot be read.

    Examples:
        >>> system_name("bd-09"), system_name("epsg:4490"), system_name("EPSG:4548"), system_name("")
        ('BD09', 'CGCS2000', 'EPSG:4548', '')
    """
    plain = said.strip().upper().replace("-", "").replace("SWAPPED", "swapped")
    base = plain.removesuffix(SWAPPED)
    if base.startswith(EPSG) and base.removeprefix(EPSG).isdigit():
        known = DEGREES_OF_EPSG.get(int(base.removeprefix(EPSG)))
        return (known.value if known else base) + plain[len(base) :]
    if base and base not in set(CoordinateSystem) - {CoordinateSystem.PROJECTED}:
        raise CoordinateSystemUnknown(found=said)
    return plain


def _next_number(district: District, year: int) -> str:
    # Locked, so that two uploads at once get two numbers.
    District.objects.select_for_update().get(pk=district.pk)
    prefix = f"{district.code}-I{year}-"
    last = ImportBatch.objects.filter(number__startswith=prefix).order_by("-number").first()
    count = 1 if last is None else int(last.number.removeprefix(prefix)) + 1
    return f"{prefix}{count:04d}"
