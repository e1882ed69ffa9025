"""The ways that requirements and remedies lead: each to the map, an entry, a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.foundation.ui.parts import RequirementRow
from linli.layout.plans.queries.cards import PlanCard
from linli.layout.plans.queries.wording.conflicts import ConflictCard
from linli.layout.plans.queries.wording.leads import Door, Lead

#: Doors behind which something is changed, for those who may.
CHANGING = frozenset({Door.EXCEPT_BAND, Door.EXCEPT_PARTS, Door.CONDITIONS})
MOST_COMPOUNDS = 200


@dataclass(frozen=True, slots=True)
class Way:
    """A remedy in words; ``url`` is empty where no page does it, or not for this reader."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class LedConflict:
    """A conflict with the ways out of it."""

    sentence: str
    is_proven: bool
    parcels: tuple[str, ...]
    ways: tuple[Way, ...]


def judged_rows(card: PlanCard, *, may_change: bool) -> tuple[RequirementRow, ...]:
    """Return the requirements of a plan, those that fail with the way to where it is dealt with."""
    found = []
    for one in card.requirements:
        url = _address(one.lead, plan=card.number, may_change=may_change)
        found.append(replace(one.row, url=url, act=_word(one.lead)) if url and one.lead is not None else one.row)
    return tuple(found)


def led_conflicts(conflicts: Sequence[ConflictCard], *, plan: str, may_change: bool) -> tuple[LedConflict, ...]:
    """Return conflicts with the ways out of them."""
    return tuple(
        LedConflict(
            sentence=one.sentence,
            is_proven=one.is_proven,
            parcels=one.parcels,
            ways=tuple(
                Way(words, _address(lead, plan=plan, may_change=may_change))
                for words, lead in zip(one.remedies, one.leads, strict=True)
            ),
        )
        for one in conflicts
    )


def _word(lead: Lead | None) -> str:
    words = {
        Door.MAP: _("看地图"),
        Door.COMMUNITY: _("看台账"),
        Door.COMPOUND: _("看台账"),
        Door.COMPOUNDS: _("看台账"),
        Door.EXCEPT_BAND: pgettext("act", "登记例外"),
        Door.EXCEPT_PARTS: pgettext("act", "登记例外"),
        Door.CONDITIONS: _("改条件"),
    }
    return "" if lead is None else words[lead.door]


def _address(lead: Lead | None, *, plan: str, may_change: bool) -> str:
    if lead is None or (lead.door in CHANGING and not may_change):
        return ""
    first = lead.codes[0] if lead.codes else ""
    match lead.door:
        case Door.MAP:
            return f"{reverse('registry:map')}?{urlencode({'pick': first})}"
        case Door.COMMUNITY:
            return reverse("registry:community", args=[first])
        case Door.COMPOUND:
            return reverse("registry:compound", args=[first])
        case Door.COMPOUNDS:
            shown = [("tab", "compounds"), *(("code", code) for code in lead.codes[:MOST_COMPOUNDS])]
            return f"{reverse('registry:ledger')}?{urlencode(shown)}"
        case Door.EXCEPT_BAND:
            return f"{reverse('registry:exemption-new')}?{urlencode({'kind': 'BAND', 'subject': first})}"
        case Door.EXCEPT_PARTS:
            return f"{reverse('registry:exemption-new')}?{urlencode({'kind': 'CONTIGUITY', 'subject': first})}"
        case Door.CONDITIONS:
            return f"{reverse('plans:new')}?{urlencode([('from', plan), *lead.changes])}"
