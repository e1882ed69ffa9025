"""What a change of many entries would do (批量更新预览): old and new value per entry, and why some are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.registry.models import Community, District, Fact
from linli.registry.queries.areas import Area
from linli.registry.queries.figures import entry_places
from linli.registry.queries.placing import compounds_in
from linli.registry.rules.editing import judge_values
from linli.registry.rules.fields import Ledger, fields_of

CHUNK = 500
#: What the name of a choice between two versions of a value begins with.
KEEP = "keep-"


class BulkVerdict(StrEnum):
    """What would become of one value."""

    #: Somebody else changed the value since the officer first saw it, and nobody has chosen between both.
    CONTESTED = "contested"
    CHANGED = "changed"
    #: Of two versions the officer chose the other's.
    YIELDED = "yielded"
    SAME = "same"
    DOUBTED = "doubted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WantedValue:
    """One value that somebody wants to write: an entry by its code, a field, a text."""

    code: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What an officer had before their eyes when they first saw the preview, and what they chose since.

    Args:
        at: When they saw it; values recorded later are somebody else's version.
        mine: Values, by code and field, of which the officer's own version is to be written.
        theirs: Values of which the other's version is to stand.
    """

    at: datetime
    mine: frozenset[tuple[str, str]] = frozenset()
    theirs: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One value of the preview.

    Args:
        code: Code of the entry.
        name: Its name; the code where it is not there.
        field: The field.
        label: Its heading.
        old: What the ledger holds; empty for 未填.
        new: What it would hold; the text as typed where it is refused.
        verdict: What would become of it.
        reason: Why it is refused or doubted; of a changed value, what was doubted before a reason was given.
        hand: Who wrote the other version and when, where there are two; else empty.
    """

    code: str
    name: str
    field: str
    label: str
    old: str
    new: str
    verdict: BulkVerdict
    reason: str = ""
    hand: str = ""

    @property
    def choice(self) -> str:
        """What a form names the choice between two versions by."""
        return f"{KEEP}{self.code}:{self.field}"


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """A whole change before it is written.

    Args:
        rows: In the order of `ORDER`; of one verdict in the order asked.
        facts: The facts that stand, by code and field.
        fingerprint: Changes when what the ledger holds of these values changes.
    """

    rows: tuple[BulkRow, ...]
    facts: Mapping[tuple[str, str], Fact] = field(repr=False, default_factory=dict)
    fingerprint: str = ""

    def count(self, verdict: str) -> int:
        """Return how many values have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def refused(self) -> int:
        """How many values are refused."""
        return self.count(BulkVerdict.REFUSED)

    @property
    def doubted(self) -> int:
        """How many values are implausible."""
        return self.count(BulkVerdict.DOUBTED)

    @property
    def changed(self) -> int:
        """How many values would change without a reason being asked for."""
        return self.count(BulkVerdict.CHANGED)

    @property
    def contested(self) -> int:
        """How many values have two versions between which nobody has chosen."""
        return self.count(BulkVerdict.CONTESTED)

    @property
    def same(self) -> int:
        """How many values the ledger holds already."""
        return self.count(BulkVerdict.SAME)


ORDER = (
    BulkVerdict.CONTESTED,
    BulkVerdict.REFUSED,
    BulkVerdict.DOUBTED,
    BulkVerdict.CHANGED,
    BulkVerdict.YIELDED,
    BulkVerdict.SAME,
)


def bulk_preview(
    wanted: Sequence[WantedValue],
    *,
    ledger: Ledger,
    district: District,
    area: Area,
    may_edit: Callable[[str], bool],
    own_office: str,
    on: date,
    reason: str = "",
    seen: Seen | None = None,
) -> BulkPreview:
    """Judge every value alone and together with what its entry holds; nothing is written.

    Args:
        wanted: The values; of two for one field the later is refused.
        ledger: Which ledger.
        district: The district.
        area: What the reader covers; entries outside are not there.
        may_edit: Says whether the reader may change entries of an office.
        own_office: The office that answers for entries in no community.
        on: Day that the values are of.
        reason: Why implausible values are kept; empty leaves them doubted.
        seen: What the officer saw first; without it nobody else's version is looked for.
    """
    codes = list(dict.fromkeys(value.code for value in wanted))
    places = entry_places(area, [(ledger, code) for code in codes])
    facts = _facts_of(district, ledger, codes)
    held: dict[str, dict[str, str]] = {code: {} for code in codes}
    for (code, key), fact in facts.items():
        if fact.value:
            held[code][key] = fact.value
    standards, catalogue = profile(district.profile).at(on), fields_of(ledger)
    texts: dict[str, dict[str, str]] = {}
    twice: list[BulkRow] = []
    for value in wanted:
        of_entry = texts.setdefault(value.code, {})
        if value.field in of_entry:
            why = _("同一项粘贴了两次，前面是“%(first)s”，请只留一个") % {"first": of_entry[value.field]}
            twice.append(_row(value.code, value.field, "", value.text, BulkVerdict.REFUSED, why))
            continue
        of_entry[value.field] = value.text
    rows: list[BulkRow] = []
    for code, typed in texts.items():
        place = places.get((ledger, code))
        fault = ""
        if place is None:
            fault = _("台账里没有这个编码，或不在管辖范围内，请核对")
        elif not may_edit(place.office_code or own_office):
            fault = _("不由本岗位更新，请交给所在社区或街道")
        name = code if place is None else place.name
        if fault:
            rows += [_row(code, key, "", text, BulkVerdict.REFUSED, fault, name=name) for key, text in typed.items()]
            continue
        judged = judge_values(typed, ledger=ledger, held=held[code], on=on, standards=standards)
        for key, text in typed.items():
            old, new = held[code].get(key, ""), judged.values.get(key, text)
            verdict, why = BulkVerdict.CHANGED, ""
            if key in judged.faults:
                verdict, new, why = BulkVerdict.REFUSED, text, judged.faults[key]
            elif new == old:
                verdict = BulkVerdict.SAME
            elif key in judged.doubts:
                verdict, why = BulkVerdict.CHANGED if reason else BulkVerdict.DOUBTED, judged.doubts[key]
            rows.append(_row(code, key, old, new, verdict, why, name=name, label=str(catalogue[key].name)))
    rows += twice
    # What the officer chose between two versions leaves the mark as it is.
    held_now = "\n".join(sorted(f"{row.code}|{row.field}|{row.old}|{row.new}|{row.verdict}" for row in rows))
    if seen is not None:
        rows = [_against_others(row, facts.get((row.code, row.field)), seen) for row in rows]
    rows.sort(key=lambda row: ORDER.index(row.verdict))
    return BulkPreview(tuple(rows), facts, hashlib.sha256(held_now.encode()).hexdigest())


def _against_others(row: BulkRow, fact: Fact | None, seen: Seen) -> BulkRow:
    """Return a row as it stands against what somebody else wrote since it was seen."""
    writes = row.verdict in {BulkVerdict.CHANGED, BulkVerdict.DOUBTED}
    if not writes or fact is None or fact.recorded_at <= seen.at:
        return row
    key = (row.code, row.field)
    verdict = row.verdict if key in seen.mine else BulkVerdict.CONTESTED
    if key in seen.theirs:
        verdict = BulkVerdict.YIELDED
    hand = f"{fact.recorded_by} {fact.recorded_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    return replace(row, verdict=verdict, hand=hand)


def codes_of_names(area: Area, ledger: Ledger) -> dict[str, list[str]]:
    """Return the codes of the entries of each name, within an area."""
    rows = (
        compounds_in(area)
        if ledger is Ledger.COMPOUND
        else Community.objects.filter(pk__in=area.community_ids, ended_at=None)
    )
    found: dict[str, list[str]] = {}
    for name, code in rows.order_by("code").values_list("name", "code"):
        found.setdefault(name, []).append(code)
    return found


def _row(
    code: str, key: str, old: str, new: str, verdict: BulkVerdict, reason: str, *, name: str = "", label: str = ""
) -> BulkRow:
    return BulkRow(code, name or code, key, label or key, old, new, verdict, reason)


def _facts_of(district: District, ledger: Ledger, codes: Sequence[str]) -> dict[tuple[str, str], Fact]:
    found = {}
    for start in range(0, len(codes), CHUNK):
        rows = Fact.objects.filter(
            district=district, ledger=ledger, replaced_at=None, subject_code__in=codes[start : start + CHUNK]
        )
        found.update({(fact.subject_code, fact.field): fact for fact in rows})
    return found
