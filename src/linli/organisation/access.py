"""Who may do what where: the scope of the post somebody acts from, and one predicate per permission.

Predicates ask for the code of an office. Without one they ask whether the post may do it anywhere at all, which
is what a navigation entry or a button outside any place needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.errors import NotPermitted, NotSignedIntoPost, OutsideYourArea, PostUnknown
from linli.organisation.models import Person
from linli.organisation.queries import OfficeCard, PostCard, is_office_of, office_by_code, office_keys_below, posts_of
from linli.organisation.rules import OfficeKind, Permission, Role, reach_of

ACT_NAMES: Mapping[Permission, str | Promise] = MappingProxyType(
    {
        Permission.READ: _("查看"),
        Permission.EDIT_LEDGER: _("更新台账"),
        Permission.VERIFY: _("核实数据"),
        Permission.IMPORT: _("导入"),
        Permission.AUDIT: _("核查"),
        Permission.PLAN: _("编制调整方案"),
        Permission.READ_TRAIL: _("查看留痕"),
        Permission.ADMINISTER: _("管理账号和岗位"),
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The post somebody acts from, with the area it covers.

    Args:
        post: The post.
        district: The district of the post.
        area_office_codes: Codes of the area office and of every office below it, closed ones included: what they
            left behind stays in their subdistrict's view.
        area_office_ids: Their keys, for foreign keys only.
        is_whole_district: Whether the area is the district.
        actor: Who acts, as the trail writes it: username and code of the post, no name.
    """

    post: PostCard
    district: OfficeCard
    area_office_codes: frozenset[str]
    area_office_ids: frozenset[int]
    is_whole_district: bool
    actor: Actor

    @property
    def role(self) -> Role:
        """What the post is there for."""
        return self.post.role

    @property
    def district_code(self) -> str:
        """Code of the district of the post."""
        return self.district.code

    @property
    def office_code(self) -> str:
        """Code of the office of the post."""
        return self.post.office.code

    @property
    def area_code(self) -> str:
        """Code of the office at the top of the area."""
        return self.post.area.code

    def covers(self, office: str) -> bool:
        """Say whether an office lies in the area of the post."""
        return office in self.area_office_codes

    def trail_actor(self) -> Actor:
        """Return who acts, so that a scope can be handed to the trail."""
        return self.actor


def scope_of_post(post: PostCard) -> Scope:
    """Return the scope of a post. One query for the area, one more for the district of a smaller area."""
    area = office_keys_below(post.area)
    is_whole_district = post.area.kind is OfficeKind.DISTRICT
    return Scope(
        post=post,
        district=post.area if is_whole_district else office_by_code(post.area.district_code),
        area_office_codes=frozenset(area),
        area_office_ids=frozenset(area.values()),
        is_whole_district=is_whole_district,
        actor=Actor(kind="person", code=post.username, post=post.code),
    )


def scope_of_token(post: PostCard, *, number: str) -> Scope:
    """Return the scope that a token gives: that of its post, told in the trail by the number of the token."""
    return replace(scope_of_post(post), actor=Actor(kind="token", code=number, post=post.code))


def scope_on(person: Person | str, *, post: str, on: date) -> Scope:
    """Return the scope of a person in one of the posts held on a day.

    Raises:
        PostUnknown: The person does not hold that post on the day.
    """
    for held in posts_of(person, on=on):
        if held.code == post:
            return scope_of_post(held)
    raise PostUnknown(post=post)


def only_scope_on(person: Person | str, *, on: date) -> Scope | None:
    """Return the scope of the one post a person holds on a day; ``None`` where several leave a choice.

    Raises:
        NotSignedIntoPost: The person holds none.
    """
    held = posts_of(person, on=on)
    if not held:
        raise NotSignedIntoPost(username=person if isinstance(person, str) else person.username)
    return scope_of_post(held[0]) if len(held) == 1 else None


def office_ids_in_scope(person: Person | str, *, on: date) -> frozenset[int]:
    """Return the keys of all offices that lie in the area of any post a person holds on a day."""
    return frozenset(key for post in posts_of(person, on=on) for key in office_keys_below(post.area).values())


def may(scope: Scope, permission: Permission, *, office: str | None = None) -> bool:
    """Say whether a post may do something at an office, or anywhere when no office is named.

    Args:
        scope: The scope of the post.
        permission: What is to be done.
        office: Code of the office whose place is touched.
    """
    reach = reach_of(scope.role, permission)
    if office is None:
        return reach.own or reach.other
    if scope.covers(office):
        return reach.own
    return reach.other and is_office_of(scope.district_code, office=office)


def require(scope: Scope, permission: Permission, *, office: str | None = None) -> None:
    """Refuse what a post may not do.

    Raises:
        NotPermitted: The post may do it nowhere.
        OutsideYourArea: The post may do it, but not at this office.
    """
    if may(scope, permission, office=office):
        return
    if office is not None and may(scope, permission):
        raise OutsideYourArea(post=scope.post.name, act=ACT_NAMES[permission], area=scope.post.area.name, office=office)
    raise NotPermitted(post=scope.post.name, act=ACT_NAMES[permission])


def require_administration(by: Actor | ActsInTrail, *, office: str) -> None:
    """Refuse an act on offices, people or posts to a scope that may not administer there.

    Other actors pass: the system, and commands run by the owner of the machine.

    Raises:
        NotPermitted: The post may administer nowhere.
        OutsideYourArea: The post may administer, but not at this office.
    """
    if isinstance(by, Scope):
        require(by, Permission.ADMINISTER, office=office)


def can_read(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may read what belongs to an office."""
    return may(scope, Permission.READ, office=office)


def can_read_district(scope: Scope) -> bool:
    """Say whether the post may read everything in its district."""
    return may(scope, Permission.READ, office=scope.district_code)


def can_edit_ledger(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may change figures of the ledger."""
    return may(scope, Permission.EDIT_LEDGER, office=office)


def can_verify(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may verify or return figures of the ledger that others filled in."""
    return may(scope, Permission.VERIFY, office=office)


def can_import(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may import files."""
    return may(scope, Permission.IMPORT, office=office)


def can_audit(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may run the audit; reading its findings is reading."""
    return may(scope, Permission.AUDIT, office=office)


def can_plan(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may make and change adjustment plans."""
    return may(scope, Permission.PLAN, office=office)


def can_read_trail(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may read the trail of everybody."""
    return may(scope, Permission.READ_TRAIL, office=office)


def can_admin(scope: Scope, *, office: str | None = None) -> bool:
    """Say whether the post may look after accounts, offices and posts."""
    return may(scope, Permission.ADMINISTER, office=office)
