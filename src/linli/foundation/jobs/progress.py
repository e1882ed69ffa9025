"""The handle a running job holds: it tells how far it is and learns whether to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db.models import QuerySet

from linli.foundation import clock
from linli.foundation.jobs.errors import JobStopped
from linli.foundation.jobs.models import JobRun, Stage

WRITE_EVERY_SECONDS = 0.5
LOOK_EVERY_SECONDS = 1.0
WORDS_LENGTH = 300


class Progress:
    """Progress of one attempt at a run; writes and looks are throttled, so call it as often as is handy.

    Args:
        run: The claimed run.
        seconds: A monotonic clock.
    """

    def __init__(self, run: JobRun, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._seconds = seconds
        self._written = float("-inf")
        self._looked = float("-inf")
        self._stop = False

    @property
    def number(self) -> str:
        """Public number of the run."""
        return self._run.public_id

    @property
    def district(self) -> str:
        """Code of the district the run belongs to."""
        return self._run.district_code

    @property
    def requested_by(self) -> str:
        """Who asked, as ``kind:code:post``."""
        return self._run.requested_by

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1; above 1 a worker was killed before."""
        return self._run.attempts

    @property
    def has_seen_stop(self) -> bool:
        """Whether the job was told to stop."""
        return self._stop

    def advance(self, done: int, total: int, words: str = "") -> None:
        """Tell that ``done`` of ``total`` is finished.

        Args:
            done: Finished so far.
            total: Everything; 0 when unknown.
            words: One sentence for the reader, such as ``正在核查 412/650 个小区``.
        """
        present = self._seconds()
        if done < total and present - self._written < WRITE_EVERY_SECONDS:
            return
        self._written = present
        told = {"words": words[:WORDS_LENGTH]} if words else {}
        self._own().update(done=done, total=total, heartbeat_at=clock.now(), **told)

    def beat(self) -> bool:
        """Tell that the worker lives; return whether this attempt is still the valid one."""
        return self._own().update(heartbeat_at=clock.now()) == 1

    def stop_requested(self) -> bool:
        """Return whether the job should leave: it was cancelled, or another worker has taken it over."""
        present = self._seconds()
        if not self._stop and present - self._looked >= LOOK_EVERY_SECONDS:
            self._looked = present
            self._stop = not self._own().filter(cancel_requested=False).exists()
        return self._stop

    def leave_if_stopped(self) -> None:
        """Leave the job if it should stop.

        Raises:
            JobStopped: It was cancelled or taken over.
        """
        if self.stop_requested():
            raise JobStopped()

    def _own(self) -> QuerySet[JobRun]:
        return JobRun.objects.filter(pk=self._run.pk, attempts=self._run.attempts, stage=Stage.RUNNING)
