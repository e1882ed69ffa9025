"""The registered items of an entry (登记项): each field with its value, meaning, date, source and check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linli.foundation.policies import profile
from linli.registry.models import District, Fact
from linli.registry.queries.entries.past import facts_at
from linli.registry.rules.fields import LedgerField, fields_of, meaning_told
from linli.registry.rules.verifying import PublishedTotal, Stage

#: Fields of counts of people so small that a reader could know who is meant.
MASKED_UNITS = frozenset({"人", "户"})


@dataclass(frozen=True, slots=True)
class Item:
    """One field of an entry.

    Attributes:
        key: The field.
        label: Its heading.
        value: As shown; None for 缺.
        unit: Unit of a number.
        meaning: What exactly was counted (口径).
        as_of_on: Date of the value.
        source: Where it comes from.
        verified_by: Who checked it; empty while nobody has.
        reason: Why an implausible value was kept.
        is_masked: Whether the value is hidden because it is small.
        stage: How far it has come (`linli.registry.rules.verifying.Stage`); empty for 缺.
        return_reason: Why it was returned.
    """

    key: str
    label: str
    value: str | None
    unit: str
    meaning: str
    as_of_on: date | None
    source: str
    verified_by: str
    reason: str
    is_masked: bool
    stage: str = ""
    return_reason: str = ""


def current_facts(district: District | int, ledger: str, code: str) -> dict[str, Fact]:
    """Return the facts of an entry that stand, by field."""
    rows = Fact.objects.filter(district=district, ledger=ledger, subject_code=code, replaced_at=None)
    return {fact.field: fact for fact in rows}


def counting_facts(past: Iterable[Fact]) -> dict[str, Fact]:
    """Return the facts of an entry that count, by field: the newest verified, else the newest unless returned.

    Args:
        past: Every fact of the entry.
    """
    counting: dict[str, Fact] = {}
    for fact in past:
        is_verified = fact.verified_at is not None and fact.verified_until is None
        if is_verified or (fact.replaced_at is None and fact.stage != Stage.RETURNED and fact.field not in counting):
            counting[fact.field] = fact
    return {field: fact for field, fact in counting.items() if fact.value}


def past_facts(district: District | int, ledger: str, code: str, *, at: datetime | None = None) -> list[Fact]:
    """Return every fact of an entry, newest first, as it stands or stood at a past moment."""
    rows = Fact.objects.filter(district=district, ledger=ledger, subject_code=code)
    facts = list(rows.order_by("-recorded_at", "field", "-pk"))
    return facts if at is None else facts_at(facts, at)


def standing_of(past: Iterable[Fact]) -> dict[str, Fact]:
    """Return the facts that stand among every fact of an entry, by field."""
    return {fact.field: fact for fact in past if fact.replaced_at is None}


def small_count(district: District, *, on: date) -> int:
    """Return the count below which figures of people are hidden from other offices."""
    return int(profile(district.profile).at(on)["small_count_hide"].number)


def is_small(field: LedgerField, number: float | None, *, limit: int) -> bool:
    """Say whether a count of people is so small that somebody could be known by it; none at all is not.

    Examples:
        >>> field = fields_of("compound")["age_80_plus"]
        >>> is_small(field, 3, limit=5), is_small(field, 0, limit=5), is_small(field, 5, limit=5)
        (True, False, False)
    """
    return field.unit in MASKED_UNITS and number is not None and 0 < number < limit


def items_of(
    facts: dict[str, Fact], *, ledger: str, expected: Sequence[str], limit: int, shows_small: bool
) -> tuple[Item, ...]:
    """Return the items of an entry: expected fields first, whether filled in or not, then what else is known.

    Args:
        facts: The facts that stand.
        ledger: The ledger.
        expected: Keys of the fields that are missed when empty.
        limit: Counts below are small.
        shows_small: Whether the reader may see small counts.
    """
    catalogue = fields_of(ledger)
    keys = [*expected, *(key for key in catalogue if key in facts and facts[key].value and key not in expected)]
    return tuple(
        _item(catalogue[key], facts.get(key), limit=limit, shows_small=shows_small)
        for key in keys
        if catalogue[key].privacy != "restricted"
    )


def _item(field: LedgerField, fact: Fact | None, *, limit: int, shows_small: bool) -> Item:
    if fact is None or not fact.value:
        return Item(field.key, str(field.name), None, str(field.shown_unit), "", None, "", "", "", False)
    return Item(
        key=field.key,
        label=str(field.name),
        value=shown_value(field, fact),
        unit=str(field.shown_unit),
        meaning=meaning_told(fact.meaning),
        as_of_on=fact.as_of_on,
        source=fact.source,
        verified_by=fact.verified_by,
        reason=fact.reason,
        is_masked=not shows_small and is_small(field, fact.number, limit=limit),
        stage=fact.stage,
        return_reason=fact.return_reason if fact.stage == Stage.RETURNED else "",
    )


def shown_value(field: LedgerField, fact: Fact) -> str:
    """Return a value as a reader expects it: thousands parted, years and text as they are."""
    if not field.is_number or fact.number is None or field.unit == "year":
        return field.told(fact.value)
    return f"{int(fact.number):,}" if float(fact.number).is_integer() else f"{fact.number:,.2f}".rstrip("0")


def verified_words(total: PublishedTotal) -> str:
    """Return what of a published total is verified and how many compounds lack the figure, in one line."""
    words = _("已核实 %(value)s，%(n)s/%(all)s 个小区") % {
        "value": f"{total.verified:,}",
        "n": total.n_verified,
        "all": total.n,
    }
    lacking = total.n - total.n_known
    return _("%(words)s；%(n)d 个缺数") % {"words": words, "n": lacking} if lacking else words


def last_before(past: Sequence[Fact], key: str, *, counting: Fact | None) -> Fact | None:
    """Return the value of a field that stood before the one that counts; undone ones are passed over.

    Args:
        past: Every fact of the entry, newest first.
        key: The field.
        counting: The fact that counts.
    """
    return next(
        (
            fact
            for fact in past
            if fact.field == key
            and fact.replaced_at is not None
            and fact.value
            and fact.stage != Stage.TAKEN_BACK
            and (counting is None or fact.recorded_at < counting.recorded_at)
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One act on an entry, as its history tells it: several fields changed at one moment by one post.

    Attributes:
        at: When.
        by: Who, as text.
        source: Where the values came from.
        fields: Heading, value before (None for none) and value after (None for emptied) of each field.
        is_first: Whether the act brought the entry's first values.
    """

    at: datetime
    by: str
    source: str
    fields: tuple[tuple[str, str | None, str | None], ...]
    is_first: bool


def changes_of(past: Sequence[Fact], *, ledger: str, limit: int, shows_small: bool) -> tuple[Change, ...]:
    """Return the history of an entry, newest first; the values of the first act are counted, not listed.

    Args:
        past: Every fact of the entry.
        ledger: The ledger.
        limit: Counts below are small.
        shows_small: Whether the reader may see small counts.
    """
    catalogue = fields_of(ledger)
    before: dict[tuple[str, datetime | None], Fact] = {(fact.field, fact.replaced_at): fact for fact in past}
    acts: dict[tuple[datetime, str], list[Fact]] = {}
    for fact in past:
        acts.setdefault((fact.recorded_at, fact.recorded_by), []).append(fact)

    def told(fact: Fact | None) -> str | None:
        if fact is None or not fact.value or fact.field not in catalogue:
            return None
        field = catalogue[fact.field]
        if not shows_small and is_small(field, fact.number, limit=limit):
            return _("少于 %(limit)d") % {"limit": limit}
        return shown_value(field, fact)

    changes = []
    for (at, by), facts in acts.items():
        fields = tuple(
            (str(catalogue[fact.field].name), told(before.get((fact.field, at))), told(fact))
            for fact in facts
            if fact.field in catalogue
        )
        is_first = all(was is None for _label, was, _now in fields) and len(fields) > 1
        changes.append(Change(at, by, facts[0].source, fields, is_first))
    return tuple(changes)
