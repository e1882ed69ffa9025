"""Asking for a plan, and calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, jobs, trail
from linli.foundation.jobs.errors import JobAlreadyFinished, JobUnknown
from linli.foundation.policies import StandardsOn, profile
from linli.layout.plans.access import plan_for_change
from linli.layout.plans.errors import (
    AssumptionNotSound,
    BandCannotBeMet,
    CrossingNeedsWholeDistrict,
    HouseholdsMissing,
    NoCompoundsInArea,
    NotBeingMade,
    SeedOutOfRange,
    SignatureDiffers,
    SubdistrictUnknown,
)
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations.conditions import check_exceptions, check_locks
from linli.layout.plans.queries.counting import CompoundCount, count_compounds
from linli.layout.plans.queries.neighbours import neighbourhood_of
from linli.layout.plans.queries.problems import Rows, compounds_on, rows_of_area
from linli.layout.plans.rules.assumptions import Assumption
from linli.layout.plans.rules.bands import BandFault, band_fault
from linli.layout.plans.rules.wishes import MOST_SEED, Wishes
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.queries.planning import PlannedCompound, PlannedSubdistrict, PlanningGround, planning_ground

JOB = "linli.layout.plans.jobs.make_plan"
NAMED_IN_A_SENTENCE = 5


@transaction.atomic
def request_plan(
    *,
    scope: Scope,
    district: str,
    subdistrict: str | None = None,
    band: tuple[int, int] | None = None,
    seed: int = 1,
    allow_cross_subdistricts: bool = False,
    assumption: Assumption | None = None,
    exceptions: Mapping[str, str] | None = None,
    locks: Mapping[str, str] | None = None,
    title: str = "",
    now: datetime,
) -> AdjustmentPlan:
    """Ask for an adjustment plan (调整方案); a job makes it once the transaction is committed.

    Args:
        scope: Who asks.
        district: Code of the district.
        subdistrict: Code of the subdistrict that the plan is limited to; None for the whole district.
        band: Fewest and most households of a community; None takes the policy profile's.
        seed: Seed of every random choice; the same ledger, wishes and seed give the same plan.
        allow_cross_subdistricts: Whether communities may reach over the border of a subdistrict.
        assumption: What stands for missing household counts, signed by the post.
        exceptions: Reason per community (code) that may stay out of the scale.
        locks: Reason, perhaps empty, per community, compound or parcel (code) that must not move.
        title: What the plan is called; a name from area, year and number where empty.
        now: When.

    Raises:
        NotPermitted: The post may plan nowhere.
        OutsideYourArea: The post may plan, but not here.
        SubdistrictUnknown: The district has no such subdistrict.
        NoCompoundsInArea: The area holds no compound.
        BandCannotBeMet: The scale contradicts itself or the area.
        HouseholdsMissing: Compounds have no household count and no assumption covers them.
        ExceptionNotSound: An exception names no community of the area, or gives no reason.
        LockNotSound: A lock names nothing of the area, or what lies in no community.
        AssumptionNotSound: The assumption lacks a number or a reason.
        SignatureDiffers: The assumption is not signed with the post acted from.
        CrossingNeedsWholeDistrict: Crossing was asked for within one subdistrict.
        SeedOutOfRange: The seed is no whole number from zero.
        LayoutMissing: Nothing was taken over yet.
    """
    require(scope, Permission.PLAN, office=None)
    if not subdistrict:
        require(scope, Permission.PLAN, office=district)
    ground = planning_ground(district, now=now)
    area = _area(ground, subdistrict)
    require(scope, Permission.PLAN, office=area.office_code if area else district)
    if area and allow_cross_subdistricts:
        raise CrossingNeedsWholeDistrict(subdistrict=area.name)
    if not 0 <= seed <= MOST_SEED:
        raise SeedOutOfRange(seed=seed, most=MOST_SEED)
    standards = profile(ground.profile).at(clock.today(now))
    low, high, source = _band(band, standards)
    if assumption is not None:
        _check_assumption(assumption, scope)
    wishes = Wishes(
        subdistrict=area.code if area else "",
        low=low,
        high=high,
        band_source=source,
        seed=seed,
        crosses_subdistricts=allow_cross_subdistricts,
        exceptions=exceptions or {},
        locks=locks or {},
        assumption=assumption,
    )
    if area:
        rows = rows_of_area(ground, neighbourhood_of(ground, standards=standards), area.code)
    else:
        rows = np.arange(ground.n)
    check_exceptions(ground, rows, wishes.exceptions)
    check_locks(ground, rows, wishes.locks)
    _check_counts(ground, wishes, rows, area.name if area else ground.district_name)
    number, counted = _next_number(ground.district_code, clock.today(now).year)
    plan = AdjustmentPlan.objects.create(
        district_id=ground.district_key,
        subdistrict_id=area.key if area else None,
        number=number,
        title=title.strip()
        or _("%(area)s %(year)s 年第 %(count)s 号")
        % {"area": area.name if area else ground.district_name, "year": clock.today(now).year, "count": counted},
        base_id=ground.layout_key,
        parameters=wishes.as_dict(),
        assumption={} if assumption is None else dict(assumption.as_dict()),
        made_by=scope.post.name,
        made_at=now,
    )
    run = jobs.schedule(JOB, by=scope, now=now, title=plan.title, district=ground.district_code, plan=number)
    plan.job = run.public_id
    plan.save(update_fields=["job"])
    trail.record(
        "plans.plan.requested",
        subject=trail.Subject(kind="plans.plan", code=number),
        by=scope,
        at=now,
        district=ground.district_code,
        subdistrict=wishes.subdistrict,
        low=low,
        high=high,
        seed=seed,
        assumption="" if assumption is None else assumption.kind.value,
        exceptions=sorted(wishes.exceptions),
        locks=sorted(wishes.locks),
    )
    return plan


@transaction.atomic
def cancel_plan(number: str, *, scope: Scope, now: datetime) -> AdjustmentPlan:
    """Call off a plan that is being made; its job stops at its next look.

    Raises:
        PlanUnknown: There is no such plan in the area of the post.
        NotBeingMade: It is no longer being made.
    """
    plan = plan_for_change(number, scope=scope)
    if plan.stage != AdjustmentPlan.Stage.MAKING:
        raise NotBeingMade(number=number, stage=plan.get_stage_display())
    # Where the run broke off, its plan would wait for ever.
    with suppress(JobAlreadyFinished, JobUnknown):
        jobs.cancel(plan.job, now=now)
    plan.stage = AdjustmentPlan.Stage.CANCELLED
    plan.save(update_fields=["stage"])
    trail.record(
        "plans.plan.cancelled",
        subject=trail.Subject(kind="plans.plan", code=number),
        by=scope,
        at=now,
        district=scope.district_code,
    )
    return plan


def _area(ground: PlanningGround, subdistrict: str | None) -> PlannedSubdistrict | None:
    if not subdistrict:
        return None
    found = next((one for one in ground.subdistricts if one.code == subdistrict), None)
    if found is None:
        raise SubdistrictUnknown(district=ground.district_name, code=subdistrict)
    return found


def _band(band: tuple[int, int] | None, standards: StandardsOn) -> tuple[int, int, str]:
    standard = standards["community_households"]
    low, high = (int(limit) for limit in standard.band)
    if band is None or tuple(band) == (low, high):
        return low, high, standard.source.title.zh
    return int(band[0]), int(band[1]), ""


def _check_assumption(assumption: Assumption, scope: Scope) -> None:
    if not assumption.households > 0 or assumption.households == float("inf"):
        raise AssumptionNotSound(
            reason=_("户数应大于 0，实际是 %(came)s，请填写一个正数") % {"came": assumption.households}
        )
    if not assumption.reason.strip():
        raise AssumptionNotSound(reason=_("没有写依据，请说明这个户数从哪里来"))
    if "".join(assumption.signature.split()) != "".join(scope.post.name.split()):
        raise SignatureDiffers(post=scope.post.name, typed=assumption.signature)


def _check_counts(ground: PlanningGround, wishes: Wishes, rows: Rows, area: str) -> None:
    compounds = compounds_on(ground, rows)
    if not compounds:
        raise NoCompoundsInArea(area=area)
    counts = count_compounds(ground, compounds, assumption=wishes.assumption)
    known = [count.households for count in counts.values() if count.households is not None]
    excused = bool(wishes.exceptions) or bool(ground.band_exceptions) or any(size > wishes.high for size in known)
    missing = tuple(one for one in compounds if counts[one.code].households is None)
    fault = band_fault(wishes.low, wishes.high, total=None if missing or excused else sum(known))
    if fault is not None:
        raise BandCannotBeMet(low=wishes.low, high=wishes.high, reason=_reason(fault, wishes, sum(known), area))
    if missing:
        raise _missing(compounds, missing, counts, wishes.high, area)
    if not sum(known):
        raise BandCannotBeMet(
            low=wishes.low, high=wishes.high, reason=_("%(area)s没有一户人家，请核对户数") % {"area": area}
        )


def _reason(fault: BandFault, wishes: Wishes, total: int, area: str) -> str:
    words = {
        BandFault.BELOW_ONE: _("下限应不小于 1 户，请改下限"),
        BandFault.REVERSED: _("下限大于上限，请对调或改正"),
        BandFault.AREA_TOO_SMALL: _("%(area)s一共 %(total)s 户，不足一个社区的下限，请降低下限或扩大范围"),
        BandFault.BETWEEN_COUNTS: _("%(area)s一共 %(total)s 户，分成几个社区都有超出或不足的，请放宽范围或登记例外"),
    }
    return words[fault] % {"area": area, "total": f"{total:,}"}


def _missing(
    compounds: tuple[PlannedCompound, ...],
    missing: tuple[PlannedCompound, ...],
    counts: Mapping[str, CompoundCount],
    high: int,
    area: str,
) -> HouseholdsMissing:
    above = [one for one in compounds if (counts[one.code].households or 0) > high]
    above_words = _("另有 %(count)s 个小区单个就超过上限 %(high)s 户（%(names)s），只能登记例外。") % {
        "count": len(above),
        "high": high,
        "names": _named(above),
    }
    return HouseholdsMissing(
        area=area,
        count=len(missing),
        first=_named(missing),
        missing=[(one.code, one.name) for one in missing],
        above=[(one.code, one.name, counts[one.code].households) for one in above],
        above_words=above_words if above else "",
    )


def _named(compounds: tuple[PlannedCompound, ...] | list[PlannedCompound]) -> str:
    names = "、".join(one.name for one in compounds[:NAMED_IN_A_SENTENCE])
    return names if len(compounds) <= NAMED_IN_A_SENTENCE else _("%(names)s等") % {"names": names}


def _next_number(district: str, year: int) -> tuple[str, int]:
    # Locked, so that two requests at once get two numbers.
    prefix = f"{district}-{year}-"
    last = AdjustmentPlan.objects.select_for_update().filter(number__startswith=prefix).order_by("-number").first()
    count = 1 if last is None else int(last.number.removeprefix(prefix)) + 1
    return f"{prefix}{count:03d}", count
