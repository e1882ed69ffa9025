"""Drafts in the layout switch of the governance map: each opens its plan, map before and after."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.ui.navigation import Choice
from linli.layout.plans.access import plans_visible_to
from linli.layout.plans.models import AdjustmentPlan
from linli.organisation.web.gate import SignedInRequest

#: The switch is a menu, not a list: older drafts stand in the list of plans.
MOST_DRAFTS = 8


def draft_choices(request: SignedInRequest) -> tuple[Choice, ...]:
    """Return the newest drafts that the post may read; named by the setting ``LINLI_MAP_DRAFTS``."""
    drafts = plans_visible_to(request.scope).filter(stage=AdjustmentPlan.Stage.DRAFT).order_by("-made_at", "-number")
    return tuple(
        Choice(
            label=_("草案：%(title)s") % {"title": plan.title},
            note=clock.today(plan.made_at).isoformat(),
            url=reverse("plans:plan", args=[plan.number]),
            is_held=True,
        )
        for plan in drafts[:MOST_DRAFTS]
    )
