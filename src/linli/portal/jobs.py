"""The demo's first minute, as a job whose progress the first page shows."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings

from linli.foundation import trail
from linli.foundation.clock import now, today
from linli.foundation.jobs import Progress
from linli.layout.plans.operations import request_plan
from linli.layout.plans.queries import newest_plan_number
from linli.organisation.access import only_scope_on
from linli.portal.operations.demo import found_demo_district
from linli.registry.operations.audit import run_audit
from linli.registry.queries.places import district_exists
from linli.sample import generate

#: The demo's steps, in the words that the first page shows.
STEPS = ("正在生成示例区", "正在写入台账", "正在核查", "正在安排调整方案")
PLAN_SEED = 1


def prepare_demo(run: Progress, *, seed: int) -> dict[str, Any]:
    """Generate the sample district, write it, audit it and ask for a first plan; what is done already is left out.

    Safe to repeat after a killed worker: each step looks for its own result first.

    Args:
        run: The run of the job.
        seed: Seed of the district.

    Returns:
        Code of the district and number of the plan, whose own job follows this one.
    """
    run.advance(0, len(STEPS), STEPS[0])
    sample = generate(seed=seed)
    run.advance(1, len(STEPS), STEPS[1])
    if not district_exists(sample.code):
        found_demo_district(
            sample,
            password=os.environ.get("LINLI_DEMO_PASSWORD", ""),
            accounts_file=settings.LINLI_VAR / "demo-accounts.json",
            now=now(),
        )
    run.advance(2, len(STEPS), STEPS[2])
    run_audit(district=sample.code, by=trail.SYSTEM, now=now())
    run.advance(3, len(STEPS), STEPS[3])
    plan = newest_plan_number(sample.code)
    if not plan:
        scope = only_scope_on("planner", on=today(now()))
        assert scope is not None, "the demo's planner holds one post"
        plan = request_plan(scope=scope, district=sample.code, seed=PLAN_SEED, now=now()).number
    run.advance(4, len(STEPS), "台账和核查已就绪，正在生成调整方案")
    return {"district": sample.code, "plan": plan}
