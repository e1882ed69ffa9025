"""Reads of the trail: pages of entries and the check of a chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max

from linli.foundation.trail.keys import trail_key
from linli.foundation.trail.models import Entry, Head
from linli.foundation.trail.rules import Actor, Subject
from linli.foundation.trail.seals import Seal, read_seals, seal_path
from linli.foundation.trail.verification import Verification, check_chain


@dataclass(frozen=True, slots=True)
class EntryCard:
    """One entry for a page."""

    district_code: str
    sequence: int
    verb: str
    subject: Subject
    actor: Actor
    at: datetime
    details: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """A page of entries, newest first; ``older_than`` asks for the next page, ``None`` at the end."""

    cards: tuple[EntryCard, ...]
    total: int
    older_than: int | None


def entries(
    district: str,
    *,
    verb_starts: str = "",
    subject_kind: str = "",
    subject_code: str = "",
    actor_code: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    older_than: int | None = None,
    limit: int = 50,
) -> EntriesPage:
    """Return the newest entries of a district that fit every filter given.

    Args:
        district: Code of the district.
        verb_starts: Beginning of the verb, such as ``registry.import``.
        subject_kind: Kind of the subject.
        subject_code: Public code of the subject.
        actor_code: Code of the actor.
        since: From this moment on.
        until: Before this moment.
        older_than: Only entries with a smaller sequence; the previous page's ``older_than``.
        limit: Most entries on the page.
    """
    wanted = {
        "verb__startswith": verb_starts,
        "subject_kind": subject_kind,
        "subject_code": subject_code,
        "actor_code": actor_code,
        "at__gte": since,
        "at__lt": until,
    }
    fitting = Entry.objects.filter(
        district_code=district, **{name: value for name, value in wanted.items() if value not in ("", None)}
    ).order_by("-sequence")
    total = fitting.count()
    if older_than is not None:
        fitting = fitting.filter(sequence__lt=older_than)
    found = list(fitting[: limit + 1])
    cards = tuple(_card(entry) for entry in found[:limit])
    return EntriesPage(cards, total, cards[-1].sequence if len(found) > limit else None)


def newest_of(district: str) -> EntryCard | None:
    """Return the newest entry of a district; None before the first. One query."""
    entry = Entry.objects.filter(district_code=district).order_by("-sequence").first()
    return None if entry is None else _card(entry)


def entries_after(district: str, sequence: int, *, verb_starts: str = "", limit: int) -> tuple[EntryCard, ...]:
    """Return the entries of a district that follow a sequence, the oldest first.

    The head row is locked until an act is committed, so no smaller sequence ever appears later.

    Args:
        district: Code of the district.
        sequence: Only entries with a greater one.
        verb_starts: Beginning of the verb.
        limit: Most entries returned.
    """
    following = Entry.objects.filter(district_code=district, sequence__gt=sequence, verb__startswith=verb_starts)
    return tuple(_card(entry) for entry in following.order_by("sequence")[:limit])


def sequence_at(district: str, at: datetime, *, verb_starts: str = "") -> int | None:
    """Return the sequence of the first entry of a moment; None where nothing happened then."""
    entries_then = Entry.objects.filter(district_code=district, at=at, verb__startswith=verb_starts)
    return entries_then.order_by("sequence").values_list("sequence", flat=True).first()


def districts_with_trail() -> tuple[str, ...]:
    """Return the codes of the districts that have a chain, in their order."""
    return tuple(Head.objects.order_by("district_code").values_list("district_code", flat=True))


def last_act(verb: str = "") -> datetime | None:
    """Return when anything, or one kind of act, was last recorded in any district."""
    found = Entry.objects.filter(verb=verb) if verb else Entry.objects.all()
    newest: datetime | None = found.aggregate(newest=Max("at"))["newest"]
    return newest


def lengths() -> dict[str, int]:
    """Return the length of each district's chain."""
    return dict(Head.objects.values_list("district_code", "sequence"))


def verify(district: str, *, seals: Path | Iterable[Seal] = (), using: str = DEFAULT_DB_ALIAS) -> Verification:
    """Check a district's chain against its head and its seals.

    Args:
        district: Code of the district.
        seals: The folder with the seal files, or the seals themselves.
        using: The database; another than the default one while a backup is tried.

    Returns:
        Every fault found, and how many entries lie after the newest seal.

    Raises:
        SealFileUnreadable: A line of the seal file is no seal.
        TrailKeyMissing: No key is set.
    """
    found_seals = read_seals(seal_path(seals, district)) if isinstance(seals, Path) else tuple(seals)
    head = Head.objects.using(using).filter(district_code=district).values_list("sequence", "hash").first()
    stored = Entry.objects.using(using).filter(district_code=district).order_by("sequence", "id")
    return check_chain(
        (entry.as_link() for entry in stored.iterator(chunk_size=2000)),
        head=head,
        seals=found_seals,
        district=district,
        key=trail_key(),
    )


def _card(entry: Entry) -> EntryCard:
    return EntryCard(
        district_code=entry.district_code,
        sequence=entry.sequence,
        verb=entry.verb,
        subject=Subject(entry.subject_kind, entry.subject_code),
        actor=Actor(entry.actor_kind, entry.actor_code, entry.actor_post),
        at=entry.at,
        details=entry.details,
        hash=entry.hash,
    )
