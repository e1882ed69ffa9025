"""Why a compound moves and what it costs when it stays, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.engine.districting import Band, Cause, Reason
from linli.engine.districting.constraints import Rule
from linli.layout.plans.queries.wording.names import NameBook, households


def reason_words(reason: Reason, names: NameBook, *, band: Band) -> str:
    """Return the rule that moves a compound, in one sentence."""
    parts = {
        "from": names.short(reason.from_id),
        "to": names.short(reason.to_id),
        "before": households(reason.from_total),
        "there": households(reason.to_total),
        "low": households(band.low),
        "high": households(band.high),
    }
    match reason.cause:
        case Cause.BLIND_SPOT:
            return _("现在不归任何社区，划入%(to)s。") % parts
        case Cause.EXCLAVE:
            return _("与%(from)s的主体不相连，划入相连的%(to)s。") % parts
        case Cause.COMMUNITY_ENDS:
            return _("%(from)s现有 %(before)s，方案中撤销，并入%(to)s。") % parts
        case Cause.TOO_LARGE:
            return _("%(from)s现有 %(before)s，超过上限 %(high)s，须划出一部分，由%(to)s接收。") % parts
        case Cause.TOO_SMALL:
            return _("%(to)s现有 %(there)s，不到下限 %(low)s，须补足。") % parts
        case Cause.COMMUNITY_BEGINS:
            return _("新设%(to)s，须达到下限 %(low)s。") % parts
        case Cause.MAKES_ROOM:
            return _("%(from)s要接收别处划来的小区，为不超过上限 %(high)s，把它让给%(to)s。") % parts


def price_words(price: int, *, own: int) -> str:
    """Return how many more or fewer households move when a compound stays.

    Args:
        price: Households that move more than in the plan; negative for fewer.
        own: Households of the compound itself.
    """
    parts = {"price": households(abs(price)), "own": households(own)}
    if price > 0:
        return _("本小区 %(own)s不换社区，但整个方案要多换 %(price)s。") % parts
    if price < 0:
        return _("本小区 %(own)s不换社区，整个方案还能少换 %(price)s。") % parts
    return _("本小区 %(own)s不换社区，整个方案换社区的户数不变。") % parts


def rule_words(rule: Rule) -> str:
    """Return what a hard rule asks, in a few words."""
    words: dict[Rule, str] = {
        "complete": _("每个地块都有社区"),
        "contiguous": _("每个社区连片"),
        "band": _("户数在标准内"),
        "locks": _("锁定的不动"),
        "compounds-whole": _("小区不拆开"),
        "parents-kept": _("社区不跨街道"),
        "office-inside": _("办事点在本社区内"),
    }
    return words[rule]
