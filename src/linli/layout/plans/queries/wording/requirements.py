"""The requirements of a plan as plain sentences, those that fail last."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from linli.foundation.ui.parts import RequirementRow
from linli.layout.plans.queries.wording.names import NameBook
from linli.layout.plans.rules.figures import PlanFigures, RequirementFigures

NAMED = 3


def requirement_rows(figures: PlanFigures, names: NameBook, *, low: int, high: int) -> tuple[RequirementRow, ...]:
    """Return one row per requirement, failing ones last."""
    rules = {one.rule: one for one in figures.requirements}
    rows = [
        _complete(figures, rules["complete"]),
        _single(figures, rules["compounds-whole"]),
        _contiguous(rules["contiguous"], names),
        _band(rules["band"], names, low, high),
        _parents(rules["parents-kept"], names),
        _offices(figures, rules["office-inside"], names),
        _verified(figures),
    ]
    return tuple(sorted(rows, key=lambda row: row.is_met is not True))


def _complete(figures: PlanFigures, rule: RequirementFigures) -> RequirementRow:
    if figures.unplaced:
        return RequirementRow(
            sentence=_("%(count)s 个小区没有落到地块上，方案排不到") % {"count": len(figures.unplaced)},
            is_met=False,
            count=_listed(figures.unplaced),
        )
    sentence = _("%(count)s 个小区全部有归属") % {"count": len(figures.compounds)}
    return RequirementRow(
        sentence=sentence, is_met=rule.is_met, count=_("%(count)s 处盲区") % {"count": len(rule.offenders)},
        parcels=rule.offenders,
    )  # fmt: skip


def _single(figures: PlanFigures, rule: RequirementFigures) -> RequirementRow:
    return RequirementRow(
        sentence=_("没有重复归属，没有小区被拆开"),
        is_met=rule.is_met,
        count=_("%(count)s 处") % {"count": len(rule.offenders)},
        parcels=rule.offenders,
    )


def _contiguous(rule: RequirementFigures, names: NameBook) -> RequirementRow:
    sentence = _("每个社区连片")
    if rule.excused:
        sentence = _("每个社区连片，%(names)s登记例外") % {"names": names.shorts(rule.excused)}
    if rule.offenders:
        sentence = _("%(names)s不连片") % {"names": _some(rule.offenders, names)}
    return RequirementRow(sentence=sentence, is_met=rule.is_met, count=_share(rule))


def _band(rule: RequirementFigures, names: NameBook, low: int, high: int) -> RequirementRow:
    parts = {"low": f"{low:,}", "high": f"{high:,}", "names": _some(rule.offenders or rule.excused, names)}
    sentence = _("户数在 %(low)s–%(high)s 内") % parts
    if rule.excused:
        sentence = _("户数在 %(low)s–%(high)s 内，%(names)s登记例外") % parts
    if rule.offenders:
        sentence = _("%(names)s户数不在 %(low)s–%(high)s 内") % parts
    return RequirementRow(sentence=sentence, is_met=rule.is_met, count=_share(rule))


def _parents(rule: RequirementFigures, names: NameBook) -> RequirementRow:
    sentence = _("社区不跨街道")
    if rule.excused or rule.offenders:
        sentence = _("%(names)s跨街道，须报上级审批") % {"names": _some(rule.offenders or rule.excused, names)}
    return RequirementRow(sentence=sentence, is_met=rule.is_met and not rule.excused, count=_share(rule))


def _offices(figures: PlanFigures, rule: RequirementFigures, names: NameBook) -> RequirementRow:
    if rule.is_met:
        return RequirementRow(sentence=_("办事点都在本社区内"), is_met=True, count=_share(rule))
    addresses = {one.code: one.after.office_address for one in figures.communities if one.after is not None}
    homeless = tuple(code for code in rule.offenders if not addresses.get(code))
    outside = tuple(code for code in rule.offenders if code not in homeless)
    clauses = [
        words % {"names": _some(codes, names)}
        for codes, words in ((homeless, _("%(names)s还没有办事点")), (outside, _("%(names)s的办事点不在本社区内")))
        if codes
    ]
    return RequirementRow(sentence="；".join(clauses), is_met=False, count=_share(rule))


def _verified(figures: PlanFigures) -> RequirementRow:
    total, open_ones = len(figures.compounds), len(figures.unverified)
    if figures.estimated:
        return RequirementRow(
            sentence=_("%(count)s 个小区的户数是估算，不得报批") % {"count": len(figures.estimated)},
            is_met=False,
            count=f"{total - len(figures.estimated)}/{total}",
        )
    return RequirementRow(
        sentence=_("户数都已核实") if not open_ones else _("%(count)s 个小区的户数未核实") % {"count": open_ones},
        is_met=True if not open_ones else None,
        count=f"{total - open_ones}/{total}",
    )


def _share(rule: RequirementFigures) -> str:
    return f"{rule.total - len(rule.offenders)}/{rule.total}"


def _some(codes: Sequence[str], names: NameBook) -> str:
    listed = names.shorts(codes[:NAMED])
    return listed if len(codes) <= NAMED else _("%(names)s等 %(count)s 个社区") % {"names": listed, "count": len(codes)}


def _listed(codes: Sequence[str]) -> str:
    return "、".join(codes[:NAMED])
