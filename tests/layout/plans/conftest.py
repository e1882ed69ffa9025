from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.factories.organisation import DISTRICT, NOW, Cast, make_cast

from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import request_plan
from linli.organisation.rules import Role

Ask = Callable[..., AdjustmentPlan]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def ask(cast: Cast, django_capture_on_commit_callbacks: Any) -> Ask:
    """Ask for a plan as the planner and let its job run."""

    def asked(role: Role = Role.PLANNER, **wishes: Any) -> AdjustmentPlan:
        with django_capture_on_commit_callbacks(execute=True):
            plan = request_plan(**{"scope": cast.scope(role), "district": DISTRICT, "seed": 7, "now": NOW, **wishes})
        plan.refresh_from_db()
        return plan

    return asked
