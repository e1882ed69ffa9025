"""One list of the ledger as it is asked for: its lines, what is left of them, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from linli.foundation.ui.parts import Figure
from linli.registry.models import Grid, LayoutMember
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.ledger import communities, compounds, ground
from linli.registry.queries.ledger.columns import MOST_PINNED, chosen_columns
from linli.registry.queries.ledger.filters import Choices, Filter, sound_filters
from linli.registry.queries.ledger.lines import Line, ListColumn, Question, Tab, Text
from linli.registry.queries.ledger.places import Places, places_in
from linli.registry.queries.ledger.sources import HeldLines, Source
from linli.registry.queries.ledger.stored import StoredCompounds
from linli.registry.queries.placing import compounds_in, editions_in, facilities_in

LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """How one list is made.

    Args:
        title: Its name.
        unit: What its lines are counted in.
        columns: The columns it usually shows.
        extra: Columns that may be chosen besides.
        order: Its usual order.
        filters: What may be filtered by, from the area, its places and the subdistricts chosen.
        source: Makes the lines.
        summed: Unit of a sum to its column, for the bar of what is selected.
    """

    title: Text
    unit: Text
    columns: tuple[ListColumn, ...]
    extra: tuple[ListColumn, ...]
    order: str
    filters: Callable[[Area, Places, tuple[str, ...]], tuple[Filter, ...]]
    source: Callable[[Asking], Source]
    summed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that lines are made from.

    Args:
        area: What the reader covers, and the past moment asked about.
        places: Its places.
        question: What is asked.
        order: Key of the column that lines are ordered by.
        columns: The columns shown.
        filters: What may be filtered by.
    """

    area: Area
    places: Places
    question: Question
    order: str
    columns: tuple[ListColumn, ...]
    filters: tuple[Filter, ...]


def _stored_compounds(asking: Asking) -> Source:
    return StoredCompounds(
        asking.area,
        asking.places,
        asking.question,
        order=asking.order,
        columns=asking.columns,
        filters=asking.filters,
    )


def _held(
    lines: Callable[[Area, Places, Sequence[ListColumn], Sequence[str]], Sequence[Line]],
    sums: Callable[[Sequence[Line]], tuple[Figure, ...]],
) -> Callable[[Asking], Source]:
    def source(asking: Asking) -> Source:
        return HeldLines(
            lines(asking.area, asking.places, asking.columns, asking.question.codes),
            asking.question,
            asking.order,
            asking.columns,
            asking.filters,
            sums,
        )

    return source


def _facilities(asking: Asking) -> Source:
    is_archived = "kept" in asking.question.chosen
    return HeldLines(
        ground.facility_lines(asking.area, asking.places, asking.columns, is_archived=is_archived),
        asking.question,
        asking.order,
        asking.columns,
        asking.filters,
        ground.facility_totals,
    )


KINDS: Mapping[Tab, Kind] = {
    Tab.COMPOUNDS: Kind(
        title=_("小区"),
        unit=_("个小区"),
        columns=compounds.COLUMNS,
        extra=compounds.EXTRA,
        order=compounds.ORDER,
        filters=lambda area, places, subdistricts: compounds.compound_filters(
            places, subdistricts, is_whole=area.is_whole_district, is_past=area.at is not None
        ),
        source=_stored_compounds,
        summed={"households": "户", "people": "人"},
    ),
    Tab.COMMUNITIES: Kind(
        title=_("社区"),
        unit=_("个社区"),
        columns=communities.COMMUNITY_COLUMNS,
        extra=communities.COMMUNITY_EXTRA,
        order=communities.COMMUNITY_ORDER,
        filters=lambda _area, places, _subdistricts: communities.community_filters(places),
        source=_held(communities.community_lines, communities.community_totals),
        summed={"households": "户", "people": "人"},
    ),
    Tab.GRIDS: Kind(
        title=_("网格"),
        unit=_("个网格"),
        columns=communities.GRID_COLUMNS,
        extra=(),
        order=communities.GRID_ORDER,
        filters=lambda _area, places, subdistricts: communities.grid_filters(places, subdistricts),
        source=_held(communities.grid_lines, communities.grid_totals),
        summed={"households": "户", "people": "人"},
    ),
    Tab.FACILITIES: Kind(
        title=_("设施"),
        unit=_("处设施"),
        columns=ground.FACILITY_COLUMNS,
        extra=ground.FACILITY_EXTRA,
        order=ground.FACILITY_ORDER,
        filters=lambda area, places, subdistricts: ground.facility_filters(
            places, subdistricts, ground.facility_kinds(area), is_past=area.at is not None
        ),
        source=_facilities,
        summed={"floor_area": "㎡"},
    ),
    Tab.PARCELS: Kind(
        title=_("地块"),
        unit=_("个地块"),
        columns=ground.PARCEL_COLUMNS,
        extra=(),
        order=ground.PARCEL_ORDER,
        filters=lambda area, places, subdistricts: ground.parcel_filters(
            places, subdistricts, is_whole=area.is_whole_district
        ),
        source=_held(ground.parcel_lines, ground.parcel_totals),
        summed={"area": "㎡"},
    ),
}


@dataclass(frozen=True)
class LedgerList:
    """A list as it is asked for.

    Args:
        question: What was asked, without what no filter knows.
        kind: How the list is made.
        columns: The columns shown, in order.
        filters: What may be filtered by; a filter with nothing to choose is left out.
        source: The lines left.
        at: The past moment that is shown; None for now.
    """

    question: Question
    kind: Kind
    columns: tuple[ListColumn, ...]
    filters: tuple[Filter, ...]
    source: Source
    at: datetime | None = None

    @property
    def order(self) -> str:
        """The order that the lines stand in."""
        return self.question.order or self.kind.order

    @property
    def total(self) -> int:
        """How many lines are left."""
        return self.source.total

    @property
    def totals(self) -> tuple[Figure, ...]:
        """Figures over all lines left."""
        return self.source.totals

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines left, in order."""
        return self.source.lines()

    def counts(self, choices: Choices) -> Mapping[str, int] | None:
        """Return how many lines each value of a filter would show; None where counting would take too long."""
        return self.source.counts(choices)


def ledger_list(
    tab: Tab,
    area: Area,
    *,
    asked: Mapping[str, Sequence[str]],
    words: str = "",
    order: str = "",
    codes: Sequence[str] = (),
    columns: Sequence[str] = (),
    pinned: int = 1,
) -> LedgerList:
    """Return a list of the ledger.

    Args:
        tab: Which list.
        area: What the reader covers, and the past moment asked about.
        asked: Values per field of a filter, as the address has them; what no filter knows is left out.
        words: Words that name, code, pinyin or address must hold.
        order: Key of a column, ``-`` before it for downwards; unknown keys are left out.
        codes: Only these lines, where any are named.
        columns: Keys of the columns to show, in order; unknown keys are left out, the usual ones without any.
        pinned: How many of the first columns stay while the table is moved sideways.
    """
    kind, places = KINDS[tab], places_in(area)
    subdistricts = tuple(code for code in places.subdistrict_words if code in asked.get("subdistrict", ()))
    filters = tuple(one for one in kind.filters(area, places, subdistricts) if is_of_use(one))
    sortable = {column.key for column in (*kind.columns, *kind.extra)}
    shown = chosen_columns(kind.columns, kind.extra, columns)
    question = Question(
        tab=tab,
        words=words.strip()[:LONGEST_WORDS],
        chosen=sound_filters(filters, asked),
        order=order if order.removeprefix("-") in sortable else "",
        codes=tuple(codes),
        columns=tuple(column.key for column in shown[1:]) if columns else (),
        pinned=min(max(pinned, 0), MOST_PINNED),
    )
    source = kind.source(
        Asking(area, places, question, order=question.order or kind.order, columns=shown, filters=filters)
    )
    return LedgerList(question=question, kind=kind, columns=shown, filters=filters, source=source, at=area.at)


def is_of_use(one: Filter) -> bool:
    """Say whether a filter has anything to choose between."""
    return not isinstance(one, Choices) or one.is_switch or len(one.words) > 1


def only_page(listed: LedgerList, *, number: int, size: int) -> tuple[Line, ...]:
    """Return the lines of one page, counted from 1; a page beyond the end is the last."""
    pages = max(1, -(-listed.total // size))
    start = (min(max(number, 1), pages) - 1) * size
    return listed.source.lines(start, start + size)


def parcels_of(listed: LedgerList, area: Area) -> tuple[str, ...]:
    """Return the codes of the parcels that all lines of a list cover, in order. One query besides the lines."""
    codes = {line.code for line in listed.lines}
    if listed.question.tab is Tab.PARCELS:
        return tuple(sorted(codes))
    members = LayoutMember.objects.filter(layout=area.layout_id).order_by("parcel__code")
    of_line = {
        Tab.COMPOUNDS: "parcel__carries__compound__code",
        Tab.COMMUNITIES: "community__code",
        Tab.GRIDS: "grid__code",
        Tab.FACILITIES: "",
    }[listed.question.tab]
    if not of_line:
        return ()
    return tuple(
        dict.fromkeys(parcel for parcel, code in members.values_list("parcel__code", of_line) if code in codes)
    )


def tab_counts(area: Area) -> dict[Tab, int]:
    """Return how many lines each list has within an area. Four queries."""
    members = LayoutMember.objects.filter(layout=area.layout_id)
    if not area.is_whole_district:
        members = members.filter(community__in=area.community_ids)
    compounds = compounds_in(area) if area.at is None else editions_in(area, at=area.at)
    return {
        Tab.COMPOUNDS: compounds.count(),
        Tab.COMMUNITIES: len(area.community_ids),
        Tab.GRIDS: Grid.objects.filter(standing_at(area.at), community__in=area.community_ids).count(),
        Tab.FACILITIES: facilities_in(area).count(),
        Tab.PARCELS: members.count(),
    }
