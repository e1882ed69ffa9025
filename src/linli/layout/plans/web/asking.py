"""The page that asks for a plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.policies import profile
from linli.foundation.ui.parts import Crumb
from linli.layout.plans.access import plans_visible_to
from linli.layout.plans.errors import HouseholdsMissing
from linli.layout.plans.operations import request_plan
from linli.layout.plans.rules.wishes import Wishes, wishes_from
from linli.layout.plans.web.forms import WHOLE_DISTRICT, Choices, NewPlanForm, Rows
from linli.organisation.access import Scope, can_plan, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.queries.exemptions import exemptions
from linli.registry.queries.places import communities_of_area, district_by_code
from linli.registry.queries.placing import compounds_of_area
from linli.registry.queries.planning import subdistricts_of
from linli.registry.rules.exempting import OF_COMMUNITIES, Standing


@require_http_methods(["GET", "POST"])
@signed_in
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Ask for a plan; a refusal keeps what was typed and names what is missing.

    ``?from=NUMBER`` starts with the conditions of a plan, each of which the address may change.
    """
    require(request.scope, Permission.PLAN)
    now = clock.now()
    today = clock.today(now)
    district = district_by_code(request.scope.district_code)
    band = profile(district.profile).at(today)["community_households"]
    areas = _areas(request.scope, district.name)
    area = area_of(request.scope, now=now)
    communities, compounds = communities_of_area(area), compounds_of_area(area)
    asked_before = _asked_before(request)
    low, high = (int(limit) for limit in band.band)
    start = {
        "low": low,
        "high": high,
        "seed": int(f"{today:%Y%m%d}"),
        "subdistrict": request.GET.get("subdistrict", areas[0][0] if areas else ""),
        **_start(request, asked_before),
    }
    form = NewPlanForm(request.POST or None, areas=areas, initial=start)
    rows = Rows(
        request.POST or None,
        communities=list(communities),
        places=(*communities, *compounds),
        exceptions={} if asked_before is None else asked_before.exceptions,
        locks=_locks_before(request, asked_before),
    )
    refusal: LinliError | None = None
    wants_rows = request.method == "POST" and "more" in request.POST
    if request.method == "POST" and not wants_rows and form.is_valid() and rows.is_valid():
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
                exceptions=rows.exceptions_asked(),
                locks=rows.locks_asked(),
                title=asked["title"],
                now=now,
            )
        except LinliError as fault:
            refusal = fault
        else:
            return redirect("plans:plan", number=plan.number)
    context = {
        "form": form,
        "rows": rows,
        "places": (*communities, *compounds),
        "counted": exemptions(
            area, on=today, kinds=[kind.value for kind in OF_COMMUNITIES], standings=[Standing.IN_FORCE]
        ),
        "refusal": refusal,
        "missing": refusal.params["missing"] if isinstance(refusal, HouseholdsMissing) else (),
        "above": refusal.params["above"] if isinstance(refusal, HouseholdsMissing) else (),
        "shows_assumption": isinstance(refusal, HouseholdsMissing) or bool(form["assumption_kind"].value()),
        "band": band,
        "post_name": request.scope.post.name,
        "crumbs": (Crumb(label=_("调整方案"), url=reverse("plans:list")), Crumb(label=_("新建"))),
    }
    is_refused = not wants_rows and (refusal is not None or bool(form.errors) or rows.has_errors)
    return render(request, "plans/new.html", context, status=422 if is_refused else 200)


def _areas(scope: Scope, district_name: str) -> Choices:
    """Return the areas that a post may plan for: the district first, where it may."""
    whole = [(WHOLE_DISTRICT, _("%(district)s全区") % {"district": district_name})]
    allowed = [
        (one.code, one.name)
        for one in subdistricts_of(scope.district_code)
        if can_plan(scope, office=one.office_code or scope.district_code)
    ]
    return (whole if can_plan(scope, office=scope.district_code) else []) + allowed


def _asked_before(request: SignedInRequest) -> Wishes | None:
    """Return what the plan named in the address was asked for; None for none that the post may read."""
    plan = plans_visible_to(request.scope).filter(number=request.GET.get("from", "")).first()
    return None if plan is None else wishes_from(plan.parameters, plan.assumption)


def _start(request: SignedInRequest, before: Wishes | None) -> dict[str, Any]:
    """Return what the form starts with of an earlier plan, and of the changes that the address asks for."""
    start: dict[str, Any] = {}
    if before is not None:
        start = {
            "low": before.low,
            "high": before.high,
            "seed": before.seed,
            "subdistrict": before.subdistrict or WHOLE_DISTRICT,
            "crosses_subdistricts": before.crosses_subdistricts,
        }
        if before.assumption is not None:
            # The signature is given anew each time.
            start |= {
                "assumption_kind": before.assumption.kind.value,
                "assumption_households": before.assumption.households,
                "assumption_reason": before.assumption.reason,
            }
    for name in ("low", "high"):
        text = request.GET.get(name, "")
        if text.isdecimal() and text.isascii() and len(text) < 8:
            start[name] = int(text)
    if request.GET.get("crosses_subdistricts"):
        start |= {"crosses_subdistricts": True, "subdistrict": WHOLE_DISTRICT}
    return start


def _locks_before(request: SignedInRequest, before: Wishes | None) -> dict[str, str]:
    """Return the locks that the form starts with: those of an earlier plan, less what the address unlocks."""
    unlocked = set(request.GET.getlist("unlock"))
    locks = {} if before is None else {code: why for code, why in before.locks.items() if code not in unlocked}
    return locks | dict.fromkeys(request.GET.getlist("lock")[:20], "")
