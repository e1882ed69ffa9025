"""Parcels on which a new compound may be registered: those that carry none."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.registry.models import CompoundParcel, Finding, Parcel
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import newest_run

#: On water and in parks nobody is registered to live.
HABITABLE = (
    Parcel.Kind.RESIDENTIAL,
    Parcel.Kind.CONSTRUCTION,
    Parcel.Kind.WORKS,
    Parcel.Kind.COMMERCIAL,
    Parcel.Kind.OTHER,
)


def vacant_parcels(area: Area) -> QuerySet[Parcel]:
    """Return the habitable parcels of the layout in force that carry no compound, in the order of their codes.

    Parcels in no community are open to whole-district posts, and to the subdistrict that the newest audit found
    nearest to them.
    """
    taken = CompoundParcel.objects.filter(compound__ended_at=None).values("parcel")
    free = Parcel.objects.filter(memberships__layout=area.layout_id, kind__in=HABITABLE).exclude(pk__in=taken)
    if not area.is_whole_district:
        run = newest_run(area.district_id)
        near = Finding.objects.filter(run=run, kind="AREA_UNASSIGNED", subdistrict__in=area.subdistrict_ids)
        own = Parcel.objects.filter(memberships__layout=area.layout_id, memberships__community__in=area.community_ids)
        lost = Parcel.objects.filter(
            memberships__layout=area.layout_id, memberships__community=None, code__in=near.values("subject_code")
        )
        free = free.filter(pk__in=own.values("pk")) | free.filter(pk__in=lost.values("pk"))
    return free.order_by("code")
