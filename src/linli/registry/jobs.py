"""Background work of the registry."""

from __future__ import annotations

from typing import Any

from linli.foundation import clock
from linli.foundation.jobs.progress import Progress
from linli.foundation.trail import Actor
from linli.registry.operations import audit


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
