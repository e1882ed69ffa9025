"""The slow work of this room: making a plan."""

from __future__ import annotations

import time

from django.utils.translation import gettext as _

from linli.engine.districting import Progress as Sweep
from linli.engine.districting import search
from linli.foundation import clock
from linli.foundation.jobs import Progress
from linli.layout.plans.operations import save_plan_result
from linli.layout.plans.queries.outcomes import told
from linli.layout.plans.queries.questions import question_asked_by


def make_plan(run: Progress, *, plan: str) -> dict[str, str]:
    """Make the plan of a number: read the ledger, search, write revision 1.

    Safe to repeat after a killed worker: the same ledger, wishes and seed give the same plan, and a plan that has
    its answer keeps it.

    Args:
        run: The run of the job.
        plan: Number of the plan.

    Raises:
        JobStopped: The run was cancelled.
    """
    run.advance(0, 0, _("正在读取台账和地块"))
    question = question_asked_by(plan, now=clock.now())

    def stop(sweep: Sweep) -> bool:
        run.advance(sweep.sweep, sweep.sweeps, _words(sweep))
        return run.stop_requested()

    started = time.monotonic()
    outcome = search(question.problem, stop=stop)
    seconds = time.monotonic() - started
    run.leave_if_stopped()
    run.advance(0, 0, _("正在核对要求，计算四至和各社区数字"))
    says = None if outcome.plan is None else told(question, outcome.plan)
    save_plan_result(
        plan, plan=outcome.plan, told=says, conflicts=outcome.conflicts, run_seconds=seconds, now=clock.now()
    )
    return {"plan": plan}


def _words(sweep: Sweep) -> str:
    return _("正在第 %(now)s/%(all)s 轮搜索：还有 %(out)s 户超出或不足，已换社区 %(moved)s 户") % {
        "now": min(sweep.sweep + 1, sweep.sweeps),
        "all": sweep.sweeps,
        "out": f"{sweep.out_of_band:,}",
        "moved": f"{sweep.moved:,}",
    }
