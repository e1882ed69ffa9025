"""Where a compound belongs in a layout, and which compounds a reader therefore sees."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.registry.models import Compound, CompoundParcel, Finding, LayoutMember
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import newest_run

Place = tuple[int | None, int | None]


def homes(layout_id: int | None, *, compounds: Iterable[int] | None = None) -> dict[int, Place]:
    """Return the keys of community and grid per compound; a compound on several parcels lies where its first does.

    Args:
        layout_id: The layout; before the first take-over nothing belongs anywhere.
        compounds: Keys of the compounds asked about; all by default.
    """
    if layout_id is None:
        return {}
    rows = CompoundParcel.objects.filter(parcel__memberships__layout=layout_id).order_by("parcel__code")
    if compounds is not None:
        rows = rows.filter(compound__in=compounds)
    found: dict[int, Place] = {}
    for compound, community, grid in rows.values_list(
        "compound_id", "parcel__memberships__community_id", "parcel__memberships__grid_id"
    ):
        found.setdefault(compound, (community, grid))
    return found


def compounds_in(area: Area) -> QuerySet[Compound]:
    """Return the compounds of an area, with ``home_id``, the key of their community, None in a blind spot.

    A compound in no community is seen by whole-district posts, and by the subdistrict that the newest audit
    found nearest to it.
    """
    members = LayoutMember.objects.filter(layout=area.layout_id, parcel__carries__compound=OuterRef("pk"))
    rows = Compound.objects.filter(district=area.district_id, ended_at=None).annotate(
        home_id=Subquery(members.order_by("parcel__code").values("community_id")[:1])
    )
    if area.is_whole_district:
        return rows
    return rows.filter(Q(home_id__in=area.community_ids) | Q(home_id__isnull=True, code__in=blind_compounds_near(area)))


def blind_compounds_near(area: Area) -> set[str]:
    """Return the codes of compounds in no community that lie next to a subdistrict which the area covers whole."""
    run = newest_run(area.district_id)
    if run is None or not area.subdistrict_ids:
        return set()
    found = Finding.objects.filter(run=run, kind="COMPOUND_UNASSIGNED", subdistrict__in=area.subdistrict_ids)
    return set(found.values_list("subject_code", flat=True))
