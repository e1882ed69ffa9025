"""Reads of jobs for pages and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from linli.foundation.jobs.configuration import EACH_MINUTE
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


def counts_by_stage() -> dict[tuple[str, str], int]:
    """Return how many runs of each kind stand at each stage, as ``(kind, stage)``."""
    found = JobRun.objects.order_by().values_list("kind", "stage").annotate(count=Count("pk"))
    return {(kind, stage): count for kind, stage, count in found}


def oldest_waiting() -> datetime | None:
    """Return since when the longest waiting run waits."""
    oldest: datetime | None = JobRun.objects.filter(stage=Stage.QUEUED).aggregate(oldest=Min("created_at"))["oldest"]
    return oldest


def timetable_seen_at() -> datetime | None:
    """Return when a worker last looked at the queue's timetable; a living one does so each minute."""
    from django_q.models import Schedule

    following = Schedule.objects.filter(name=EACH_MINUTE).values_list("next_run", flat=True).first()
    return None if following is None else following - timedelta(minutes=1)


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
