"""One list of the ledger as it is asked for: its lines, what is left of them, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from linli.foundation.ui.parts import Figure
from linli.registry.models import Facility, Grid, LayoutMember
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import communities, compounds, ground
from linli.registry.queries.ledger.filters import Choices, Filter, counts_of, left_by, sound_filters
from linli.registry.queries.ledger.lines import Line, ListColumn, Tab, Text, fits_words, sort_lines
from linli.registry.queries.ledger.places import Places, places_in
from linli.registry.queries.placing import compounds_in

LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks of a list.

    Args:
        tab: Which list.
        words: What was typed into the search.
        chosen: Values per field of a filter.
        order: Key of a column, ``-`` before it for downwards; empty for the usual order.
        codes: Only these lines, where any are named.
    """

    tab: Tab
    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = ""
    codes: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for that leaves lines out."""
        return bool(self.words or self.chosen or self.codes)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one list is made."""

    title: Text
    unit: Text
    columns: tuple[ListColumn, ...]
    order: str
    lines: Callable[[Area, Places], list[Line]]
    filters: Callable[[Area, Places, tuple[str, ...]], tuple[Filter, ...]]
    totals: Callable[[Sequence[Line]], tuple[Figure, ...]]
    #: Unit of a sum to its column, for the bar of what is selected.
    summed: Mapping[str, str]


KINDS: Mapping[Tab, Kind] = {
    Tab.COMPOUNDS: Kind(
        _("小区"),
        _("个小区"),
        compounds.COLUMNS,
        compounds.ORDER,
        compounds.compound_lines,
        lambda area, places, subdistricts: compounds.compound_filters(
            places, subdistricts, is_whole=area.is_whole_district
        ),
        compounds.compound_totals,
        {"households": "户", "people": "人"},
    ),
    Tab.COMMUNITIES: Kind(
        _("社区"),
        _("个社区"),
        communities.COMMUNITY_COLUMNS,
        communities.COMMUNITY_ORDER,
        communities.community_lines,
        lambda _area, places, _subdistricts: communities.community_filters(places),
        communities.community_totals,
        {"households": "户", "people": "人"},
    ),
    Tab.GRIDS: Kind(
        _("网格"),
        _("个网格"),
        communities.GRID_COLUMNS,
        communities.GRID_ORDER,
        communities.grid_lines,
        lambda _area, places, subdistricts: communities.grid_filters(places, subdistricts),
        communities.grid_totals,
        {"households": "户", "people": "人"},
    ),
    Tab.FACILITIES: Kind(
        _("设施"),
        _("处设施"),
        ground.FACILITY_COLUMNS,
        ground.FACILITY_ORDER,
        ground.facility_lines,
        lambda area, places, subdistricts: ground.facility_filters(places, subdistricts, ground.facility_kinds(area)),
        ground.facility_totals,
        {"floor_area": "㎡"},
    ),
    Tab.PARCELS: Kind(
        _("地块"),
        _("个地块"),
        ground.PARCEL_COLUMNS,
        ground.PARCEL_ORDER,
        ground.parcel_lines,
        lambda area, places, subdistricts: ground.parcel_filters(places, subdistricts, is_whole=area.is_whole_district),
        ground.parcel_totals,
        {"area": "㎡"},
    ),
}


@dataclass(frozen=True, slots=True)
class LedgerList:
    """A list as it is asked for.

    Args:
        question: What was asked, without what no filter knows.
        kind: How the list is made.
        found_lines: Every line within the area that holds the words searched for.
        lines: The lines left, in order.
        filters: What may be filtered by; a filter with nothing to choose is left out.
        totals: Figures over ``lines``.
    """

    question: Question
    kind: Kind
    found_lines: tuple[Line, ...]
    lines: tuple[Line, ...]
    filters: tuple[Filter, ...]
    totals: tuple[Figure, ...]

    @property
    def order(self) -> str:
        """The order that the lines stand in."""
        return self.question.order or self.kind.order

    def counts(self, choices: Choices) -> Mapping[str, int]:
        """Return how many lines each value of a filter would show, the other conditions kept."""
        return counts_of(choices, self.found_lines, self.filters, self.question.chosen)


def ledger_list(
    tab: Tab,
    area: Area,
    *,
    asked: Mapping[str, Sequence[str]],
    words: str = "",
    order: str = "",
    codes: Sequence[str] = (),
) -> LedgerList:
    """Return a list of the ledger.

    Args:
        tab: Which list.
        area: What the reader covers.
        asked: Values per field of a filter, as the address has them; what no filter knows is left out.
        words: Words that name, code, pinyin or address must hold.
        order: Key of a column, ``-`` before it for downwards; unknown keys are left out.
        codes: Only these lines, where any are named.
    """
    kind, places = KINDS[tab], places_in(area)
    subdistricts = tuple(code for code in places.subdistrict_words if code in asked.get("subdistrict", ()))
    filters = tuple(
        one for one in kind.filters(area, places, subdistricts) if not isinstance(one, Choices) or len(one.words) > 1
    )
    sortable = {column.key for column in kind.columns}
    question = Question(
        tab=tab,
        words=words.strip()[:LONGEST_WORDS],
        chosen=sound_filters(filters, asked),
        order=order if order.removeprefix("-") in sortable else "",
        codes=tuple(codes),
    )
    found = kind.lines(area, places)
    if question.words:
        found = [line for line in found if fits_words(line, question.words)]
    left = left_by(found, filters, question.chosen)
    if question.codes:
        left = [line for line in left if line.code in set(question.codes)]
    ordered = sort_lines(left, kind.columns, question.order or kind.order)
    return LedgerList(
        question=question,
        kind=kind,
        found_lines=tuple(found),
        lines=tuple(ordered),
        filters=filters,
        totals=kind.totals(ordered),
    )


def only_page(listed: LedgerList, *, number: int, size: int) -> tuple[Line, ...]:
    """Return the lines of one page, counted from 1; a page beyond the end is the last."""
    pages = max(1, -(-len(listed.lines) // size))
    start = (min(max(number, 1), pages) - 1) * size
    return listed.lines[start : start + size]


def tab_counts(area: Area) -> dict[Tab, int]:
    """Return how many lines each list has within an area. Four queries."""
    members = LayoutMember.objects.filter(layout=area.layout_id)
    facilities = Facility.objects.filter(district=area.district_id, ended_at=None)
    if not area.is_whole_district:
        members = members.filter(community__in=area.community_ids)
        facilities = facilities.filter(community__in=area.community_ids)
    return {
        Tab.COMPOUNDS: compounds_in(area).count(),
        Tab.COMMUNITIES: len(area.community_ids),
        Tab.GRIDS: Grid.objects.filter(community__in=area.community_ids, ended_at=None).count(),
        Tab.FACILITIES: facilities.count(),
        Tab.PARCELS: members.count(),
    }
