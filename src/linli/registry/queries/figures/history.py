"""One figure with all that lies behind it: its values, who filled in, verified or returned each, from which file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linli.registry.errors import EntryUnknown
from linli.registry.models import Fact, ImportBatch, ImportRow
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import is_small, shown_value
from linli.registry.queries.figures.places import EntryPlace, entry_places
from linli.registry.queries.figures.standing import FigureVersion
from linli.registry.rules.fields import LedgerField, fields_of, meaning_told
from linli.registry.rules.verifying import Hand, Stage


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """Where in which file a value stood.

    Attributes:
        number: Number of the import.
        file_name: Name of the file.
        sheet: Name of the sheet; empty for a file without sheets.
        row: Row as spreadsheet software numbers it.
        heading: Heading of the column; empty where the value came from elsewhere in the file.
        original: Text of the cell as it was read; empty where it is not kept.
        office_code: The office that imported the file.
        is_kept: Whether the file itself is kept.
    """

    number: str
    file_name: str
    sheet: str
    row: int
    heading: str
    original: str
    office_code: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class PastFigure:
    """One value of a figure.

    Attributes:
        version: Which value it is.
        value: In words; empty where it was emptied.
        meaning: What exactly was counted.
        as_of_on: Day that it is of.
        source: Where it comes from.
        reason: Why an implausible or returned value was kept.
        stage: How far it came.
        stage_words: The same in words.
        filled_by: The post that filled it in.
        filled_at: When.
        filler: The hand that did.
        verified_by: The post that verified it; empty where none did.
        verified_at: When.
        returned_by: The post that returned it; empty where none did.
        returned_at: When.
        return_reason: Why.
        replaced_at: When another value took its place; None while it stands.
        is_counting: Whether it is the one that counts.
        origin: The file it came in with.
    """

    version: FigureVersion
    value: str
    meaning: str
    as_of_on: date | None
    source: str
    reason: str
    stage: Stage
    stage_words: str
    filled_by: str
    filled_at: datetime
    filler: Hand
    verified_by: str
    verified_at: datetime | None
    returned_by: str
    returned_at: datetime | None
    return_reason: str
    replaced_at: datetime | None
    is_counting: bool
    origin: FileOrigin | None

    @property
    def key(self) -> str:
        """What a form names it by."""
        return str(self.version)


@dataclass(frozen=True, slots=True)
class FigurePage:
    """A figure with its history.

    Attributes:
        place: Its entry.
        key: Its field.
        label: Heading of the field.
        unit: Unit of a number.
        values: Every value it had, newest first.
    """

    place: EntryPlace
    key: str
    label: str
    unit: str
    values: tuple[PastFigure, ...]

    @property
    def standing(self) -> PastFigure | None:
        """Return the newest value; None where it was never filled in."""
        return next((value for value in self.values if value.replaced_at is None), None)

    @property
    def counting(self) -> PastFigure | None:
        """Return the value that counts; None where none does."""
        return next((value for value in self.values if value.is_counting), None)


def figure_page(area: Area, *, ledger: str, code: str, field: str, limit: int, shows_small: bool) -> FigurePage:
    """Return a figure with its history.

    Args:
        area: What the reader covers.
        ledger: A ledger.
        code: Code of the entry.
        field: A field of the ledger.
        limit: Counts of people below are small.
        shows_small: Whether the reader may see small counts.

    Raises:
        EntryUnknown: The area holds no such entry, or the ledger no such field that may be shown.
    """
    place = entry_places(area, [(ledger, code)]).get((ledger, code))
    found = fields_of(ledger).get(field)
    if place is None or found is None or found.privacy == "restricted":
        raise EntryUnknown(code=f"{code} {field}", kind=_("数据"))
    rows = Fact.objects.filter(district=area.district_id, ledger=ledger, subject_code=code, field=field)
    facts = list(rows.select_related("origin").defer("origin__content").order_by("-recorded_at", "-pk"))
    origins = _origins(facts)
    counting = _counting(facts)
    return FigurePage(
        place=place,
        key=field,
        label=str(found.name),
        unit=str(found.shown_unit),
        values=tuple(
            _past(fact, found, origins.get(fact.pk), is_counting=fact is counting, limit=limit, shown=shows_small)
            for fact in facts
        ),
    )


def file_of_import(number: str, *, district: str) -> bytes:
    """Return an imported file as it was uploaded; nothing where it was not kept."""
    found = ImportBatch.objects.filter(number=number, district__code=district).values_list("content", flat=True)
    return bytes(found.first() or b"")


def _counting(facts: list[Fact]) -> Fact | None:
    verified = next((fact for fact in facts if fact.verified_at is not None and fact.verified_until is None), None)
    standing = next((fact for fact in facts if fact.replaced_at is None), None)
    found = verified or (standing if standing is not None and standing.stage != Stage.RETURNED else None)
    return found if found is not None and found.value else None


def _past(
    fact: Fact, field: LedgerField, origin: FileOrigin | None, *, is_counting: bool, limit: int, shown: bool
) -> PastFigure:
    is_hidden = not shown and is_small(field, fact.number, limit=limit)
    return PastFigure(
        version=FigureVersion(fact.ledger, fact.subject_code, fact.field, fact.recorded_at),
        value=_("少于 %(limit)d") % {"limit": limit} if is_hidden else shown_value(field, fact) if fact.value else "",
        meaning=meaning_told(fact.meaning),
        as_of_on=fact.as_of_on,
        source=fact.source,
        reason=fact.reason,
        stage=Stage(fact.stage),
        stage_words=str(fact.get_stage_display()),
        filled_by=fact.recorded_by,
        filled_at=fact.recorded_at,
        filler=Hand(fact.recorded_person, fact.recorded_body),
        verified_by=fact.verified_by,
        verified_at=fact.verified_at,
        returned_by=fact.returned_by,
        returned_at=fact.returned_at,
        return_reason=fact.return_reason,
        replaced_at=fact.replaced_at,
        is_counting=is_counting,
        origin=None if is_hidden else origin,
    )


def _origins(facts: list[Fact]) -> dict[int, FileOrigin]:
    """Return where in which file facts stood, by key of the fact. Two queries."""
    imported = [fact for fact in facts if fact.origin is not None and fact.origin_row is not None]
    batches = {fact.origin.pk for fact in imported if fact.origin is not None}
    kept = set(ImportBatch.objects.filter(pk__in=batches).exclude(content=b"").values_list("pk", flat=True))
    rows: Mapping[tuple[int, int], Mapping[str, object]] = {
        (batch, row): values
        for batch, row, values in ImportRow.objects.filter(
            batch__in=batches, row__in={fact.origin_row for fact in imported}
        ).values_list("batch_id", "row", "values")
    }
    found = {}
    for fact in imported:
        batch, row = fact.origin, fact.origin_row
        assert batch is not None and row is not None
        cell = rows.get((batch.pk, row), {}).get(fact.field)
        found[fact.pk] = FileOrigin(
            number=batch.number,
            file_name=batch.file_name,
            sheet=batch.sheet,
            row=row,
            heading=next((heading for heading, key in batch.mapping.items() if key == fact.field), ""),
            original=str(cell.get("original", "")) if isinstance(cell, dict) else "",
            office_code=batch.office_code,
            is_kept=batch.pk in kept,
        )
    return found
