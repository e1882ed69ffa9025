"""The requirements of a plan as plain sentences, those that fail last, each with the way to where it is dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.foundation.ui.parts import RequirementRow
from linli.layout.plans.queries.wording.leads import Door, Lead, to_exempt
from linli.layout.plans.queries.wording.names import NameBook
from linli.layout.plans.rules.figures import PlanFigures, RequirementFigures
from linli.layout.plans.rules.wishes import Wishes

NAMED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement in words, and where its failing is dealt with; None where it is kept, or nowhere."""

    row: RequirementRow
    lead: Lead | None = None


def judged_requirements(figures: PlanFigures, names: NameBook, wishes: Wishes) -> tuple[Judged, ...]:
    """Return the requirements in words, failing ones last; locks only where something is locked."""
    rules = {one.rule: one for one in figures.requirements}
    found = [
        _complete(figures, rules["complete"]),
        _single(rules["compounds-whole"]),
        _contiguous(rules["contiguous"], names),
        _band(rules["band"], names, wishes),
        _parents(rules["parents-kept"], names),
        _offices(figures, rules["office-inside"], names),
        *([_locks(rules["locks"], wishes)] if wishes.locks else []),
        _verified(figures),
    ]
    return tuple(sorted(found, key=lambda one: one.row.is_met is not True))


def _complete(figures: PlanFigures, rule: RequirementFigures) -> Judged:
    if figures.unplaced:
        row = RequirementRow(
            sentence=_("%(count)s 个小区没有落到地块上，方案排不到") % {"count": len(figures.unplaced)},
            is_met=False,
            count=_listed(figures.unplaced),
        )
        return Judged(row, Lead(Door.COMPOUNDS, figures.unplaced))
    row = RequirementRow(
        sentence=_("%(count)s 个小区全部有归属") % {"count": len(figures.compounds)},
        is_met=rule.is_met,
        count=_("%(count)s 处盲区") % {"count": len(rule.offenders)},
        parcels=rule.offenders,
    )
    return Judged(row, _on_map(rule))


def _single(rule: RequirementFigures) -> Judged:
    row = RequirementRow(
        sentence=_("没有重复归属，没有小区被拆开"),
        is_met=rule.is_met,
        count=_("%(count)s 处") % {"count": len(rule.offenders)},
        parcels=rule.offenders,
    )
    return Judged(row, _on_map(rule))


def _contiguous(rule: RequirementFigures, names: NameBook) -> Judged:
    sentence = _("每个社区连片")
    if rule.excused:
        sentence = _("每个社区连片，%(names)s登记例外") % {"names": names.shorts(rule.excused)}
    if rule.offenders:
        sentence = _("%(names)s不连片") % {"names": _some(rule.offenders, names)}
    row = RequirementRow(sentence=sentence, is_met=rule.is_met, count=_share(rule))
    return Judged(row, _first_exempt(Door.EXCEPT_PARTS, rule))


def _band(rule: RequirementFigures, names: NameBook, wishes: Wishes) -> Judged:
    parts = {
        "low": f"{wishes.low:,}",
        "high": f"{wishes.high:,}",
        "names": _some(rule.offenders or rule.excused, names),
    }
    sentence = _("户数在 %(low)s–%(high)s 内") % parts
    if rule.excused:
        sentence = _("户数在 %(low)s–%(high)s 内，%(names)s登记例外") % parts
    if rule.offenders:
        sentence = _("%(names)s户数不在 %(low)s–%(high)s 内") % parts
    row = RequirementRow(sentence=sentence, is_met=rule.is_met, count=_share(rule))
    return Judged(row, _first_exempt(Door.EXCEPT_BAND, rule))


def _parents(rule: RequirementFigures, names: NameBook) -> Judged:
    sentence = _("社区不跨街道")
    if rule.excused or rule.offenders:
        sentence = _("%(names)s跨街道，须报上级审批") % {"names": _some(rule.offenders or rule.excused, names)}
    row = RequirementRow(sentence=sentence, is_met=rule.is_met and not rule.excused, count=_share(rule))
    return Judged(row, None if row.is_met else Lead(Door.CONDITIONS))


def _offices(figures: PlanFigures, rule: RequirementFigures, names: NameBook) -> Judged:
    if rule.is_met:
        return Judged(RequirementRow(sentence=_("办事点都在本社区内"), is_met=True, count=_share(rule)))
    addresses = {one.code: one.after.office_address for one in figures.communities if one.after is not None}
    homeless = tuple(code for code in rule.offenders if not addresses.get(code))
    outside = tuple(code for code in rule.offenders if code not in homeless)
    clauses = [
        words % {"names": _some(codes, names)}
        for codes, words in ((homeless, _("%(names)s还没有办事点")), (outside, _("%(names)s的办事点不在本社区内")))
        if codes
    ]
    standing = tuple(code for code in rule.offenders if not code.startswith("new-"))
    row = RequirementRow(sentence="；".join(clauses), is_met=False, count=_share(rule))
    return Judged(row, Lead(Door.COMMUNITY, standing[:1]) if standing else None)


def _locks(rule: RequirementFigures, wishes: Wishes) -> Judged:
    row = RequirementRow(
        sentence=_("锁定的 %(count)s 处没有变动") % {"count": len(wishes.locks)},
        is_met=rule.is_met,
        count=_("%(count)s 处变动") % {"count": len(rule.offenders)},
        parcels=rule.offenders,
    )
    return Judged(row, None if rule.is_met else Lead(Door.CONDITIONS))


def _verified(figures: PlanFigures) -> Judged:
    total, open_ones = len(figures.compounds), figures.unverified
    if figures.estimated:
        row = RequirementRow(
            sentence=_("%(count)s 个小区的户数是估算，不得报批") % {"count": len(figures.estimated)},
            is_met=False,
            count=f"{total - len(figures.estimated)}/{total}",
        )
        return Judged(row, Lead(Door.COMPOUNDS, figures.estimated))
    row = RequirementRow(
        sentence=_("户数都已核实")
        if not open_ones
        else _("%(count)s 个小区的户数未核实，已核实 %(verified)s 户，共 %(households)s 户")
        % {
            "count": len(open_ones),
            "verified": f"{figures.verified_households:,}",
            "households": f"{figures.households:,}",
        },
        is_met=True if not open_ones else None,
        count=f"{total - len(open_ones)}/{total}",
    )
    return Judged(row, Lead(Door.COMPOUNDS, tuple(open_ones)) if open_ones else None)


def _on_map(rule: RequirementFigures) -> Lead | None:
    return Lead(Door.MAP, rule.offenders[:1]) if rule.offenders else None


def _first_exempt(door: Door, rule: RequirementFigures) -> Lead | None:
    return next((lead for code in rule.offenders if (lead := to_exempt(door, code)) is not None), None)


def _share(rule: RequirementFigures) -> str:
    return f"{rule.total - len(rule.offenders)}/{rule.total}"


def _some(codes: Sequence[str], names: NameBook) -> str:
    listed = names.shorts(codes[:NAMED])
    return listed if len(codes) <= NAMED else _("%(names)s等 %(count)s 个社区") % {"names": listed, "count": len(codes)}


def _listed(codes: Sequence[str]) -> str:
    return "、".join(codes[:NAMED])
