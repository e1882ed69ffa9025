"""Background work of the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.jobs import runs, schedule
from linli.foundation.jobs.progress import Progress
from linli.foundation.trail import SYSTEM, Actor
from linli.organisation.access import Scope, scope_on
from linli.registry.errors import ImportStageWrong
from linli.registry.operations import audit, imports
from linli.registry.operations import audit_changes as changes
from linli.registry.queries.due_audits import audits_due
from linli.registry.rules.importing.verdicts import Verdict

WHOLE = "linli.registry.jobs.run_audit"
CHANGES = "linli.registry.jobs.audit_changes"


def run_audit(run: Progress, *, district: str = "") -> dict[str, Any]:
    """Audit a district as a job; schedule it by the name ``linli.registry.jobs.run_audit``.

    Repeated after a killed worker it comes to the same end: findings are written in one transaction.

    Args:
        run: The running job.
        district: Code of the district; that of the job's run by default.
    """
    kind, _colon, rest = run.requested_by.partition(":")
    code, _colon, post = rest.partition(":")
    finished = audit.run_audit(
        district=district or run.district, by=Actor(kind=kind, code=code, post=post), now=clock.now(), progress=run
    )
    return {"district": district or run.district, "findings": finished.findings.count()}


def audit_changes(run: Progress, *, district: str = "") -> dict[str, Any]:
    """Bring the newest audit up to date with what changed since, as a job; safe to repeat."""
    code = district or run.district
    brought = changes.audit_changes(district=code, by=SYSTEM, now=clock.now(), progress=run)
    return {"district": code, "findings": brought.findings.count()}


def schedule_due_audits() -> int:
    """Ask for the audits that are due; the queue's own timetable calls this every five minutes."""
    now = clock.now()
    asked = 0
    for due in audits_due(now):
        if any(runs(district=due.district, kind=kind, unfinished=True, limit=1) for kind in (WHOLE, CHANGES)):
            continue
        schedule(
            WHOLE if due.is_whole else CHANGES,
            by=SYSTEM,
            now=now,
            title=_("每晚核查") if due.is_whole else _("核查改动过的数据"),
            district=due.district,
        )
        asked += 1
    return asked


def preview_import(run: Progress, *, number: str) -> dict[str, Any]:
    """Judge a large file; safe to repeat, as nothing but the preview is written.

    Args:
        run: The running job.
        number: The import.
    """
    now = clock.now()
    card = imports.preview_import(number, scope=_scope_of(run, now), now=now, tell=_telling(run))
    return {"import": card.number, "rows": sum(card.counts.get(verdict.value, 0) for verdict in Verdict)}


def commit_import(run: Progress, *, number: str, only_good: bool) -> dict[str, Any]:
    """Write a large file; repeated after a killed worker it finds the file written and leaves it.

    Args:
        run: The running job.
        number: The import.
        only_good: Leave refused and undecided rows out.
    """
    now = clock.now()
    scope = _scope_of(run, now)
    try:
        card = imports.commit_import(number, scope=scope, only_good=only_good, now=now, tell=_telling(run))
    except ImportStageWrong:
        # A worker killed between its commit and its report has done the work.
        if run.attempt > 1:
            return {"import": number}
        raise
    return {"import": card.number, "rows": card.good_count}


def _scope_of(run: Progress, now: datetime) -> Scope:
    _kind, username, post = run.requested_by.split(":", 2)
    return scope_on(username, post=post, on=clock.today(now))


def _telling(run: Progress) -> Callable[[str], None]:
    def tell(words: str) -> None:
        run.leave_if_stopped()
        run.advance(0, 0, words)

    return tell
