"""The only writers of the trail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from linli.foundation.trail.errors import TrailNeedsTransaction
from linli.foundation.trail.keys import trail_key
from linli.foundation.trail.models import Entry, Head
from linli.foundation.trail.rules import (
    GENESIS,
    SEALED,
    SYSTEM,
    Actor,
    ActsInTrail,
    Record,
    ShownInTrail,
    Subject,
    canonical_details,
    chained_hash,
    check_verb,
)
from linli.foundation.trail.seals import Seal, append_seal, cut_back, new_seal, read_seals, seal_path


def record(
    verb: str,
    *,
    subject: Subject | ShownInTrail,
    by: Actor | ActsInTrail,
    at: datetime,
    district: str,
    **details: Any,
) -> Entry:
    """Append one act to the district's chain, in the act's own transaction.

    Call it last in the transaction: it locks the district's head row until the commit, so that appends queue up
    (on SQLite the whole transaction holds the write lock already, being ``BEGIN IMMEDIATE``).

    Args:
        verb: ``app.subject.past-tense``, such as ``registry.import.committed``.
        subject: On what, or an object that has ``trail_subject()``.
        by: Who, or an object that has ``trail_actor()``; `SYSTEM` for scheduled work.
        at: When, aware.
        district: Code of the district whose chain it joins.
        **details: Plain values, no personal data.

    Raises:
        TrailNeedsTransaction: Called outside a transaction.
        TrailVerbMalformed: The verb is written otherwise.
        PersonalDetailInTrail: A detail holds an identity or mobile number.
        DetailNotPlain: A detail is no plain value.
        TrailKeyMissing: No key is set.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TrailNeedsTransaction(verb=verb)
    check_verb(verb)
    key = trail_key()
    about = subject if isinstance(subject, Subject) else subject.trail_subject()
    actor = by if isinstance(by, Actor) else by.trail_actor()
    details_json = canonical_details(details)
    head, _created = Head.objects.select_for_update().get_or_create(
        district_code=district, defaults={"sequence": 0, "hash": GENESIS}
    )
    link = Record(
        district_code=district,
        sequence=head.sequence + 1,
        verb=verb,
        subject_kind=about.kind,
        subject_code=about.code,
        actor_kind=actor.kind,
        actor_code=actor.code,
        actor_post=actor.post,
        at=at.astimezone(UTC),
        details_json=details_json,
        previous_hash=head.hash,
    )
    entry = Entry(**{name: getattr(link, name) for name in Record.__dataclass_fields__})
    entry.hash = chained_hash(link, key=key)
    entry.save()
    head.sequence, head.hash = link.sequence, entry.hash
    head.save(update_fields=["sequence", "hash"])
    return entry


def seal(district: str, *, now: datetime, folder: Path) -> Seal | None:
    """Write the head of a district's chain to its seal file, outside the database.

    The seal's number is itself recorded in the chain first, so that a shortened seal file shows. A chain with
    nothing new since its newest seal is left alone.

    Args:
        district: Code of the district.
        now: The moment of sealing.
        folder: Where ``trail-<district>.jsonl`` lies; made if missing. Copy it to another machine daily.

    Returns:
        The newest seal, or ``None`` when the chain is empty.

    Raises:
        SealFileUnreadable: The file holds a line that is no seal.
    """
    path = seal_path(folder, district)
    length_before: int | None = None
    try:
        with transaction.atomic():
            head = Head.objects.select_for_update().filter(district_code=district).first()
            seals = read_seals(path)
            newest = seals[-1] if seals else None
            if head is None or (newest is not None and newest.sequence == head.sequence):
                return newest
            number = newest.number + 1 if newest else 1
            entry = record(
                SEALED,
                subject=Subject("trail.chain", district),
                by=SYSTEM,
                at=now,
                district=district,
                number=number,
            )
            made = new_seal(
                number=number,
                district=district,
                sequence=entry.sequence,
                head_hash=entry.hash,
                sealed_at=now,
                previous=newest,
                key=trail_key(),
            )
            length_before = path.stat().st_size if path.exists() else 0
            append_seal(path, made)
    except BaseException:
        # The commit failed after the line was written: a seal of an entry that never came to be would cry wolf.
        if length_before is not None:
            cut_back(path, length_before)
        raise
    return made
