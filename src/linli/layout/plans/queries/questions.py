"""The stored wishes of a plan, as a question to the engine."""

from __future__ import annotations

from datetime import datetime

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.layout.plans.errors import PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.queries.problems import Question, question_of
from linli.layout.plans.rules.wishes import wishes_from
from linli.registry.queries.planning import planning_ground_of_layout


def question_asked_by(number: str, *, now: datetime) -> Question:
    """Return the question that a plan was asked for, over its base layout and the ledger of today.

    Raises:
        PlanUnknown: There is no such plan.
    """
    plan = AdjustmentPlan.objects.filter(number=number).first()
    if plan is None:
        raise PlanUnknown(number=number)
    ground = planning_ground_of_layout(plan.base_id, now=now)
    standards = profile(ground.profile).at(clock.today(plan.made_at))
    return question_of(ground, wishes_from(plan.parameters, plan.assumption), standards=standards)
