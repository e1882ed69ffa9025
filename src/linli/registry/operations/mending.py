"""Mending a misdrawn parcel (修补地块) in one act, and taking it back; both issue the layout anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import jobs, trail
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.errors.ground import MendingNotUndoable, MendingOutdated, NothingToMend
from linli.registry.models import District, Layout, Parcel, ParcelLineage
from linli.registry.operations.layouts import write_technical_layout
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.mending import standing_mending
from linli.registry.queries.places import district_by_code

AUDIT = "linli.registry.jobs.run_audit"


@transaction.atomic
def mend_parcel(code: str, *, seen_layout: int, by: Scope, now: datetime) -> int:
    """Give a misdrawn parcel the outline that its neighbours leave it; nobody changes community.

    Args:
        code: The parcel.
        seen_layout: Number of the layout that the preview was made on.
        by: Who acts; the post must plan for the whole district, as parcels are the district's.
        now: When.

    Returns:
        The number of the layout that the repair issued.

    Raises:
        NotPermitted: The post plans nowhere.
        OutsideYourArea: The post plans, but not for the whole district.
        NothingToMend: No cause names the parcel, or a person must decide.
        MendingOutdated: Another layout is in force than the one that was seen.
    """
    require(by, Permission.PLAN, office=by.district_code)
    district = _locked(by)
    found = standing_mending(district, code, now=now)
    if found is None:
        raise NothingToMend(parcel=code)
    _survey, mending, number = found
    standing = layout_at(district, at=now)
    if standing is None or number != seen_layout:
        raise MendingOutdated()
    layout = write_technical_layout(
        district, standing, {code: mending.after}, basis_text=_("修补地块 %(parcel)s") % {"parcel": code}, now=now
    )
    trail.record(
        "registry.parcel.mended",
        subject=trail.Subject(kind="parcel", code=code),
        by=by,
        at=now,
        district=district.code,
        layout=layout.number,
        nature=mending.nature,
        changed_m2=round(mending.changed_m2, 2),
        before_m2=round(mending.before_m2, 2),
        after_m2=round(mending.after_m2, 2),
    )
    jobs.schedule(AUDIT, by=by, now=now, title=_("修补地块后重新核查"), district=district.code)
    return layout.number


@transaction.atomic
def undo_mending(number: int, *, by: Scope, now: datetime) -> int:
    """Take a repair back: the parcels get the very outlines they had.

    Args:
        number: The layout that the repair issued.
        by: Who acts; as for the repair.
        now: When.

    Returns:
        The number of the layout issued.

    Raises:
        NotPermitted: The post plans nowhere.
        OutsideYourArea: The post plans, but not for the whole district.
        MendingNotUndoable: It is not the newest change of parcels, or none of this kind.
    """
    require(by, Permission.PLAN, office=by.district_code)
    district = _locked(by)
    standing = layout_at(district, at=now)
    if standing is None or standing.number != number or standing.basis != Layout.Basis.TECHNICAL:
        raise MendingNotUndoable(layout=number)
    drawn = Parcel.objects.filter(district=district, since_set=standing.parcel_set)
    before = {
        line.child.code: line.parent.outline
        for line in ParcelLineage.objects.filter(child__in=drawn).select_related("parent", "child")
    }
    if not before or standing.parcel_set != district.parcel_set:
        raise MendingNotUndoable(layout=number)
    told = "、".join(sorted(before))
    layout = write_technical_layout(
        district, standing, before, basis_text=_("撤销修补地块 %(parcel)s") % {"parcel": told}, now=now
    )
    for code in sorted(before):
        trail.record(
            "registry.parcel.mending-undone",
            subject=trail.Subject(kind="parcel", code=code),
            by=by,
            at=now,
            district=district.code,
            layout=layout.number,
            undone=number,
        )
    jobs.schedule(AUDIT, by=by, now=now, title=_("撤销修补后重新核查"), district=district.code)
    return layout.number


def _locked(by: Scope) -> District:
    district = district_by_code(by.district_code)
    # Locked, so that two officers mending together number their layouts one after the other.
    return District.objects.select_for_update().get(pk=district.pk)
