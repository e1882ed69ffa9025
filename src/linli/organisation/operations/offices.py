"""Found, load and close offices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor, Subject
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.access import require_administration
from linli.organisation.errors import (
    IntervalEmpty,
    OfficeClosed,
    OfficeCodeMalformed,
    OfficeCodeTaken,
    OfficeInUse,
    OfficeMisplaced,
    OfficeNameMissing,
    OfficeUnknown,
)
from linli.organisation.models import OFFICE_KIND_NAMES, Office, Post
from linli.organisation.queries import OfficeCard, office_card
from linli.organisation.rules import OFFICE_CODE, PARENT_KINDS, OfficeKind, is_valid_on, path_of

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """An office to be loaded; ``parent`` is a code among the rows or of an office that exists."""

    code: str
    name: str
    kind: OfficeKind
    parent: str | None = None
    valid_from_on: date


@transaction.atomic
def found_office(
    *,
    code: str,
    name: str,
    kind: OfficeKind,
    parent: str | None = None,
    valid_from_on: date,
    by: Actor | ActsInTrail,
    now: datetime,
) -> OfficeCard:
    """Found an office (设立单位).

    Args:
        code: Its code, never used before: 2 to 30 small letters, digits or hyphens.
        name: Its name.
        kind: What it is.
        parent: Code of the office above; none for a district.
        valid_from_on: First day.
        by: Who acts.
        now: When.

    Raises:
        OfficeCodeMalformed: The code is written otherwise.
        OfficeCodeTaken: The code was used before.
        OfficeNameMissing: The name is empty or too long.
        OfficeUnknown: No office has the parent's code.
        OfficeMisplaced: Such an office cannot stand under the parent.
        OfficeClosed: The parent does not exist on the first day.
    """
    require_administration(by, office=code if parent is None else parent)
    row = OfficeRow(code=code, name=name, kind=kind, parent=parent, valid_from_on=valid_from_on)
    above = _locked_parent(parent)
    office = _sound_office(row, parent=above)
    _refuse_taken([code])
    office.save()
    trail.record(
        "organisation.office.founded",
        subject=office,
        by=by,
        at=now,
        district=office.district_code,
        kind=kind.value,
        parent=parent,
        valid_from_on=valid_from_on,
    )
    return office_card(office)


@transaction.atomic
def load_offices(rows: Iterable[OfficeRow], *, by: Actor | ActsInTrail, now: datetime) -> dict[str, OfficeCard]:
    """Found many offices at once, with one entry in the trail per district; all or none.

    Args:
        rows: In any order.
        by: Who acts.
        now: When.

    Returns:
        The card of each by its code, parents before children.

    Raises:
        OfficeCodeTaken: A code was used before or comes twice.
        LinliError: As `found_office` refuses a single office.
    """
    wanted: dict[str, OfficeRow] = {}
    for row in rows:
        if row.code in wanted:
            raise OfficeCodeTaken(office=row.code)
        wanted[row.code] = row
    _refuse_taken(wanted)
    outside = {row.parent for row in wanted.values() if row.parent is not None} - wanted.keys()
    known = {office.code: office for office in Office.objects.filter(code__in=outside)}
    tops = {row.code for row in wanted.values() if row.parent is None}
    for code in sorted(outside | tops):
        require_administration(by, office=code)
    founded: dict[str, OfficeCard] = {}
    waiting = wanted
    while waiting:
        ready = {c: r for c, r in waiting.items() if r.parent is None or r.parent in known}
        if not ready:
            raise OfficeUnknown(office=next(iter(waiting.values())).parent)
        offices = [_sound_office(row, parent=known[row.parent] if row.parent else None) for row in ready.values()]
        for office in Office.objects.bulk_create(offices):
            known[office.code] = office
            founded[office.code] = office_card(office)
        waiting = {code: row for code, row in waiting.items() if code not in ready}
    for district in sorted({card.district_code for card in founded.values()}):
        trail.record(
            "organisation.offices.loaded",
            subject=Subject(kind="organisation.office", code=district),
            by=by,
            at=now,
            district=district,
            offices=sum(card.district_code == district for card in founded.values()),
        )
    return founded


@transaction.atomic
def close_office(code: str, *, on: date, by: Actor | ActsInTrail, now: datetime) -> OfficeCard:
    """Close an office (撤销单位); it stays on record with its last day.

    Args:
        code: Its code.
        on: First day on which it no longer exists.
        by: Who acts.
        now: When.

    Raises:
        OfficeUnknown: No office has the code.
        OfficeClosed: It is closed already.
        IntervalEmpty: The day is not after its first.
        OfficeInUse: Offices below it or posts in it last longer.
    """
    require_administration(by, office=code)
    office = Office.objects.select_for_update().filter(code=code).first()
    if office is None:
        raise OfficeUnknown(office=code)
    if office.valid_to_on is not None:
        raise OfficeClosed(office=code, valid_from_on=office.valid_from_on, valid_to_on=office.valid_to_on)
    if on <= office.valid_from_on:
        raise IntervalEmpty(valid_from_on=office.valid_from_on, valid_to_on=on)
    lasting = Office.objects.filter(path__startswith=office.path).exclude(pk=office.pk).exclude(valid_to_on__lte=on)
    posts = Post.objects.filter(office=office).exclude(valid_to_on__lte=on)
    posts_over_area = Post.objects.filter(area_office=office).exclude(valid_to_on__lte=on)
    n_offices, n_posts = lasting.count(), (posts | posts_over_area).count()
    if n_offices or n_posts:
        raise OfficeInUse(office=code, on=on, offices=n_offices, posts=n_posts)
    office.valid_to_on = on
    office.save(update_fields=["valid_to_on"])
    trail.record(
        "organisation.office.closed", subject=office, by=by, at=now, district=office.district_code, valid_to_on=on
    )
    return office_card(office)


def _locked_parent(code: str | None) -> Office | None:
    if code is None:
        return None
    # Locked, so that the parent cannot be closed while an office is founded below it.
    parent = Office.objects.select_for_update().filter(code=code).first()
    if parent is None:
        raise OfficeUnknown(office=code)
    return parent


def _refuse_taken(codes: Iterable[str]) -> None:
    taken = Office.objects.filter(code__in=list(codes)).order_by("code").first()
    if taken is not None:
        raise OfficeCodeTaken(office=taken.code)


def _sound_office(row: OfficeRow, *, parent: Office | None) -> Office:
    if not OFFICE_CODE.fullmatch(row.code):
        raise OfficeCodeMalformed(office=row.code)
    name = row.name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise OfficeNameMissing(office=row.code)
    _refuse_misplaced(row, parent=parent)
    if parent is not None and not is_valid_on(
        row.valid_from_on, valid_from_on=parent.valid_from_on, valid_to_on=parent.valid_to_on
    ):
        raise OfficeClosed(
            office=parent.code, valid_from_on=parent.valid_from_on, valid_to_on=parent.valid_to_on or "—"
        )
    return Office(
        code=row.code,
        name=name,
        kind=row.kind.value,
        district_code=parent.district_code if parent else row.code,
        parent=parent,
        path=path_of(row.code, parent_path=parent.path if parent else "/"),
        valid_from_on=row.valid_from_on,
    )


def _refuse_misplaced(row: OfficeRow, *, parent: Office | None) -> None:
    expected = PARENT_KINDS[row.kind]
    if (parent is None and not expected) or (parent is not None and OfficeKind(parent.kind) in expected):
        return
    raise OfficeMisplaced(
        office=row.code,
        kind=OFFICE_KIND_NAMES[row.kind],
        expected="、".join(str(OFFICE_KIND_NAMES[kind]) for kind in OfficeKind if kind in expected) or "无",
        found=str(OFFICE_KIND_NAMES[OfficeKind(parent.kind)]) if parent else "无",
    )
