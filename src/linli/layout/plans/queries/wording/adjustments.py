"""An act of a plan in the official verb, with one sentence that holds subject, number, direction and effect."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.engine.districting import Verb
from linli.layout.plans.queries.wording.names import NameBook, households, walk
from linli.layout.plans.rules.figures import AdjustmentFigures, CommunityFigures, PlanFigures

VERB_NAMES: Mapping[str, str | Promise] = {
    Verb.ESTABLISH: gettext_lazy("新设"),
    Verb.ABOLISH: gettext_lazy("撤销"),
    Verb.SPLIT: gettext_lazy("拆分"),
    Verb.MERGE: gettext_lazy("合并"),
    Verb.TRANSFER_WHOLE: gettext_lazy("整建制划转"),
    Verb.TRANSFER: gettext_lazy("划转"),
    Verb.ASSIGN: gettext_lazy("明确归属"),
    Verb.RESIZE: gettext_lazy("调整"),
    Verb.RENAME: gettext_lazy("更名"),
    Verb.CUSTODY: gettext_lazy("代管"),
}
NAMED_COMPOUNDS = 3


class Teller:
    """Tells the acts of one plan.

    Args:
        figures: The plan.
        names: Its communities' names.
        low: Fewest households of a community.
        high: Most households of a community.
    """

    def __init__(self, figures: PlanFigures, names: NameBook, *, low: int, high: int) -> None:
        self.figures, self.names, self.low, self.high = figures, names, low, high
        self.community: dict[str, CommunityFigures] = {one.code: one for one in figures.communities}

    def title(self, act: AdjustmentFigures) -> str:
        """Return who gives what to whom; the verb stands beside it, so that it is not repeated."""
        parts = {"from": self.names.shorts(act.from_ids), "to": self.names.shorts(act.to_ids), "what": self.what(act)}
        match act.verb:
            case Verb.SPLIT | Verb.MERGE:
                return _("%(from)s → %(to)s") % parts
            case Verb.ESTABLISH:
                return self.names.shorts(act.to_ids)
            case Verb.ABOLISH:
                return self.names.shorts(act.from_ids)
            case Verb.ASSIGN:
                return _("%(what)s归%(to)s") % parts
            case Verb.RESIZE:
                return _("%(from)s、%(to)s边界") % parts
            case Verb.RENAME | Verb.TRANSFER_WHOLE:
                return _("%(to)s：%(before)s → %(after)s") % {**parts, "before": act.before, "after": act.after}
            case Verb.CUSTODY:
                return parts["what"]
            case _:
                return _("%(what)s由%(from)s划入%(to)s") % parts

    def sentence(self, act: AdjustmentFigures) -> str:
        """Return the act with its numbers, its effect, and the walk where it is known."""
        clauses = [self._fact(act), *self._effects(act)]
        if act.farthest_before_m is not None and act.farthest_after_m is not None:
            clauses.append(
                _("最远步行由 %(before)s 变 %(after)s")
                % {"before": walk(act.farthest_before_m), "after": walk(act.farthest_after_m)}
            )
        return _("%(clauses)s。") % {"clauses": "；".join(clause for clause in clauses if clause)}

    def what(self, act: AdjustmentFigures) -> str:
        """Return what moves: compounds by name or number, else parcels."""
        names = [self.figures.compounds[code].name for code in act.compounds]
        if len(names) == 1:
            return names[0]
        if names:
            return _("%(count)s 个小区") % {"count": len(names)}
        return _("%(count)s 个无人居住的地块") % {"count": len(act.parcels)}

    def _fact(self, act: AdjustmentFigures) -> str:
        parts = {
            "what": self.what(act),
            "count": households(act.households),
            "from": self.names.fulls(act.from_ids),
            "to": self.names.fulls(act.to_ids),
            "new": self.names.fulls(act.founded_ids),
            "ended": self.names.fulls(act.ended_ids),
            "before": act.before,
            "after": act.after,
        }
        match act.verb:
            case Verb.SPLIT:
                return _("%(what)s、%(count)s由%(from)s分出，设%(new)s") % parts
            case Verb.ESTABLISH if act.from_ids:
                return _("%(what)s、%(count)s由%(from)s划出，设%(new)s") % parts
            case Verb.ESTABLISH:
                return _("%(what)s、%(count)s原无社区，设%(new)s") % parts
            case Verb.MERGE:
                return _("撤销%(ended)s，%(what)s、%(count)s并入%(to)s") % parts
            case Verb.ABOLISH if act.to_ids:
                return _("撤销%(ended)s，%(what)s、%(count)s分别划入%(to)s") % parts
            case Verb.ABOLISH:
                return _("撤销%(ended)s，原辖地块无社区接管") % parts
            case Verb.ASSIGN if act.households:
                return _("%(what)s、%(count)s原在管理盲区，划入%(to)s") % parts
            case Verb.ASSIGN:
                return _("%(what)s原在管理盲区，划入%(to)s，不涉及住户") % parts
            case Verb.RESIZE if act.to_ids:
                return _("%(what)s由%(from)s划入%(to)s，户数不变") % parts
            case Verb.RESIZE:
                return _("%(what)s由%(from)s划出，成为管理盲区") % parts
            case Verb.RENAME:
                return _("%(before)s更名为%(after)s，管辖范围不变") % parts
            case Verb.TRANSFER_WHOLE:
                return _("%(to)s整建制由%(before)s划入%(after)s") % parts
            case Verb.CUSTODY:
                return self._custody(act, parts)
            case _:
                return _("%(what)s、%(count)s由%(from)s划入%(to)s") % parts

    def _custody(self, act: AdjustmentFigures, parts: Mapping[str, str]) -> str:
        if not act.to_ids:
            return _("%(what)s不再由%(from)s代管，由所属社区直接管理") % parts
        until = _("，代管到 %(until)s") % {"until": act.until} if act.until else ""
        return _("%(what)s由%(to)s代管") % parts + until

    def _effects(self, act: AdjustmentFigures) -> list[str]:
        if not act.households or act.verb in (Verb.RESIZE, Verb.RENAME, Verb.CUSTODY, Verb.TRANSFER_WHOLE):
            return []
        touched = [self.community[code] for code in (*act.from_ids, *act.to_ids) if code in self.community]
        curing = [one for one in touched if one.before is not None and not self._holds(one.before.households)]
        return [self._effect(one) for one in dict.fromkeys(curing or touched[-1:])]

    def _holds(self, count: int) -> bool:
        return self.low <= count <= self.high

    def _effect(self, one: CommunityFigures) -> str:
        before = None if one.before is None else one.before.households
        after = None if one.after is None else one.after.households
        parts = {
            "name": self.names.short(one.code),
            "before": f"{before or 0:,}",
            "after": f"{after or 0:,}",
            "over": f"{max((before or 0) - self.high, 0):,}",
            "under": f"{max(self.low - (before or 0), 0):,}",
        }
        if before is None:
            return _("%(name)s共 %(after)s 户") % parts
        if after is None:
            return _("%(name)s原 %(before)s 户，差下限 %(under)s 户") % parts
        if before > self.high:
            return (
                _("%(name)s原超上限 %(over)s 户，%(before)s 户变 %(after)s 户，回到范围内") % parts
                if after <= self.high
                else _("%(name)s %(before)s 户变 %(after)s 户，仍超上限") % parts
            )
        if before < self.low:
            return (
                _("%(name)s %(before)s 户变 %(after)s 户，达到下限") % parts
                if after >= self.low
                else _("%(name)s %(before)s 户变 %(after)s 户，仍低于下限") % parts
            )
        return _("%(name)s %(before)s 户变 %(after)s 户") % parts
