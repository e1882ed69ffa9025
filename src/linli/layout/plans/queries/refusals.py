"""A plan that did not come about, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.queries.wording.conflicts import ConflictCard, conflict_cards
from linli.layout.plans.queries.wording.names import NameBook
from linli.registry.queries.planning import compound_per_parcel, name_per_community, subdistricts_of


@dataclass(frozen=True, slots=True)
class RefusalCard:
    """Why no plan came out, or that it was called off."""

    number: str
    title: str
    stage: str
    stage_name: str
    made_by: str
    made_at: datetime
    conflicts: tuple[ConflictCard, ...]


def refusal_card(plan: AdjustmentPlan) -> RefusalCard:
    """Return what the page of a refused or cancelled plan says."""
    district = plan.district.code
    return RefusalCard(
        number=plan.number,
        title=plan.title,
        stage=plan.stage,
        stage_name=str(plan.get_stage_display()),
        made_by=plan.made_by,
        made_at=plan.made_at,
        conflicts=conflict_cards(
            plan.conflicts,
            NameBook(name_per_community(district)),
            subdistricts={one.code: one.name for one in subdistricts_of(district)},
            compounds=compound_per_parcel(district),
            has_locks=bool(plan.parameters.get("locks")),
        ),
    )
