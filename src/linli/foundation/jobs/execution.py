"""What a worker does with a message: claim the run, do the job, write its end."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.jobs import operations, workers
from linli.foundation.jobs.configuration import HEARTBEAT_SECONDS
from linli.foundation.jobs.errors import JobStopped
from linli.foundation.jobs.models import JobRun, Stage
from linli.foundation.jobs.progress import Progress
from linli.foundation.watching.numbers import numbered

logger = logging.getLogger(__name__)
LARGEST_RESULT = 20_000

Job = Callable[..., Any]


def execute(number: str) -> None:
    """Do the job of a run; a run that has ended or is in other hands is left alone."""
    run = operations.claim(number, now=clock.now(), worker=workers.identity())
    if run is None:
        return
    progress = Progress(run)
    try:
        with numbered(run.public_id), _beating(progress):
            result = resolve(run.kind)(progress, **run.arguments)
            size = len(json.dumps(result, allow_nan=False))
        if size > LARGEST_RESULT:
            raise ValueError(f"the result has {size} characters, keep it under {LARGEST_RESULT}")
    except JobStopped:
        operations.finish(run, stage=Stage.CANCELLED, now=clock.now())
    except LinliError as fault:
        _fail(run, code=fault.code, error=fault.message)
    except Exception:
        logger.exception("job %s (%s) failed", run.public_id, run.kind)
        _fail(
            run,
            code="jobs.unexpected-fault",
            error=_("程序出错，未能完成。请把编号 %(number)s 告诉系统管理员") % {"number": run.public_id},
        )
    except SystemExit:
        # The queue stops a job that ran too long by raising this; the worker is replaced after it.
        _fail(run, code="jobs.time-exceeded", error=_("超过最长办理时间，已停止。请缩小范围后重新发起"))
        raise
    else:
        stage = Stage.CANCELLED if progress.has_seen_stop else Stage.DONE
        operations.finish(run, stage=stage, now=clock.now(), result=result)


def requeue_lost() -> int:
    """Put runs of killed workers back into the queue.

    A worker calls this as it starts, so that what was broken off with the one before goes on at once; the queue's own
    timetable calls it each minute.
    """
    return operations.requeue_lost(now=clock.now(), is_gone=workers.is_gone)


def resolve(kind: str) -> Job:
    """Return the function that a job is named by.

    Raises:
        ImportError: There is no such module.
        AttributeError: The module has no such function.
    """
    module, _dot, name = kind.rpartition(".")
    function: Job = getattr(import_module(module), name)
    return function


def _fail(run: JobRun, *, code: str, error: str) -> None:
    operations.finish(run, stage=Stage.FAILED, now=clock.now(), error_code=code, error=error)


@contextmanager
def _beating(progress: Progress) -> Iterator[None]:
    """Keep the run's heartbeat fresh from a thread of its own while the job computes."""
    if settings.Q_CLUSTER.get("sync"):
        yield
        return
    over = Event()

    def beat() -> None:
        every = float(getattr(settings, "LINLI_JOBS_HEARTBEAT_SECONDS", HEARTBEAT_SECONDS))
        while not over.wait(every):
            try:
                if not progress.beat():
                    break
            except DatabaseError:
                logger.warning("heartbeat of job %s could not be written", progress.number)
        connection.close()

    thread = Thread(target=beat, name=f"heartbeat-{progress.number}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
