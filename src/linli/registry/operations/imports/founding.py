"""Founding and changing entries of the ledger for the rows of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely

from linli.foundation.bulk import insert_rows, update_rows
from linli.foundation.geometry import columns_of
from linli.registry.models import (
    Community,
    Compound,
    CompoundParcel,
    District,
    ImportBatch,
    Subdistrict,
)
from linli.registry.models.entries import LedgerEntry
from linli.registry.operations.facts import ENTRIES
from linli.registry.rules.importing.judging import POINT
from linli.registry.rules.importing.kinds import ImportKind, KindRules
from linli.registry.rules.importing.levels import is_subdistrict
from linli.registry.rules.importing.verdicts import Judged, Verdict
from linli.registry.rules.searching import search_text

#: Column of the model that holds the place of an entry.
POINT_COLUMN: Mapping[str, str] = {
    ImportKind.COMPOUND: "point",
    ImportKind.ATTRIBUTES: "point",
    ImportKind.COMMUNITY: "office_point",
    ImportKind.FACILITY: "point",
}
#: Fields that stand in a column of the model and are no facts, or not only.
OWN_COLUMNS: Mapping[str, Mapping[str, str]] = {
    ImportKind.COMPOUND: {},
    ImportKind.ATTRIBUTES: {},
    ImportKind.COMMUNITY: {"office_address": "office_address"},
    ImportKind.FACILITY: {
        "facility_kind": "kind",
        "address": "address",
        "floor_area": "floor_area_m2",
        "community": "community_id",
    },
}
CODE_PREFIX: Mapping[str, str] = {ImportKind.COMPOUND: "X-", ImportKind.FACILITY: "F-"}
#: Digits of a code that the ledger gives itself.
CODE_DIGITS = 4


@dataclass
class Standing:
    """Entries by the row of the file that they came from or were changed by.

    Attributes:
        codes: Code per row.
        founded: Rows whose entry is new, or back again.
    """

    codes: dict[int, str] = field(default_factory=dict)
    founded: set[int] = field(default_factory=set)


def write_entries(
    rows: Sequence[Judged],
    *,
    batch: ImportBatch,
    kind: KindRules,
    places: Mapping[int, tuple[float, float]],
    offices: Mapping[str, int],
    now: datetime,
) -> Standing:
    """Found the entries of new rows and change name, place and own columns of the others.

    Args:
        rows: Rows to write, new and changed.
        batch: The import.
        kind: What the rows are about; not parcels.
        places: Degrees per row.
        offices: Key of the office per code of a place.
        now: When.
    """
    model = ENTRIES[kind.ledger]
    standing = Standing()
    if kind.kind is ImportKind.COMMUNITY:
        _write_subdistricts([row for row in rows if is_subdistrict(row)], batch.district, offices, now)
        standing.codes.update({row.row: row.code for row in rows if is_subdistrict(row)})
        rows = [row for row in rows if not is_subdistrict(row)]
    held = {entry.code: entry for entry in model._default_manager.filter(district=batch.district)}
    keys = keys_of_communities(batch.district)
    subdistricts = dict(Subdistrict.objects.filter(district=batch.district).values_list("code", "pk"))
    next_code = _CodesAfter(held, CODE_PREFIX.get(kind.kind, ""))
    fresh: list[LedgerEntry] = []
    touched: list[LedgerEntry] = []
    for row in rows:
        entry = held.get(row.code) if row.code else None
        if row.verdict is Verdict.NEW:
            if entry is None:
                entry = model(district=batch.district, code=row.code or next(next_code))
                fresh.append(entry)
            else:
                touched.append(entry)
            entry.name, entry.pinyin = row.name, search_text(row.name)
            entry.founded_at, entry.ended_at, entry.origin = now, None, batch
            if isinstance(entry, Community):
                entry.subdistrict_id = subdistricts[entry.code[:9]]
                entry.office_id = offices.get(entry.code)
            if row.row in places:
                setattr(entry, POINT_COLUMN[kind.kind], shapely.Point(places[row.row]))
            standing.founded.add(row.row)
        else:
            assert entry is not None, "a changed row has its entry"
            touched.append(entry)
            if kind.name in row.changes:
                entry.name = row.changes[kind.name][1]
                entry.pinyin = search_text(entry.name)
            if POINT in row.changes:
                setattr(entry, POINT_COLUMN[kind.kind], shapely.Point(row.changes[POINT][1]))
        _set_columns(entry, kind, {key: new for key, (_old, new) in row.changes.items()}, keys)
        standing.codes[row.row] = entry.code
    insert_rows(fresh)
    update_rows(touched, columns_written(kind))
    return standing


def columns_written(kind: KindRules) -> list[str]:
    """Return the columns that an import of a kind may write."""
    own = [column.removesuffix("_id") for column in OWN_COLUMNS[kind.kind].values()]
    more = ["subdistrict", "office"] if kind.kind is ImportKind.COMMUNITY else []
    return ["name", "pinyin", "founded_at", "ended_at", "origin", *columns_of(POINT_COLUMN[kind.kind]), *own, *more]


def stand_on_parcels(standing: Standing, *, batch: ImportBatch, parcels: Mapping[int, int]) -> None:
    """Put founded compounds on the parcels they lie on, where no other compound stands yet."""
    taken = set(
        CompoundParcel.objects.filter(parcel__in=set(parcels.values()), compound__ended_at=None).values_list(
            "parcel_id", flat=True
        )
    )
    codes = {standing.codes[row]: parcels[row] for row in sorted(standing.founded) if row in parcels}
    links = []
    for key, code in Compound.objects.filter(district=batch.district, code__in=codes).values_list("pk", "code"):
        if codes[code] not in taken:
            taken.add(codes[code])
            links.append(CompoundParcel(compound_id=key, parcel_id=codes[code]))
    CompoundParcel.objects.bulk_create(links, ignore_conflicts=True, batch_size=1000)


def set_column(entry: LedgerEntry, column: str, value: Any, keys: Mapping[str, int]) -> None:
    """Write canonical text into a column of an entry."""
    if column == "community_id":
        setattr(entry, column, keys.get(value))
    elif column == "floor_area_m2":
        setattr(entry, column, float(value) if value else None)
    else:
        setattr(entry, column, value)


def keys_of_communities(district: District) -> dict[str, int]:
    """Return the key of each community by code."""
    return dict(Community.objects.filter(district=district).values_list("code", "pk"))


def _set_columns(entry: LedgerEntry, kind: KindRules, news: Mapping[str, Any], keys: Mapping[str, int]) -> None:
    for key, column in OWN_COLUMNS[kind.kind].items():
        if key in news:
            set_column(entry, column, news[key], keys)


def _write_subdistricts(rows: Sequence[Judged], district: District, offices: Mapping[str, int], now: datetime) -> None:
    for row in rows:
        Subdistrict.objects.update_or_create(
            code=row.code,
            district=district,
            defaults={
                "name": row.name,
                "pinyin": search_text(row.name),
                "office_id": offices.get(row.code),
                "founded_at": now,
                "ended_at": None,
            },
        )


class _CodesAfter:
    """Gives codes after the highest that was ever used, for codes are for life."""

    def __init__(self, held: Mapping[str, LedgerEntry], prefix: str) -> None:
        used = [code.removeprefix(prefix) for code in held if code.startswith(prefix)]
        self.last = max((int(digits) for digits in used if digits.isdigit()), default=0)
        self.prefix = prefix

    def __next__(self) -> str:
        self.last += 1
        return f"{self.prefix}{self.last:0{CODE_DIGITS}d}"
