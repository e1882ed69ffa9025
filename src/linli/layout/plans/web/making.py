"""How far the making of a plan is, and calling it off."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.jobs import run_card
from linli.foundation.ui.parts import JobProgress
from linli.layout.plans.access import can_change, plan_to_read
from linli.layout.plans.errors import NotBeingMade, PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import cancel_plan
from linli.layout.plans.web.answers import not_found, refused
from linli.organisation.access import Scope
from linli.organisation.web.gate import SignedInRequest, signed_in

OUTCOMES = {"FAILED": "bad", "CANCELLED": "stopped", "DONE": "ok"}


@require_GET
@signed_in
def progress(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer how far the making of a plan is; once it has ended, lead to the plan."""
    try:
        plan = plan_to_read(number, scope=request.scope)
    except PlanUnknown as refusal:
        return not_found(request, refusal)
    job = job_progress(plan, request.scope)
    if plan.stage != AdjustmentPlan.Stage.MAKING or job.outcome == "ok":
        return HttpResponseClientRedirect(reverse("plans:plan", args=[number]))
    return render(request, "ui/_job.html", {"job": job})


@require_POST
@signed_in
def cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """Call off a plan that is being made."""
    try:
        cancel_plan(number, scope=request.scope, now=clock.now())
    except PlanUnknown as refusal:
        return not_found(request, refusal)
    except NotBeingMade as refusal:
        return refused(request, number, refusal)
    address = reverse("plans:plan", args=[number])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def job_progress(plan: AdjustmentPlan, scope: Scope) -> JobProgress:
    """Return the run of a plan's job for its progress bar."""
    run = run_card(plan.job)
    outcome = OUTCOMES.get(run.stage, "")
    return JobProgress(
        number=run.number,
        title=run.title,
        done=run.done,
        total=run.total or None,
        words=run.error or run.words,
        poll_url="" if outcome else reverse("plans:progress", args=[plan.number]),
        cancel_url=reverse("plans:cancel", args=[plan.number])
        if run.can_cancel and can_change(plan, scope=scope)
        else "",
        outcome=outcome,  # type: ignore[arg-type]
    )
