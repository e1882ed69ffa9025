"""The list of compounds (小区)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation.ui.parts import Figure
from linli.registry.models import CompoundParcel
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger.figures import mean_of, ratio_of, share_of, sum_of
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.lines import Form, Line, ListColumn
from linli.registry.queries.ledger.marks import found_facet, found_filter, marks_in
from linli.registry.queries.ledger.places import NOWHERE, Places
from linli.registry.queries.placing import compounds_in, homes
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
ORDER = "-households"
HOUSEHOLD_STEPS = (100, 200, 500, 1000)
#: How the ledger says that a Party branch was formed, in the words of the list.
PARTY_WORDS = {"单独": gettext_lazy("单独支部"), "联合": gettext_lazy("联合支部"), "未成立": gettext_lazy("未建")}
COMPLETE_WORDS = {"full": gettext_lazy("齐全"), "gaps": gettext_lazy("有缺数")}
READ = (
    "pk",
    "code",
    "name",
    "pinyin",
    "address",
    "ownership_kind",
    "household_count",
    "residents_count",
    "age_60_plus",
    "property_form",
    "current__property_company_name",
    "party_branch_formed",
    "completeness",
    "as_of_on",
)
COMPANY_FORM = "专业物业"
WITHOUT_COVER = ("无物业", "")


def compound_lines(area: Area, places: Places) -> list[Line]:
    """Return the compounds of an area as lines. Five queries."""
    placed = homes(area.layout_id)
    parcels: dict[int, list[str]] = {}
    standing = CompoundParcel.objects.filter(compound__district=area.district_id).order_by("parcel__code")
    for compound, parcel in standing.values_list("compound_id", "parcel__code"):
        parcels.setdefault(compound, []).append(parcel)
    marks = marks_in(area, subject_kinds={"compound"})
    party_words = {key: str(word) for key, word in PARTY_WORDS.items()}
    lines = []
    # Plain rows: making model objects would cost more than everything else on the page.
    for key, code, name, pinyin, address, kind, households, people, old, form, company, party, full, as_of in (
        compounds_in(area).order_by("code").values_list(*READ)
    ):
        community, grid = placed.get(key, (None, None))
        home = None if community is None else places.homes.get(community)
        found = marks.get(code, ())
        lines.append(
            Line(
                code=code,
                name=name,
                searched="\n".join((name, code, pinyin, address)),
                values={
                    "name": name,
                    "community": home.name if home else None,
                    "kind": kind or None,
                    "households": households,
                    "people": people,
                    "old": old_percent(people, old),
                    "elders": old,
                    "property": (company if form == COMPANY_FORM else None) or form or None,
                    "party": party_words.get(party, party) or None,
                    "completeness": full,
                    "as_of": as_of,
                    "grid": None if grid is None else places.grids.get(grid),
                },
                orders={"name": pinyin or name} | ({"community": home.pinyin or home.name} if home else {}),
                facets={
                    "subdistrict": (home.subdistrict,) if home else (),
                    "community": (home.code if home else NOWHERE,),
                    "kind": (kind,),
                    "property": (form,),
                    "party": (party,),
                    "complete": ("full" if full == 100 else "gaps",),
                    "found": found_facet(found),
                },
                marks=found,
                parcels=tuple(parcels.get(key, ())),
            )
        )
    return lines


def old_percent(people: int | None, old: int | None) -> float | None:
    """Return the share of people of 60 and over in percent; None where a count is missing or cannot be.

    Examples:
        >>> old_percent(400, 100), old_percent(400, None), old_percent(0, 0), old_percent(90, 100)
        (25.0, None, None, None)
    """
    return None if not people or old is None or not 0 <= old <= people else 100 * old / people


def compound_filters(places: Places, subdistricts: tuple[str, ...], *, is_whole: bool) -> tuple[Filter, ...]:
    """Return what compounds may be filtered by.

    Args:
        places: The places of the reader's area.
        subdistricts: Codes of the subdistricts chosen; only their communities are offered.
        is_whole: Whether the reader covers the whole district, blind spots included.
    """
    catalogue = fields_of(Ledger.COMPOUND)
    nowhere = {NOWHERE: gettext_lazy("未划入")} if is_whole else {}
    return (
        Choices("subdistrict", gettext_lazy("街道"), places.subdistrict_words),
        Choices("community", gettext_lazy("社区"), nowhere | places.community_words(subdistricts=subdistricts)),
        Between("households", gettext_lazy("户数"), gettext_lazy("户"), HOUSEHOLD_STEPS),
        Choices("kind", gettext_lazy("类型"), {word: word for word in catalogue["ownership_kind"].choices}),
        Choices("property", gettext_lazy("物业"), {word: word for word in catalogue["property_form"].choices}),
        Choices("party", gettext_lazy("党组织"), PARTY_WORDS, is_first=False),
        Choices("complete", gettext_lazy("完整率"), COMPLETE_WORDS),
        found_filter(),
    )


def compound_totals(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures under the list, over all lines that the filters leave."""
    return (
        sum_of(lines, "households", label=_("户数"), unit=_("户")),
        sum_of(lines, "people", label=_("常住人口"), unit=_("人")),
        ratio_of(lines, "elders", "people", label=_("60 岁以上")),
        share_of(lines, lambda line: line.facets["property"][0] not in WITHOUT_COVER, label=_("物业覆盖")),
        mean_of(lines, "completeness", label=_("平均完整率")),
    )
