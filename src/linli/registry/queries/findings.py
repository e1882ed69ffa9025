"""Reads of what the audit found: the newest run, its findings as cards, within what a post covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.registry.models import AuditRun, Community, Custody, District, Exemption, Finding
from linli.registry.queries.areas import Area
from linli.registry.rules.audit import GROUP_NAMES, KINDS, SHARED_KINDS, Group, kinds_of, told
from linli.registry.rules.exempting import EXEMPTION_OF_FINDING, ExemptionKind, findings_answered_by

SEVERITIES = (Finding.Severity.BAD, Finding.Severity.WARN, Finding.Severity.IDLE)
BY_SEVERITY = Case(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(SEVERITIES)),
    output_field=IntegerField(),
)
#: A custody answers these only in the next audit: the compound still belongs to no community, or to another.
STILL_THERE = frozenset({"COMPOUND_UNASSIGNED", "CLAIM_DIFFERS"})


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding in words.

    Attributes:
        code: Stable name ``KIND-subject``, the same from run to run.
        kind: One of `linli.registry.rules.audit.KINDS`.
        group: What it is filtered by.
        letter: Its letter on the map.
        severity: BAD, WARN or IDLE.
        tone: Colour of the letter: ``bad``, ``warn``, ``hold`` or empty.
        title: Subject and fact.
        evidence: What was measured against what.
        next_step: What to do.
        people: People touched; None where nobody is, or nobody knows.
        households: Households touched; None likewise.
        subject_kind: ``compound``, ``community``, ``parcel``, ``facility`` or ``place``.
        subject_code: Code of the subject.
        subject_name: Its name.
        community: Name of the community it is filed under; empty for a blind spot.
        subdistrict: Name of the subdistrict.
        parcels: Codes of the parcels it concerns.
        communities: Codes of the communities it concerns.
        place: Where, in degrees; None where the finding has no place.
    """

    code: str
    kind: str
    group: Group
    letter: str
    severity: str
    tone: str
    title: str
    evidence: str
    next_step: str
    people: int | None
    households: int | None
    subject_kind: str
    subject_code: str
    subject_name: str
    community: str
    subdistrict: str
    parcels: tuple[str, ...]
    communities: tuple[str, ...]
    place: BaseGeometry | None

    @property
    def exemption(self) -> str:
        """Kind of the exception that may answer the finding, see `ExemptionKind`; empty for none."""
        return EXEMPTION_OF_FINDING.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Findings, worst first, then most people.

    Attributes:
        cards: The page.
        total: Findings that the filters leave.
        in_groups: Findings per group, in the order of groups, empty groups left out; the filters of kind and
            group do not count here, so that each number says what its filter would show.
        audited_at: When the audit ended; None before the first.
    """

    cards: tuple[FindingCard, ...]
    total: int
    in_groups: Mapping[Group, int]
    audited_at: datetime | None

    @property
    def groups(self) -> tuple[tuple[str, str, int], ...]:
        """Value, word and count of each group that has findings."""
        return tuple((str(group), str(GROUP_NAMES[group]), count) for group, count in self.in_groups.items())


def newest_run(district: District | int, *, at: datetime | None = None) -> AuditRun | None:
    """Return the newest finished audit of a district, or the newest at a past moment; None before the first."""
    finished = AuditRun.objects.filter(district=district, finished_at__isnull=False)
    if at is not None:
        finished = finished.filter(finished_at__lte=at)
    return finished.order_by("-started_at", "-pk").first()


def findings(
    area: Area,
    *,
    kinds: Collection[str] = (),
    groups: Collection[str] = (),
    community: str = "",
    search: str = "",
    limit: int | None = 50,
    offset: int = 0,
) -> FindingsPage:
    """Return what the newest audit found within an area. Six queries.

    A blind spot is seen by whole-district posts and by the subdistrict nearest to it; what concerns several
    communities, by each of them.

    Args:
        area: What the reader's post covers.
        kinds: Only these kinds; all where empty.
        groups: Only kinds of these groups; all where empty.
        community: Only what is filed under the community with this code.
        search: Part of a name or code.
        limit: Length of the page; None for everything.
        offset: Findings to leave out before it.
    """
    run = newest_run(area.district_id)
    if run is None:
        return FindingsPage((), 0, {}, None)
    rows = _seen(run, area)
    if community:
        rows = rows.filter(community__code=community)
    if search.strip():
        word = search.strip()
        rows = rows.filter(
            Q(subject_name__icontains=word)
            | Q(subject_code__icontains=word)
            | Q(community__name__icontains=word)
            | Q(subdistrict__name__icontains=word)
        )
    in_kinds = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    wanted = (set(kinds) or set(KINDS)) & (kinds_of(groups) if groups else set(KINDS))
    page = _in_order(rows.filter(kind__in=wanted))[offset : None if limit is None else offset + limit]
    in_groups = {group: sum(in_kinds.get(kind, 0) for kind in kinds_of({group})) for group in Group}
    return FindingsPage(
        cards=tuple(card_of(row, area=area) for row in page),
        total=sum(count for kind, count in in_kinds.items() if kind in wanted),
        in_groups={group: count for group, count in in_groups.items() if count},
        audited_at=run.finished_at,
    )


def findings_of(subject_code: str, *, area: Area) -> tuple[FindingCard, ...]:
    """Return what the newest audit found about one subject, alone, with another, or in one of its fields.

    On a past day it is the newest audit of then, less what had been answered by then.

    Args:
        subject_code: Code of a compound, community, parcel or facility.
        area: What the reader's post covers.
    """
    run = newest_run(area.district_id, at=area.at)
    if run is None or not subject_code:
        return ()
    # Codes are parted by "|" and end before ":", so that X-1 does not answer for X-12.
    candidates = _in_order(_seen(run, area).filter(subject_code__contains=subject_code))
    return tuple(
        card_of(row, area=area) for row in candidates if subject_code in row.subject_code.split(":")[0].split("|")
    )


def card_of(row: Finding, *, area: Area) -> FindingCard:
    """Return a finding in the reader's language; small counts are hidden, and what was said of them with them."""
    kind = KINDS[row.kind]
    words = told(row.kind, subject=row.subject_name, evidence=row.evidence)
    return FindingCard(
        code=f"{row.kind}-{row.subject_code}",
        kind=row.kind,
        group=kind.group,
        letter=kind.letter,
        severity=row.severity,
        tone=kind.tone,
        title=words.title,
        evidence=_("涉及的数很小，隐去") if area.hides(row.people) or area.hides(row.households) else words.evidence,
        next_step=words.next_step,
        people=area.known(row.people or None),
        households=area.known(row.households or None),
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        subject_name=row.subject_name,
        community="" if row.community is None else row.community.name,
        subdistrict="" if row.subdistrict is None else row.subdistrict.name,
        parcels=tuple(row.evidence.get("parcels", ())),
        communities=tuple(row.evidence.get("communities", ())),
        place=row.place,
    )


def _in_order(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.select_related("community", "subdistrict").order_by(BY_SEVERITY, "-people", "kind", "subject_code")


def standing_findings(run: AuditRun, *, at: datetime | None = None) -> QuerySet[Finding]:
    """Return the findings of an audit, less those that somebody answered with an exception since, or until a moment."""
    since: dict[str, Any] = {"registered_at__gte": run.started_at}
    since |= {"ended_at": None} if at is None else {"registered_at__lte": at}
    answered = Q(pk__in=())
    for kind in ExemptionKind:
        registered: QuerySet[Custody] | QuerySet[Exemption]
        if kind is ExemptionKind.CUSTODY:
            registered = Custody.objects.filter(
                compound__district=run.district_id, compound__code=OuterRef("subject_code"), **since
            )
        else:
            registered = Exemption.objects.filter(
                district=run.district_id, kind=kind, subject_code=OuterRef("subject_code"), **since
            )
        answered |= Q(Exists(registered), kind__in=findings_answered_by(kind) - STILL_THERE)
    return Finding.objects.filter(run=run).exclude(answered)


def finding_behind(kind: ExemptionKind, subject: str, *, area: Area) -> FindingCard | None:
    """Return what the newest audit found that an exception of a kind would answer; None where it found nothing.

    Args:
        kind: Kind of the exception.
        subject: Code of the finding's subject.
        area: What the reader's post covers.
    """
    run = newest_run(area.district_id)
    if run is None:
        return None
    rows = _seen(run, area).filter(kind__in=findings_answered_by(kind), subject_code=subject)
    row = _in_order(rows).first()
    return None if row is None else card_of(row, area=area)


def within(rows: QuerySet[Finding], area: Area) -> QuerySet[Finding]:
    """Return the findings that an area sees: its own, the blind spots beside it, and those it shares."""
    if area.is_whole_district:
        return rows
    codes = set(Community.objects.filter(pk__in=area.community_ids).values_list("code", flat=True))
    shared = [
        key
        for key, evidence in rows.filter(kind__in=SHARED_KINDS).values_list("pk", "evidence")
        if codes.intersection(evidence.get("communities", ()))
    ]
    own = Q(community__in=area.community_ids) | Q(community=None, subdistrict__in=area.subdistrict_ids)
    return rows.filter(own | Q(pk__in=shared))


def _seen(run: AuditRun, area: Area) -> QuerySet[Finding]:
    return within(standing_findings(run, at=area.at), area)
