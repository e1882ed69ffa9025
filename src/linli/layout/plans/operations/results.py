"""Writing down what the engine found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from linli.engine.districting import Conflict, Plan
from linli.foundation import trail
from linli.layout.plans.models import AdjustmentPlan, PlanRevision, ProposedCommunity
from linli.layout.plans.queries.outcomes import Told


@transaction.atomic
def save_plan_result(
    number: str,
    *,
    plan: Plan | None,
    told: Told | None,
    conflicts: tuple[Conflict, ...],
    run_seconds: float,
    now: datetime,
) -> AdjustmentPlan | None:
    """Write the engine's answer as revision 1 of a plan; without an answer the plan is refused with its conflicts.

    Safe to repeat: a plan that already has its answer, or was called off meanwhile, is left as it is.

    Args:
        number: Number of the plan.
        plan: The engine's plan, None where the wishes contradict each other.
        told: What it says, with the communities that it founds; given with ``plan``.
        conflicts: Why not every hard rule is kept.
        run_seconds: How long the search took; stands outside the hashed part.
        now: When.

    Returns:
        The plan, or None where nothing was written.
    """
    asked = AdjustmentPlan.objects.select_for_update().get(number=number)
    if asked.stage != AdjustmentPlan.Stage.MAKING:
        return None
    asked.conflicts = [asdict(conflict) for conflict in conflicts]
    asked.stage = AdjustmentPlan.Stage.REFUSED if plan is None else AdjustmentPlan.Stage.DRAFT
    asked.save(update_fields=["stage", "conflicts"])
    if plan is not None and told is not None:
        PlanRevision.objects.create(
            plan=asked,
            number=1,
            document=plan.to_json(run={"seconds": round(run_seconds, 3)}),
            figures=told.figures.as_dict(),
            content_hash=plan.plan_hash,
            saved_by=asked.made_by,
            saved_at=now,
        )
        ProposedCommunity.objects.bulk_create(
            ProposedCommunity(
                plan=asked,
                draft_id=one.draft_id,
                name=one.name,
                subdistrict_id=one.subdistrict.key,
                colour=one.colour,
            )
            for one in told.founded
        )
    trail.record(
        "plans.plan.refused" if plan is None else "plans.plan.made",
        subject=trail.Subject(kind="plans.plan", code=number),
        by=trail.SYSTEM,
        at=now,
        district=asked.district.code,
        hash="" if plan is None else plan.plan_hash,
        conflicts=len(conflicts),
    )
    return asked
