"""Settings of the job queue, free of Django so that settings modules may import them."""

from __future__ import annotations

from typing import Any

HEARTBEAT_SECONDS = 10.0
LOST_AFTER_SECONDS = 60.0
MOST_ATTEMPTS = 3
#: Name in the queue's timetable of what every worker does each minute.
EACH_MINUTE = "jobs.requeue-lost"


def cluster_settings(
    *, workers: int = 2, timeout_seconds: int = 3600, retry_seconds: int | None = None, sync: bool = False
) -> dict[str, Any]:
    """Return ``Q_CLUSTER`` for django-q2 with its queue in the default database.

    Args:
        workers: Processes that do the work.
        timeout_seconds: A job that runs longer is stopped and told as failed.
        retry_seconds: A message nobody acknowledged is delivered again after this; a minute past the timeout
            when not given. Lost work is picked up earlier than that, by its heartbeat.
        sync: Do the work at once in the caller's process, at commit; for tests.

    Raises:
        ValueError: ``retry_seconds`` does not exceed ``timeout_seconds``: work would run twice side by side.

    Examples:
        >>> cluster_settings(workers=3)["retry"]
        3660
        >>> cluster_settings(timeout_seconds=60, retry_seconds=60)
        Traceback (most recent call last):
        ValueError: retry_seconds must exceed timeout_seconds
    """
    retry = timeout_seconds + 60 if retry_seconds is None else retry_seconds
    if retry <= timeout_seconds:
        raise ValueError("retry_seconds must exceed timeout_seconds")
    return {
        "name": "linli",
        "label": "后台办理",
        "orm": "default",
        "workers": workers,
        # What waits inside the cluster is locked already, so little may wait there.
        "queue_limit": workers,
        "timeout": timeout_seconds,
        "retry": retry,
        "max_attempts": MOST_ATTEMPTS,
        "ack_failures": False,
        "save_limit": -1,
        "poll": 0.5,
        "catch_up": False,
        # Workers open process pools of their own, which daemons may not.
        "daemonize_workers": False,
        "sync": sync,
    }
