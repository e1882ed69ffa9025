"""The figures of an area at a glance: sizes against the band, homes given, completeness, rooms and workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet, Sum

from linli.registry.models import Community, Compound, District, Layout
from linli.registry.queries.areas import Area
from linli.registry.queries.layouts import ground_of, membership_of
from linli.registry.queries.ledger.figures import known
from linli.registry.queries.map_files import sums_per_community


@dataclass(frozen=True, slots=True)
class Overview:
    """An area in figures; sums leave missing figures out.

    Args:
        subdistricts: How many subdistricts.
        communities: How many communities.
        compounds: How many compounds.
        assigned_compounds: How many of them belong to a community.
        households: Households (实际入住户) of the compounds.
        people: Usual residents of the compounds.
        in_band: How many communities hold as many households as the band asks.
        over_band: How many hold more.
        under_band: How many hold fewer.
        completeness: Mean completeness (完整率) of the compounds, 0–100; None without compounds.
        verified_share: Mean share of verified figures (核实率) among those filled in, 0–100; None likewise.
        households_verified: Households of compounds whose count is verified.
        compounds_verified: How many compounds those are.
        rooms_m2: Floor area of the communities' rooms, office and services together.
        workers: Community workers.
        as_of_on: Newest date of a figure.
    """

    subdistricts: int
    communities: int
    compounds: int
    assigned_compounds: int
    households: int
    people: int
    in_band: int
    over_band: int
    under_band: int
    completeness: float | None
    verified_share: float | None
    households_verified: int
    compounds_verified: int
    rooms_m2: float
    workers: float
    as_of_on: date | None

    @property
    def rooms_per_100_households(self) -> float | None:
        """Square metres of rooms per 100 households; None without households."""
        return 100 * self.rooms_m2 / self.households if self.households else None

    @property
    def workers_per_10000_people(self) -> float | None:
        """Workers per 10,000 people; None without people."""
        return 10_000 * self.workers / self.people if self.people else None


def overview(area: Area, *, low: int, high: int) -> Overview:
    """Return the figures of an area.

    Args:
        area: What the reader covers.
        low: Fewest households of a community.
        high: Most.
    """
    communities = list(Community.objects.filter(pk__in=area.community_ids))
    sizes = _sizes(area)
    held = [sizes.get(row.pk, 0) for row in communities]
    compounds = _compounds(area)
    # What is hidden adds nothing, so that no difference tells it.
    households = known("household_count", area)
    sums = compounds.aggregate(
        n=Count("pk"),
        households=Sum("household_count", filter=households),
        people=Sum("residents_count", filter=known("residents_count", area)),
        completeness=Avg("completeness"),
        verified_share=Avg("verified_share"),
        households_verified=Sum("household_count", filter=households & Q(is_household_verified=True)),
        compounds_verified=Count("pk", filter=Q(household_count__gte=0, is_household_verified=True)),
        newest=Max("as_of_on"),
    )
    return Overview(
        subdistricts=len(area.subdistrict_ids),
        communities=len(communities),
        compounds=sums["n"],
        assigned_compounds=_assigned(area, compounds),
        households=sums["households"] or 0,
        people=sums["people"] or 0,
        in_band=sum(low <= size <= high for size in held),
        over_band=sum(size > high for size in held),
        under_band=sum(size < low for size in held),
        completeness=sums["completeness"],
        verified_share=sums["verified_share"],
        households_verified=sums["households_verified"] or 0,
        compounds_verified=sums["compounds_verified"],
        rooms_m2=sum(_figure(row, "office_area") + _figure(row, "service_area") for row in communities),
        workers=sum(_figure(row, "workers_total") for row in communities),
        as_of_on=sums["newest"],
    )


def _sizes(area: Area) -> dict[int, int]:
    if area.layout_id is None:
        return {}
    layout = Layout.objects.select_related("district").get(pk=area.layout_id)
    district: District = layout.district
    ground = ground_of(district, parcel_set=layout.parcel_set)
    community_of, _grid_of = membership_of(layout, ground)
    households, _people = sums_per_community(district, ground, community_of, area=area)
    return households


def _compounds(area: Area) -> QuerySet[Compound]:
    compounds = Compound.objects.filter(district_id=area.district_id, ended_at=None)
    if area.is_whole_district:
        return compounds
    return compounds.filter(pk__in=_placed(area).filter(parcels__memberships__community__in=area.community_ids))


def _assigned(area: Area, compounds: QuerySet[Compound]) -> int:
    placed = _placed(area).filter(parcels__memberships__community__isnull=False)
    return compounds.filter(pk__in=placed).count()


def _placed(area: Area) -> QuerySet[Compound, Any]:
    return Compound.objects.filter(parcels__memberships__layout=area.layout_id).values("pk")


def _figure(row: Community, field: str) -> float:
    return float(row.counted.get(field) or 0)
