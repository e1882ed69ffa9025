"""The lists of communities (社区) and of their grids (网格); every sum is computed from compounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation.ui.parts import Figure
from linli.registry.models import Community, Grid, LayoutMember
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.ledger.columns import extra_values, field_columns
from linli.registry.queries.ledger.figures import known, mean_of, ratio_of, sum_of
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.held import values_held
from linli.registry.queries.ledger.lines import Form, Line, ListColumn, Value
from linli.registry.queries.ledger.marks import found_facet, found_filter, marks_in
from linli.registry.queries.ledger.places import Places
from linli.registry.queries.placing import compounds_in, editions_in
from linli.registry.rules.audit import Group
from linli.registry.rules.fields import Ledger, fields_of

COMMUNITY_COLUMNS = (
    ListColumn("name", gettext_lazy("社区"), Form.NAME),
    ListColumn("subdistrict", gettext_lazy("街道")),
    ListColumn("kind", gettext_lazy("类型"), rank=2, is_second=True),
    ListColumn("compounds", gettext_lazy("小区数"), Form.COUNT, unit=gettext_lazy("个")),
    ListColumn("households", gettext_lazy("户数"), Form.COUNT, unit=gettext_lazy("户"), is_figure=True),
    ListColumn("people", gettext_lazy("常住人口"), Form.COUNT, unit=gettext_lazy("人"), is_figure=True),
    ListColumn("old", gettext_lazy("60 岁以上 %"), Form.DECIMAL, unit="%", is_figure=True),
    ListColumn("rooms", gettext_lazy("用房 ㎡"), Form.COUNT, unit="㎡", rank=2),
    ListColumn("workers", gettext_lazy("工作者"), Form.COUNT, unit=gettext_lazy("人"), rank=2),
    ListColumn("office", gettext_lazy("办事点"), rank=3, is_second=True),
    ListColumn("as_of", gettext_lazy("数据截至"), Form.DAY, rank=2, is_second=True),
    ListColumn("marks", gettext_lazy("问题"), Form.MARKS),
)
GRID_COLUMNS = (
    ListColumn("name", gettext_lazy("网格"), Form.NAME),
    ListColumn("code", gettext_lazy("编码"), rank=2),
    ListColumn("community", gettext_lazy("所属社区"), is_second=True),
    ListColumn("subdistrict", gettext_lazy("街道"), rank=2),
    ListColumn("kind", gettext_lazy("类型"), is_second=True),
    ListColumn("compounds", gettext_lazy("小区数"), Form.COUNT, unit=gettext_lazy("个"), is_figure=True),
    ListColumn("households", gettext_lazy("户数"), Form.COUNT, unit=gettext_lazy("户"), is_figure=True),
    ListColumn("people", gettext_lazy("常住人口"), Form.COUNT, unit=gettext_lazy("人"), is_figure=True),
)
COMMUNITY_EXTRA = (
    ListColumn("code", gettext_lazy("编码"), is_extra=True),
    *field_columns(Ledger.COMMUNITY, without=("statistical_code", "community_name", "workers_total", "office_address")),
)
COMMUNITY_ORDER = "-households"
GRID_ORDER = "community"
COMMUNITY_STEPS = (1000, 2000, 3000)
GRID_STEPS = (300, 500)
TALLIED = ("household_count", "residents_count", "age_60_plus")
GRID_WORDS = {"general": gettext_lazy("一般网格"), "special": gettext_lazy("专属网格")}


@dataclass(frozen=True, slots=True)
class Tally:
    """What the compounds of one place add up to; a figure that no compound knows stays None."""

    compounds: int = 0
    households: int | None = None
    people: int | None = None
    elders: int | None = None


def tallies(area: Area, place: str) -> dict[int, Tally]:
    """Return the tallies per key of a place, added up by the database. One query.

    Impossible figures and those hidden from the reader add nothing, so that no difference of sums tells them.

    Args:
        area: What the reader covers, and the past moment asked about.
        place: ``home`` for communities, ``grid`` for grids.
    """
    rows = compounds_in(area) if area.at is None else editions_in(area, at=area.at)
    sums = (
        rows.exclude(**{place: None})
        .order_by()
        .values_list(f"{place}_id")
        .annotate(
            n=Count("pk"),
            **{f"sum_of_{column}": Sum(column, filter=known(column, area)) for column in TALLIED},
        )
    )
    return {key: Tally(*figures) for key, *figures in sums}


def community_lines(area: Area, places: Places, columns: Sequence[ListColumn], codes: Sequence[str]) -> list[Line]:
    """Return the communities of an area as lines. Five queries, one more for a past day."""
    sums = tallies(area, "home")
    # Reading the parcels of every community costs more than the whole list: only lines asked for by code tell them.
    parcels = _parcels_of(area, codes) if codes else {}
    own = Community.objects.filter(pk__in=area.community_ids)
    held, catalogue = values_held(area, Ledger.COMMUNITY, own.values("code")), fields_of(Ledger.COMMUNITY)
    marks = marks_in(area, subject_kinds={"community"})
    kinds = {kind: str(words) for kind, words in Community.Kind.choices}
    lines = []
    for row in own.defer("office_point", "verified", "stages"):
        tally, found, home = sums.get(row.pk, Tally()), marks.get(row.code, ()), places.homes[row.pk]
        current, as_of = held[row.code] if held is not None else (row.current, row.as_of_on)
        rooms = [current.get(key) for key in ("office_area", "service_area")]
        lines.append(
            Line(
                code=row.code,
                name=row.name,
                searched="\n".join((row.name, row.code, row.pinyin, row.office_address)),
                values={
                    "name": row.name,
                    "subdistrict": home.subdistrict_name,
                    "kind": kinds[row.kind],
                    **_figures(tally, area),
                    "rooms": None if None in rooms else sum(float(room or 0) for room in rooms),
                    "workers": current.get("workers_total"),
                    "office": row.office_address or None,
                    "as_of": as_of,
                    "code": row.code,
                    **extra_values(columns, current, catalogue=catalogue, area=area),
                },
                orders={"name": row.pinyin or row.name, "subdistrict": home.subdistrict},
                facets={
                    "subdistrict": (home.subdistrict,),
                    "kind": (row.kind,),
                    "found": found_facet(found),
                },
                marks=found,
                parcels=tuple(parcels.get(row.code, ())),
            )
        )
    return lines


def grid_lines(area: Area, places: Places, _columns: Sequence[ListColumn], _codes: Sequence[str]) -> list[Line]:
    """Return the grids of an area as lines. Four queries."""
    sums = tallies(area, "grid")
    first = dict(
        LayoutMember.objects.filter(layout=area.layout_id, community__in=area.community_ids)
        .exclude(grid=None)
        .values_list("grid_id")
        .annotate(first=Min("parcel__code"))
    )
    lines = []
    for row in Grid.objects.filter(standing_at(area.at), community__in=area.community_ids):
        home, kind = places.homes[row.community_id], "special" if row.special else "general"
        lines.append(
            Line(
                code=row.code,
                name=row.name,
                searched="\n".join((row.name, row.code, home.name, home.pinyin)),
                values={
                    "name": row.name,
                    "code": row.code,
                    "community": home.name,
                    "subdistrict": home.subdistrict_name,
                    "kind": str(GRID_WORDS[kind]),
                    **_figures(sums.get(row.pk, Tally()), area),
                },
                orders={
                    "name": row.code,
                    "community": f"{home.subdistrict} {home.pinyin or home.name}",
                    "subdistrict": home.subdistrict,
                },
                facets={"subdistrict": (home.subdistrict,), "community": (home.code,), "kind": (kind,)},
                parcels=(first[row.pk],) if row.pk in first else (),
            )
        )
    return lines


def community_filters(places: Places) -> tuple[Filter, ...]:
    """Return what communities may be filtered by."""
    return (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Between("households", gettext_lazy("户数"), gettext_lazy("户"), COMMUNITY_STEPS),
        Choices("kind", gettext_lazy("类型"), dict(Community.Kind.choices)),
        found_filter(Group.SIZE, Group.BORDER, Group.DOUBLE, Group.COVER, Group.FIGURE),
    )


def grid_filters(places: Places, chosen_subdistricts: tuple[str, ...]) -> tuple[Filter, ...]:
    """Return what grids may be filtered by."""
    return (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Choices("community", gettext_lazy("社区"), places.community_words(subdistricts=chosen_subdistricts)),
        Between("households", gettext_lazy("户数"), gettext_lazy("户"), GRID_STEPS),
        Choices("kind", gettext_lazy("类型"), GRID_WORDS),
    )


def community_totals(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures under the list of communities."""
    return (
        sum_of(lines, "compounds", label=_("小区"), unit=_("个")),
        sum_of(lines, "households", label=_("户数"), unit=_("户")),
        sum_of(lines, "people", label=_("常住人口"), unit=_("人")),
        ratio_of(lines, "elders", "people", label=_("60 岁以上")),
        sum_of(lines, "rooms", label=_("用房"), unit="㎡"),
        sum_of(lines, "workers", label=_("工作者"), unit=_("人")),
    )


def grid_totals(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures under the list of grids."""
    return (
        sum_of(lines, "compounds", label=_("小区"), unit=_("个")),
        sum_of(lines, "households", label=_("户数"), unit=_("户")),
        sum_of(lines, "people", label=_("常住人口"), unit=_("人")),
        mean_of(lines, "households", label=_("平均每个网格"), unit=_("户")),
    )


def _figures(tally: Tally, area: Area) -> dict[str, Value]:
    elders = area.known(tally.elders)
    return {
        "compounds": tally.compounds,
        "households": area.shown(tally.households) if tally.compounds else 0,
        "people": area.shown(tally.people) if tally.compounds else 0,
        "elders": elders,
        "old": 100 * elders / tally.people if tally.people and elders is not None else None,
    }


def _parcels_of(area: Area, codes: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    members = LayoutMember.objects.filter(layout=area.layout_id, community__code__in=codes)
    for code, parcel in members.order_by("parcel__code").values_list("community__code", "parcel__code"):
        found.setdefault(str(code), []).append(parcel)
    return found
