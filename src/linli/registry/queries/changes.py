"""The change feed (变更流): what became of the ledger since a mark, in the order of the trail.

The trail orders all acts of a district without gap, and no smaller number ever appears later; each act's figures
were written at its moment. So a mark ``sequence.fact`` resumes exactly, also in the middle of a large import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from linli.foundation.trail.queries import EntryCard, entries_after, sequence_at
from linli.registry.models import Community, District, Facility, Fact
from linli.registry.queries.areas import Area
from linli.registry.queries.interchange import FactCard, fact_cards
from linli.registry.queries.placing import compounds_in

MARK = re.compile(r"(\d{1,18})(?:\.(\d{1,18}))?")
VERBS = "registry."
#: Acts that change nothing which others read.
SILENT = frozenset(
    {
        "registry.ledger.exported",
        "registry.comparison.exported",
        "registry.findings.exported",
        "registry.exemptions.exported",
        "registry.map.exported",
        "registry.import.file-taken",
        "registry.import.rows-taken",
        "registry.import.problems-taken",
    }
)
#: Entries of the trail read at once.
STRETCH = 200
#: Entries looked at for one answer: for a reader of little the rest of a long trail may hold nothing.
MOST_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        mark: Where to go on after it.
        kind: ``act`` for what was done, ``fact`` for a figure that it wrote.
        at: When.
        verb: Verb of the act.
        subject_kind: On what kind of thing.
        subject_code: Its code.
        fact: The figure.
    """

    mark: str
    kind: str
    at: datetime
    verb: str
    subject_kind: str
    subject_code: str
    fact: FactCard | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Part of the change feed; ``mark`` is where to go on, whether anything was found or not."""

    changes: tuple[Change, ...]
    mark: str
    has_more: bool


def changes_since(area: Area, mark: str, *, most: int) -> Feed | None:
    """Return the changes of an area that follow a mark; None for a mark that cannot be.

    Args:
        area: What the reader covers; what happens elsewhere is passed over.
        mark: ``0`` for the beginning, else the mark of the last answer.
        most: Most changes returned.
    """
    parsed = MARK.fullmatch(mark)
    if parsed is None:
        return None
    sequence, after = int(parsed[1]), int(parsed[2]) if parsed[2] else None
    district = District.objects.get(pk=area.district_id)
    seen = _Seen(area)
    # An act in the middle of whose figures the last answer ended is taken up again.
    reached = sequence - 1 if after is not None else sequence
    found: list[Change] = []
    looked_at = 0
    while entries := entries_after(district.code, reached, verb_starts=VERBS, limit=STRETCH):
        for entry in entries:
            resumed = after if entry.sequence == sequence else None
            for change in _of_entry(entry, seen, resumed=resumed):
                if len(found) == most:
                    return Feed(tuple(found), found[-1].mark, has_more=True)
                found.append(change)
            reached = entry.sequence
        looked_at += len(entries)
        if looked_at >= MOST_LOOKED_AT:
            return Feed(tuple(found), str(reached), has_more=True)
    return Feed(tuple(found), str(max(reached, sequence)), has_more=False)


def _of_entry(entry: EntryCard, seen: _Seen, *, resumed: int | None) -> Iterator[Change]:
    said = (entry.at, entry.verb, entry.subject.kind, entry.subject.code)
    if resumed is None and entry.verb not in SILENT and seen.shows(entry):
        yield Change(f"{entry.sequence}.0", "act", *said)
    # Where two acts share a moment, its figures are told with the first.
    if sequence_at(entry.district_code, entry.at, verb_starts=VERBS) != entry.sequence:
        return
    facts = Fact.objects.filter(district=seen.area.district_id, recorded_at=entry.at, pk__gt=resumed or 0)
    for fact in fact_cards(facts.order_by("pk").iterator(chunk_size=2000), area=seen.area):
        if seen.holds(fact.ledger, fact.code):
            yield Change(f"{entry.sequence}.{fact.id}", "fact", *said, fact=fact)


class _Seen:
    """What a reader sees of the ledger, looked up once."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self._codes: dict[str, frozenset[str]] = {}

    def holds(self, ledger: str, code: str) -> bool:
        """Say whether an entry of a ledger lies in the area."""
        if self.area.is_whole_district:
            return True
        if ledger not in self._codes:
            self._codes[ledger] = self._read(ledger)
        return code in self._codes[ledger]

    def shows(self, entry: EntryCard) -> bool:
        """Say whether an act concerns the area: an entry in it, an import by one of its offices, a new layout."""
        if self.area.is_whole_district:
            return True
        kind, code = entry.subject.kind, entry.subject.code
        if kind in {"compound", "community", "facility"}:
            return self.holds(kind, code)
        return kind in {"layout", "registry.district"}

    def _read(self, ledger: str) -> frozenset[str]:
        if ledger == "compound":
            return frozenset(compounds_in(self.area).values_list("code", flat=True))
        if ledger == "community":
            return frozenset(Community.objects.filter(pk__in=self.area.community_ids).values_list("code", flat=True))
        facilities = Facility.objects.filter(community__in=self.area.community_ids)
        return frozenset(facilities.values_list("code", flat=True)) if ledger == "facility" else frozenset()
