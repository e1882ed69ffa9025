"""Pages that ask for a plan, follow its making and call it off."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.jobs import run_card
from linli.foundation.policies import profile
from linli.foundation.ui.parts import Crumb, JobProgress
from linli.layout.plans.access import can_change, plan_to_read
from linli.layout.plans.errors import HouseholdsMissing, PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import cancel_plan, request_plan
from linli.layout.plans.web.answers import not_found
from linli.layout.plans.web.forms import WHOLE_DISTRICT, NewPlanForm
from linli.organisation.access import Scope, can_plan, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.queries.places import district_by_code
from linli.registry.queries.planning import subdistricts_of

OUTCOMES = {"FAILED": "bad", "CANCELLED": "stopped", "DONE": "ok"}


@require_http_methods(["GET", "POST"])
@signed_in
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Ask for a plan; a refusal keeps what was typed and names what is missing."""
    require(request.scope, Permission.PLAN)
    now = clock.now()
    district = district_by_code(request.scope.district_code)
    band = profile(district.profile).at(clock.today(now))["community_households"]
    areas = _areas(request.scope, district.name)
    low, high = (int(limit) for limit in band.band)
    start = {
        "low": low,
        "high": high,
        "seed": int(f"{clock.today(now):%Y%m%d}"),
        "subdistrict": request.GET.get("subdistrict", areas[0][0] if areas else ""),
    }
    form = NewPlanForm(request.POST or None, areas=areas, initial=start)
    refusal: LinliError | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            plan = request_plan(
                scope=request.scope,
                district=request.scope.district_code,
                subdistrict=form.area,
                band=(asked["low"], asked["high"]),
                seed=asked["seed"],
                allow_cross_subdistricts=asked["crosses_subdistricts"],
                assumption=form.assumption,
                title=asked["title"],
                now=now,
            )
        except LinliError as fault:
            refusal = fault
        else:
            return redirect("plans:plan", number=plan.number)
    context = {
        "form": form,
        "refusal": refusal,
        "missing": refusal.params["missing"] if isinstance(refusal, HouseholdsMissing) else (),
        "above": refusal.params["above"] if isinstance(refusal, HouseholdsMissing) else (),
        "shows_assumption": isinstance(refusal, HouseholdsMissing) or bool(form["assumption_kind"].value()),
        "band": band,
        "post_name": request.scope.post.name,
        "crumbs": (Crumb(label=_("调整方案"), url=reverse("plans:list")), Crumb(label=_("新建"))),
    }
    is_refused = refusal is not None or bool(form.errors)
    return render(request, "plans/new.html", context, status=422 if is_refused else 200)


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


def _areas(scope: Scope, district_name: str) -> list[tuple[str, str]]:
    """Return the areas that a post may plan for: the district first, where it may."""
    whole = [(WHOLE_DISTRICT, _("%(district)s全区") % {"district": district_name})]
    allowed = [
        (one.code, one.name)
        for one in subdistricts_of(scope.district_code)
        if can_plan(scope, office=one.office_code or scope.district_code)
    ]
    return (whole if can_plan(scope, office=scope.district_code) else []) + allowed
