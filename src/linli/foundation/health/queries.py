"""The doctor's round: every check in the order of need."""

from __future__ import annotations

from datetime import datetime

from linli.foundation.health import surroundings, within
from linli.foundation.health.rules import Check, Level


def examine(now: datetime) -> tuple[Check, ...]:
    """Look at everything that running Linli needs; what needs the database is left out where it does not answer."""
    checks = [
        *surroundings.configuration(),
        *surroundings.disks(),
        *surroundings.keys(),
        *surroundings.fonts(),
        *surroundings.page_files(),
    ]
    if silent := list(within.reachable()):
        return (*checks, *silent)
    checks += within.database_settings()
    waiting = list(within.migrations())
    checks += waiting
    # Without its tables the rest can only stumble.
    if any(check.level is Level.BAD for check in waiting):
        return tuple(checks)
    return (*checks, *within.clock(now), *within.worker(now), *within.seals(now), *within.backups(now))


def is_ready() -> tuple[Check, ...]:
    """Return what keeps this process from answering people; empty where nothing does."""
    silent = tuple(within.reachable())
    return silent or tuple(check for check in within.migrations() if check.level is not Level.OK)
