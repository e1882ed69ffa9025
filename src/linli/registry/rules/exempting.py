"""Registered exceptions (登记例外): which findings they answer, and whether they hold on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
LONGEST_REASON = 200


class ExemptionKind(StrEnum):
    """What is excepted; a custody (代管) is kept in a book of its own, and listed with the others."""

    BAND = "BAND"
    CONTIGUITY = "CONTIGUITY"
    OVERLAP = "OVERLAP"
    CUSTODY = "CUSTODY"
    HOLE = "HOLE"


class Standing(StrEnum):
    """Where a registered exception stands on a day; endless is a custody whose last day nobody has agreed."""

    IN_FORCE = "IN_FORCE"
    EXPIRING = "EXPIRING"
    LAPSED = "LAPSED"
    ENDLESS = "ENDLESS"
    ENDED = "ENDED"


KIND_NAMES: Mapping[ExemptionKind, Text] = MappingProxyType(
    {
        ExemptionKind.BAND: _("户数规模"),
        ExemptionKind.CONTIGUITY: _("飞地"),
        ExemptionKind.OVERLAP: _("合法重叠"),
        ExemptionKind.CUSTODY: _("代管"),
        ExemptionKind.HOLE: _("区内空洞"),
    }
)

STANDING_NAMES: Mapping[Standing, Text] = MappingProxyType(
    {
        Standing.IN_FORCE: _("有效"),
        Standing.EXPIRING: _("快到期"),
        Standing.LAPSED: _("已过期"),
        Standing.ENDLESS: _("没有期限"),
        Standing.ENDED: _("已终止"),
    }
)

#: The exception that a finding may be answered with.
EXEMPTION_OF_FINDING: Mapping[str, ExemptionKind] = MappingProxyType(
    {
        "OVERSIZE": ExemptionKind.BAND,
        "UNDERSIZE": ExemptionKind.BAND,
        "EXCLAVE": ExemptionKind.CONTIGUITY,
        "DOUBLE_CLAIM": ExemptionKind.OVERLAP,
        "OVERLAP": ExemptionKind.OVERLAP,
        "INNER_HOLE": ExemptionKind.HOLE,
        "OPEN_CUSTODY": ExemptionKind.CUSTODY,
        "CLAIM_DIFFERS": ExemptionKind.CUSTODY,
        "COMPOUND_UNASSIGNED": ExemptionKind.CUSTODY,
    }
)

#: Kinds that are said of a community as a whole, whether the audit found something or not.
OF_COMMUNITIES = frozenset({ExemptionKind.BAND, ExemptionKind.CONTIGUITY})


def findings_answered_by(kind: ExemptionKind) -> frozenset[str]:
    """Return the kinds of findings that an exception makes away with.

    Examples:
        >>> sorted(findings_answered_by(ExemptionKind.BAND))
        ['OVERSIZE', 'UNDERSIZE']
    """
    return frozenset(finding for finding, answer in EXEMPTION_OF_FINDING.items() if answer is kind)


def standing_on(
    day: date, *, until_on: date | None, is_ended: bool, notice_days: int, needs_end: bool = False
) -> Standing:
    """Return where an exception stands on a day; its last day still belongs to it.

    Args:
        day: The day.
        until_on: Its last day; None without an end.
        is_ended: Whether somebody ended it.
        notice_days: How many days before its last day it is said to end soon.
        needs_end: Whether it must have a last day, as a custody must.

    Examples:
        >>> day = date(2026, 11, 23)
        >>> standing_on(day, until_on=day, is_ended=False, notice_days=30).value
        'EXPIRING'
        >>> standing_on(day, until_on=date(2026, 11, 22), is_ended=False, notice_days=30).value
        'LAPSED'
        >>> standing_on(day, until_on=date(2026, 12, 24), is_ended=False, notice_days=30).value
        'IN_FORCE'
    """
    if is_ended:
        return Standing.ENDED
    if until_on is None:
        return Standing.ENDLESS if needs_end else Standing.IN_FORCE
    if until_on < day:
        return Standing.LAPSED
    return Standing.EXPIRING if until_on <= day + timedelta(days=notice_days) else Standing.IN_FORCE
