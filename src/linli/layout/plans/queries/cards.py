"""A plan for its page: figures, acts, requirements, principles, provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.engine.districting import Verb
from linli.foundation.ui.parts import BandChart, BandRow
from linli.layout.plans.errors import NothingToExport
from linli.layout.plans.models import AdjustmentPlan, PlanRevision
from linli.layout.plans.queries.wording.adjustments import VERB_NAMES, Teller
from linli.layout.plans.queries.wording.conflicts import ConflictCard, conflict_cards
from linli.layout.plans.queries.wording.names import NameBook
from linli.layout.plans.queries.wording.requirements import Judged, judged_requirements
from linli.layout.plans.rules.figures import AdjustmentFigures, CommunityFigures, PlanFigures, Side, figures_from
from linli.layout.plans.rules.wishes import Wishes, wishes_from

PRINCIPLE_WIDTH = 200
#: More rows would leave the map no room; the table of communities shows them all.
CHART_ROWS = 8


@dataclass(frozen=True, slots=True)
class AdjustmentCard:
    """One act for the list beside the map; ``asked`` are the compounds (code, name) that may be asked about."""

    number: int
    verb: str
    verb_name: str
    title: str
    sentence: str
    households: int
    parcels: tuple[str, ...]
    communities: tuple[str, ...]
    compounds: tuple[str, ...]
    is_higher_track: bool
    asked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrincipleRow:
    """A principle before and after, each from 0 to 100; None is 缺."""

    label: str
    before: float | None
    after: float | None

    @property
    def bar(self) -> float:
        """Length of the bar in a box 200 wide."""
        return round((self.after or 0.0) / 100 * PRINCIPLE_WIDTH, 1)

    @property
    def tick(self) -> float:
        """Place of the present in a box 200 wide."""
        return round((self.before or 0.0) / 100 * PRINCIPLE_WIDTH, 1)


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A community before and after, with its current name."""

    code: str
    name: str
    subdistrict: str
    is_touched: bool
    before: Side | None
    after: Side | None
    is_out_before: bool
    is_out_after: bool

    @property
    def shown(self) -> Side | None:
        """The side that says most: after the plan, else before it."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class Excused:
    """A community that may stay out of the scale or lie in several parts; one that kept the rule needed it not."""

    name: str
    reason: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class PlanCard:
    """Everything that the page and the papers of a plan say."""

    number: str
    title: str
    area_name: str
    stage: str
    stage_name: str
    made_by: str
    made_at: datetime
    base_number: int
    base_from: datetime
    wishes: Wishes
    revision: int
    seed: int
    engine_version: str
    content_hash: str
    figures: PlanFigures
    names: NameBook
    adjustments: tuple[AdjustmentCard, ...]
    small_adjustments: tuple[AdjustmentCard, ...]
    requirements: tuple[Judged, ...]
    communities: tuple[CommunityRow, ...]
    principles: tuple[PrincipleRow, ...]
    chart: BandChart
    conflicts: tuple[ConflictCard, ...]
    exceptions: tuple[Excused, ...]
    locks: tuple[tuple[str, str], ...]
    proposed: tuple[tuple[str, str], ...]

    @property
    def short_hash(self) -> str:
        """The hash as people read it out: eight digits in two groups."""
        return f"{self.content_hash[:4]} {self.content_hash[4:8]}"

    @property
    def is_estimate(self) -> bool:
        """Whether the plan leans on an assumption, so that nothing of it may be submitted."""
        return self.wishes.assumption is not None

    @property
    def changed_communities(self) -> int:
        """How many communities gain or lose households."""
        return sum(_change(one) > 0 for one in self.figures.communities)

    @property
    def unmet(self) -> int:
        """How many requirements fail."""
        return sum(one.row.is_met is False for one in self.requirements)

    @property
    def met(self) -> int:
        """How many requirements are kept."""
        return sum(one.row.is_met is True for one in self.requirements)

    @property
    def higher_track(self) -> tuple[AdjustmentCard, ...]:
        """Acts across subdistricts, which take the separate, higher track."""
        return tuple(one for one in self.adjustments if one.is_higher_track)

    @property
    def moved_parcels(self) -> tuple[str, ...]:
        """Codes of all parcels that change their community."""
        return tuple(code for one in (*self.adjustments, *self.small_adjustments) for code in one.parcels)


def plan_card(plan: AdjustmentPlan, *, only: frozenset[str] | None = None) -> PlanCard:
    """Return the newest revision of a plan for its page.

    Args:
        plan: The plan, with district, subdistrict and base.
        only: Codes of the subdistricts whose communities the reader may see; None for all.

    Raises:
        NothingToExport: The plan has no layout yet.
    """
    revision = newest_revision(plan)
    whole = figures_from(revision.figures)
    figures = _within(whole, only)
    record: Mapping[str, Any] = json.loads(bytes(revision.document))
    wishes = wishes_from(plan.parameters, plan.assumption)
    proposed = dict(plan.proposed.values_list("draft_id", "name"))
    names = NameBook.of(whole, proposed)
    acts = _adjustments(figures, names, wishes)
    return PlanCard(
        number=plan.number,
        title=plan.title,
        area_name=plan.subdistrict.name if plan.subdistrict is not None else plan.district.name,
        stage=plan.stage,
        stage_name=str(plan.get_stage_display()),
        made_by=plan.made_by,
        made_at=plan.made_at,
        base_number=plan.base.number,
        base_from=plan.base.effective_from,
        wishes=wishes,
        revision=revision.number,
        seed=record["seed"],
        engine_version=record["engine_version"],
        content_hash=revision.content_hash,
        figures=figures,
        names=names,
        adjustments=tuple(one for one in acts if one.verb != "RESIZE"),
        small_adjustments=tuple(one for one in acts if one.verb == "RESIZE"),
        requirements=judged_requirements(figures, names, wishes),
        communities=tuple(_community_row(one, figures, names, wishes) for one in figures.communities),
        principles=_principles(figures),
        chart=_chart(figures, names, wishes),
        conflicts=conflict_cards(
            plan.conflicts,
            names,
            subdistricts=figures.subdistrict_names,
            compounds={parcel: (code, one.name) for code, one in figures.compounds.items() for parcel in one.parcels},
            has_locks=bool(wishes.locks),
        ),
        exceptions=_excused(figures, names, wishes),
        locks=tuple((place_name(code, figures, names), reason) for code, reason in wishes.locks.items()),
        proposed=tuple(sorted((code, name) for code, name in proposed.items())),
    )


def newest_revision(plan: AdjustmentPlan) -> PlanRevision:
    """Return the newest revision of a plan.

    Raises:
        NothingToExport: The plan has none.
    """
    revision = plan.revisions.order_by("-number").first()
    if revision is None:
        raise NothingToExport(number=plan.number, stage=plan.get_stage_display())
    return revision


def place_name(code: str, figures: PlanFigures, names: NameBook) -> str:
    """Return what a locked community, compound or parcel is called; a parcel is called by its code."""
    compound = figures.compounds.get(code)
    return names.full(code) if compound is None else compound.name


def _excused(figures: PlanFigures, names: NameBook, wishes: Wishes) -> tuple[Excused, ...]:
    asked = {code: reason for code, reason in wishes.exceptions.items() if code not in figures.exceptions}
    return (
        *(Excused(names.full(code), reason, True) for code, reason in figures.exceptions.items()),
        *(Excused(names.full(code), reason, False) for code, reason in asked.items()),
    )


def _within(figures: PlanFigures, only: frozenset[str] | None) -> PlanFigures:
    if only is None:
        return figures
    communities = tuple(one for one in figures.communities if one.subdistrict in only)
    seen = {one.code for one in communities}
    acts = tuple(one for one in figures.adjustments if seen & {*one.from_ids, *one.to_ids})
    return replace(figures, communities=communities, adjustments=acts)


def _adjustments(figures: PlanFigures, names: NameBook, wishes: Wishes) -> list[AdjustmentCard]:
    teller = Teller(figures, names, low=wishes.low, high=wishes.high)
    return [
        AdjustmentCard(
            number=number,
            verb=act.verb,
            verb_name=str(VERB_NAMES[act.verb]),
            title=teller.title(act),
            sentence=teller.sentence(act),
            households=act.households,
            parcels=act.parcels,
            communities=tuple(dict.fromkeys((*act.from_ids, *act.to_ids))),
            compounds=act.compounds,
            is_higher_track=act.is_across_subdistricts,
            asked=_asked(act, figures),
        )
        for number, act in enumerate(figures.adjustments, start=1)
    ]


def _asked(act: AdjustmentFigures, figures: PlanFigures) -> tuple[tuple[str, str], ...]:
    """Return the compounds of an act that leave a community, so that they could stay in it."""
    if not act.from_ids or act.verb in (Verb.CUSTODY, Verb.RENAME, Verb.TRANSFER_WHOLE):
        return ()
    return tuple((code, figures.compounds[code].name) for code in act.compounds)


def _community_row(one: CommunityFigures, figures: PlanFigures, names: NameBook, wishes: Wishes) -> CommunityRow:
    def is_out(side: Side | None) -> bool:
        return side is not None and not wishes.low <= side.households <= wishes.high

    return CommunityRow(
        code=one.code,
        name=names.full(one.code),
        subdistrict=figures.subdistrict_names.get(one.subdistrict, ""),
        is_touched=one.is_touched,
        before=one.before,
        after=one.after,
        is_out_before=is_out(one.before),
        is_out_after=is_out(one.after),
    )


def _principles(figures: PlanFigures) -> tuple[PrincipleRow, ...]:
    labels = {
        "scale": _("人口规模适度"),
        "convenience": _("服务管理方便"),
        "resources": _("资源配置有效"),
        "functions": _("功能相对齐全"),
        "stability": _("稳定"),
    }
    return tuple(
        PrincipleRow(label, figures.scores_before[key], figures.scores_after[key]) for key, label in labels.items()
    )


def _chart(figures: PlanFigures, names: NameBook, wishes: Wishes) -> BandChart:
    moved = sorted((one for one in figures.communities if _change(one)), key=_change, reverse=True)
    chosen = {one.code for one in moved[:CHART_ROWS]}
    touched = [one for one in figures.communities if one.code in chosen]
    counts = [side.households for one in touched for side in (one.before, one.after) if side is not None]
    step = _step(max([*counts, wishes.high]))
    return BandChart(
        label=_("各社区户数与 %(low)s–%(high)s 户标准") % {"low": f"{wishes.low:,}", "high": f"{wishes.high:,}"},
        rows=tuple(
            BandRow(
                name=names.short(one.code),
                now=one.before.households if one.before else None,
                plan=one.after.households if one.after else None,
                text=_text(one),
            )
            for one in touched
        ),
        low=wishes.low,
        high=wishes.high,
        top=float(-(-max([*counts, wishes.high]) // step) * step),
        step=float(step),
    )


def _change(one: CommunityFigures) -> int:
    before, after = (side.households if side is not None else 0 for side in (one.before, one.after))
    return abs(after - before)


def _step(most: int) -> int:
    """Return a round distance of marks that gives at most five of them.

    Examples:
        >>> _step(3000), _step(7600), _step(400)
        (1000, 2000, 100)
    """
    steps = (digit * int(10**power) for power in range(2, 8) for digit in (1, 2, 5))
    return next(step for step in steps if most <= 5 * step)


def _text(one: CommunityFigures) -> str:
    if one.before is None and one.after is not None:
        return _("新设 %(count)s") % {"count": f"{one.after.households:,}"}
    if one.after is None:
        return _("撤销")
    assert one.before is not None
    return f"{one.before.households:,} → {one.after.households:,}"
