"""Two records of one compound beside each other (合并对照), and where codes of merged records lead."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.registry.models import Claim, Compound, CompoundMerger, District, Fact
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import current_facts, shown_value
from linli.registry.queries.placing import compounds_in
from linli.registry.rules.editing import NAME_FIELD
from linli.registry.rules.fields import Ledger, LedgerField, fields_of, meaning_told
from linli.registry.rules.merging import Side, Worth, proposed_side
from linli.registry.rules.verifying import Stage


@dataclass(frozen=True, slots=True)
class OneValue:
    """A value of one of two records.

    Attributes:
        text: As shown, with its unit; empty for 未填.
        note: Meaning, date and source.
        stage: How far it has come; empty for 未填.
    """

    text: str = ""
    note: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class ValueChoice:
    """One field of which two records tell something different.

    Attributes:
        key: The field.
        label: Its heading.
        kept: The value of the record that stays.
        absorbed: The value of the other.
        proposed: Which is proposed.
    """

    key: str
    label: str
    kept: OneValue
    absorbed: OneValue
    proposed: Side

    @property
    def sides(self) -> tuple[tuple[str, OneValue], ...]:
        """Return both values, each with the word of its side."""
        return (Side.KEPT.value, self.kept), (Side.ABSORBED.value, self.absorbed)


@dataclass(frozen=True, slots=True)
class Record:
    """One of two records.

    Attributes:
        code: Its code.
        name: Its name.
        community: Name of its community; empty in a blind spot.
        filled: How many fields it fills in.
        verified: How many of them are verified.
    """

    code: str
    name: str
    community: str
    filled: int
    verified: int


@dataclass(frozen=True, slots=True)
class MergerCard:
    """Two records before they are made one.

    Attributes:
        kept: The record that stays.
        absorbed: The record that is archived.
        choices: Fields that differ, in the order of the ledger, the name first.
        alike: Fields that both fill in alike, with the record whose date, source and verification are taken.
        carried: What moves to the record that stays: words and count, without what is not there.
        fingerprint: Changes when a value of either record does.
    """

    kept: Record
    absorbed: Record
    choices: tuple[ValueChoice, ...]
    alike: tuple[tuple[str, Side], ...]
    carried: tuple[tuple[str, int], ...]
    fingerprint: str

    @property
    def same(self) -> int:
        """Return how many fields both fill in alike."""
        return len(self.alike)

    @property
    def records(self) -> tuple[Record, Record]:
        """Return both."""
        return self.kept, self.absorbed


@dataclass(frozen=True, slots=True)
class PastMerger:
    """A merger that stands, as the page of the record that stayed tells it."""

    code: str
    name: str
    reason: str
    by: str
    at: datetime


def merger_card(kept: Compound, absorbed: Compound) -> MergerCard:
    """Return two records beside each other.

    Args:
        kept: The record that stays.
        absorbed: The other one.
    """
    ours, theirs = _facts(kept), _facts(absorbed)
    catalogue = fields_of(Ledger.COMPOUND)
    choices: list[ValueChoice] = []
    alike: list[tuple[str, Side]] = []
    if kept.name != absorbed.name:
        names = OneValue(kept.name), OneValue(absorbed.name)
        choices.append(ValueChoice(NAME_FIELD, str(catalogue[NAME_FIELD].name), *names, Side.KEPT))
    for key, field in catalogue.items():
        mine, other = ours.get(key), theirs.get(key)
        if key == NAME_FIELD or (mine is None and other is None):
            continue
        proposed = proposed_side(_worth(mine), _worth(other))
        if mine is not None and other is not None and (mine.value, mine.meaning) == (other.value, other.meaning):
            alike.append((key, proposed))
            continue
        choices.append(
            ValueChoice(
                key,
                str(field.name),
                _shown(field, mine),
                _shown(field, other),
                proposed,
            )
        )
    return MergerCard(
        _record(kept, ours),
        _record(absorbed, theirs),
        tuple(choices),
        tuple(alike),
        _carried(kept, absorbed),
        fingerprint_of(kept, absorbed),
    )


def fingerprint_of(kept: Compound, absorbed: Compound) -> str:
    """Return a mark that changes when a name or a standing value of two records does."""
    rows = Fact.objects.filter(
        district=kept.district_id,
        ledger=Ledger.COMPOUND,
        subject_code__in=(kept.code, absorbed.code),
        replaced_at=None,
    ).order_by("pk")
    held = [f"{kept.code}|{kept.name}", f"{absorbed.code}|{absorbed.name}"]
    held += [f"{pk}|{stage}" for pk, stage in rows.values_list("pk", "stage")]
    return hashlib.sha256("\n".join(held).encode()).hexdigest()


def better_kept(one: Compound, other: Compound) -> tuple[Compound, Compound]:
    """Return two records with the one first that had better stay: verified more, filled in more, coded earlier."""
    ranked = sorted(
        (one, other), key=lambda compound: (-compound.verified_share, -compound.completeness, compound.code)
    )
    return ranked[0], ranked[1]


def two_compounds(area: Area, codes: tuple[str, str]) -> tuple[Compound, Compound] | None:
    """Return two standing compounds of an area in the order asked; None where one is not there."""
    rows = compounds_in(area).filter(code__in=codes).select_related("home__office", "district")
    found = {compound.code: compound for compound in rows}
    one, other = found.get(codes[0]), found.get(codes[1])
    return None if one is None or other is None else (one, other)


def mergers_of(compound_code: str, district: District) -> tuple[PastMerger, ...]:
    """Return the mergers that stand of a compound, newest first."""
    rows = CompoundMerger.objects.filter(district=district, kept__code=compound_code, undone_at=None)
    return tuple(
        PastMerger(row.absorbed.code, row.absorbed.name, row.reason, row.merged_by, row.merged_at)
        for row in rows.select_related("absorbed")
    )


def successors(district: District | int) -> dict[str, str]:
    """Return the code that each merged record's code leads to, however often its successor was merged again."""
    rows = CompoundMerger.objects.filter(district=district, undone_at=None)
    next_of = dict(rows.values_list("absorbed__code", "kept__code"))
    found = {}
    for code in next_of:
        last = code
        # A record is archived when it is merged, so that no chain comes back to itself.
        while last in next_of:
            last = next_of[last]
        found[code] = last
    return found


def _facts(compound: Compound) -> dict[str, Fact]:
    standing = current_facts(compound.district_id, Ledger.COMPOUND, compound.code)
    return {key: fact for key, fact in standing.items() if fact.value}


def _worth(fact: Fact | None) -> Worth | None:
    return None if fact is None else Worth(fact.stage, fact.as_of_on, fact.recorded_at)


def _shown(field: LedgerField, fact: Fact | None) -> OneValue:
    if fact is None:
        return OneValue()
    day = fact.as_of_on.isoformat() if fact.as_of_on else ""
    note = " · ".join(filter(None, (meaning_told(fact.meaning), day, fact.source)))
    unit = f" {field.shown_unit}" if field.is_number and field.unit != "year" and field.shown_unit else ""
    return OneValue(f"{shown_value(field, fact)}{unit}", note, fact.stage)


def _record(compound: Compound, facts: dict[str, Fact]) -> Record:
    return Record(
        compound.code,
        compound.name,
        "" if compound.home is None else compound.home.name,
        filled=len(facts),
        verified=sum(fact.stage == Stage.VERIFIED for fact in facts.values()),
    )


def _carried(kept: Compound, absorbed: Compound) -> tuple[tuple[str, int], ...]:
    claims = Claim.objects.filter(
        district=kept.district_id, kind=Claim.Kind.COMPOUND, subject_code=absorbed.code, withdrawn_at=None
    )
    own = kept.stands_on.values("parcel")
    counts = (
        (_("地块"), absorbed.stands_on.exclude(parcel__in=own).count()),
        (_("归属登记"), claims.count()),
        (_("楼栋"), absorbed.buildings.count()),
        (_("物业合同"), absorbed.property_contracts.filter(replaced_at=None).count()),
        (_("业主委员会"), absorbed.owners_committees.filter(replaced_at=None).count()),
        (_("党组织"), absorbed.party_organisations.filter(replaced_at=None).count()),
        (_("代管"), absorbed.custodies.filter(ended_at=None).count()),
    )
    return tuple((words, count) for words, count in counts if count)
