"""Adjustment plans (调整方案) for other systems, to be read: the list, and what a plan would do."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Router, Schema

from linli.foundation.api import FAULTS, Code, Moment, Page, Window, Words, page_of
from linli.layout.plans.access import plan_to_read, plans_visible_to, subdistricts_seen_by
from linli.layout.plans.queries.cards import AdjustmentCard, CommunityRow, plan_card
from linli.layout.plans.queries.lists import PlanRow, plan_rows
from linli.layout.plans.rules.figures import Side
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.rules import TokenRight

router = Router(tags=["调整方案"], auth=keeper(TokenRight.READ_PLANS))
router.add_decorator(unchanged)


class PlanOut(Schema):
    """A plan in the list."""

    number: str
    title: str
    area_name: str
    stage: str = Field(description="MAKING、DRAFT、REFUSED 或 CANCELLED")
    is_estimate: bool = Field(description="是否估算，不得报批")
    adjustments: int | None
    moved: int | None = Field(description="换社区的户数")
    unmet_rules: int | None
    made_by: str
    made_at: Moment


class PlanPage(Page):
    """A page of plans."""

    items: list[PlanOut]


class AdjustmentOut(Schema):
    """One act of a plan in the official verbs."""

    verb: str
    title: str
    sentence: str
    households: int
    parcels: list[str]
    communities: list[str]
    compounds: list[str]


class SideOut(Schema):
    """A community on one side of a plan."""

    households: int
    people: int
    area_m2: float
    compounds: list[str]


class PlannedOut(Schema):
    """A community before and after; null on the side where it does not exist."""

    code: str
    name: str
    subdistrict: str
    before: SideOut | None
    after: SideOut | None


class PlanWithActs(Schema):
    """A plan with its acts and communities; those of other subdistricts are left out."""

    number: str
    title: str
    stage: str
    base_layout: int = Field(description="以哪一布局为底")
    revision: int
    seed: int
    engine_version: str
    content_hash: str
    is_estimate: bool
    made_at: Moment
    adjustments: list[AdjustmentOut]
    communities: list[PlannedOut]


@router.get("/plans", response={200: PlanPage, **FAULTS}, summary="调整方案")
def plans(request: TokenRequest, window: Query[Window], q: Words = "", stage: Words = "") -> dict[str, Any]:
    """List the plans that the post may read, the newest first."""
    rows, total = plan_rows(
        plans_visible_to(request.scope), words=q, stage=stage, first=window.offset, most=window.limit
    )
    return page_of(request, [_row(row) for row in rows], window, total=total)


@router.get("/plans/{number}", response={200: PlanWithActs, **FAULTS}, summary="一个调整方案")
def plan(request: TokenRequest, number: Code) -> dict[str, Any]:
    """Show the newest revision of a plan; 409 while it has none."""
    card = plan_card(plan_to_read(number, scope=request.scope), only=subdistricts_seen_by(request.scope))
    return {
        **{name: getattr(card, name) for name in PlanWithActs.model_fields if hasattr(card, name)},
        "base_layout": card.base_number,
        "adjustments": [_act(act) for act in (*card.adjustments, *card.small_adjustments)],
        "communities": [_community(row) for row in card.communities],
    }


def _row(row: PlanRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PlanOut.model_fields}


def _act(act: AdjustmentCard) -> dict[str, Any]:
    return {name: getattr(act, name) for name in AdjustmentOut.model_fields}


def _community(row: CommunityRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "subdistrict": row.subdistrict,
        "before": _side(row.before),
        "after": _side(row.after),
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    return None if side is None else {name: getattr(side, name) for name in SideOut.model_fields}
