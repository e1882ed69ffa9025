"""The conditions of a list in its address: chips above the table, choices of the filter sheet, words in files."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from linli.foundation.ui.parts import Chip
from linli.registry.queries.ledger import Between, Choices, Filter, LedgerList

#: A filter with more values than this has no chip until it is set: its values stand in the filter sheet.
LONGEST_MENU = 24
#: Nobody reads a longer list of values; the filter above it narrows them down.
MOST_OPTIONS = 200
#: More chosen values than this are counted on the chip instead of named.
NAMED = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter in the filter sheet, with the lines that it would show, None where that is not counted."""

    value: str
    words: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range in the filter sheet."""

    field: str
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """One filter in the filter sheet: values to tick, or two ends of a range; a note where values are left out."""

    key: str
    heading: str
    options: tuple[Option, ...] = ()
    bounds: tuple[Bound, ...] = ()
    note: str = ""


def has_chip(listed: LedgerList, one: Filter) -> bool:
    """Say whether a filter stands above the table as a chip."""
    is_set = any(name in listed.question.chosen for name in one.fields)
    return is_set or isinstance(one, Between) or (one.is_first and len(one.words) <= LONGEST_MENU)


def chip_of(listed: LedgerList, one: Filter, address: QueryDict) -> Chip:
    """Return a filter as a chip: what is chosen and the way back, or the values to choose from."""
    chosen = listed.question.chosen
    if isinstance(one, Choices):
        words = [str(one.words[value]) for value in chosen.get(one.key, ())]
        options = tuple((value, str(word), False) for value, word in one.words.items())
        value = "、".join(words) if len(words) <= NAMED else _("%(count)d 种") % {"count": len(words)}
    else:
        value = range_in_words(*one.bounds(chosen))
        options = tuple((str(step), f"≥ {step:,} {one.unit}", False) for step in one.steps)
    return Chip(
        label=str(one.heading),
        field=one.fields[0],
        value=value,
        clear_url=_without(address, *one.fields),
        options=options,
    )


def group_of(listed: LedgerList, one: Filter) -> FilterGroup:
    """Return a filter as a group of the filter sheet; values that would show nothing are left out."""
    chosen = listed.question.chosen
    if isinstance(one, Between):
        low, high = one.fields
        return FilterGroup(
            key=one.key,
            heading=str(one.heading),
            bounds=(
                Bound(low, _("%(unit)s以上") % {"unit": one.unit}, chosen.get(low, ("",))[0]),
                Bound(high, _("%(unit)s以下") % {"unit": one.unit}, chosen.get(high, ("",))[0]),
            ),
        )
    counts = listed.counts(one)
    options = tuple(
        Option(value, str(word), None if counts is None else counts.get(value, 0), is_chosen)
        for value, word in one.words.items()
        if (is_chosen := value in chosen.get(one.key, ())) or counts is None or counts.get(value, 0)
    )
    if len(options) <= MOST_OPTIONS:
        return FilterGroup(key=one.key, heading=str(one.heading), options=options)
    return FilterGroup(
        key=one.key,
        heading=str(one.heading),
        options=tuple(option for option in options if option.is_chosen),
        note=_("有 %(count)d 个，先选街道再从里面选") % {"count": len(options)},
    )


def conditions_in_words(listed: LedgerList) -> str:
    """Return what was asked for in one line, as an exported file states it.

    Selected lines are counted; without any condition the line says so.
    """
    question, told = listed.question, []
    if question.words:
        told.append(_("查找“%(words)s”") % {"words": question.words})
    for one in listed.filters:
        if isinstance(one, Choices):
            words = "、".join(str(one.words[value]) for value in question.chosen.get(one.key, ()))
        else:
            words = range_in_words(*one.bounds(question.chosen))
        if words:
            told.append(f"{one.heading} {words}")
    if question.codes:
        told.append(_("选中 %(count)d 条") % {"count": len(question.codes)})
    return "；".join(told) or _("无，全部")


def range_in_words(low: int | None, high: int | None) -> str:
    """Return two bounds in words; empty without any.

    Examples:
        >>> range_in_words(200, None), range_in_words(None, 3000), range_in_words(200, 3000), range_in_words(None, None)
        ('≥ 200', '≤ 3,000', '200–3,000', '')
    """
    if low is not None and high is not None:
        return f"{low:,}–{high:,}"
    return f"≥ {low:,}" if low is not None else f"≤ {high:,}" if high is not None else ""


def _without(address: QueryDict, *fields: str) -> str:
    left = address.copy()
    for field in (*fields, "page"):
        left.pop(field, None)
    return f"?{left.urlencode()}"
