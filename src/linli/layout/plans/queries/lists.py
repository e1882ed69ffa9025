"""The list of plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from linli.layout.plans.models import AdjustmentPlan, PlanRevision

STAGE_TONES: Mapping[str, str] = {"MAKING": "idle", "DRAFT": "", "REFUSED": "bad", "CANCELLED": "hold"}
#: Address word to column; the newest first unless another is asked for.
SORTS: Mapping[str, str] = {"number": "number", "title": "title", "made": "made_at", "stage": "stage"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the list of plans; figures are None until the plan is made."""

    number: str
    title: str
    area_name: str
    stage: str
    stage_name: str
    tone: str
    is_estimate: bool
    adjustments: int | None
    moved: int | None
    unmet_rules: int | None
    made_by: str
    made_at: datetime


def plan_rows(
    plans: QuerySet[AdjustmentPlan],
    *,
    words: str = "",
    stage: str = "",
    sort: str = "-made",
    first: int = 0,
    most: int = 50,
) -> tuple[tuple[PlanRow, ...], int]:
    """Return a page of some plans, and how many there are in all.

    Args:
        plans: Plans that the reader may see (`linli.layout.plans.access.plans_visible_to`).
        words: Part of title, number or area.
        stage: Only plans of this stage.
        sort: A key of `SORTS`, with ``-`` before it downwards.
        first: Place of the first row.
        most: Most rows returned.
    """
    for word in words.split():
        plans = plans.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(subdistrict__name__icontains=word)
        )
    if stage in AdjustmentPlan.Stage.values:
        plans = plans.filter(stage=stage)
    column = SORTS.get(sort.removeprefix("-"), "made_at")
    ordered = plans.order_by(f"-{column}" if sort.startswith("-") else column, "-number")
    chosen = list(ordered.select_related("district", "subdistrict")[first : first + most])
    newest: dict[int, PlanRevision] = {}
    for revision in PlanRevision.objects.filter(plan__in=chosen).order_by("number").defer("document"):
        newest[revision.plan_id] = revision
    return tuple(_row(plan, newest.get(plan.pk)) for plan in chosen), plans.count()


def newest_plan_number(district_code: str) -> str:
    """Return the number of a district's newest plan, empty where there is none."""
    found = AdjustmentPlan.objects.filter(district__code=district_code).order_by("-made_at", "-number")
    return found.values_list("number", flat=True).first() or ""


def count_plans(district_code: str) -> int:
    """Return how many plans a district has."""
    return AdjustmentPlan.objects.filter(district__code=district_code).count()


def _row(plan: AdjustmentPlan, revision: PlanRevision | None) -> PlanRow:
    figures = None if revision is None else revision.figures
    return PlanRow(
        number=plan.number,
        title=plan.title,
        area_name=plan.subdistrict.name if plan.subdistrict is not None else plan.district.name,
        stage=plan.stage,
        stage_name=str(plan.get_stage_display()),
        tone=STAGE_TONES[plan.stage],
        is_estimate=bool(plan.assumption),
        adjustments=None if figures is None else sum(one["verb"] != "RESIZE" for one in figures["adjustments"]),
        moved=None if figures is None else figures["moved"],
        unmet_rules=None if figures is None else sum(bool(one["offenders"]) for one in figures["requirements"]),
        made_by=plan.made_by,
        made_at=plan.made_at,
    )
