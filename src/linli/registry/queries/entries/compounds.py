"""The page of a compound (小区): figures, items, who manages it, what is near, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.engine.geometry import four_bounds, geometries_to_zone, named_courses
from linli.foundation.ui.parts import Figure
from linli.registry.errors import EntryUnknown
from linli.registry.models import (
    Building,
    Community,
    Compound,
    CompoundEdition,
    District,
    Facility,
    Fact,
    Grid,
    Layout,
    OwnersCommittee,
    Parcel,
    PartyOrganisation,
    PropertyManagement,
    TerrainLine,
)
from linli.registry.queries.areas import Area, recorded_by, standing_at
from linli.registry.queries.entries.fields import (
    Change,
    Item,
    changes_of,
    counting_facts,
    is_small,
    items_of,
    last_before,
    past_facts,
    shown_value,
    small_count,
    standing_of,
)
from linli.registry.queries.map_cards import share_of
from linli.registry.queries.placing import compounds_in, editions_in, homes
from linli.registry.rules.fields import EXPECTED_OF_A_COMPOUND, Ledger, fields_of, meaning_told

NEAREST = 6


@dataclass(frozen=True, slots=True)
class CompoundPlace:
    """Where a compound lies, and whose it is.

    Attributes:
        code: Its code.
        name: Its name.
        community: Name of its community; empty in a blind spot.
        community_code: Code of its community.
        subdistrict: Name of its subdistrict.
        grid: Name of its grid.
        office_code: The office that answers for it: its community's, else its subdistrict's, else the district's.
        parcels: Codes of its parcels.
    """

    code: str
    name: str
    community: str
    community_code: str
    subdistrict: str
    grid: str
    office_code: str
    parcels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearFacility:
    """A facility and the straight way to it."""

    name: str
    kind: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class CompoundPage:
    """Everything that the page of a compound shows.

    Attributes:
        place: Where it lies.
        kind: Kind of ownership.
        address: Its address.
        figures: The figure strip.
        items: Registered items.
        filled: How many expected items are filled in.
        expected: How many are expected.
        contracts: Contracts of property management.
        committees: Owners' committees.
        party: Party organisations that cover it.
        facilities: The nearest facilities.
        buildings: Its buildings.
        changes: Its history.
        bounds: The four bounds (四至) in one sentence; empty where nothing named runs along.
        area_m2: Area of its parcels.
        is_derived: Whether an outline was drawn by the engine around a point.
    """

    place: CompoundPlace
    kind: str
    address: str
    figures: tuple[Figure, ...]
    items: tuple[Item, ...]
    filled: int
    expected: int
    contracts: tuple[PropertyManagement, ...]
    committees: tuple[OwnersCommittee, ...]
    party: tuple[PartyOrganisation, ...]
    facilities: tuple[NearFacility, ...]
    buildings: tuple[Building, ...]
    changes: tuple[Change, ...]
    bounds: str
    area_m2: float
    is_derived: bool

    @property
    def hectares(self) -> float:
        """Return the area in hectares."""
        return self.area_m2 / 10_000


def compound_place(district: District, code: str, *, area: Area) -> CompoundPlace:
    """Return where a compound lies, or lay at the area's past moment.

    Raises:
        EntryUnknown: The area holds no such compound.
    """
    shown = _shown(area, code)
    if shown is None:
        raise EntryUnknown(code=code, kind=_("小区"))
    compound = Compound.objects.get(district=district, code=code)
    if area.at is None:
        community_id, grid_id = homes(area.layout_id, compounds=[compound.pk]).get(compound.pk, (None, None))
    else:
        community_id, grid_id = shown.home_id, shown.grid_id
    community = Community.objects.filter(pk=community_id or 0).select_related("subdistrict__office", "office").first()
    grid = Grid.objects.filter(pk=grid_id or 0).first()
    office = community.office or community.subdistrict.office if community is not None else None
    return CompoundPlace(
        code=code,
        name=shown.name,
        community="" if community is None else community.name,
        community_code="" if community is None else community.code,
        subdistrict="" if community is None else community.subdistrict.name,
        grid="" if grid is None else grid.name,
        office_code=office.code if office is not None else district.code,
        parcels=tuple(
            compound.parcels.filter(memberships__layout=area.layout_id).order_by("code").values_list("code", flat=True)
        ),
    )


def compound_page(
    district: District, place: CompoundPlace, *, layout: Layout, shows_small: bool, on: date, area: Area
) -> CompoundPage:
    """Return the page of a compound, on a past day with what the ledger held then.

    Args:
        district: The district.
        place: Where the compound lies, as the reader may see it.
        layout: The layout in force.
        shows_small: Whether the reader may see small counts of people.
        on: Today.
        area: What the reader covers, and the past moment asked about; buildings are known as they are now alone.
    """
    compound = Compound.objects.get(district=district, code=place.code)
    shown = _shown(area, place.code) or compound
    past = past_facts(district, Ledger.COMPOUND, place.code, at=area.at)
    facts = standing_of(past)
    limit = small_count(district, on=on)
    parcels = list(Parcel.objects.filter(code__in=place.parcels, memberships__layout=layout))
    items = items_of(
        facts, ledger=Ledger.COMPOUND, expected=EXPECTED_OF_A_COMPOUND, limit=limit, shows_small=shows_small
    )
    filled = sum(item.value is not None for item in items if item.key in EXPECTED_OF_A_COMPOUND)
    return CompoundPage(
        place=place,
        kind=fields_of(Ledger.COMPOUND)["ownership_kind"].told(shown.ownership_kind),
        address=shown.address,
        figures=_figures(
            compound,
            shown.residents_count,
            counting_facts(past),
            past,
            place,
            district,
            limit=limit,
            shows_small=shows_small,
        ),
        items=items,
        filled=filled,
        expected=len(EXPECTED_OF_A_COMPOUND),
        contracts=tuple(compound.property_contracts.filter(recorded_by(area.at)).order_by("-contract_start")),
        committees=tuple(compound.owners_committees.filter(recorded_by(area.at))),
        party=tuple(compound.party_organisations.filter(recorded_by(area.at))),
        facilities=_nearest(compound, district, at=area.at),
        buildings=tuple(compound.buildings.order_by("code")) if area.at is None else (),
        changes=changes_of(past, ledger=Ledger.COMPOUND, limit=limit, shows_small=shows_small),
        bounds=_bounds(parcels, district),
        area_m2=sum(parcel.area_m2 for parcel in parcels),
        is_derived=any(parcel.is_derived for parcel in parcels),
    )


def _shown(area: Area, code: str) -> Compound | CompoundEdition | None:
    """Return a compound of an area as it stands, or as the ledger held it at the area's moment."""
    if area.at is None:
        return compounds_in(area).filter(code=code).first()
    return editions_in(area, at=area.at).filter(code=code).first()


def _figures(
    compound: Compound,
    people: int | None,
    facts: dict[str, Fact],
    past: list[Fact],
    place: CompoundPlace,
    district: District,
    *,
    limit: int,
    shows_small: bool,
) -> tuple[Figure, ...]:
    def share(key: str, label: str) -> Figure:
        fact = facts.get(key)
        part = fact.number if fact is not None else None
        hidden = not shows_small and is_small(fields_of(Ledger.COMPOUND)[key], part, limit=limit)
        value = None if hidden or part is None else share_of(int(part), people)
        return Figure(
            label=label,
            value=None if value is None else value * 100,
            unit="%",
            digits=1,
            meaning=_("占常住人口"),
            as_of=None if fact is None else fact.as_of_on,
            source="" if fact is None else fact.source,
            verifier="" if fact is None else fact.verified_by,
            note=_("少于 %(limit)d 人，不显示") % {"limit": limit} if hidden else "",
        )

    return (
        _counted("household_count", _("户数"), _("户"), facts, past),
        _counted("residents_count", _("常住人口"), _("人"), facts, past),
        share("age_60_plus", _("60 岁以上")),
        share("age_0_3", _("0–3 岁")),
        _to_office(compound, place, district),
    )


def _counted(key: str, label: str, unit: str, facts: dict[str, Fact], past: list[Fact]) -> Figure:
    fact = facts.get(key)
    before = last_before(past, key, counting=fact)
    field = fields_of(Ledger.COMPOUND)[key]
    told = "" if before is None else shown_value(field, before)
    if before is not None and before.as_of_on is not None:
        told = f"{told}（{before.as_of_on.isoformat()}）"
    meaning = meaning_told(fact.meaning if fact is not None else "") or str(field.name)
    return Figure(
        label=label,
        value=None if fact is None else fact.number,
        unit=unit,
        meaning=meaning,
        as_of=None if fact is None else fact.as_of_on,
        source="" if fact is None else fact.source,
        verifier="" if fact is None else fact.verified_by,
        before=told,
        note="" if fact is None or fact.verified_by else _("%(meaning)s · 未核实") % {"meaning": meaning},
    )


def _to_office(compound: Compound, place: CompoundPlace, district: District) -> Figure:
    office = (
        Community.objects.filter(district=district, code=place.community_code)
        .values_list("office_point", flat=True)
        .first()
    )
    distance = None
    if office is not None and compound.point is not None:
        here, there = geometries_to_zone([compound.point, office], district.zone)
        distance = float(here.distance(there))
    return Figure(label=_("到办事点"), value=distance, unit="m", meaning=_("直线距离"))


def _nearest(compound: Compound, district: District, *, at: datetime | None) -> tuple[NearFacility, ...]:
    rows = list(
        Facility.objects.filter(standing_at(at), district=district, point__isnull=False).values_list(
            "name", "kind", "point"
        )
    )
    if compound.point is None or not rows:
        return ()
    here, *points = geometries_to_zone([compound.point, *(row[2] for row in rows)], district.zone)
    distances = shapely.distance(here, points)
    kinds = fields_of(Ledger.FACILITY)["facility_kind"]
    near = sorted(range(len(rows)), key=lambda row: (float(distances[row]), rows[row][0]))[:NEAREST]
    return tuple(NearFacility(rows[row][0], kinds.told(rows[row][1]), float(distances[row])) for row in near)


def _bounds(parcels: list[Parcel], district: District) -> str:
    """Return the four bounds of parcels in one sentence, from the names of roads and rivers along them."""
    lines = list(
        TerrainLine.objects.filter(district=district).exclude(name="").order_by("pk").values_list("course", "name")
    )
    if not parcels or not lines:
        return ""
    shapes = geometries_to_zone([parcel.outline for parcel in parcels], district.zone)
    whole = shapely.union_all(shapes)
    if whole.geom_type not in ("Polygon", "MultiPolygon"):
        return ""
    courses = geometries_to_zone(np.array([line[0] for line in lines], dtype=object), district.zone)
    found = four_bounds(whole, named_courses(courses, [line[1] for line in lines]))
    sides = ((_("东至"), found.east), (_("南至"), found.south), (_("西至"), found.west), (_("北至"), found.north))
    return "，".join(f"{word}{'、'.join(names)}" for word, names in sides if names)
