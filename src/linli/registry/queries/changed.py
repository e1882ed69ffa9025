"""What changed since the last audit, and the part of the district that auditing it again must read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from linli.foundation import clock
from linli.foundation.trail.queries import entries_after
from linli.registry.models import AuditRun, Community, Compound, CompoundParcel, District, Finding, Layout, LayoutMember
from linli.registry.queries.audited import Part
from linli.registry.queries.layouts import layout_at
from linli.registry.rules.audit import OF_SEVERAL, Act, Found, Touched, compounds_changed
from linli.registry.rules.audit.again import communities_of, subjects_of

#: Beyond so many acts a whole audit is due anyway.
MOST_ACTS = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """What an audit of the changes reads.

    Attributes:
        layout: The layout in force, that of the run.
        sequence: The newest act that is taken account of.
        touched: The compounds that changed, with their parcels and communities.
        standing: Findings of the run that they concern, by their key.
        part: What the audit of them reads.
    """

    layout: Layout
    sequence: int
    touched: Touched
    standing: dict[int, Found]
    part: Part


def change_since(run: AuditRun | None, district: District, *, now: datetime) -> Change | None:
    """Return what changed since an audit; None where only a whole audit can tell.

    The trail tells what was done; whatever is not known to leave a finding as it is asks for a whole audit, and so
    does a new day, on which terms end and standards begin.
    """
    if run is None or run.trail_sequence is None or clock.today(run.started_at) != clock.today(now):
        return None
    layout = layout_at(district, at=now)
    if layout is None or layout.pk != run.layout_id:
        return None
    acts = entries_after(district.code, run.trail_sequence, limit=MOST_ACTS + 1)
    codes = compounds_changed(
        Act(act.verb, act.subject.kind, act.subject.code, tuple(act.details.get("fields", ()))) for act in acts
    )
    if codes is None or len(acts) > MOST_ACTS:
        return None
    sequence = acts[-1].sequence if acts else run.trail_sequence
    touched = _touched(district, layout, codes)
    standing = {key: found for key, found in _around(run, touched) if touched.concerns(found)}
    part = _part(district, layout, touched, standing.values())
    return Change(layout, sequence, touched, standing, part)


def _touched(district: District, layout: Layout, codes: Collection[str]) -> Touched:
    parcels = CompoundParcel.objects.filter(compound__district=district, compound__code__in=codes)
    keys = list(parcels.values_list("parcel_id", flat=True))
    members = LayoutMember.objects.filter(layout=layout, parcel__in=keys)
    pairs = list(members.values_list("parcel__code", "community__code"))
    return Touched(
        compounds=frozenset(codes),
        parcels=frozenset(parcel for parcel, _community in pairs),
        communities=frozenset(community for _parcel, community in pairs if community is not None),
    )


def _around(run: AuditRun, touched: Touched) -> Iterable[tuple[int, Found]]:
    near = Q(community__code__in=touched.communities) | Q(kind__in=OF_SEVERAL)
    rows = Finding.objects.filter(near, run=run).select_related("community", "subdistrict").defer("place")
    for row in rows:
        yield (
            row.pk,
            Found(
                kind=row.kind,
                subject_kind=row.subject_kind,
                subject_code=row.subject_code,
                subject_name=row.subject_name,
                people=row.people,
                households=row.households,
                community="" if row.community is None else row.community.code,
                subdistrict="" if row.subdistrict is None else row.subdistrict.code,
                evidence=row.evidence,
            ),
        )


def _part(district: District, layout: Layout, touched: Touched, standing: Iterable[Found]) -> Part:
    """Return everything that lives in a touched community, or is counted by a standing finding."""
    communities, parcels, compounds = set(touched.communities), set(touched.parcels), set(touched.compounds)
    for found in standing:
        if found.subject_kind == "parcel" or found.kind == "INTERLOCKED":
            parcels.update(found.evidence.get("parcels", ()))
        elif found.subject_kind == "community":
            communities.update(communities_of(found))
        else:
            compounds.update(subjects_of(found))
    keys = Community.objects.filter(district=district, code__in=communities).values_list("pk", flat=True)
    ground = set(
        LayoutMember.objects.filter(layout=layout, community__in=list(keys)).values_list("parcel_id", flat=True)
    )
    ground.update(
        LayoutMember.objects.filter(layout=layout, parcel__district=district, parcel__code__in=parcels).values_list(
            "parcel_id", flat=True
        )
    )
    living = set(CompoundParcel.objects.filter(parcel__in=ground).values_list("compound_id", flat=True))
    living.update(Compound.objects.filter(district=district, code__in=compounds).values_list("pk", flat=True))
    # A compound counts in the community of its first parcel, so all parcels of each must be there.
    ground.update(CompoundParcel.objects.filter(compound__in=living).values_list("parcel_id", flat=True))
    return Part(frozenset(ground), frozenset(living))
