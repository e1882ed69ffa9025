"""Appoint people to posts and end posts."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from linli.foundation import trail
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.access import require_administration
from linli.organisation.errors import (
    AreaOutsideDistrict,
    IntervalEmpty,
    OfficeClosed,
    OfficeUnknown,
    PostEnded,
    PostHeldTwice,
    PostTitleMissing,
    PostUnknown,
    RoleMisplaced,
)
from linli.organisation.models import OFFICE_KIND_NAMES, ROLE_NAMES, Office, Person, Post
from linli.organisation.operations.people import locked_person
from linli.organisation.queries import PostCard, post_by_code
from linli.organisation.rules import OFFICE_KINDS_OF_ROLE, OfficeKind, Role, overlap

LONGEST_TITLE = 40


@transaction.atomic
def appoint(
    username: str,
    *,
    office: str,
    role: Role,
    title: str,
    area: str | None = None,
    valid_from_on: date,
    valid_to_on: date | None = None,
    by: Actor | ActsInTrail,
    now: datetime,
) -> PostCard:
    """Appoint a person to a post (任职).

    Args:
        username: Whom.
        office: Code of the office.
        role: What the post is there for.
        title: What it is called, as in ``布局规划岗``.
        area: Code of the office at the top of the area it looks after; the office itself where none is given,
            for a department the office above it, because a department works for the whole of that.
        valid_from_on: First day.
        valid_to_on: First day on which it is no longer held; open where none is given.
        by: Who acts.
        now: When.

    Raises:
        PersonUnknown: Nobody has the username.
        OfficeUnknown: No office has one of the codes.
        PostTitleMissing: The title is empty or too long.
        IntervalEmpty: The end is not after the start.
        RoleMisplaced: The role cannot be held in such an office.
        AreaOutsideDistrict: Person, office and area are not of one district.
        OfficeClosed: Office or area does not exist in the whole time.
        PostHeldTwice: The person holds the same role there in part of that time.
    """
    require_administration(by, office=office)
    person = locked_person(username, by=by)
    name = title.strip()
    if not 0 < len(name) <= LONGEST_TITLE:
        raise PostTitleMissing()
    if valid_to_on is not None and valid_to_on <= valid_from_on:
        raise IntervalEmpty(valid_from_on=valid_from_on, valid_to_on=valid_to_on)
    # Locked, so that posts of one office are numbered one after another and it is not closed meanwhile.
    place = _office(office, lock=True)
    covered = _office(area, lock=False) if area is not None else _usual_area(place)
    _refuse_misplaced(person, place=place, covered=covered, role=role)
    for needed in (place, covered):
        _refuse_closed(needed, valid_from_on=valid_from_on, valid_to_on=valid_to_on)
    _refuse_twice(person, place=place, role=role, time=(valid_from_on, valid_to_on))
    post = Post.objects.create(
        code=f"{place.code}-{place.posts.count() + 1:02d}",
        person=person,
        office=place,
        area_office=covered,
        role=role.value,
        title=name,
        valid_from_on=valid_from_on,
        valid_to_on=valid_to_on,
    )
    trail.record(
        "organisation.post.filled",
        subject=post,
        by=by,
        at=now,
        district=place.district_code,
        person=person.username,
        role=role.value,
        area=covered.code,
        valid_from_on=valid_from_on,
        valid_to_on=valid_to_on,
    )
    return post_by_code(post.code)


@transaction.atomic
def end_post(code: str, *, on: date, by: Actor | ActsInTrail, now: datetime) -> PostCard:
    """End a post (免职); it stays on record with its last day.

    Args:
        code: Its code.
        on: First day on which it is no longer held.
        by: Who acts.
        now: When.

    Raises:
        PostUnknown: No post has the code.
        IntervalEmpty: The day is not after its first.
        PostEnded: It ends earlier already.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("office").filter(code=code).first()
    if post is None:
        raise PostUnknown(post=code)
    require_administration(by, office=post.office.code)
    if on <= post.valid_from_on:
        raise IntervalEmpty(valid_from_on=post.valid_from_on, valid_to_on=on)
    if post.valid_to_on is not None and post.valid_to_on <= on:
        raise PostEnded(post=code, valid_to_on=post.valid_to_on)
    post.valid_to_on = on
    post.save(update_fields=["valid_to_on"])
    trail.record(
        "organisation.post.ended", subject=post, by=by, at=now, district=post.office.district_code, valid_to_on=on
    )
    return post_by_code(code)


def _office(code: str, *, lock: bool) -> Office:
    offices = Office.objects.select_for_update() if lock else Office.objects.all()
    office = offices.filter(code=code).first()
    if office is None:
        raise OfficeUnknown(office=code)
    return office


def _usual_area(office: Office) -> Office:
    if office.kind == OfficeKind.DEPARTMENT and office.parent is not None:
        return office.parent
    return office


def _refuse_misplaced(person: Person, *, place: Office, covered: Office, role: Role) -> None:
    expected = OFFICE_KINDS_OF_ROLE[role]
    if OfficeKind(place.kind) not in expected:
        raise RoleMisplaced(
            role=ROLE_NAMES[role],
            expected="、".join(str(OFFICE_KIND_NAMES[kind]) for kind in OfficeKind if kind in expected),
            office=place.code,
            found=OFFICE_KIND_NAMES[OfficeKind(place.kind)],
        )
    districts = {person.district_code, place.district_code, covered.district_code}
    if len(districts) > 1:
        raise AreaOutsideDistrict(office=place.code, area=covered.code, districts="、".join(sorted(districts)))


def _refuse_closed(office: Office, *, valid_from_on: date, valid_to_on: date | None) -> None:
    ends_first = office.valid_to_on is not None and (valid_to_on is None or office.valid_to_on < valid_to_on)
    if valid_from_on < office.valid_from_on or ends_first:
        raise OfficeClosed(
            office=office.code, valid_from_on=office.valid_from_on, valid_to_on=office.valid_to_on or "—"
        )


def _refuse_twice(person: Person, *, place: Office, role: Role, time: tuple[date, date | None]) -> None:
    for held in person.posts.filter(office=place, role=role.value):
        if overlap((held.valid_from_on, held.valid_to_on), time):
            raise PostHeldTwice(username=person.username, office=place.code, post=held.code)
