"""The lists of communities (社区) and of their grids (网格); every sum is computed from compounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation.ui.parts import Figure
from linli.registry.models import Community, Compound, Grid, LayoutMember
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger.figures import mean_of, ratio_of, sum_of
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.lines import Form, Line, ListColumn
from linli.registry.queries.ledger.marks import found_facet, found_filter, marks_in
from linli.registry.queries.ledger.places import Places
from linli.registry.queries.placing import homes
from linli.registry.rules.audit import Group

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
COMMUNITY_ORDER = "-households"
GRID_ORDER = "community"
COMMUNITY_STEPS = (1000, 2000, 3000)
GRID_STEPS = (300, 500)
GRID_WORDS = {"general": gettext_lazy("一般网格"), "special": gettext_lazy("专属网格")}


@dataclass(slots=True)
class Tally:
    """What the compounds of one place add up to; a figure that no compound knows stays None."""

    compounds: int = 0
    households: int | None = None
    people: int | None = None
    elders: int | None = None

    def add(self, households: int | None, people: int | None, elders: int | None) -> None:
        """Add one compound; missing and impossible figures add nothing."""
        self.compounds += 1
        for key, count in (("households", households), ("people", people), ("elders", elders)):
            if count is not None and count >= 0:
                setattr(self, key, (getattr(self, key) or 0) + count)


def tallies(area: Area) -> tuple[dict[int, Tally], dict[int, Tally]]:
    """Return the tallies per key of a community and per key of a grid. Two queries."""
    communities: dict[int, Tally] = {}
    grids: dict[int, Tally] = {}
    placed = homes(area.layout_id)
    counts = Compound.objects.filter(district=area.district_id, ended_at=None).values_list(
        "pk", "household_count", "residents_count", "age_60_plus"
    )
    for compound, *figures in counts:
        community, grid = placed.get(compound, (None, None))
        if community is not None:
            communities.setdefault(community, Tally()).add(*figures)
        if grid is not None:
            grids.setdefault(grid, Tally()).add(*figures)
    return communities, grids


def community_lines(area: Area, places: Places) -> list[Line]:
    """Return the communities of an area as lines. Five queries."""
    sums, _of_grids = tallies(area)
    marks = marks_in(area, subject_kinds={"community"})
    parcels = _parcels_by("community", area)
    lines = []
    for row in Community.objects.filter(pk__in=area.community_ids).defer("office_point"):
        tally, found, home = sums.get(row.pk, Tally()), marks.get(row.code, ()), places.homes[row.pk]
        rooms = [row.current.get(key) for key in ("office_area", "service_area")]
        lines.append(
            Line(
                code=row.code,
                name=row.name,
                searched="\n".join((row.name, row.code, row.pinyin, row.office_address)),
                values={
                    "name": row.name,
                    "subdistrict": home.subdistrict_name,
                    "kind": row.get_kind_display(),
                    **_figures(tally),
                    "rooms": None if None in rooms else sum(map(float, rooms)),
                    "workers": row.current.get("workers_total"),
                    "office": row.office_address or None,
                    "as_of": row.as_of_on,
                },
                orders={"name": row.pinyin or row.name, "subdistrict": home.subdistrict},
                facets={
                    "subdistrict": (home.subdistrict,),
                    "kind": (row.kind,),
                    "found": found_facet(found),
                },
                marks=found,
                parcels=parcels.get(row.pk, ()),
            )
        )
    return lines


def grid_lines(area: Area, places: Places) -> list[Line]:
    """Return the grids of an area as lines. Four queries."""
    _of_communities, sums = tallies(area)
    parcels = _parcels_by("grid", area)
    lines = []
    for row in Grid.objects.filter(community__in=area.community_ids, ended_at=None):
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
                    **_figures(sums.get(row.pk, Tally())),
                },
                orders={
                    "name": row.code,
                    "community": f"{home.subdistrict} {home.pinyin or home.name}",
                    "subdistrict": home.subdistrict,
                },
                facets={"subdistrict": (home.subdistrict,), "community": (home.code,), "kind": (kind,)},
                parcels=parcels.get(row.pk, ()),
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


def _figures(tally: Tally) -> dict[str, int | float | None]:
    return {
        "compounds": tally.compounds,
        "households": tally.households if tally.compounds else 0,
        "people": tally.people if tally.compounds else 0,
        "elders": tally.elders,
        "old": 100 * tally.elders / tally.people if tally.people and tally.elders is not None else None,
    }


def _parcels_by(place: str, area: Area) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    members = LayoutMember.objects.filter(layout=area.layout_id, community__in=area.community_ids)
    for key, parcel in members.order_by("parcel__code").values_list(f"{place}_id", "parcel__code"):
        if key is not None:
            found.setdefault(key, []).append(parcel)
    return {key: tuple(codes) for key, codes in found.items()}
