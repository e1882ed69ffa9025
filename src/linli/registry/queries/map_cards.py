"""What the map shows of the place that was clicked: a parcel with its compound, or a community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely
from django.utils.translation import gettext as _

from linli.engine.geometry import geometries_to_zone
from linli.foundation.geometry.queries import intersecting, intersecting_box
from linli.foundation.policies import profile
from linli.registry.errors import EntryUnknown
from linli.registry.models import (
    Community,
    Compound,
    District,
    Facility,
    Fact,
    Layout,
    LayoutMember,
    Parcel,
    Subdistrict,
)
from linli.registry.queries.areas import Area
from linli.registry.queries.placing import homes
from linli.registry.rules.fields import Ledger, fields_of, meaning_told

#: How far a neighbour's edge may lie away, in degrees (some 30 m): a street may run between.
REACH_DEGREES = 0.0003


@dataclass(frozen=True, slots=True)
class Adopter:
    """A community beside a blind spot that could take it over.

    Attributes:
        code: Its code.
        name: Its name.
        households: Its households afterwards.
        distance_m: Straight way from the parcel to its office; None where it has none.
        is_within: Whether it then lies within the band of households.
    """

    code: str
    name: str
    households: int
    distance_m: float | None
    is_within: bool


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """A parcel as the map's card shows it.

    Attributes:
        code: The parcel's code.
        name: Name of the compound, else of the parcel, else empty.
        kind: What stands on it, in Chinese.
        is_seen: Whether the reader covers it; otherwise no figures are given.
        compound: Code of the compound that stands on it; empty for none.
        note: Kind of ownership, year, address.
        community: Name of its community; empty in a blind spot.
        community_code: Code of its community.
        subdistrict: Name of its subdistrict; empty in a blind spot.
        households: Households living there; None for 缺.
        people: Residents; None for 缺.
        aged_share: Share of residents of 60 and above; None for 缺.
        is_small: Whether the households are hidden because they are few.
        meaning: What the households count (口径).
        as_of_on: Date of the households.
        source: Source of the households.
        area_m2: Area of the parcel.
        adopters: Communities that could take a blind spot over, nearest office first.
    """

    code: str
    name: str
    kind: str
    is_seen: bool
    compound: str
    note: str
    community: str
    community_code: str
    subdistrict: str
    households: int | None
    people: int | None
    aged_share: float | None
    is_small: bool
    meaning: str
    as_of_on: date | None
    source: str
    area_m2: float
    adopters: tuple[Adopter, ...]

    @property
    def hectares(self) -> float:
        """Return the area in hectares."""
        return self.area_m2 / 10_000


def parcel_card(district: District, layout: Layout, code: str, *, area: Area, on: date) -> ParcelCard:
    """Return the card of a parcel in a layout.

    Args:
        district: The district.
        layout: The layout looked at.
        code: The parcel's code.
        area: What the reader covers.
        on: Day of the standards that adopters are held against.

    Raises:
        EntryUnknown: The layout has no such parcel.
    """
    member = (
        LayoutMember.objects.filter(layout=layout, parcel__code=code)
        .select_related("parcel", "community__subdistrict")
        .first()
    )
    if member is None:
        raise EntryUnknown(code=code, kind=_("地块"))
    parcel, community = member.parcel, member.community
    compound = parcel.compounds.filter(ended_at=None).first()
    is_seen = area.is_whole_district or (community is not None and community.pk in area.community_ids)
    adopters: tuple[Adopter, ...] = ()
    if community is None:
        around = _neighbours(parcel, layout)
        is_seen = is_seen or any(row.subdistrict_id in area.subdistrict_ids for row in around)
        count = compound.household_count if compound is not None and compound.household_count else 0
        adopters = _adopters(parcel, around, layout, district, added=count, on=on) if is_seen else ()
    fact = _household_fact(compound) if compound is not None and is_seen else None
    shown = compound if is_seen else None
    return ParcelCard(
        code=code,
        name=compound.name if compound is not None else parcel.name,
        kind=str(Parcel.Kind(parcel.kind).label),
        is_seen=is_seen,
        compound=shown.code if shown is not None else "",
        note=" · ".join(_notes_of(shown)) if shown is not None else "",
        community=community.name if community is not None else "",
        community_code=community.code if community is not None else "",
        subdistrict=community.subdistrict.name if community is not None else "",
        households=area.known(shown.household_count) if shown is not None else None,
        people=area.known(shown.residents_count) if shown is not None else None,
        aged_share=share_of(area.known(shown.age_60_plus), area.known(shown.residents_count))
        if shown is not None
        else None,
        is_small=shown is not None and area.hides(shown.household_count),
        meaning=meaning_told(fact.meaning) if fact is not None else "",
        as_of_on=fact.as_of_on if fact is not None else None,
        source=fact.source if fact is not None else "",
        area_m2=parcel.area_m2,
        adopters=adopters,
    )


def share_of(part: int | None, whole: int | None) -> float | None:
    """Return the share of a part in the whole; None where either is missing or makes no sense.

    Examples:
        >>> share_of(30, 120), share_of(None, 120), share_of(130, 120), share_of(0, 0)
        (0.25, None, None, None)
    """
    if part is None or whole is None or whole <= 0 or not 0 <= part <= whole:
        return None
    return part / whole


def _notes_of(compound: Compound) -> list[str]:
    kind = fields_of(Ledger.COMPOUND)["ownership_kind"].told(compound.ownership_kind)
    year = "" if compound.completion_year is None else _("%(year)d 年建成") % {"year": compound.completion_year}
    return [text for text in (kind, year, compound.address) if text]


def _household_fact(compound: Compound) -> Fact | None:
    return Fact.objects.filter(
        district=compound.district_id,
        ledger=Ledger.COMPOUND,
        subject_code=compound.code,
        field="household_count",
        replaced_at=None,
    ).first()


def _neighbours(parcel: Parcel, layout: Layout) -> list[Community]:
    """Return the communities of the parcels around one, in the order of their codes."""
    ring = parcel.outline.buffer(REACH_DEGREES)
    near = [
        row.pk
        for row in intersecting_box(Parcel.objects.filter(memberships__layout=layout), ring.bounds)
        if row.outline.intersects(ring)
    ]
    found = Community.objects.filter(memberships__layout=layout, memberships__parcel__in=near)
    return list(found.distinct().order_by("code"))


def _adopters(
    parcel: Parcel, around: list[Community], layout: Layout, district: District, *, added: int, on: date
) -> tuple[Adopter, ...]:
    low, high = profile(district.profile).at(on)["community_households"].band
    keys = {row.pk for row in around}
    sums = dict.fromkeys(keys, 0)
    home_of = homes(layout.pk)
    counts = Compound.objects.filter(district=district, ended_at=None).values_list("pk", "household_count")
    for compound, households in counts:
        community, _grid = home_of.get(compound, (None, None))
        if community in sums:
            sums[community] += max(households or 0, 0)
    (middle,) = geometries_to_zone([shapely.point_on_surface(parcel.outline)], district.zone)
    found = []
    for row in around:
        distance = None
        if row.office_point is not None:
            (office,) = geometries_to_zone([row.office_point], district.zone)
            distance = float(middle.distance(office))
        total = sums[row.pk] + added
        found.append(Adopter(row.code, row.name, total, distance, low <= total <= high))
    return tuple(sorted(found, key=lambda one: (one.distance_m is None, one.distance_m or 0.0, one.code)))[:3]


@dataclass(frozen=True, slots=True)
class CommunityCard:
    """A community as the map's card shows it.

    Attributes:
        code: Its code.
        name: Its name.
        kind: 居委会 or 村改居.
        subdistrict: Name of its subdistrict.
        is_seen: Whether the reader covers it; otherwise no figures are given.
        compounds: How many compounds.
        households: Households of its compounds; missing figures add nothing.
        people: Residents of its compounds.
        aged_share: Share of 60 and above, over the compounds that know both counts.
        missing: How many compounds lack households or residents.
        low: Fewest households of the band.
        high: Most.
        is_within: Whether its households lie within the band.
        office: Address of its office; empty for none.
    """

    code: str
    name: str
    kind: str
    subdistrict: str
    is_seen: bool
    compounds: int
    households: int
    people: int
    aged_share: float | None
    missing: int
    low: float
    high: float
    is_within: bool
    office: str


def community_card(district: District, layout: Layout, code: str, *, area: Area, on: date) -> CommunityCard:
    """Return the card of a community in a layout.

    Raises:
        EntryUnknown: The district has no such community.
    """
    row = Community.objects.filter(district=district, code=code).select_related("subdistrict").first()
    if row is None:
        raise EntryUnknown(code=code, kind=_("社区"))
    is_seen = area.is_whole_district or row.pk in area.community_ids
    own = [pk for pk, (community, _grid) in homes(layout.pk).items() if community == row.pk]
    compounds = Compound.objects.filter(pk__in=own, ended_at=None) if is_seen else Compound.objects.none()
    stored = list(compounds.values_list("household_count", "residents_count", "age_60_plus"))
    # What is hidden adds nothing, so that no difference tells it.
    figures = [tuple(map(area.known, counts)) for counts in stored]
    both = [(aged, people) for _households, people, aged in figures if share_of(aged, people) is not None]
    low, high = profile(district.profile).at(on)["community_households"].band
    households = sum(max(count or 0, 0) for count, _people, _aged in figures)
    return CommunityCard(
        code=row.code,
        name=row.name,
        kind=str(Community.Kind(row.kind).label),
        subdistrict=row.subdistrict.name,
        is_seen=is_seen,
        compounds=len(figures),
        households=households,
        people=sum(max(people or 0, 0) for _households, people, _aged in figures),
        aged_share=share_of(sum(aged or 0 for aged, _people in both), sum(people or 0 for _aged, people in both)),
        missing=sum(1 for count, people, _aged in stored if count is None or people is None),
        low=low,
        high=high,
        is_within=low <= households <= high,
        office=row.office_address if is_seen else "",
    )


def first_parcels_of(kind: str, code: str, layout: Layout) -> tuple[str, ...]:
    """Return the codes of the parcels that an entry found by a search stands on, in a layout.

    Args:
        kind: ``compound``, ``community`` or ``facility``; a facility stands on the parcel around its point.
        code: Its code.
        layout: The layout looked at.
    """
    members = LayoutMember.objects.filter(layout=layout).order_by("parcel__code")
    if kind == "compound":
        members = members.filter(parcel__compounds__code=code)
    elif kind == "community":
        members = members.filter(community__code=code)
    else:
        point = Facility.objects.filter(district=layout.district_id, code=code).values_list("point", flat=True).first()
        if point is None:
            return ()
        near = intersecting(Parcel.objects.filter(memberships__layout=layout), point)
        return tuple(parcel.code for parcel in near[:1])
    return tuple(members.values_list("parcel__code", flat=True))


def codes_in_focus(area: Area) -> list[str]:
    """Return the codes of the subdistricts covered whole, and of communities in others; none for a whole district."""
    if area.is_whole_district:
        return []
    subdistricts = Subdistrict.objects.filter(pk__in=area.subdistrict_ids)
    rest = Community.objects.filter(pk__in=area.community_ids).exclude(subdistrict__in=area.subdistrict_ids)
    return [*subdistricts.values_list("code", flat=True), *rest.values_list("code", flat=True)]
