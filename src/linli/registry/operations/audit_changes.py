"""Auditing again what changed (增量核查): the newest audit is brought up to date instead of made anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail.rules import ActsInTrail
from linli.registry.models import AuditRun, Finding
from linli.registry.operations.audit import Advances, run_audit, write_findings
from linli.registry.queries.audited import dossier_of
from linli.registry.queries.changed import Change, change_since
from linli.registry.queries.findings import newest_run
from linli.registry.queries.places import district_by_code
from linli.registry.rules.audit import Found, audit_again


def audit_changes(
    *, district: str, by: trail.Actor | ActsInTrail, now: datetime, progress: Advances | None = None
) -> AuditRun:
    """Bring the newest audit up to date with what was done since; audit the whole district where that is needed.

    Figures of compounds that were edited today are audited again with the communities around them. Anything else,
    such as an import, a new layout or a new day, asks for the whole audit. Both ways come to the same findings.

    Args:
        district: Code of the district.
        by: Who asks.
        now: The moment.
        progress: Told how far a whole audit is.

    Raises:
        DistrictUnknown: No district has the code.
    """
    place = district_by_code(district)
    run = newest_run(place)
    change = change_since(run, place, now=now)
    if run is not None and change is not None:
        if not change.touched.compounds:
            return run
        dossier = dossier_of(place, change.layout, now=now, part=change.part)
        found = audit_again(dossier, change.standing.values(), touched=change.touched)
        if found is not None:
            return _bring_up_to_date(run, change, found, by=by, now=now)
    return run_audit(district=district, by=by, now=now, progress=progress)


@transaction.atomic
def _bring_up_to_date(
    run: AuditRun, change: Change, found: Iterable[Found], *, by: trail.Actor | ActsInTrail, now: datetime
) -> AuditRun:
    locked = AuditRun.objects.select_for_update().select_related("district").get(pk=run.pk)
    if locked.trail_sequence != run.trail_sequence:
        # Somebody else has audited the same changes meanwhile.
        return locked
    before = {(old.kind, old.subject_code): (key, old) for key, old in change.standing.items()}
    after = {(new.kind, new.subject_code): new for new in found}
    gone = [key for name, (key, _old) in before.items() if name not in after]
    Finding.objects.filter(pk__in=gone).delete()
    for name in before.keys() & after.keys():
        key, old = before[name]
        if values := _differing(old, after[name]):
            Finding.objects.filter(pk=key).update(**values)
    fresh = [new for name, new in after.items() if name not in before]
    write_findings(locked, fresh, since={}, now=now)
    locked.trail_sequence, locked.refreshed_at = change.sequence, now
    locked.save(update_fields=["trail_sequence", "refreshed_at"])
    trail.record(
        "registry.audit.brought-up-to-date",
        subject=trail.Subject(kind="registry.audit", code=locked.district.code),
        by=by,
        at=now,
        district=locked.district.code,
        compounds=len(change.touched.compounds),
        new=len(fresh),
        gone=len(gone),
    )
    return locked


def _differing(old: Found, new: Found) -> dict[str, Any]:
    """Return the columns of a finding that changed; its evidence as the database gives it back."""
    evidence = json.loads(json.dumps(dict(new.evidence)))
    values = {"people": new.people, "households": new.households, "evidence": evidence}
    changed = {name: value for name, value in values.items() if getattr(old, name) != value}
    if changed and new.place is not None:
        changed["place"] = new.place
    return changed
