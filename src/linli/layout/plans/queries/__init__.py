"""Reads of adjustment plans: the question to the engine, the figures of its answer, typed cards for pages."""

from linli.layout.plans.queries.lists import PlanRow, count_plans, newest_plan_number, plan_rows

__all__ = ["PlanRow", "count_plans", "newest_plan_number", "plan_rows"]
