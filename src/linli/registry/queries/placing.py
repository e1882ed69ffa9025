"""Where a compound belongs in a layout, and which compounds a reader therefore sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from linli.registry.models import Compound, CompoundEdition, CompoundParcel, Facility, Finding
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.findings import newest_run

Place = tuple[int | None, int | None]


def homes_by_parcel(layout_id: int | None, *, compounds: Iterable[int]) -> dict[int, Place]:
    """Return the keys of community and grid per compound; one on several parcels lies where its first does.

    Args:
        layout_id: The layout; before the first take-over nothing belongs anywhere.
        compounds: Keys of the compounds asked about.
    """
    if layout_id is None:
        return {}
    rows = CompoundParcel.objects.filter(parcel__memberships__layout=layout_id, compound__in=compounds)
    found: dict[int, Place] = {}
    for compound, community, grid in rows.order_by("parcel__code").values_list(
        "compound_id", "parcel__memberships__community_id", "parcel__memberships__grid_id"
    ):
        found.setdefault(compound, (community, grid))
    return found


def homes(layout_id: int | None, *, compounds: Iterable[int] | None = None) -> dict[int, Place]:
    """Return the keys of community and grid per compound as they are in force.

    Args:
        layout_id: The layout in force; before the first take-over nothing belongs anywhere.
        compounds: Keys of the compounds asked about; all of the layout's district by default.
    """
    if layout_id is None:
        return {}
    rows = Compound.objects.filter(district__layouts=layout_id)
    if compounds is not None:
        rows = rows.filter(pk__in=compounds)
    return {key: (home, grid) for key, home, grid in rows.values_list("pk", "home_id", "grid_id")}


def compounds_in(area: Area) -> QuerySet[Compound]:
    """Return the compounds of an area as they stand; ``home_id`` is None in a blind spot.

    A compound in no community is seen by whole-district posts, and by the subdistrict that the newest audit
    found nearest to it.
    """
    return Compound.objects.filter(_lies_in(area), district=area.district_id, ended_at=None)


def archived_in(area: Area) -> QuerySet[Compound]:
    """Return the archived compounds of an area, in the community where they last belonged."""
    return Compound.objects.filter(_lies_in(area), district=area.district_id).exclude(ended_at=None)


def facilities_in(area: Area, *, is_archived: bool = False) -> QuerySet[Facility]:
    """Return the facilities of an area as they stand or stood at its moment, or the archived ones."""
    rows = Facility.objects.filter(district=area.district_id)
    rows = rows.exclude(ended_at=None) if is_archived else rows.filter(standing_at(area.at))
    return rows if area.is_whole_district else rows.filter(community__in=area.community_ids)


def editions_in(area: Area, *, at: datetime) -> QuerySet[CompoundEdition]:
    """Return the compounds of an area as the ledger held them at a moment."""
    return CompoundEdition.objects.filter(
        _lies_in(area), district=area.district_id, held_until__gt=at, held_from__lte=at
    )


def _lies_in(area: Area) -> Q:
    if area.is_whole_district:
        return Q()
    return Q(home__in=area.community_ids) | Q(home=None, code__in=blind_compounds_near(area))


def compounds_of_area(area: Area) -> tuple[tuple[str, str], ...]:
    """Return code and name of the compounds of an area that belong to a community, in the order of their codes."""
    settled = {compound for compound, (community, _grid) in homes(area.layout_id).items() if community is not None}
    rows = compounds_in(area).order_by("code").values_list("pk", "code", "name")
    return tuple((code, name) for key, code, name in rows if key in settled)


def blind_compounds_near(area: Area) -> set[str]:
    """Return the codes of compounds in no community that lie next to a subdistrict which the area covers whole."""
    run = newest_run(area.district_id)
    if run is None or not area.subdistrict_ids:
        return set()
    found = Finding.objects.filter(run=run, kind="COMPOUND_UNASSIGNED", subdistrict__in=area.subdistrict_ids)
    return set(found.values_list("subject_code", flat=True))
