"""The lists of facilities (设施) and parcels (地块)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation.ui.parts import Figure
from linli.registry.models import CompoundParcel, Facility, LayoutMember, Parcel
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.ledger.archived import ARCHIVED, archived_filter
from linli.registry.queries.ledger.columns import extra_values, field_columns
from linli.registry.queries.ledger.figures import share_of, sum_of
from linli.registry.queries.ledger.filters import Choices, Filter
from linli.registry.queries.ledger.held import values_held
from linli.registry.queries.ledger.lines import Form, Line, ListColumn
from linli.registry.queries.ledger.marks import found_facet, found_filter, marks_in
from linli.registry.queries.ledger.places import NOWHERE, Places
from linli.registry.queries.placing import facilities_in
from linli.registry.rules.audit import Group
from linli.registry.rules.fields import Ledger, fields_of

FACILITY_COLUMNS = (
    ListColumn("name", gettext_lazy("设施"), Form.NAME),
    ListColumn("kind", gettext_lazy("类型"), is_second=True),
    ListColumn("community", gettext_lazy("所属社区"), absent=gettext_lazy("未划入"), is_second=True),
    ListColumn("subdistrict", gettext_lazy("街道"), rank=2, absent="—"),
    ListColumn("address", gettext_lazy("地址")),
    ListColumn("floor_area", gettext_lazy("建筑面积 ㎡"), Form.COUNT, unit="㎡", is_figure=True),
    ListColumn("code", gettext_lazy("编码"), rank=2),
    ListColumn("as_of", gettext_lazy("数据截至"), Form.DAY, rank=2),
    ListColumn("marks", gettext_lazy("问题"), Form.MARKS),
)
FACILITY_EXTRA = field_columns(
    Ledger.FACILITY, without=("facility_code", "facility_name", "facility_kind", "community", "address", "floor_area")
)
PARCEL_COLUMNS = (
    ListColumn("name", gettext_lazy("地块"), Form.NAME),
    ListColumn("title", gettext_lazy("名称"), absent="—", is_second=True),
    ListColumn("kind", gettext_lazy("用途"), is_second=True),
    ListColumn("community", gettext_lazy("所属社区"), absent=gettext_lazy("未划入")),
    ListColumn("grid", gettext_lazy("网格"), rank=2, absent="—"),
    ListColumn("area", gettext_lazy("面积 ㎡"), Form.COUNT, unit="㎡", is_figure=True),
    ListColumn("outline", gettext_lazy("界线")),
    ListColumn("marks", gettext_lazy("问题"), Form.MARKS),
)
FACILITY_ORDER = "name"
PARCEL_ORDER = "name"
OUTLINE_WORDS = {"surveyed": gettext_lazy("实测"), "derived": gettext_lazy("推算")}


def facility_lines(
    area: Area, places: Places, columns: Sequence[ListColumn], *, is_archived: bool = False
) -> list[Line]:
    """Return the facilities of an area as lines, or the archived ones. Three queries, one more for a past day."""
    marks = marks_in(area, subject_kinds={"facility"})
    rows = facilities_in(area, is_archived=is_archived).defer("point")
    held, catalogue = values_held(area, Ledger.FACILITY, rows.values("code")), fields_of(Ledger.FACILITY)
    kinds = fields_of(Ledger.FACILITY)["facility_kind"]
    lines = []
    for row in rows:
        home = None if row.community_id is None else places.homes.get(row.community_id)
        current, as_of = held[row.code] if held is not None else (row.current, row.as_of_on)
        found = marks.get(row.code, ())
        lines.append(
            Line(
                code=row.code,
                name=row.name,
                searched="\n".join((row.name, row.code, row.pinyin, row.address)),
                values={
                    "name": row.name,
                    "kind": kinds.told(row.kind),
                    "community": home.name if home else None,
                    "subdistrict": home.subdistrict_name if home else None,
                    "address": row.address or None,
                    "floor_area": row.floor_area_m2 if held is None else current.get("floor_area"),
                    "code": row.code,
                    "as_of": as_of,
                    **extra_values(columns, current, catalogue=catalogue, area=area),
                },
                orders={"name": row.pinyin or row.name}
                | ({"community": home.pinyin or home.name, "subdistrict": home.subdistrict} if home else {}),
                facets={
                    "subdistrict": (home.subdistrict,) if home else (),
                    "community": (home.code if home else NOWHERE,),
                    "kind": (row.kind,),
                    "found": found_facet(found),
                    "kept": (ARCHIVED,) if is_archived else (),
                },
                marks=found,
            )
        )
    return lines


def parcel_lines(area: Area, places: Places, _columns: Sequence[ListColumn], _codes: Sequence[str]) -> list[Line]:
    """Return the parcels of the layout in force as lines. Five queries; outlines are not read."""
    marks = marks_in(area, subject_kinds={"parcel", "compound"})
    members = LayoutMember.objects.filter(layout=area.layout_id)
    if not area.is_whole_district:
        members = members.filter(community__in=area.community_ids)
    standing: dict[int, tuple[str, str]] = {
        parcel: (code, name)
        for parcel, code, name in CompoundParcel.objects.filter(
            compound__district=area.district_id, compound__ended_at=None
        ).values_list("parcel_id", "compound__code", "compound__name")
    }
    kinds = dict(Parcel.Kind.choices)
    lines = []
    for key, code, title, kind, area_m2, is_derived, community, grid in members.values_list(
        "parcel_id",
        "parcel__code",
        "parcel__name",
        "parcel__kind",
        "parcel__area_m2",
        "parcel__is_derived",
        "community_id",
        "grid_id",
    ):
        home = None if community is None else places.homes.get(community)
        compound, name = standing.get(key, ("", ""))
        found = marks.get(code) or marks.get(compound, ())
        outline = "derived" if is_derived else "surveyed"
        lines.append(
            Line(
                code=code,
                name=code,
                searched="\n".join((code, title, compound, name)),
                values={
                    "name": code,
                    "title": title or name or None,
                    "kind": str(kinds.get(kind, kind)),
                    "community": home.name if home else None,
                    "grid": places.grids.get(grid) if grid is not None else None,
                    "area": area_m2,
                    "outline": str(OUTLINE_WORDS[outline]),
                },
                orders={"community": home.pinyin or home.name} if home else {},
                facets={
                    "subdistrict": (home.subdistrict,) if home else (),
                    "community": (home.code if home else NOWHERE,),
                    "kind": (kind,),
                    "outline": (outline,),
                    "found": found_facet(found),
                },
                marks=found,
                parcels=(code,),
            )
        )
    return lines


def facility_kinds(area: Area) -> tuple[str, ...]:
    """Return the kinds of facilities that the district has."""
    rows = Facility.objects.filter(standing_at(area.at), district=area.district_id)
    return tuple(rows.order_by("kind").values_list("kind", flat=True).distinct())


def facility_filters(
    places: Places, chosen_subdistricts: tuple[str, ...], kinds: Sequence[str], *, is_past: bool
) -> tuple[Filter, ...]:
    """Return what facilities may be filtered by."""
    words = fields_of(Ledger.FACILITY)["facility_kind"]
    always: tuple[Filter, ...] = (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Choices("community", gettext_lazy("社区"), places.community_words(subdistricts=chosen_subdistricts)),
        Choices("kind", gettext_lazy("类型"), {kind: words.told(kind) for kind in kinds}),
        found_filter(Group.DOUBLE, Group.BORDER, Group.FIGURE),
    )
    return always if is_past else (*always, archived_filter())


def parcel_filters(places: Places, chosen_subdistricts: tuple[str, ...], *, is_whole: bool) -> tuple[Filter, ...]:
    """Return what parcels may be filtered by."""
    communities = places.community_words(subdistricts=chosen_subdistricts)
    return (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Choices(
            "community",
            gettext_lazy("社区"),
            ({NOWHERE: gettext_lazy("未划入")} if is_whole else {}) | communities,
        ),
        Choices("kind", gettext_lazy("用途"), dict(Parcel.Kind.choices)),
        Choices("outline", gettext_lazy("界线"), OUTLINE_WORDS),
        found_filter(Group.BLIND_SPOT, Group.DOUBLE, Group.BORDER),
    )


def facility_totals(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures under the list of facilities."""
    return (sum_of(lines, "floor_area", label=_("建筑面积"), unit="㎡"),)


def parcel_totals(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures under the list of parcels."""
    return (
        sum_of(lines, "area", label=_("面积"), unit="㎡"),
        share_of(lines, lambda line: line.values["community"] is not None, label=_("已划入社区")),
    )
