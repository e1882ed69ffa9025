"""Reads of jobs for pages and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.foundation.jobs.errors import JobUnknown
from linli.foundation.jobs.models import JobRun, Stage


@dataclass(frozen=True, slots=True)
class JobCard:
    """A run for a page; ``percent`` is ``None`` while the total is unknown."""

    number: str
    kind: str
    district_code: str
    title: str
    stage: str
    stage_words: str
    words: str
    done: int
    total: int
    percent: int | None
    result: Any
    error_code: str
    error: str
    requested_by: str
    attempts: int
    is_final: bool
    can_cancel: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def run_card(number: str) -> JobCard:
    """Return a run by its public number.

    Raises:
        JobUnknown: There is no such run.
    """
    run = JobRun.objects.filter(public_id=number).first()
    if run is None:
        raise JobUnknown(number=number)
    return _card(run)


def runs(*, district: str, kind: str = "", unfinished: bool = False, limit: int = 20) -> tuple[JobCard, ...]:
    """Return a district's newest runs.

    Args:
        district: Code of the district.
        kind: Only this job.
        unfinished: Only those that wait or run.
        limit: Most runs returned.
    """
    found = JobRun.objects.filter(district_code=district)
    if kind:
        found = found.filter(kind=kind)
    if unfinished:
        found = found.filter(stage__in=[Stage.QUEUED, Stage.RUNNING])
    return tuple(_card(run) for run in found[:limit])


def _card(run: JobRun) -> JobCard:
    stage = Stage(run.stage)
    return JobCard(
        number=run.public_id,
        kind=run.kind,
        district_code=run.district_code,
        title=run.title,
        stage=stage.value,
        stage_words=str(stage.label),
        words=run.words or str(stage.label),
        done=run.done,
        total=run.total,
        percent=min(100, run.done * 100 // run.total) if run.total else None,
        result=run.result,
        error_code=run.error_code,
        error=run.error,
        requested_by=run.requested_by,
        attempts=run.attempts,
        is_final=stage.is_final,
        can_cancel=not stage.is_final and not run.cancel_requested,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
