"""The list of figures by stage (待核实、已退回、已核实): filters, counts, one page of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count, Max, Q, QuerySet

from linli.registry.models import Fact
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import shown_value
from linli.registry.queries.figures.places import EntryPlace, communities_of, entry_places, in_area
from linli.registry.rules.fields import fields_of, meaning_told
from linli.registry.rules.verifying import Hand, Stage

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class FigureVersion:
    """One value of one figure, named so that nobody verifies what has been replaced meanwhile.

    Its text is ``ledger:code:field:moment``, with the moment of filling in in microseconds.
    """

    ledger: str
    code: str
    field: str
    recorded_at: datetime

    def __str__(self) -> str:
        return f"{self.ledger}:{self.code}:{self.field}:{_microseconds(self.recorded_at)}"

    @classmethod
    def parse(cls, text: str) -> FigureVersion | None:
        """Return the version that a text names; None for any other text.

        Examples:
            >>> version = FigureVersion.parse("compound:X-0001:household_count:1795396800000001")
            >>> version.field, version.recorded_at.isoformat(), str(version)[-6:]
            ('household_count', '2026-11-23T01:20:00.000001+00:00', '000001')
            >>> FigureVersion.parse("compound:X-0001:household_count:soon") is None
            True
        """
        named, _colon, moment = text.rpartition(":")
        if named.count(":") != 2 or not (moment.isascii() and moment.isdecimal() and len(moment) < 18):
            return None
        ledger, code, field = named.split(":")
        seconds, rest = divmod(int(moment), MICROSECONDS)
        return cls(ledger, code, field, datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest))


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """Which figures are asked for; empty texts ask for all.

    Args:
        stage: How far they have come.
        community: Code of a community.
        ledger: A ledger.
        field: A field of it.
        body: Code of the body that filled them in.
        post: Code of the post that filled them in.
        entry: Code of one entry.
        checker: Who would verify them: what this hand may not verify is left out.
    """

    stage: Stage
    community: str = ""
    ledger: str = ""
    field: str = ""
    body: str = ""
    post: str = ""
    entry: str = ""
    checker: Hand | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in a list.

    Attributes:
        version: Which value of which figure.
        place: Its entry.
        label: Heading of the field.
        value: In words; empty where it was emptied.
        unit: Unit of a number.
        before: The value that counts meanwhile, where that is another one; None where none does.
        meaning: What exactly was counted.
        as_of_on: Day that it is of.
        source: Where it comes from.
        reason: Why an implausible value was kept.
        filled_by: The post that filled it in.
        filled_at: When.
        stage: How far it has come.
        judged_by: The post that verified or returned it.
        judged_at: When.
        return_reason: Why it was returned.
    """

    version: FigureVersion
    place: EntryPlace
    label: str
    value: str
    unit: str
    before: str | None
    meaning: str
    as_of_on: date | None
    source: str
    reason: str
    filled_by: str
    filled_at: datetime
    stage: Stage
    judged_by: str
    judged_at: datetime | None
    return_reason: str

    @property
    def key(self) -> str:
        """What a form names the row by."""
        return str(self.version)


@dataclass(frozen=True, slots=True)
class FigureList:
    """One page of a list of figures.

    Attributes:
        rows: The rows.
        total: How many figures the filter leaves.
        mark: Changes whenever the set that the filter leaves does; an act on all of them names it.
        communities: Code and name of each community that may be chosen.
        fields: Ledger, field, heading and how many figures of it.
        fillers: Code of the post, the post in words and how many figures.
        bodies: Code of the body and how many figures it filled in.
    """

    rows: tuple[FigureRow, ...]
    total: int
    mark: str
    communities: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str, str, int], ...]
    fillers: tuple[tuple[str, str, int], ...]
    bodies: tuple[tuple[str, int], ...]


def standing_figures(area: Area, asked: FigureFilter) -> QuerySet[Fact]:
    """Return the facts that stand in an area and that a filter leaves, by entry and field."""
    rows = Fact.objects.filter(
        in_area(area, community=asked.community), district=area.district_id, replaced_at=None, stage=asked.stage
    )
    wanted = {
        "ledger": asked.ledger,
        "field": asked.field,
        "recorded_body": asked.body,
        "recorded_post": asked.post,
        "subject_code": asked.entry,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.checker is not None:
        rows = rows.exclude(recorded_body=asked.checker.body).exclude(recorded_person=asked.checker.person)
    return rows.order_by("ledger", "subject_code", "field")


def count_for_checker(area: Area, checker: Hand) -> int:
    """Return how many figures of an area wait for a hand to verify them."""
    return standing_figures(area, FigureFilter(Stage.WAITING, checker=checker)).count()


def count_returned(area: Area, *, post: str = "") -> int:
    """Return how many returned figures of an area wait to be mended, by one post only where it is named."""
    return standing_figures(area, FigureFilter(Stage.RETURNED, post=post)).count()


def mark_of(figures: QuerySet[Fact]) -> str:
    """Return a mark that changes with each figure that joins or leaves a set."""
    found = figures.order_by().aggregate(n=Count("pk"), newest=Max("pk"))
    return f"{found['n']}-{found['newest'] or 0}"


def versions_of(figures: Iterable[Fact]) -> list[FigureVersion]:
    """Return which values of which figures some facts are."""
    return [FigureVersion(fact.ledger, fact.subject_code, fact.field, fact.recorded_at) for fact in figures]


def figure_list(area: Area, asked: FigureFilter, *, number: int, size: int) -> FigureList:
    """Return one page of a list of figures.

    Args:
        area: What the reader covers.
        asked: The filter.
        number: The page, from 1.
        size: Rows per page.
    """
    figures = standing_figures(area, asked)
    page = list(figures[(number - 1) * size : number * size])
    mark = mark_of(figures)
    counted = figures.order_by()
    by_field = counted.values_list("ledger", "field").annotate(n=Count("pk")).order_by("-n", "field")
    by_filler = counted.values_list("recorded_post", "recorded_by").annotate(n=Count("pk")).order_by("-n")
    by_body = counted.exclude(recorded_body="").values_list("recorded_body").annotate(n=Count("pk")).order_by("-n")
    return FigureList(
        rows=figure_rows(area, page),
        total=int(mark.partition("-")[0]),
        mark=mark,
        communities=tuple(communities_of(area).items()),
        fields=tuple((ledger, key, _heading(ledger, key), n) for ledger, key, n in by_field),
        fillers=tuple((post, name, n) for post, name, n in by_filler if post),
        bodies=tuple(by_body),
    )


def figure_rows(area: Area, figures: Sequence[Fact]) -> tuple[FigureRow, ...]:
    """Return facts as rows; those whose entry lies outside the area are left out."""
    places = entry_places(area, {(fact.ledger, fact.subject_code) for fact in figures})
    counting = _counting(area, figures)
    return tuple(
        _row(fact, places[fact.ledger, fact.subject_code], counting.get((fact.ledger, fact.subject_code, fact.field)))
        for fact in figures
        if (fact.ledger, fact.subject_code) in places
    )


def _counting(area: Area, figures: Sequence[Fact]) -> dict[tuple[str, str, str], Fact]:
    """Return the newest verified value per figure, where it is not the one that stands."""
    rows = Fact.objects.filter(
        Q(subject_code__in={fact.subject_code for fact in figures}),
        district=area.district_id,
        verified_at__isnull=False,
        verified_until=None,
        replaced_at__isnull=False,
    )
    return {(fact.ledger, fact.subject_code, fact.field): fact for fact in rows}


def _row(fact: Fact, place: EntryPlace, counting: Fact | None) -> FigureRow:
    field = fields_of(fact.ledger)[fact.field]
    is_returned = fact.stage == Stage.RETURNED
    return FigureRow(
        version=FigureVersion(fact.ledger, fact.subject_code, fact.field, fact.recorded_at),
        place=place,
        label=str(field.name),
        value=shown_value(field, fact) if fact.value else "",
        unit=str(field.shown_unit),
        before=None if counting is None else shown_value(field, counting),
        meaning=meaning_told(fact.meaning),
        as_of_on=fact.as_of_on,
        source=fact.source,
        reason=fact.reason,
        filled_by=fact.recorded_by,
        filled_at=fact.recorded_at,
        stage=Stage(fact.stage),
        judged_by=fact.returned_by if is_returned else fact.verified_by,
        judged_at=fact.returned_at if is_returned else fact.verified_at,
        return_reason=fact.return_reason if is_returned else "",
    )


def _heading(ledger: str, key: str) -> str:
    field = fields_of(ledger).get(key)
    return key if field is None else str(field.name)


def _microseconds(moment: datetime) -> int:
    whole = moment.astimezone(UTC)
    return int(whole.replace(microsecond=0).timestamp()) * MICROSECONDS + whole.microsecond
