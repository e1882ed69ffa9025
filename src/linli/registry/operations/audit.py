"""Auditing a district (核查): what is wrong is computed first, then written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail.queries import lengths
from linli.foundation.trail.rules import ActsInTrail
from linli.registry.models import AuditRun, Community, District, Finding, Layout, Subdistrict
from linli.registry.queries.audited import dossier_of
from linli.registry.queries.findings import newest_run
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.places import district_by_code
from linli.registry.rules.audit import KINDS, ROUNDS, Found, audit

#: Reading, the rounds, writing.
STEPS = len(ROUNDS) + 2
WORDS = ("正在核查界线", "正在核查归属", "正在核查规模", "正在核查台账", "正在写入结果")


class Advances(Protocol):
    """Whoever is told how far the audit is, such as a job's progress."""

    def advance(self, done: int, total: int, words: str = "") -> None:
        """Tell that ``done`` of ``total`` is finished."""

    def leave_if_stopped(self) -> None:
        """Leave by raising, if the audit should stop."""


def run_audit(
    *, district: str, by: trail.Actor | ActsInTrail, now: datetime, progress: Advances | None = None
) -> AuditRun:
    """Audit a district's ledger, ground and the layout in force, and record what is wrong.

    Args:
        district: Code of the district.
        by: Who asks.
        now: The moment that is audited.
        progress: Told how far it is; may stop the audit, which then leaves nothing behind.

    Raises:
        DistrictUnknown: No district has the code.
    """

    def after(done: int) -> None:
        if progress is not None:
            progress.leave_if_stopped()
            progress.advance(done, STEPS, WORDS[done - 1])

    place = district_by_code(district)
    # Before anything is read: an act in between is audited again next time, never missed.
    sequence = lengths().get(district, 0)
    layout = layout_at(place, at=now)
    dossier = dossier_of(place, layout, now=now)
    after(1)
    found = audit(dossier, after_round=lambda done: after(done + 1))
    run = _write(place, layout, found, sequence=sequence, by=by, now=now)
    if progress is not None:
        progress.advance(STEPS, STEPS, WORDS[-1])
    return run


@transaction.atomic
def _write(
    district: District,
    layout: Layout | None,
    found: tuple[Found, ...],
    *,
    sequence: int,
    by: trail.Actor | ActsInTrail,
    now: datetime,
) -> AuditRun:
    since = _since(newest_run(district))
    actor = by if isinstance(by, trail.Actor) else by.trail_actor()
    run = AuditRun.objects.create(
        district=district,
        layout=layout,
        started_at=now,
        finished_at=now,
        started_by=actor.code,
        trail_sequence=sequence,
    )
    write_findings(run, found, since=since, now=now)
    trail.record(
        "registry.audit.finished",
        subject=trail.Subject(
            kind="registry.audit", code=f"{district.code}/{AuditRun.objects.filter(district=district).count()}"
        ),
        by=by,
        at=now,
        district=district.code,
        layout=None if layout is None else layout.number,
        findings=len(found),
        counts=dict(sorted(Counter(finding.kind for finding in found).items())),
    )
    return run


def write_findings(
    run: AuditRun, found: Iterable[Found], *, since: Mapping[tuple[str, str], datetime], now: datetime
) -> None:
    """Write findings into a run.

    Args:
        run: The run.
        found: What was found.
        since: Since when a finding stands, by kind and subject; the others are new.
        now: The moment.
    """
    communities = dict(Community.objects.filter(district=run.district_id).values_list("code", "pk"))
    subdistricts = dict(Subdistrict.objects.filter(district=run.district_id).values_list("code", "pk"))
    Finding.objects.bulk_create(
        (
            Finding(
                run=run,
                kind=finding.kind,
                severity=KINDS[finding.kind].severity,
                subject_kind=finding.subject_kind,
                subject_code=finding.subject_code,
                subject_name=finding.subject_name[:200],
                people=finding.people,
                households=finding.households,
                community_id=communities.get(finding.community),
                subdistrict_id=subdistricts.get(finding.subdistrict),
                place=finding.place,
                since_at=since.get((finding.kind, finding.subject_code), now),
                evidence=dict(finding.evidence),
            )
            for finding in found
        ),
        batch_size=500,
    )


def _since(run: AuditRun | None) -> dict[tuple[str, str], datetime]:
    """Return since when each finding of a run stands."""
    if run is None:
        return {}
    rows = Finding.objects.filter(run=run).values_list("kind", "subject_code", "since_at")
    return {(kind, code): since or run.started_at for kind, code, since in rows}
