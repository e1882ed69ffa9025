"""The demo's first minute, as a job whose progress the first page shows."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings

from linli.foundation import trail
from linli.foundation.clock import now
from linli.foundation.jobs.progress import Progress
from linli.layout.plans.operations import make_demo_plan
from linli.portal.operations.demo import found_demo_district
from linli.registry.operations.audit import run_audit
from linli.registry.queries.places import district_exists
from linli.sample import generate

#: The demo's four steps, in the words that the first page shows.
STEPS = ("正在生成示例区", "正在写入台账", "正在核查", "正在生成调整方案")


def prepare_demo(run: Progress, *, seed: int) -> dict[str, Any]:
    """Generate the sample district, write it, audit it and make a first plan; steps done before are left out."""
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
    plan = make_demo_plan(district=sample.code, now=now())
    run.advance(4, len(STEPS), "示例区已就绪")
    return {"district": sample.code, "plan": plan}
