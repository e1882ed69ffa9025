"""Registering an exception (登记例外), ending it, taking the end back; custodies (代管) among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.foundation import clock, jobs, trail
from linli.foundation.trail.rules import PERSONAL
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors import (
    EndNotUndoable,
    EntryUnknown,
    ExemptionRefused,
    ExemptionStands,
    ExemptionUnknown,
    NothingToExempt,
)
from linli.registry.models import Community, Compound, Custody, District, Exemption
from linli.registry.queries.areas import Area
from linli.registry.queries.entries import compound_place
from linli.registry.queries.exemptions import (
    ExemptionCard,
    communities_of_parcels,
    exemptions,
    office_code_of,
    open_exemption,
)
from linli.registry.queries.findings import finding_behind
from linli.registry.queries.places import district_by_code
from linli.registry.rules.exempting import KIND_NAMES, LONGEST_REASON, OF_COMMUNITIES, ExemptionKind, Standing

AUDIT = "linli.registry.jobs.run_audit"


@dataclass(frozen=True, slots=True)
class Asked:
    """An exception as somebody asks for it.

    Args:
        kind: What is excepted.
        subject: Code of the community or compound, or the subject of the finding that it answers.
        reason: Why; it stands in lists, plans and papers.
        until_on: Last day. A custody needs one: the audit asks for it.
        custodian: Code of the community that looks after a compound; of a custody only.
        since_on: Since when it does; of a custody only, today by default.
    """

    kind: ExemptionKind
    subject: str
    reason: str
    until_on: date | None = None
    custodian: str = ""
    since_on: date | None = None


@transaction.atomic
def register_exemption(asked: Asked, *, by: Scope, now: datetime) -> None:
    """Register an exception: what it answers is no finding any more, until its last day has passed.

    One that has lapsed, or a custody without an end, is replaced. The audit runs again afterwards.

    Args:
        asked: What is asked for.
        by: Who asks; the post must plan for every community that the exception binds.
        now: The moment.

    Raises:
        EntryUnknown: The area holds no such community or compound.
        NothingToExempt: The newest audit found nothing there that the exception would answer.
        ExemptionRefused: The reason or a date is missing or cannot be.
        ExemptionStands: The same exception is in force.
        NotPermitted: The post plans nowhere.
        OutsideYourArea: The post plans, but not for all communities concerned.
    """
    require(by, Permission.PLAN)
    district, area, today = _district_for_writing(by), area_of(by, now=now), clock.today(now)
    standing = open_exemption(asked.kind, asked.subject, area=area, on=today)
    if standing is not None and standing.standing in (Standing.IN_FORCE, Standing.EXPIRING):
        raise ExemptionStands(subject=standing.subject_name, kind=standing.kind_name)
    faults = _faults(asked, today)
    if asked.kind is ExemptionKind.CUSTODY:
        _register_custody(district, area, asked, faults, by=by, now=now)
    else:
        communities = _communities_bound(district, area, asked)
        for office in {office_code_of(one) for one in communities} or {district.code}:
            require(by, Permission.PLAN, office=office)
        _refuse(faults)
        _open(district, asked.kind, asked.subject).update(ended_at=now, ended_by=by.post.name)
        Exemption.objects.create(
            district=district,
            kind=asked.kind,
            subject_code=asked.subject,
            reason=asked.reason.strip(),
            registered_by=by.post.name,
            registered_at=now,
            until_on=asked.until_on,
        ).communities.set(communities)
    _audit_again(by=by, now=now)
    _tell("registry.exemption.registered", asked.kind, asked.subject, by=by, now=now, until=asked.until_on)


@transaction.atomic
def end_exemption(kind: ExemptionKind, subject: str, *, by: Scope, now: datetime) -> None:
    """End an exception; the next audit, which runs at once, finds again what it answered.

    Args:
        kind: Its kind.
        subject: Code of its subject.
        by: Who ends it; the post must plan for every community that it binds.
        now: The moment.

    Raises:
        ExemptionUnknown: The area holds no such exception that stands.
        NotPermitted: The post plans nowhere.
        OutsideYourArea: The post plans, but not for all communities concerned.
    """
    district = _district_for_writing(by)
    card = open_exemption(kind, subject, area=area_of(by, now=now), on=clock.today(now))
    if card is None:
        raise ExemptionUnknown(subject=subject, kind=KIND_NAMES[kind])
    _require_all(card, by)
    _open(district, kind, subject).update(ended_at=now, ended_by=by.post.name)
    _audit_again(by=by, now=now)
    _tell("registry.exemption.ended", kind, subject, by=by, now=now)


@transaction.atomic
def undo_end(kind: ExemptionKind, subject: str, *, ended_at: datetime, by: Scope, now: datetime) -> None:
    """Let an exception stand again that was ended at a moment (撤销终止).

    Args:
        kind: Its kind.
        subject: Code of its subject.
        ended_at: The moment of its end.
        by: Who takes the end back.
        now: The moment.

    Raises:
        ExemptionUnknown: The area holds no exception of that kind on the subject.
        EndNotUndoable: It did not end at that moment, or another was registered since.
        NotPermitted: The post plans nowhere.
        OutsideYourArea: The post plans, but not for all communities concerned.
    """
    district, area, today = _district_for_writing(by), area_of(by, now=now), clock.today(now)
    known = [card for card in exemptions(area, on=today, kinds=[kind]) if card.subject == subject]
    if not known:
        raise ExemptionUnknown(subject=subject, kind=KIND_NAMES[kind])
    for card in known:
        _require_all(card, by)
    if any(card.is_open for card in known):
        raise EndNotUndoable(subject=known[0].subject_name)
    reopened = _registered(district, kind, subject).filter(ended_at=ended_at).update(ended_at=None, ended_by="")
    if not reopened:
        raise EndNotUndoable(subject=known[0].subject_name)
    _audit_again(by=by, now=now)
    _tell("registry.exemption.end-undone", kind, subject, by=by, now=now)


def _register_custody(
    district: District, area: Area, asked: Asked, faults: dict[str, str], *, by: Scope, now: datetime
) -> None:
    place = compound_place(district, asked.subject, area=area)
    custodian = (
        Community.objects.filter(district=district, code=asked.custodian, ended_at=None)
        .select_related("office", "subdistrict__office")
        .first()
    )
    since_on = asked.since_on or clock.today(now)
    if custodian is None:
        faults["custodian"] = _("选一个代管的社区")
    elif custodian.code == place.community_code:
        faults["custodian"] = _("%(name)s本来就属于%(community)s，不用代管") % {
            "name": place.name,
            "community": custodian.name,
        }
    if asked.until_on is None:
        faults["until_on"] = _("代管要约定期限，填到哪一天为止")
    elif asked.until_on < since_on:
        faults["since_on"] = _("代管从 %(since)s 起，不能晚于期限 %(until)s") % {
            "since": since_on.isoformat(),
            "until": asked.until_on.isoformat(),
        }
    # A blind spot has no office of its own; the subdistrict next to it may have it looked after.
    is_lost = not place.community_code and not area.is_whole_district
    require(by, Permission.PLAN, office=by.area_code if is_lost else place.office_code)
    if custodian is not None:
        require(by, Permission.PLAN, office=office_code_of(custodian))
    _refuse(faults)
    assert custodian is not None
    _open(district, asked.kind, asked.subject).update(ended_at=now, ended_by=by.post.name)
    Custody.objects.create(
        compound=Compound.objects.get(district=district, code=asked.subject),
        custodian=custodian,
        since_on=since_on,
        until_on=asked.until_on,
        reason=asked.reason.strip(),
        registered_by=by.post.name,
        registered_at=now,
    )


def _communities_bound(district: District, area: Area, asked: Asked) -> tuple[Community, ...]:
    """Return the communities that an exception binds, none for a hole.

    Raises:
        EntryUnknown: The area holds no such community.
        NothingToExempt: The newest audit found nothing of the kind there.
    """
    known = Community.objects.filter(district=district, ended_at=None).select_related("office", "subdistrict__office")
    if asked.kind in OF_COMMUNITIES:
        found = known.filter(code=asked.subject, pk__in=area.community_ids).first()
        if found is None:
            raise EntryUnknown(code=asked.subject, kind=_("社区"))
        return (found,)
    finding = finding_behind(asked.kind, asked.subject, area=area)
    if finding is None:
        raise NothingToExempt(subject=asked.subject, kind=KIND_NAMES[asked.kind])
    if asked.kind is ExemptionKind.HOLE:
        return ()
    codes = finding.communities or tuple(one.code for one in communities_of_parcels(area, finding.parcels))
    return tuple(known.filter(code__in=codes).order_by("code"))


def _registered(district: District, kind: ExemptionKind, subject: str) -> QuerySet[Exemption] | QuerySet[Custody]:
    if kind is ExemptionKind.CUSTODY:
        return Custody.objects.filter(compound__district=district, compound__code=subject)
    return Exemption.objects.filter(district=district, kind=kind, subject_code=subject)


def _open(district: District, kind: ExemptionKind, subject: str) -> QuerySet[Exemption] | QuerySet[Custody]:
    return _registered(district, kind, subject).filter(ended_at=None)


def _faults(asked: Asked, today: date) -> dict[str, str]:
    faults = {}
    reason = asked.reason.strip()
    if not reason:
        faults["reason"] = _("没有写理由。写明依据的文件或事实，方案和公文会引用")
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = _("理由应在 %(most)s 字以内，实际 %(came)s 字") % {
            "most": LONGEST_REASON,
            "came": len(reason),
        }
    elif PERSONAL.search(reason):
        faults["reason"] = _("理由里像有身份证号或手机号，请去掉")
    if asked.until_on is not None and asked.until_on < today:
        faults["until_on"] = _("期限不能早于今天 %(today)s") % {"today": today.isoformat()}
    return faults


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise ExemptionRefused(faults=faults)


def _require_all(card: ExemptionCard, by: Scope) -> None:
    for office in card.office_codes:
        require(by, Permission.PLAN, office=office)


def _district_for_writing(by: Scope) -> District:
    # One writer at a time per district, so that of two who register the same exception one is told.
    return District.objects.select_for_update().get(pk=district_by_code(by.district_code).pk)


def _audit_again(*, by: Scope, now: datetime) -> None:
    """Ask for an audit, unless one waits already that will see what was just written."""
    waiting = jobs.runs(district=by.district_code, kind=AUDIT, unfinished=True)
    if not any(run.started_at is None for run in waiting):
        jobs.schedule(AUDIT, by=by, now=now, title=_("例外变动后重新核查"), district=by.district_code)


def _tell(verb: str, kind: ExemptionKind, subject: str, *, by: Scope, now: datetime, until: date | None = None) -> None:
    trail.record(
        verb,
        subject=trail.Subject(kind="registry.exemption", code=f"{kind.value}/{subject}"),
        by=by,
        at=now,
        district=by.district_code,
        until="" if until is None else until.isoformat(),
    )
