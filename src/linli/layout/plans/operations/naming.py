"""Naming plans, and the communities that they would establish."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.foundation.names import pinyin
from linli.layout.plans.access import plan_for_change
from linli.layout.plans.errors import ProposedNameRefused, ProposedUnknown, TitleEmpty
from linli.layout.plans.models import AdjustmentPlan, ProposedCommunity
from linli.layout.plans.rules.naming import LONGEST, NameFault, name_fault
from linli.organisation.access import Scope
from linli.registry.queries.planning import community_names

LONGEST_TITLE = 120


@transaction.atomic
def rename_plan(number: str, *, title: str, scope: Scope, now: datetime) -> AdjustmentPlan:
    """Give a plan another title.

    Raises:
        PlanUnknown: There is no such plan in the area of the post.
        TitleEmpty: The title is empty or too long.
    """
    plan = plan_for_change(number, scope=scope)
    wanted = title.strip()
    if not 1 <= len(wanted) <= LONGEST_TITLE:
        raise TitleEmpty(most=LONGEST_TITLE, came=len(wanted))
    before, plan.title = plan.title, wanted
    plan.save(update_fields=["title"])
    trail.record(
        "plans.plan.renamed",
        subject=trail.Subject(kind="plans.plan", code=number),
        by=scope,
        at=now,
        district=scope.district_code,
        before=before,
        after=wanted,
    )
    return plan


@transaction.atomic
def rename_proposed_community(
    number: str, *, draft_id: str, name: str, scope: Scope, now: datetime
) -> ProposedCommunity:
    """Give a community that a plan would establish another name, by the rules for place names.

    Raises:
        PlanUnknown: There is no such plan in the area of the post.
        ProposedUnknown: The plan founds no such community.
        ProposedNameRefused: The name breaks a rule.
    """
    plan = plan_for_change(number, scope=scope)
    proposed = ProposedCommunity.objects.filter(plan=plan, draft_id=draft_id).first()
    if proposed is None:
        raise ProposedUnknown(number=number, draft_id=draft_id)
    others = ProposedCommunity.objects.filter(plan=plan).exclude(pk=proposed.pk).values_list("name", flat=True)
    wanted = name.strip()
    fault = name_fault(wanted, taken=[*community_names(plan.district.code), *others], sound=pinyin)
    if fault is not None:
        raise ProposedNameRefused(name=wanted, reason=_reason(*fault))
    before, proposed.name = proposed.name, wanted
    proposed.save(update_fields=["name"])
    trail.record(
        "plans.community.renamed",
        subject=trail.Subject(kind="plans.plan", code=number),
        by=scope,
        at=now,
        district=scope.district_code,
        draft=draft_id,
        before=before,
        after=wanted,
    )
    return proposed


def _reason(fault: NameFault, about: str) -> str:
    words = {
        NameFault.LENGTH: _("应为 2 到 %(most)s 个字加“社区”，请改短或补全"),
        NameFault.CHARACTERS: _("应全部用汉字，请去掉字母、数字和符号"),
        NameFault.BRAND: _("含有企业或品牌字样“%(about)s”，请换用当地地名"),
        NameFault.SAME_NAME: _("与“%(about)s”重名，请换一个"),
        NameFault.SAME_SOUND: _("与“%(about)s”同音，请换一个"),
    }
    return words[fault] % {"about": about, "most": LONGEST}
