"""Who sees and changes which adjustment plan."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.layout.plans.errors import PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.organisation.access import Scope, can_plan, can_read, can_read_district, require
from linli.organisation.rules import Permission
from linli.registry.queries.planning import subdistricts_of_offices


def plans_visible_to(scope: Scope) -> QuerySet[AdjustmentPlan]:
    """Return the plans that a post may read: all of its district, or those that touch its area.

    A plan over the whole district touches every area.
    """
    plans = AdjustmentPlan.objects.filter(district__code=scope.district_code)
    if can_read_district(scope):
        return plans
    if not can_read(scope):
        return plans.none()
    touching = Q(subdistrict=None) | Q(subdistrict__office__in=scope.area_office_ids)
    return plans.filter(touching | Q(subdistrict__communities__office__in=scope.area_office_ids)).distinct()


def plan_to_read(number: str, *, scope: Scope) -> AdjustmentPlan:
    """Return a plan that a post may read.

    Raises:
        PlanUnknown: There is none of this number, or it lies outside the area of the post.
    """
    plan = plans_visible_to(scope).filter(number=number).select_related("district", "subdistrict", "base").first()
    if plan is None:
        raise PlanUnknown(number=number)
    return plan


def plan_for_change(number: str, *, scope: Scope) -> AdjustmentPlan:
    """Return a plan that a post may change, locked until the end of the transaction.

    Raises:
        PlanUnknown: There is none of this number, or it lies outside the area of the post.
        NotPermitted: The post may plan nowhere.
        OutsideYourArea: The post may plan, but not there.
    """
    plan = plan_to_read(number, scope=scope)
    require(scope, Permission.PLAN, office=office_of(plan))
    return AdjustmentPlan.objects.select_for_update().get(pk=plan.pk)


def can_change(plan: AdjustmentPlan, *, scope: Scope) -> bool:
    """Say whether a post may change a plan that it reads."""
    return can_plan(scope, office=office_of(plan))


def can_take_out(plan: AdjustmentPlan, *, scope: Scope) -> bool:
    """Say whether a post may take the papers of a plan: they show all of its area, so the post must cover all."""
    return can_read(scope, office=office_of(plan))


def subdistricts_seen_by(scope: Scope) -> frozenset[str] | None:
    """Return the codes of the subdistricts whose communities a post sees in a plan; None for all."""
    if can_read_district(scope):
        return None
    return subdistricts_of_offices(scope.district_code, scope.area_office_ids)


def office_of(plan: AdjustmentPlan) -> str:
    """Return the code of the office whose place a plan is about."""
    if plan.subdistrict is not None and plan.subdistrict.office is not None:
        return plan.subdistrict.office.code
    return plan.district.code
