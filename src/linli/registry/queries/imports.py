"""Reads of imports: the list, and one import with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.tables import Column, OutSheet
from linli.foundation.trail import Subject
from linli.registry.models import (
    ColumnMemory,
    Community,
    CompoundParcel,
    ImportBatch,
    ImportMend,
    ImportRow,
    Layout,
    LayoutMember,
    Parcel,
)
from linli.registry.rules.importing.kinds import ImportKind, KindRules, rules_of
from linli.registry.rules.importing.positions import Doubt, SystemFinding
from linli.registry.rules.importing.questions import Question, question_of
from linli.registry.rules.importing.remarks import sentence

KIND_NAMES: Mapping[ImportKind, str | Promise] = {
    ImportKind.COMPOUND: _("小区"),
    ImportKind.ATTRIBUTES: _("小区的数据"),
    ImportKind.FACILITY: _("服务设施"),
    ImportKind.COMMUNITY: _("社区和街道"),
    ImportKind.PARCEL: _("地块轮廓"),
}


@dataclass(frozen=True, slots=True)
class ImportCard:
    """An import as pages show it."""

    number: str
    kind: ImportKind
    file_name: str
    sheet: str
    source: str
    as_of_on: date | None
    meaning: str
    stage: str
    stage_name: str
    mapping: Mapping[str, str]
    finding: SystemFinding
    system_chosen: str
    counts: Mapping[str, int]
    notes: Mapping[str, Any]
    job: str
    office_code: str
    uploaded_by: str
    uploaded_at: datetime
    committed_at: datetime | None
    taken_back_at: datetime | None

    @property
    def system(self) -> str:
        """The system the coordinates are read by; empty while nobody has settled it."""
        return self.system_chosen or self.finding.settled

    @property
    def kind_name(self) -> str:
        """What its rows are about, in the reader's language."""
        return str(KIND_NAMES[self.kind])

    @property
    def is_open(self) -> bool:
        """Whether nothing of it is written yet."""
        return self.stage in {ImportBatch.Stage.UPLOADED, ImportBatch.Stage.PREVIEWED}

    @property
    def is_previewed(self) -> bool:
        """Whether its rows are judged and none is written yet."""
        return self.stage == ImportBatch.Stage.PREVIEWED

    @property
    def can_take_back(self) -> bool:
        """Whether it stands in the ledger."""
        return self.stage == ImportBatch.Stage.COMMITTED

    @property
    def good_count(self) -> int:
        """Rows that would be written."""
        return self.counts.get("NEW", 0) + self.counts.get("CHANGED", 0)

    @property
    def held_back_count(self) -> int:
        """Rows that are refused or wait for a person's word."""
        return self.counts.get("REFUSED", 0) + self.counts.get("DOUBTFUL", 0)

    @property
    def has_rows_to_return(self) -> bool:
        """Whether rows did not go in that can be handed back to be mended."""
        return self.stage in {ImportBatch.Stage.PREVIEWED, ImportBatch.Stage.COMMITTED} and self.held_back_count > 0

    def trail_subject(self) -> Subject:
        """Return the import as the subject of an act."""
        return Subject(kind="registry.import", code=self.number)


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row of an import with its verdict, sentences in the reader's language."""

    row: int
    verdict: str
    code: str
    name: str
    values: Mapping[str, Any]
    changes: Mapping[str, list[Any]]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    fault_columns: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class MendCard:
    """A cell that was put right in the preview."""

    row: int
    heading: str
    original: str
    value: str
    mended_by: str


def mends_of(number: str, rows: Iterable[int]) -> dict[int, tuple[MendCard, ...]]:
    """Return the mended cells of some rows of an import, by row."""
    found: dict[int, tuple[MendCard, ...]] = {}
    stored = ImportMend.objects.filter(batch__number=number, row__in=list(rows))
    for row, heading, original, value, by in stored.values_list("row", "heading", "original", "value", "mended_by"):
        found[row] = (*found.get(row, ()), MendCard(row, heading, original, value, by))
    return found


def import_card(number: str, *, district: str) -> ImportCard | None:
    """Return one import of a district; None where there is none of this number."""
    batch = ImportBatch.objects.defer("content").filter(number=number, district__code=district).first()
    return None if batch is None else card_of(batch)


def imports_of(
    district: str, *, offices: frozenset[str] | None = None, limit: int | None = 100
) -> tuple[ImportCard, ...]:
    """Return the newest imports of a district, those of some offices only where they are named."""
    batches = ImportBatch.objects.defer("content").filter(district__code=district)
    if offices is not None:
        batches = batches.filter(office_code__in=offices)
    return tuple(card_of(batch) for batch in batches[:limit])


def card_of(batch: ImportBatch) -> ImportCard:
    """Return the card of a stored import."""
    return ImportCard(
        number=batch.number,
        kind=ImportKind(batch.ledger),
        file_name=batch.file_name,
        sheet=batch.sheet,
        source=batch.source,
        as_of_on=batch.as_of_on,
        meaning=batch.meaning,
        stage=batch.stage,
        stage_name=str(batch.get_stage_display()),
        mapping=batch.mapping,
        finding=SystemFinding(
            declared=batch.system_declared,
            detected=batch.system_detected,
            share=batch.system_share,
            shares=batch.notes.get("shares", {}),
            doubt=Doubt(batch.notes.get("doubt", "")),
        ),
        system_chosen=batch.system_chosen,
        counts=batch.counts,
        notes=batch.notes,
        job=batch.job,
        office_code=batch.office_code,
        uploaded_by=batch.uploaded_by,
        uploaded_at=batch.uploaded_at,
        committed_at=batch.committed_at,
        taken_back_at=batch.taken_back_at,
    )


def rows_of(
    number: str, *, verdict: str = "", warned: bool = False, offset: int = 0, limit: int | None = None
) -> tuple[RowCard, ...]:
    """Return rows of an import, in their order.

    Args:
        number: The import.
        verdict: Only rows of this verdict; all where empty.
        warned: Only rows with a warning.
        offset: How many to leave out.
        limit: How many at most; all where None.
    """
    rows = ImportRow.objects.filter(batch__number=number)
    if verdict:
        rows = rows.filter(verdict=verdict)
    if warned:
        rows = rows.exclude(warnings=[])
    return tuple(
        RowCard(
            row=row.row,
            verdict=row.verdict,
            code=row.subject_code,
            name=row.subject_name,
            values=row.values,
            changes=row.changes,
            faults=tuple(sentence(found) for found in row.faults),
            warnings=tuple(sentence(found) for found in row.warnings),
            fault_columns=tuple(dict.fromkeys(found["column"] for found in row.faults if found["column"])),
            questions=tuple(map(question_of, row.questions)),
        )
        for row in rows[offset : None if limit is None else offset + limit]
    )


def problem_sheet(card: ImportCard, *, headings: tuple[str, str, str, str]) -> OutSheet:
    """Return the list of faults and warnings of an import, to be handed back to whoever filled the table."""
    rows = (
        (row.row, row.name, word, text)
        for row in rows_of(card.number)
        for word, texts in ((str(_("不合格")), row.faults), (str(_("提醒")), row.warnings))
        for text in texts
    )
    columns = tuple(Column(heading, width) for heading, width in zip(headings, (8, 24, 10, 80), strict=True))
    return OutSheet(name=headings[3], columns=columns, rows=rows, title=card.file_name)


def names_of_communities(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of communities by code."""
    return dict(Community.objects.filter(code__in=set(codes)).values_list("code", "name"))


def remembered_columns(office: str, ledger: str) -> dict[str, str]:
    """Return what an office meant by its headings at earlier imports."""
    return dict(ColumnMemory.objects.filter(office_code=office, ledger=ledger).values_list("heading", "field"))


def layout_resting_on(batch: ImportBatch) -> tuple[Layout, str] | None:
    """Return the first layout written after an import that names what it founded, with one such name.

    A layout rests on communities that are members of it and on compounds whose parcels it places.
    """
    later = Layout.objects.filter(district=batch.district, effective_from__gte=batch.committed_at).order_by("number")
    for layout in later:
        member = LayoutMember.objects.filter(layout=layout, community__origin=batch).first()
        if member is not None and member.community is not None:
            return layout, member.community.name
        standing = (
            CompoundParcel.objects.filter(compound__origin=batch, parcel__memberships__layout=layout)
            .select_related("compound")
            .first()
        )
        if standing is not None:
            return layout, standing.compound.name
        parcel = Parcel.objects.filter(origin=batch, memberships__layout=layout).first()
        if parcel is not None:
            return layout, parcel.code
    return None


def kind_of(batch: ImportBatch) -> KindRules:
    """Return how the rows of an import are read."""
    return rules_of(batch.ledger)
