"""The acts on adjustment plans; the only writers of this room."""

from linli.layout.plans.operations.naming import rename_plan, rename_proposed_community
from linli.layout.plans.operations.requests import cancel_plan, request_plan
from linli.layout.plans.operations.results import save_plan_result

__all__ = ["cancel_plan", "rename_plan", "rename_proposed_community", "request_plan", "save_plan_result"]
