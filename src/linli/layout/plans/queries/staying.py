"""Why a compound moves in a plan, and what the plan would cost if it stayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from linli.engine.districting import Plan, reasons, repaired
from linli.layout.plans.errors import CompoundNotMoved, LedgerMovedOn
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.queries.cards import newest_revision
from linli.layout.plans.queries.questions import question_asked_by
from linli.layout.plans.queries.wording.names import NameBook
from linli.layout.plans.queries.wording.staying import price_words, reason_words, rule_words
from linli.layout.plans.rules.figures import figures_from


@dataclass(frozen=True, slots=True)
class StayingCard:
    """A moved compound: why it moves, and what follows if it stays.

    Attributes:
        code: Code of the compound.
        name: Its name.
        why: One sentence each on the rule that moves its parcels.
        price: What it costs in households moved when it stays, in one sentence.
        also: Names of the other compounds that would then lie elsewhere than in the plan.
        broken: Names of the requirements that nothing found would keep.
    """

    code: str
    name: str
    why: tuple[str, ...]
    price: str
    also: tuple[str, ...]
    broken: tuple[str, ...]


def staying_card(
    plan: AdjustmentPlan, compound: str, *, only: frozenset[str] | None = None, now: datetime
) -> StayingCard:
    """Return why a compound moves and what the plan would cost if it stayed.

    The engine runs, so call it outside a transaction.

    Args:
        plan: The plan.
        compound: Code of a compound that the plan moves out of a community.
        only: Codes of the subdistricts whose communities the reader may see; None for all.
        now: When.

    Raises:
        NothingToExport: The plan has no layout yet.
        CompoundNotMoved: The plan leaves this compound where it is, or the reader may not see it.
        LedgerMovedOn: The parcels are no longer those of the plan.
    """
    revision = newest_revision(plan)
    figures = figures_from(revision.figures)
    drawn = Plan.from_json(bytes(revision.document))
    question = question_asked_by(plan.number, now=now)
    problem = question.problem
    if (
        drawn.parcel_ids != problem.parcel_ids
        or drawn.community_ids[: len(problem.community_ids)] != problem.community_ids
    ):
        raise LedgerMovedOn(number=plan.number)
    standing = figures.compounds.get(compound)
    inside = set() if standing is None else set(standing.parcels)
    rows = [row for row, code in enumerate(problem.parcel_ids) if code in inside]
    away = [row for row in rows if problem.present[row] >= 0 and drawn.assignment[row] != problem.present[row]]
    seen = {one.code for one in figures.communities if only is None or one.subdistrict in only}
    at_home = [problem.community_ids[problem.present[row]] for row in away]
    if standing is None or not away or not seen & set(at_home):
        raise CompoundNotMoved(number=plan.number, compound=compound)
    names = NameBook.of(figures, dict(plan.proposed.values_list("draft_id", "name")))
    why = reasons(problem, drawn.assignment, drawn.community_ids)
    kept = repaired(problem, drawn.assignment, drawn.community_ids, held=dict(zip(away, at_home, strict=True)))
    # What the plan misses already is told on its page.
    missed = {rule.rule: set(rule.offenders) for rule in drawn.rules}
    elsewhere = {problem.parcel_ids[row] for row in kept.changed} - inside
    return StayingCard(
        code=compound,
        name=standing.name,
        why=tuple(dict.fromkeys(reason_words(why[row], names, band=problem.band) for row in away)),
        price=price_words(kept.price, own=int(problem.sizes[np.array(away)].sum())),
        also=tuple(
            one.name for code, one in figures.compounds.items() if code != compound and elsewhere & set(one.parcels)
        ),
        broken=tuple(rule_words(rule.rule) for rule in kept.broken if set(rule.offenders) - missed[rule.rule]),
    )
