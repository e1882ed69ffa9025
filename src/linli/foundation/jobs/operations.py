"""The acts on jobs: ask for one, cancel it, take up what a killed worker left."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.foundation.jobs.configuration import LOST_AFTER_SECONDS, MOST_ATTEMPTS
from linli.foundation.jobs.errors import JobAlreadyFinished, JobArgumentsNotPlain, JobNameMalformed, JobUnknown
from linli.foundation.jobs.models import JobRun, Stage
from linli.foundation.trail.rules import Actor, ActsInTrail

KIND = re.compile(r"[a-z_]\w*(\.\w+)*\.jobs(\.\w+)+")
EXECUTE = "linli.foundation.jobs.execution.execute"


def schedule(
    kind: str, *, by: Actor | ActsInTrail, now: datetime, title: str, district: str, **arguments: Any
) -> JobRun:
    """Ask for a job; it starts once the surrounding transaction is committed, and not at all if it is undone.

    The message lies in the same database and is written in the same transaction. A job runs at least once: a killed
    worker's run is started again, so the function must come to the same end when repeated.

    Args:
        kind: Dotted path of a function ``(run: Progress, **arguments) -> small JSON or None`` in a ``jobs`` module.
        by: Who asks.
        now: When.
        title: What the reader sees, such as ``生成布局方案``.
        district: Code of the district the run belongs to.
        **arguments: Codes, numbers and text.

    Raises:
        JobNameMalformed: ``kind`` names no function of a ``jobs`` module.
        JobArgumentsNotPlain: The arguments cannot be written as JSON.
    """
    if not KIND.fullmatch(kind):
        raise JobNameMalformed(kind=kind)
    try:
        json.dumps(arguments, allow_nan=False)
    except (TypeError, ValueError) as fault:
        raise JobArgumentsNotPlain(kind=kind, reason=str(fault)) from fault
    actor = by if isinstance(by, Actor) else by.trail_actor()
    with transaction.atomic():
        run = JobRun.objects.create(
            public_id=f"J-{uuid.uuid4().hex[:12]}",
            kind=kind,
            arguments=arguments,
            district_code=district,
            title=title,
            words=str(Stage.QUEUED.label),
            requested_by=":".join(part for part in (actor.kind, actor.code, actor.post) if part),
            created_at=now,
        )
        _enqueue(run.public_id)
    return run


def cancel(number: str, *, now: datetime) -> JobRun:
    """Cancel a run: at once while it waits, at its next look while it runs.

    Args:
        number: Public number of the run.
        now: When.

    Raises:
        JobUnknown: There is no such run.
        JobAlreadyFinished: It has ended.
    """
    waiting = JobRun.objects.filter(public_id=number, stage=Stage.QUEUED)
    waiting.update(stage=Stage.CANCELLED, cancel_requested=True, finished_at=now, words=str(Stage.CANCELLED.label))
    JobRun.objects.filter(public_id=number, stage=Stage.RUNNING).update(cancel_requested=True)
    run = JobRun.objects.filter(public_id=number).first()
    if run is None:
        raise JobUnknown(number=number)
    if not run.cancel_requested:
        raise JobAlreadyFinished(title=run.title, stage=Stage(run.stage).label)
    return run


def claim(number: str, *, now: datetime, worker: str = "") -> JobRun | None:
    """Take a waiting run, or one whose worker fell silent, for this worker.

    Args:
        number: Public number of the run.
        now: When.
        worker: The process that takes it, see `linli.foundation.jobs.workers`.

    Returns:
        The run with its attempt counted, or ``None`` when it has ended or another worker has it.
    """
    run = JobRun.objects.filter(public_id=number).first()
    if run is None:
        return None
    # The attempt read before stands in the condition: of two workers that both see the run, one wins.
    free = Q(stage=Stage.QUEUED) | Q(stage=Stage.RUNNING, heartbeat_at__lt=now - lost_after())
    taken = JobRun.objects.filter(free, pk=run.pk, attempts=run.attempts).update(
        stage=Stage.RUNNING,
        attempts=run.attempts + 1,
        started_at=now,
        heartbeat_at=now,
        worker=worker,
        done=0,
        words=str(Stage.RUNNING.label),
    )
    if not taken:
        return None
    run.refresh_from_db()
    return run


def finish(run: JobRun, *, stage: Stage, now: datetime, **outcome: Any) -> bool:
    """Write the end of a run, unless a later attempt has taken it over.

    Returns:
        Whether this attempt was still the valid one.
    """
    ended = JobRun.objects.filter(pk=run.pk, attempts=run.attempts, stage=Stage.RUNNING).update(
        stage=stage, finished_at=now, heartbeat_at=now, **{"words": str(stage.label), **outcome}
    )
    return ended == 1


def requeue_lost(*, now: datetime, is_gone: Callable[[str], bool] = lambda worker: False) -> int:
    """Put runs whose worker fell silent, or is known to be gone, back into the queue; give up after three attempts.

    Safe to call as often as one likes and from several processes: a run in living hands is left alone.

    Args:
        now: When.
        is_gone: Says of a process whether it is known to have ended.

    Returns:
        How many runs were put back.
    """
    put_back = 0
    silent_since = now - lost_after()
    for run in JobRun.objects.filter(stage=Stage.RUNNING).order_by("pk"):
        is_silent = run.heartbeat_at is not None and run.heartbeat_at < silent_since
        if not (is_silent or is_gone(run.worker)):
            continue
        # Unless it has stirred, or somebody else has dealt with it, meanwhile.
        this_attempt = JobRun.objects.filter(
            pk=run.pk, stage=Stage.RUNNING, attempts=run.attempts, heartbeat_at=run.heartbeat_at
        )
        if run.cancel_requested:
            this_attempt.update(stage=Stage.CANCELLED, finished_at=now, words=str(Stage.CANCELLED.label))
        elif run.attempts >= MOST_ATTEMPTS:
            this_attempt.update(
                stage=Stage.FAILED,
                finished_at=now,
                words=str(Stage.FAILED.label),
                error_code="jobs.worker-lost",
                error=_("工作进程连续 %(attempts)d 次中断，不再重试。请查看内存是否不足，再重新发起")
                % {"attempts": run.attempts},
            )
        else:
            with transaction.atomic():
                if this_attempt.update(stage=Stage.QUEUED, words=_("工作进程中断，等候重新办理")):
                    _enqueue(run.public_id)
                    put_back += 1
    return put_back


def lost_after() -> timedelta:
    """Return after how long a silence a worker counts as lost (``settings.LINLI_JOBS_LOST_AFTER_SECONDS``)."""
    return timedelta(seconds=float(getattr(settings, "LINLI_JOBS_LOST_AFTER_SECONDS", LOST_AFTER_SECONDS)))


def _enqueue(number: str) -> None:
    if settings.Q_CLUSTER.get("sync"):
        from linli.foundation.jobs.execution import execute

        transaction.on_commit(lambda: execute(number))
        return
    from django_q.tasks import async_task

    async_task(EXECUTE, number, task_name=number)
