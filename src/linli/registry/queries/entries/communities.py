"""The page of a community (社区): sums of its compounds against norms, what it declares, grids, compounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.foundation.policies import Standard, profile
from linli.foundation.ui.parts import BandChart, BandRow, Figure, Norm
from linli.registry.errors import EntryUnknown
from linli.registry.models import Community, District, Facility, Fact, Grid, LayoutMember, PopulationSummary
from linli.registry.queries.areas import Area, recorded_by, standing_at
from linli.registry.queries.entries.fields import (
    Change,
    Item,
    changes_of,
    counting_facts,
    items_of,
    past_facts,
    small_count,
    standing_of,
    verified_words,
)
from linli.registry.queries.map_cards import share_of
from linli.registry.queries.placing import compounds_in, editions_in
from linli.registry.rules.fields import Ledger, fields_of
from linli.registry.rules.verifying import published_total

#: Households up to which the axis has a mark for every thousand.
AXIS_BEFORE_WIDER_MARKS = 5000
#: Fields of a community that are missed when empty.
EXPECTED_OF_A_COMMUNITY = (
    "office_address",
    "office_area",
    "service_area",
    "workers_total",
    "committee_members",
    "party_org_kind",
    "founded_date",
    "approval_number",
)
#: What a community declares of itself, and the sum of its compounds that it is held against.
DECLARED = {
    "household_count": "households",
    "usual_residents": "people",
    "compound_total": "compounds",
}


@dataclass(frozen=True, slots=True)
class CommunityPlace:
    """A community and the office that answers for it."""

    key: int
    code: str
    name: str
    kind: str
    subdistrict: str
    subdistrict_code: str
    office_code: str


@dataclass(frozen=True, slots=True)
class OwnCompound:
    """A compound of a community."""

    code: str
    name: str
    kind: str
    grid: str
    households: int | None
    people: int | None
    aged_share: float | None
    completeness: int
    is_household_verified: bool
    is_residents_verified: bool


@dataclass(frozen=True, slots=True)
class OwnGrid:
    """A grid of a community with the sums of its compounds."""

    code: str
    name: str
    is_special: bool
    compounds: int
    households: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A figure that the community declares, beside the sum of its compounds."""

    label: str
    declared: float
    computed: float
    source: str
    as_of_on: date | None

    @property
    def difference(self) -> float:
        """Return how much more is declared than the compounds add up to."""
        return self.declared - self.computed


@dataclass(frozen=True, slots=True)
class CommunityPage:
    """Everything that the page of a community shows.

    Attributes:
        place: The community.
        figures: The figure strip.
        band: Its households against the band.
        norms: Figures held against a norm.
        items: Registered items.
        declared: What it declares beside what is computed.
        compounds: Its compounds.
        grids: Its grids.
        facilities: Its facilities: kind and how many.
        changes: Its history.
        parcels: Codes of its parcels.
        area_m2: Area of its parcels.
    """

    place: CommunityPlace
    figures: tuple[Figure, ...]
    band: BandChart
    norms: tuple[Norm, ...]
    items: tuple[Item, ...]
    declared: tuple[Declared, ...]
    compounds: tuple[OwnCompound, ...]
    grids: tuple[OwnGrid, ...]
    facilities: tuple[tuple[str, int], ...]
    changes: tuple[Change, ...]
    parcels: tuple[str, ...]
    area_m2: float


def community_place(district: District, code: str, *, area: Area) -> CommunityPlace:
    """Return a community.

    Raises:
        EntryUnknown: The area holds no such community.
    """
    found = Community.objects.filter(district=district, code=code, pk__in=area.community_ids)
    row = found.select_related("subdistrict__office", "office").first()
    if row is None:
        raise EntryUnknown(code=code, kind=_("社区"))
    office = row.office or row.subdistrict.office
    return CommunityPlace(
        key=row.pk,
        code=row.code,
        name=row.name,
        kind=str(Community.Kind(row.kind).label),
        subdistrict=row.subdistrict.name,
        subdistrict_code=row.subdistrict.code,
        office_code=office.code if office is not None else district.code,
    )


def community_page(
    district: District, place: CommunityPlace, *, area: Area, shows_small: bool, on: date
) -> CommunityPage:
    """Return the page of a community, on a past day with what the ledger held then.

    Args:
        district: The district.
        place: The community, as the reader may see it.
        area: What the reader covers, and the past moment asked about.
        shows_small: Whether the reader may see small counts of people.
        on: The day shown; its norms hold.
    """
    past = past_facts(district, Ledger.COMMUNITY, place.code, at=area.at)
    facts, counting = standing_of(past), counting_facts(past)
    limit = small_count(district, on=on)
    standards = profile(district.profile).at(on)
    members = LayoutMember.objects.filter(layout=area.layout_id, community=place.key).order_by("parcel__code")
    ground = list(members.values_list("parcel__code", "parcel__area_m2"))
    compounds, grids = _inhabited(place, area)
    households = sum(max(row.households or 0, 0) for row in compounds)
    people = sum(max(row.people or 0, 0) for row in compounds)
    sums = {"households": households, "people": people, "compounds": len(compounds)}
    kinds = Facility.objects.filter(standing_at(area.at), community=place.key).values_list("kind", flat=True)
    counted = {kind: list(kinds).count(kind) for kind in sorted(set(kinds))}
    figures = {key: fact.number for key, fact in counting.items() if fact.number is not None}
    low, high = standards["community_households"].band
    axis = max(high * 4 / 3, households)
    step = 1000 * math.ceil(axis / AXIS_BEFORE_WIDER_MARKS)
    return CommunityPage(
        place=place,
        figures=_strip(compounds, households, people, len(grids), sum(area for _code, area in ground)),
        band=BandChart(
            label=_("%(name)s的户数与标准") % {"name": place.name},
            rows=(BandRow(name=place.name.removesuffix("社区"), now=households, text=f"{households:,}"),),
            low=low,
            high=high,
            top=math.ceil(axis / step) * step,
            step=step,
        ),
        norms=_norms(counting, standards, households, people),
        items=items_of(
            facts, ledger=Ledger.COMMUNITY, expected=EXPECTED_OF_A_COMMUNITY, limit=limit, shows_small=shows_small
        ),
        declared=_declared(place, figures, sums, at=area.at),
        compounds=compounds,
        grids=grids,
        facilities=tuple(counted.items()),
        changes=changes_of(
            past,
            ledger=Ledger.COMMUNITY,
            limit=limit,
            shows_small=shows_small,
        ),
        parcels=tuple(code for code, _area in ground),
        area_m2=sum(area for _code, area in ground),
    )


def _inhabited(place: CommunityPlace, area: Area) -> tuple[tuple[OwnCompound, ...], tuple[OwnGrid, ...]]:
    found = compounds_in(area) if area.at is None else editions_in(area, at=area.at)
    rows: list[Any] = list(found.filter(home=place.key).order_by("code"))
    grids = list(Grid.objects.filter(standing_at(area.at), community=place.key).order_by("code"))
    names = {grid.pk: grid.name for grid in grids}
    kinds = fields_of(Ledger.COMPOUND)["ownership_kind"]
    return (
        tuple(
            OwnCompound(
                code=row.code,
                name=row.name,
                kind=kinds.told(row.ownership_kind),
                grid=names.get(row.grid_id or 0, ""),
                households=row.household_count,
                people=row.residents_count,
                aged_share=share_of(row.age_60_plus, row.residents_count),
                completeness=row.completeness,
                is_household_verified=row.is_household_verified,
                is_residents_verified=row.is_residents_verified,
            )
            for row in rows
        ),
        tuple(
            OwnGrid(
                code=grid.code,
                name=grid.name,
                is_special=grid.special,
                compounds=sum(row.grid_id == grid.pk for row in rows),
                households=sum(max(row.household_count or 0, 0) for row in rows if row.grid_id == grid.pk),
            )
            for grid in grids
        ),
    )


def _strip(
    compounds: tuple[OwnCompound, ...], households: int, people: int, grids: int, area_m2: float
) -> tuple[Figure, ...]:
    known = [
        (row.aged_share * row.people, row.people) for row in compounds if row.aged_share is not None and row.people
    ]
    aged = sum(part for part, _whole in known) / sum(whole for _part, whole in known) * 100 if known else None

    homes = published_total((row.households, row.is_household_verified) for row in compounds)
    residents = published_total((row.people, row.is_residents_verified) for row in compounds)
    return (
        Figure(
            label=_("户数"),
            value=households,
            unit=_("户"),
            meaning=_("实际入住户，各小区合计"),
            note=verified_words(homes),
        ),
        Figure(
            label=_("常住人口"), value=people, unit=_("人"), meaning=_("各小区合计"), note=verified_words(residents)
        ),
        Figure(label=_("60 岁以上"), value=aged, unit="%", digits=1, meaning=_("占常住人口")),
        Figure(label=_("网格"), value=grids, unit=_("个"), note=_("现行布局")),
        Figure(label=_("面积"), value=area_m2 / 1e6, unit="km²", digits=2, note=_("由地块推算")),
    )


def _norms(
    facts: Mapping[str, Fact], standards: Mapping[str, Standard], households: int, people: int
) -> tuple[Norm, ...]:
    rooms, workers = facts.get("service_area"), facts.get("workers_total")
    wanted = (
        (
            "facility_per100",
            _("每百户综合服务设施面积"),
            rooms,
            100 / households if households else None,
            "㎡",
        ),
        (
            "workers_per_10000",
            _("每万人社区工作者"),
            workers,
            10_000 / people if people else None,
            _("人"),
        ),
    )
    found = []
    for key, label, fact, per, unit in wanted:
        if key not in standards:
            continue
        value = None if fact is None or fact.number is None or per is None else fact.number * per
        norm = standards[key].number
        found.append(
            Norm(
                label=label,
                value=value,
                norm=norm,
                unit=unit,
                top=max(norm * 2, (value or 0) * 1.1),
                digits=1,
                as_of=None if fact is None else fact.as_of_on,
                rule=_("不少于 %(norm)g%(unit)s，%(source)s")
                % {"norm": norm, "unit": unit, "source": standards[key].source.title},
            )
        )
    return tuple(found)


def _declared(
    place: CommunityPlace, figures: Mapping[str, float], sums: Mapping[str, int], *, at: datetime | None
) -> tuple[Declared, ...]:
    summaries = PopulationSummary.objects.filter(recorded_by(at), community=place.key)
    summary = summaries.order_by("-reference_on").first()
    counts = {} if summary is None else summary.counts
    source = "" if summary is None else summary.source
    day = None if summary is None else summary.reference_on
    catalogue = fields_of(Ledger.COMMUNITY)
    return tuple(
        Declared(str(catalogue[key].name), float(value), float(sums[computed]), source, day)
        for key, computed in DECLARED.items()
        if (value := counts.get(key, figures.get(key))) is not None
    )
