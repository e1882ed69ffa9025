"""The engine's answer in the words of the house: communities before and after, acts, requirements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from linli.engine.districting import Adjustment, LayoutFigures, Plan, RuleVerdict, Verb, adjustments_between, score
from linli.layout.plans.queries.founding import Founded, founded_communities
from linli.layout.plans.queries.problems import Question
from linli.layout.plans.queries.sides import Drawn, drawn
from linli.layout.plans.rules.figures import (
    AdjustmentFigures,
    CommunityFigures,
    CompoundFigures,
    PlanFigures,
    RequirementFigures,
)

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan says, with the communities that it founds."""

    figures: PlanFigures
    founded: tuple[Founded, ...]


def told(question: Question, plan: Plan) -> Told:
    """Return what a plan says.

    Args:
        question: The question that it answers.
        plan: The engine's answer.
    """
    k = len(plan.community_ids)
    before = drawn(question, question.problem.present, k=k)
    after = drawn(question, plan.assignment, known=before, k=k)
    founded = founded_communities(question, plan, after)
    acts = _acts(question, plan, before, after)
    verdicts: dict[str, RuleVerdict] = {verdict.rule: verdict for verdict in plan.rules}
    figures = PlanFigures(
        communities=_communities(question, plan, before, after, founded),
        adjustments=acts,
        requirements=_requirements(question, plan, after, verdicts),
        compounds=_compounds(question),
        unplaced=tuple(one.code for one in question.ground.compounds if not one.rows),
        scores_before=asdict(score(question.problem, question.problem.present, n_communities=k)),
        scores_after=asdict(plan.scores),
        households=int(question.problem.households.sum()),
        moved=plan.moved,
        bound=plan.bound,
        gap=plan.gap,
        exceptions=_exceptions(question, verdicts),
        subdistrict_names={one.code: one.name for one in question.ground.subdistricts},
    )
    return Told(figures, founded)


def _communities(
    question: Question, plan: Plan, before: Drawn, after: Drawn, founded: tuple[Founded, ...]
) -> tuple[CommunityFigures, ...]:
    ground = question.ground
    changed = before.labels != after.labels
    touched = set(before.labels[changed].tolist()) | set(after.labels[changed].tolist())
    new = {one.draft_id: one for one in founded}
    found = []
    for c, code in enumerate(plan.community_ids):
        if before.sides[c] is None and after.sides[c] is None:
            continue
        if code in new:
            name, subdistrict, colour = new[code].name, new[code].subdistrict.code, new[code].colour
        else:
            community = ground.communities[question.community_rows[c]]
            name, colour = community.name, community.colour
            subdistrict = ground.subdistricts[community.subdistrict].code
        found.append(CommunityFigures(code, name, subdistrict, colour, c in touched, before.sides[c], after.sides[c]))
    return tuple(found)


def _compounds(question: Question) -> Mapping[str, CompoundFigures]:
    return {
        compound.code: CompoundFigures(
            name=compound.name,
            parcels=tuple(question.ground.parcel_codes[row] for row in compound.rows),
            households=question.counts[compound.code].households,
            people=question.counts[compound.code].people,
            is_estimated=question.counts[compound.code].is_estimated,
            is_verified=compound.is_verified,
        )
        for compound in question.ground.compounds
        if compound.code in question.counts
    }


def _acts(question: Question, plan: Plan, before: Drawn, after: Drawn) -> tuple[AdjustmentFigures, ...]:
    custodian, until, reason = _custodians(question)
    acts = adjustments_between(
        LayoutFigures(before.labels, custodian_of=custodian),
        LayoutFigures(after.labels, custodian_of=_custodians_after(question, plan, custodian)),
        community_ids=plan.community_ids,
        households=question.problem.households,
    )
    return tuple(_act(question, act, plan, before, after, until, reason) for act in acts)


def _act(
    question: Question,
    act: Adjustment,
    plan: Plan,
    before: Drawn,
    after: Drawn,
    until: Mapping[int, str],
    reason: Mapping[int, str],
) -> AdjustmentFigures:
    rows = np.array(act.parcels, dtype=np.intp)
    first = act.parcels[0] if act.parcels else -1
    is_custody = act.verb is Verb.CUSTODY
    return AdjustmentFigures(
        verb=act.verb.value,
        from_ids=act.from_ids,
        to_ids=act.to_ids,
        parcels=tuple(plan.parcel_ids[row] for row in act.parcels),
        compounds=_compounds_on(question, rows),
        households=act.households,
        people=int(question.problem.people[rows].sum()),
        ended_ids=act.ended_ids,
        founded_ids=act.founded_ids,
        before=act.before,
        after=act.after,
        farthest_before_m=_farthest(question, before, rows),
        farthest_after_m=_farthest(question, after, rows),
        is_across_subdistricts=not is_custody and _is_across(question, after, rows),
        until=until.get(first, "") if is_custody else "",
        reason=reason.get(first, "") if is_custody else "",
    )


def _compounds_on(question: Question, rows: NDArray[np.intp]) -> tuple[str, ...]:
    wanted = set(question.rows[rows].tolist())
    return tuple(
        one.code for one in question.ground.compounds if one.code in question.counts and wanted & set(one.rows)
    )


def _farthest(question: Question, layout: Drawn, rows: NDArray[np.intp]) -> float | None:
    """Return the longest walk from the homes on some parcels to their office; None where one has no office."""
    homes = rows[question.problem.households[rows] > 0]
    if not len(homes) or np.isnan(layout.walk_m[homes]).any():
        return None
    return round(float(layout.walk_m[homes].max()), 1)


def _is_across(question: Question, after: Drawn, rows: NDArray[np.intp]) -> bool:
    labels = after.labels[rows]
    known = (labels >= 0) & (labels < len(question.community_rows))
    if not known.any():
        return False
    communities = question.ground.communities
    theirs = np.array([communities[question.community_rows[c]].subdistrict for c in labels[known]])
    return bool((question.neighbours.subdistrict_of[question.rows[rows[known]]] != theirs).any())


def _custodians(question: Question) -> tuple[Labels, dict[int, str], dict[int, str]]:
    """Return who looks after each parcel of the problem for its own community, until when and why."""
    number = {code: c for c, code in enumerate(question.problem.community_ids)}
    place = {int(row): i for i, row in enumerate(question.rows)}
    rows_of = {compound.code: compound.rows for compound in question.ground.compounds}
    custodian = np.full(len(question.rows), -1, dtype=np.int32)
    until: dict[int, str] = {}
    reason: dict[int, str] = {}
    for custody in question.ground.custodies:
        for row in rows_of.get(custody.compound, ()):
            if row in place and custody.custodian in number:
                custodian[place[row]] = number[custody.custodian]
                until[place[row]] = "" if custody.until_on is None else custody.until_on.isoformat()
                reason[place[row]] = custody.reason
    return custodian, until, reason


def _custodians_after(question: Question, plan: Plan, custodian: Labels) -> Labels:
    """Return the custodies that a plan leaves: one ends where the custodian gets the land, or ends itself."""
    kept = custodian.copy()
    alive = np.isin(custodian, plan.assignment)
    kept[(custodian == plan.assignment) | ~alive] = -1
    return kept


def _requirements(
    question: Question, plan: Plan, after: Drawn, verdicts: Mapping[str, RuleVerdict]
) -> tuple[RequirementFigures, ...]:
    codes = plan.community_ids
    alive = [c for c, side in enumerate(after.sides) if side is not None]
    homeless = tuple(codes[c] for c in alive if c >= len(question.community_rows) or _has_no_office(question, c))
    order = ("complete", "compounds-whole", "contiguous", "band", "parents-kept", "locks")
    totals = {"complete": len(plan.parcel_ids), "compounds-whole": len(question.counts)}
    judged = [
        RequirementFigures(rule, verdicts[rule].offenders, verdicts[rule].excused, totals.get(rule, len(alive)))
        for rule in order
    ]
    outside = tuple(sorted({*verdicts["office-inside"].offenders, *homeless}))
    return (*judged, RequirementFigures("office-inside", outside, (), len(alive)))


def _has_no_office(question: Question, c: int) -> bool:
    return question.ground.communities[question.community_rows[c]].office is None


def _exceptions(question: Question, verdicts: Mapping[str, RuleVerdict]) -> dict[str, str]:
    reasons = {**question.problem.contiguity_exceptions, **question.problem.band_exceptions}
    used = {*verdicts["band"].excused, *verdicts["contiguous"].excused}
    return {code: reasons[code] for code in sorted(used)}
