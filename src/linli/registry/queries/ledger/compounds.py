"""The list of compounds (小区): its columns, its filters, and how a stored row becomes a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from linli.registry.queries.areas import Area
from linli.registry.queries.ledger.archived import archived_filter
from linli.registry.queries.ledger.columns import extra_values, field_columns
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.lines import Form, Line, ListColumn, Mark
from linli.registry.queries.ledger.marks import found_filter
from linli.registry.queries.ledger.places import NOWHERE, Places
from linli.registry.rules.fields import Ledger, fields_of

COLUMNS = (
    ListColumn("name", gettext_lazy("小区"), Form.NAME),
    ListColumn("community", gettext_lazy("所属社区"), absent=gettext_lazy("未划入")),
    ListColumn("kind", gettext_lazy("类型"), is_second=True),
    ListColumn("households", gettext_lazy("户数"), Form.COUNT, unit=gettext_lazy("户"), is_figure=True),
    ListColumn("people", gettext_lazy("常住人口"), Form.COUNT, unit=gettext_lazy("人"), is_figure=True),
    ListColumn("old", gettext_lazy("60 岁以上 %"), Form.DECIMAL, unit="%", is_figure=True),
    ListColumn("property", gettext_lazy("物业")),
    ListColumn("party", gettext_lazy("党组织"), rank=2),
    ListColumn("completeness", gettext_lazy("完整率"), Form.METER, unit="%"),
    ListColumn("as_of", gettext_lazy("数据截至"), Form.DAY, is_second=True),
    ListColumn("marks", gettext_lazy("问题"), Form.MARKS),
)
EXTRA = (
    ListColumn("code", gettext_lazy("编码"), is_extra=True),
    ListColumn("subdistrict", gettext_lazy("街道"), absent="—", is_extra=True),
    ListColumn("grid", gettext_lazy("网格"), absent="—", is_extra=True),
    *field_columns(
        Ledger.COMPOUND,
        without=(
            "compound_code",
            "compound_name",
            "subdistrict",
            "community",
            "ownership_kind",
            "household_count",
            "residents_count",
            "property_form",
            "party_branch_formed",
        ),
    ),
)
ORDER = "-households"
HOUSEHOLD_STEPS = (100, 200, 500, 1000)
#: How the ledger says that a Party branch was formed, in the words of the list.
PARTY_WORDS = {"单独": gettext_lazy("单独支部"), "联合": gettext_lazy("联合支部"), "未成立": gettext_lazy("未建")}
COMPLETE_WORDS = {"full": gettext_lazy("齐全"), "gaps": gettext_lazy("有缺数")}
READ = (
    "code",
    "name",
    "pinyin",
    "address",
    "ownership_kind",
    "household_count",
    "residents_count",
    "age_60_plus",
    "property_form",
    "party_branch_formed",
    "completeness",
    "as_of_on",
    "home_id",
    "grid_id",
)
COMPANY = "property_company_name"
COMPANY_FORM = "专业物业"
WITHOUT_COVER = ("无物业", "")


def line_of(
    row: Mapping[str, Any],
    *,
    places: Places,
    columns: Sequence[ListColumn],
    marks: tuple[Mark, ...],
    parcels: tuple[str, ...],
    area: Area,
) -> Line:
    """Return a stored row as a line.

    Args:
        row: The columns of `READ`, ``company``, and ``current`` where an extra column is shown.
        places: The places of the reader's area.
        columns: The columns shown.
        marks: Findings about it.
        parcels: Codes of its parcels.
        area: What the reader covers, and which counts are hidden from it.
    """
    catalogue = fields_of(Ledger.COMPOUND)
    home = None if row["home_id"] is None else places.homes.get(row["home_id"])
    people, elders, form, party = (
        row["residents_count"],
        row["age_60_plus"],
        row["property_form"],
        row["party_branch_formed"],
    )
    values = {
        "name": row["name"],
        "code": row["code"],
        "community": home.name if home else None,
        "subdistrict": home.subdistrict_name if home else None,
        "grid": None if row["grid_id"] is None else places.grids.get(row["grid_id"]),
        "kind": catalogue["ownership_kind"].told(row["ownership_kind"]) or None,
        "households": area.shown(row["household_count"]),
        "people": area.shown(people),
        "old": area.shown(elders) if area.hides(elders) else old_percent(area.known(people), elders),
        "elders": area.known(elders),
        "property": (row["company"] if form == COMPANY_FORM else None) or catalogue["property_form"].told(form) or None,
        "party": str(PARTY_WORDS.get(party, party)) or None,
        "completeness": row["completeness"],
        "as_of": row["as_of_on"],
    }
    if "current" in row:
        values |= extra_values(columns, row["current"], catalogue=catalogue, area=area)
    return Line(
        code=row["code"],
        name=row["name"],
        searched="\n".join((row["name"], row["code"], row["pinyin"], row["address"])),
        values=values,
        facets={
            "subdistrict": (home.subdistrict,) if home else (),
            "community": (home.code if home else NOWHERE,),
            "kind": (row["ownership_kind"],),
        },
        marks=marks,
        parcels=parcels,
    )


def old_percent(people: int | None, old: int | None) -> float | None:
    """Return the share of people of 60 and over in percent; None where a count is missing or cannot be.

    Examples:
        >>> old_percent(400, 100), old_percent(400, None), old_percent(0, 0), old_percent(90, 100)
        (25.0, None, None, None)
    """
    return None if not people or old is None or not 0 <= old <= people else 100 * old / people


def compound_filters(
    places: Places, subdistricts: tuple[str, ...], *, is_whole: bool, is_past: bool
) -> tuple[Filter, ...]:
    """Return what compounds may be filtered by.

    Args:
        places: The places of the reader's area.
        subdistricts: Codes of the subdistricts chosen; only their communities are offered.
        is_whole: Whether the reader covers the whole district, blind spots included.
        is_past: Whether the list shows a past day: what today's audit found is no filter of it.
    """
    catalogue = fields_of(Ledger.COMPOUND)
    nowhere = {NOWHERE: gettext_lazy("未划入")} if is_whole else {}
    always: tuple[Filter, ...] = (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Choices("community", gettext_lazy("社区"), nowhere | places.community_words(subdistricts=subdistricts)),
        Between("households", gettext_lazy("户数"), gettext_lazy("户"), HOUSEHOLD_STEPS),
        Choices("kind", gettext_lazy("类型"), catalogue["ownership_kind"].choice_words),
        Choices("property", gettext_lazy("物业"), catalogue["property_form"].choice_words),
        Choices("party", gettext_lazy("党组织"), PARTY_WORDS, is_first=False),
        Choices("complete", gettext_lazy("完整率"), COMPLETE_WORDS),
    )
    if is_past:
        return always
    return (*always, found_filter(), archived_filter())
