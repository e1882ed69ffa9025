"""What every step of an import shares: the stored file read again, its place found, its rows judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.foundation import clock
from linli.foundation.policies import Standard, profile
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors import CoordinatesUndecided, ImportColumnsIncomplete, ImportStageWrong, ImportUnknown
from linli.registry.models import Community, ImportBatch, Subdistrict
from linli.registry.queries.areas import Area
from linli.registry.queries.import_background import community_book, held_entries, parcels_in
from linli.registry.queries.imports import card_of, kind_of
from linli.registry.rules.importing.doubts import words_of
from linli.registry.rules.importing.incoming import incoming_rows, raw_places
from linli.registry.rules.importing.judging import judge_rows
from linli.registry.rules.importing.kinds import OF_THE_DISTRICT, ImportKind, KindRules
from linli.registry.rules.importing.levels import is_subdistrict, split_levels
from linli.registry.rules.importing.mending import mended
from linli.registry.rules.importing.positions import SystemFinding, judge_system
from linli.registry.rules.importing.sources import SourceTable, read_source
from linli.registry.rules.importing.verdicts import Background, Incoming, Judged

Stage = ImportBatch.Stage
#: Is told in words what is being done.
Tell = Callable[[str], None]


def silent(words: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file held against the ledger once.

    Attributes:
        judged: Verdict per row, in the order of the rows.
        places: Degrees per row number.
        shapes: Shape in degrees per row number; empty for tables.
        parcels: Key of the parcel that a row lies on, by row number.
    """

    judged: tuple[Judged, ...]
    places: Mapping[int, tuple[float, float]]
    shapes: Mapping[int, object]
    parcels: Mapping[int, int]


def batch_for_reading(number: str, *, scope: Scope, act: str, stages: frozenset[str]) -> ImportBatch:
    """Return an import that a post may go on with, as it stands.

    Raises:
        NotPermitted: The post may import nowhere.
        OutsideYourArea: It may, but not what this file is about.
        ImportUnknown: There is no such import of an office in its area.
        ImportStageWrong: It has gone too far or not far enough.
    """
    return _checked(ImportBatch.objects.filter(number=number), number, scope=scope, act=act, stages=stages)


def batch_for_change(number: str, *, scope: Scope, act: str, stages: frozenset[str]) -> ImportBatch:
    """Return an import as `batch_for_reading` does, locked until the end of the transaction."""
    locked = ImportBatch.objects.select_for_update().filter(number=number)
    return _checked(locked, number, scope=scope, act=act, stages=stages)


def _checked(
    batches: QuerySet[ImportBatch], number: str, *, scope: Scope, act: str, stages: frozenset[str]
) -> ImportBatch:
    require(scope, Permission.IMPORT)
    batch = batches.filter(district__code=scope.district_code).first()
    if batch is None or not (scope.is_whole_district or scope.covers(batch.office_code)):
        raise ImportUnknown(number=number)
    require_kind(scope, ImportKind(batch.ledger))
    if batch.stage not in stages:
        raise ImportStageWrong(number=number, stage=batch.get_stage_display(), act=act)
    return batch


def settled_in(batch: ImportBatch) -> tuple[object, ...]:
    """Return all that a person settled on an import: what is judged with it holds as long as it stays."""
    return (
        batch.sheet,
        batch.mapping,
        batch.system_declared,
        batch.system_chosen,
        list(batch.mends.values_list("row", "heading", "value")),
        list(batch.answers.values_list("row", "ask", "subject_code", "answer")),
    )


def require_kind(scope: Scope, kind: ImportKind) -> None:
    """Refuse a kind of file that the post may not import: what concerns the whole district is the district's."""
    require(scope, Permission.IMPORT, office=scope.district_code if kind in OF_THE_DISTRICT else None)


def table_of(batch: ImportBatch) -> SourceTable:
    """Return the chosen table of the stored file, its cells mended."""
    source = read_source(bytes(batch.content), file_name=batch.file_name, layer=batch.notes.get("layer"))
    mends = {(row, heading): value for row, heading, value in batch.mends.values_list("row", "heading", "value")}
    return mended(source.table(batch.sheet), mends)


def find_system(batch: ImportBatch, table: SourceTable, *, standards: Mapping[str, Standard]) -> SystemFinding:
    """Judge the coordinates of a file and note the finding on the import; the caller saves it."""
    points = raw_places(table, batch.mapping, kind_of(batch)).points
    finding = judge_system(
        points,
        batch.district.outline,
        declared=batch.system_declared,
        least_share=standards["datum_inside_share"].number / 100,
    )
    batch.system_detected = finding.detected
    batch.system_share = finding.share
    batch.notes = {
        **batch.notes,
        "shares": dict(finding.shares),
        "doubt": finding.doubt.value,
        "points": int(np.isfinite(points).all(axis=1).sum()),
    }
    return finding


def standards_of(batch: ImportBatch, *, now: datetime) -> Mapping[str, Standard]:
    """Return the numbers of the district's policy profile on the day."""
    return profile(batch.district.profile).at(clock.today(now))


def look_at(batch: ImportBatch, *, scope: Scope, now: datetime, tell: Tell = silent) -> Look:
    """Read the stored file again and judge every row against the ledger as it stands.

    Args:
        batch: The import.
        scope: Who acts.
        now: When.
        tell: Is told how far the work is; may raise to leave it.

    Raises:
        ImportColumnsIncomplete: No column says which thing a row is about.
        CoordinatesUndecided: Nobody has settled how to read the coordinates.
    """
    kind = kind_of(batch)
    tell(_("正在读表"))
    table = table_of(batch)
    tell(_("正在核对坐标"))
    check_columns(batch.mapping, kind, is_map=table.is_map)
    standards = standards_of(batch, now=now)
    # Judged when the file came and again whenever its sheet or columns changed.
    finding = card_of(batch).finding
    system = batch.system_chosen or finding.settled
    if finding.doubt and not batch.system_chosen:
        raise CoordinatesUndecided(words=words_of(finding), doubt=finding.doubt.value, shares=dict(finding.shares))
    area = area_of(scope, now=now)
    outlines, keys, communities = parcels_in(batch.district, area.layout_id)
    rows, shapes, parcel = incoming_rows(
        table,
        batch.mapping,
        kind,
        system=system,
        outline=batch.district.outline,
        zone=batch.district.zone,
        ground=outlines,
        ground_communities=communities,
    )
    places = {row.number: row.place for row in rows if row.place is not None}
    tell(_("正在逐行与台账比对，共 %(count)s 行") % {"count": f"{len(rows):,}"})
    return Look(
        judged=_judged(batch, kind, rows, area=area, standards=standards, on=batch.as_of_on or clock.today(now)),
        places=places,
        shapes={row.number: shape for row, shape in zip(rows, shapes, strict=True) if shape is not None},
        parcels=_keys(rows, parcel, keys),
    )


def check_columns(mapping: Mapping[str, str], kind: KindRules, *, is_map: bool) -> None:
    """Refuse a table whose rows cannot be told apart.

    Raises:
        ImportColumnsIncomplete: Neither name nor code has a column, or one that a new entry needs has none.
    """
    fields = set(mapping.values())
    catalogue = kind.catalogue
    if kind.needs_shape:
        if not is_map:
            raise ImportColumnsIncomplete(missing=_("图形"))
        return
    needed = {kind.code, kind.name} if kind.kind is ImportKind.COMMUNITY else set()
    missing = [str(catalogue[key].name) for key in sorted(needed - fields)]
    if not missing and not fields & {kind.code, kind.name}:
        missing = [str(catalogue[kind.name].name)]
    if missing:
        raise ImportColumnsIncomplete(missing="”“".join(missing))


def _judged(
    batch: ImportBatch,
    kind: KindRules,
    rows: tuple[Incoming, ...],
    *,
    area: Area,
    standards: Mapping[str, Standard],
    on: date,
) -> tuple[Judged, ...]:
    above: tuple[Judged, ...] = ()
    if kind.kind is ImportKind.COMMUNITY:
        known = dict(Subdistrict.objects.filter(district=batch.district, ended_at=None).values_list("code", "name"))
        rows, above = split_levels(rows, kind, district=batch.district.code, subdistricts=known)
    founded = [(one.code, one.name) for one in above if is_subdistrict(one)]
    background = Background(
        kind=kind,
        headings={field: heading for heading, field in batch.mapping.items() if field},
        held=held_entries(batch.district, kind, area=area, office=batch.office_code),
        communities=community_book(batch.district, founded),
        district=batch.district.code,
        standards=standards,
        on=on,
        is_whole_district=area.is_whole_district,
        area_communities=_codes_of(area),
        answers={
            (row, ask, code): answer
            for row, ask, code, answer in batch.answers.values_list("row", "ask", "subject_code", "answer")
        },
    )
    return tuple(sorted((*above, *judge_rows(rows, background)), key=lambda one: one.row))


def _codes_of(area: Area) -> frozenset[str]:
    return frozenset(Community.objects.filter(pk__in=area.community_ids).values_list("code", flat=True))


def _keys(rows: tuple[Incoming, ...], parcel: NDArray[np.int64], keys: list[int]) -> dict[int, int]:
    return {row.number: keys[at] for row, at in zip(rows, parcel, strict=True) if at >= 0}
