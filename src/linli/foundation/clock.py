"""The clock of the house: read only at its edges (web, api, jobs, cli, portal)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return timezone.now()


def today(now: datetime) -> date:
    """Return the Shanghai date of a moment.

    A stored UTC moment has yesterday's date after 16:00 UTC, so the date is never taken from it directly.

    Args:
        now: An aware moment.

    Raises:
        ValueError: ``now`` carries no time zone.

    Examples:
        >>> from datetime import UTC
        >>> today(datetime(2026, 9, 30, 16, 30, tzinfo=UTC))
        datetime.date(2026, 10, 1)
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    return now.astimezone(SHANGHAI).date()
