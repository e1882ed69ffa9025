"""A small district with its offices and the permanent cast of the tests, one person per role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from linli.foundation.trail import SYSTEM, entries
from linli.foundation.trail.queries import EntryCard
from linli.organisation.access import Scope, may, scope_of_post
from linli.organisation.operations import OfficeRow, appoint, create_person, load_offices, make_token
from linli.organisation.queries import OfficeCard, PostCard
from linli.organisation.rules import PERMISSION_OF_RIGHT, OfficeKind, Role, TokenRight

#: 2026-11-23 09:00 in Shanghai.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
START = date(2020, 1, 1)
PASSWORD = "quiet-river-bend-7"

DISTRICT, OTHER_DISTRICT = "990101", "990102"
CIVIL, PARTY, AUDIT = "990101-mz", "990101-zz", "990101-sj"
EAST, WEST = "990101001", "990101002"
EAST_FIRST, EAST_SECOND, WEST_FIRST = "990101001001", "990101001002", "990101002001"
OTHER_EAST = "990102001"

OFFICES = (
    OfficeRow(code=DISTRICT, name="临溪区", kind=OfficeKind.DISTRICT, valid_from_on=START),
    OfficeRow(code=CIVIL, name="区民政局", kind=OfficeKind.DEPARTMENT, parent=DISTRICT, valid_from_on=START),
    OfficeRow(code=PARTY, name="区委组织部", kind=OfficeKind.DEPARTMENT, parent=DISTRICT, valid_from_on=START),
    OfficeRow(code=AUDIT, name="区审计局", kind=OfficeKind.DEPARTMENT, parent=DISTRICT, valid_from_on=START),
    OfficeRow(code=EAST, name="东桥街道", kind=OfficeKind.SUBDISTRICT, parent=DISTRICT, valid_from_on=START),
    OfficeRow(code=WEST, name="西园街道", kind=OfficeKind.SUBDISTRICT, parent=DISTRICT, valid_from_on=START),
    OfficeRow(code=EAST_FIRST, name="柳荫社区", kind=OfficeKind.COMMITTEE, parent=EAST, valid_from_on=START),
    OfficeRow(code=EAST_SECOND, name="石井社区", kind=OfficeKind.COMMITTEE, parent=EAST, valid_from_on=START),
    OfficeRow(code=WEST_FIRST, name="梅亭社区", kind=OfficeKind.COMMITTEE, parent=WEST, valid_from_on=START),
    OfficeRow(code=OTHER_DISTRICT, name="望山区", kind=OfficeKind.DISTRICT, valid_from_on=START),
    OfficeRow(
        code=OTHER_EAST, name="青岭街道", kind=OfficeKind.SUBDISTRICT, parent=OTHER_DISTRICT, valid_from_on=START
    ),
)

OFFICE_OF_ROLE: Mapping[Role, str] = {
    Role.PLANNER: CIVIL,
    Role.ORGANISER: PARTY,
    Role.SUBDISTRICT: EAST,
    Role.DEPARTMENT: CIVIL,
    Role.WORKER: EAST_FIRST,
    Role.LEADER: DISTRICT,
    Role.AUDITOR: AUDIT,
    Role.ADMIN: CIVIL,
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The offices by code and the post of each role."""

    offices: Mapping[str, OfficeCard]
    posts: Mapping[Role, PostCard]

    def scope(self, role: Role) -> Scope:
        """Return the scope of a role's post."""
        return scope_of_post(self.posts[role])


def make_offices() -> dict[str, OfficeCard]:
    """Load the offices."""
    return load_offices(OFFICES, by=SYSTEM, now=NOW)


def make_person(username: str, *, district: str = DISTRICT, must_change_password: bool = False, **more: bool) -> str:
    """Create a person with the password of the tests and return the username."""
    return create_person(
        username=username,
        password=PASSWORD,
        district=district,
        must_change_password=must_change_password,
        by=SYSTEM,
        now=NOW,
        **more,
    ).username


def make_post(
    username: str,
    role: Role,
    *,
    office: str = "",
    area: str | None = None,
    title: str = "经办岗",
    valid_from_on: date = START,
    valid_to_on: date | None = None,
) -> PostCard:
    """Appoint a person in the office where the cast holds the role, or in another."""
    return appoint(
        username,
        office=office or OFFICE_OF_ROLE[role],
        role=role,
        title=title,
        area=area,
        valid_from_on=valid_from_on,
        valid_to_on=valid_to_on,
        by=SYSTEM,
        now=NOW,
    )


def make_cast() -> Cast:
    """Load the offices and appoint one person per role; the username is the role in small letters."""
    offices = make_offices()
    posts = {}
    for role in Role:
        username = make_person(role.value.lower(), is_staff=role is Role.ADMIN)
        posts[role] = make_post(username, role)
    return Cast(offices=offices, posts=posts)


def told(district: str = DISTRICT) -> tuple[EntryCard, ...]:
    """Return what the trail of a district tells, the newest first."""
    return entries(district, limit=1000).cards


def bearer_of(post: PostCard, *rights: TokenRight) -> dict[str, str]:
    """Return the header of a token of a post, with some rights or with all that the post may have."""
    scope = scope_of_post(post)
    allowed = [right for right in TokenRight if may(scope, PERMISSION_OF_RIGHT[right])]
    made = make_token(
        post=post.code, name="测试系统", rights=rights or allowed, ends_on=date(2027, 1, 1), by=SYSTEM, now=NOW
    )
    return {"Authorization": f"Bearer {made.secret}"}
