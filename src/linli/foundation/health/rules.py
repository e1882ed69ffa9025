"""What a check says, and the figures that it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

#: Seals and backups are made nightly; what is older by half a day has been missed.
NIGHTLY = timedelta(hours=36)
#: The queue's own timetable is moved on each minute by a living worker.
WORKER_SILENCE = timedelta(minutes=3)
#: A job that waits longer says that workers are too few or stuck.
LONG_QUEUE = timedelta(minutes=15)
CLOCK_DRIFT = timedelta(seconds=5)
#: Share of a disk that must stay free, and free bytes under which nothing can be written safely.
FREE_SHARE, FREE_BYTES = 0.10, 512 * 1024 * 1024


class Level(StrEnum):
    """How bad."""

    OK = "OK"
    WARN = "WARN"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Check:
    """One answer of the doctor.

    Args:
        code: What was looked at.
        level: How bad.
        words: What was found.
        advice: What to do; empty where nothing is.
    """

    code: str
    level: Level
    words: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the check for JSON."""
        return {"code": self.code, "level": self.level.value, "words": self.words, "advice": self.advice}


def worst(checks: Iterable[Check]) -> Level:
    """Return the worst level of some checks.

    Examples:
        >>> worst([Check("disk", Level.OK, ""), Check("clock", Level.WARN, "")])
        <Level.WARN: 'WARN'>
        >>> worst([])
        <Level.OK: 'OK'>
    """
    return max((check.level for check in checks), key=list(Level).index, default=Level.OK)


def disk(*, name: str, total: int, free: int) -> Check:
    """Judge a disk by its free bytes.

    Examples:
        >>> disk(name="/srv", total=100 * 10**9, free=4 * 10**9).level
        <Level.WARN: 'WARN'>
        >>> disk(name="/srv", total=100 * 10**9, free=10**8).level
        <Level.BAD: 'BAD'>
    """
    words = _("%(name)s 剩 %(free).1f GB（共 %(total).1f GB）") % {
        "name": name,
        "free": free / 1e9,
        "total": total / 1e9,
    }
    if free < FREE_BYTES:
        return Check("disk", Level.BAD, words, _("磁盘快写满了，请立即清理或扩容；写满后不能办理任何事项"))
    if free < FREE_SHARE * total:
        return Check("disk", Level.WARN, words, _("请清理旧备份或扩容"))
    return Check("disk", Level.OK, words)


def age(code: str, *, last: datetime | None, now: datetime, none: str, done: str, advice: str) -> Check:
    """Judge something done nightly by when it was done last.

    Args:
        code: Of the check.
        last: When; ``None`` for never.
        now: The moment.
        none: Words for never.
        done: Words with ``%(hours)d``.
        advice: What to do when it is old.
    """
    if last is None:
        return Check(code, Level.WARN, none, advice)
    words = done % {"hours": (now - last).total_seconds() // 3600}
    return Check(code, Level.WARN, words, advice) if now - last > NIGHTLY else Check(code, Level.OK, words)
