"""Which districts are to be audited now: each night the whole, during the day what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.foundation.trail.queries import lengths
from linli.registry.models import District
from linli.registry.queries.changed import change_since
from linli.registry.queries.findings import newest_run

HOURS = range(24)


@dataclass(frozen=True, slots=True)
class DueAudit:
    """An audit to be made.

    Args:
        district: Code of the district.
        is_whole: Everything, or only what changed.
    """

    district: str
    is_whole: bool


def audits_due(now: datetime) -> tuple[DueAudit, ...]:
    """Return what is to be audited at a moment, in the order of the districts.

    The nightly audit of a machine that was off at its hour is made up for as soon as the machine is on again.
    """
    found = []
    sequences = lengths()
    for district in District.objects.order_by("code"):
        run = newest_run(district)
        last = _last_nightly(district, now)
        if last is not None and (run is None or run.started_at < last):
            found.append(DueAudit(district.code, is_whole=True))
        elif run is not None and sequences.get(district.code, 0) > (run.trail_sequence or 0):
            change = change_since(run, district, now=now)
            if change is not None and change.touched.compounds:
                found.append(DueAudit(district.code, is_whole=False))
    return tuple(found)


def next_nightly_audit(district: District, *, now: datetime) -> datetime | None:
    """Return when the next nightly audit is made; None where the policy asks for none."""
    last = _last_nightly(district, now)
    return None if last is None else last + timedelta(days=1)


def _last_nightly(district: District, now: datetime) -> datetime | None:
    """Return the newest moment, not after now, at which a nightly audit was to be made."""
    hour = int(profile(district.profile).at(clock.today(now))["nightly_audit_hour"].number)
    if hour not in HOURS:
        return None
    at = datetime.combine(clock.today(now), time(hour), tzinfo=clock.SHANGHAI)
    return at if at <= now else at - timedelta(days=1)
