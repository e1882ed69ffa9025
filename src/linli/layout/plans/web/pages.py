"""The list of plans, the page of one, its communities, its map files."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Chip, Column, Crumb, PageOfRows
from linli.layout.plans.access import can_change, can_take_out, plan_to_read, plans_visible_to, subdistricts_seen_by
from linli.layout.plans.errors import PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import rename_plan, rename_proposed_community
from linli.layout.plans.queries.cards import PlanCard, plan_card
from linli.layout.plans.queries.lists import plan_rows
from linli.layout.plans.queries.map_files import comparison_files, ground_name
from linli.layout.plans.queries.refusals import RefusalCard, refusal_card
from linli.layout.plans.web.answers import not_found, refused
from linli.layout.plans.web.exporting import export_choices
from linli.layout.plans.web.leading import judged_rows, led_conflicts
from linli.layout.plans.web.making import job_progress
from linli.organisation.access import can_plan
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of

ROWS_PER_PAGE = 50


@require_GET
@signed_in
def plan_list(request: SignedInRequest) -> HttpResponse:
    """List the plans that the post may read."""
    words, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    page = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    page = max(page, 1)
    rows, total = plan_rows(
        plans_visible_to(request.scope),
        words=words,
        stage=stage,
        sort=request.GET.get("sort", "-made"),
        first=(page - 1) * ROWS_PER_PAGE,
        most=ROWS_PER_PAGE,
    )
    stages = dict(AdjustmentPlan.Stage.choices)
    chip = Chip(
        label=_("进展"),
        field="stage",
        value=str(stages.get(stage, "")),
        clear_url=f"?q={words}" if words else "?",
        options=tuple((value, str(word), value == stage) for value, word in stages.items()),
    )
    context = {
        "rows": rows,
        "columns": _columns(),
        "chips": (chip,),
        "words": words,
        "is_filtered": bool(words or stage),
        "page_of": PageOfRows(number=page, size=ROWS_PER_PAGE, total=total),
        "can_plan": can_plan(request.scope),
    }
    return render(request, "plans/list.html", context)


@require_GET
@signed_in
def plan_page(request: SignedInRequest, number: str) -> HttpResponse:
    """Show a plan: its making while it is being made, why it was refused, or the plan itself."""
    try:
        plan = plan_to_read(number, scope=request.scope)
    except PlanUnknown as refusal:
        return not_found(request, refusal)
    crumbs = (Crumb(label=_("调整方案"), url=reverse("plans:list")), Crumb(label=plan.number))
    may_change = can_change(plan, scope=request.scope)
    if plan.stage == AdjustmentPlan.Stage.MAKING:
        return render(
            request,
            "plans/making.html",
            {"plan": plan, "job": job_progress(plan, request.scope), "crumbs": crumbs},
        )
    if plan.stage != AdjustmentPlan.Stage.DRAFT:
        card: RefusalCard = refusal_card(plan)
        led = led_conflicts(card.conflicts, plan=plan.number, may_change=may_change)
        context = {"card": card, "conflicts": led, "crumbs": crumbs, "can_change": may_change}
        return render(request, "plans/refused.html", context)
    return _draft(request, plan, crumbs, may_change)


@require_GET
@signed_in
def communities(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the figures of each community before and after, with its four bounds."""
    try:
        plan = plan_to_read(number, scope=request.scope)
        card = plan_card(plan, only=subdistricts_seen_by(request.scope))
    except LinliError as refusal:
        return not_found(request, refusal)
    crumbs = (
        Crumb(label=_("调整方案"), url=reverse("plans:list")),
        Crumb(label=card.title, url=reverse("plans:plan", args=[number])),
        Crumb(label=_("各社区数字")),
    )
    context = {
        "card": card,
        "crumbs": crumbs,
        "can_change": can_change(plan, scope=request.scope),
        "proposed": dict(card.proposed),
    }
    return render(request, "plans/communities.html", context)


@require_GET
@signed_in
def layout_file(request: SignedInRequest, number: str, content_hash: str) -> HttpResponse:
    """Answer the layout before or after a plan; kept by browsers for good."""
    try:
        plan = plan_to_read(number, scope=request.scope)
        files = comparison_files(plan, only=subdistricts_seen_by(request.scope))
    except LinliError as refusal:
        return not_found(request, refusal)
    content = dict(files).get(content_hash)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/json")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@require_POST
@signed_in
def rename(request: SignedInRequest, number: str) -> HttpResponse:
    """Give a plan another title."""
    try:
        rename_plan(number, title=request.POST.get("title", ""), scope=request.scope, now=clock.now())
    except LinliError as refusal:
        return refused(request, number, refusal)
    return redirect("plans:plan", number=number)


@require_POST
@signed_in
def rename_community(request: SignedInRequest, number: str, draft_id: str) -> HttpResponse:
    """Give a proposed community another name."""
    try:
        rename_proposed_community(
            number, draft_id=draft_id, name=request.POST.get("name", ""), scope=request.scope, now=clock.now()
        )
    except LinliError as refusal:
        return refused(request, number, refusal)
    return redirect("plans:communities", number=number)


def _draft(request: SignedInRequest, plan: AdjustmentPlan, crumbs: tuple[Crumb, ...], may_change: bool) -> HttpResponse:
    card = plan_card(plan, only=subdistricts_seen_by(request.scope))
    area = area_of(request.scope, now=clock.now())
    before, after = comparison_files(plan, only=subdistricts_seen_by(request.scope))

    config = {
        "parcels": reverse("registry:map-parcels", args=[plan.base.number, ground_name(plan, area=area)]),
        "before": reverse("plans:layout-file", args=[plan.number, before[0]]),
        "after": reverse("plans:layout-file", args=[plan.number, after[0]]),
        "area": [plan.subdistrict.code] if plan.subdistrict is not None else [],
        "band": {"low": card.wishes.low, "high": card.wishes.high},
    }
    context = {
        "card": card,
        "crumbs": crumbs,
        "map_config": config,
        "before_note": _before_note(card),
        "after_note": _("草案 %(number)s") % {"number": card.revision},
        "can_change": may_change,
        "files": export_choices() if can_take_out(plan, scope=request.scope) else (),
        "requirements": judged_rows(card, may_change=may_change),
        "conflicts": led_conflicts(card.conflicts, plan=card.number, may_change=may_change),
    }
    return render(request, "plans/plan.html", context)


def _before_note(card: PlanCard) -> str:
    return _("%(day)s 起") % {"day": clock.today(card.base_from).isoformat()}


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="title", label=_("方案")),
        Column(key="", label=_("范围")),
        Column(key="stage", label=_("进展")),
        Column(key="", label=_("调整"), is_number=True, note=_("项")),
        Column(key="", label=_("换社区"), is_number=True, note=_("户")),
        Column(key="", label=_("未满足"), is_number=True, note=_("项"), rank=2),
        Column(key="", label=_("编制岗位"), rank=2),
        Column(key="made", label=_("编制时间")),
    )
