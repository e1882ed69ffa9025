"""Reads of the organisation, as typed cards; nothing here writes or reads the clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from linli.foundation.trail import Subject
from linli.organisation.errors import OfficeUnknown, PersonUnknown, PostUnknown
from linli.organisation.models import OFFICE_KIND_NAMES, ROLE_NAMES, AccessToken, Office, OpenSession, Person, Post
from linli.organisation.rules import OfficeKind, Role, TokenRight, normal_username


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """An office as other rooms see it; ``id`` is for foreign keys only, the code is its public name."""

    id: int
    code: str
    name: str
    kind: OfficeKind
    district_code: str
    parent_code: str | None
    path: str
    valid_from_on: date
    valid_to_on: date | None

    @property
    def kind_name(self) -> str:
        """The kind in the reader's language."""
        return str(OFFICE_KIND_NAMES[self.kind])

    def trail_subject(self) -> Subject:
        """Return the office as the subject of an act."""
        return Subject(kind="organisation.office", code=self.code)


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as other rooms see it."""

    id: int
    code: str
    username: str
    role: Role
    title: str
    office: OfficeCard
    area: OfficeCard
    valid_from_on: date
    valid_to_on: date | None

    @property
    def role_name(self) -> str:
        """The role in the reader's language."""
        return str(ROLE_NAMES[self.role])

    @property
    def name(self) -> str:
        """Office and title, the way people are addressed."""
        return f"{self.office.name} {self.title}"


@dataclass(frozen=True, slots=True)
class PersonCard:
    """An account as the list of accounts shows it."""

    username: str
    display_name: str
    district_code: str
    is_active: bool
    is_staff: bool
    must_change_password: bool
    posts: tuple[PostCard, ...]


@dataclass(frozen=True, slots=True)
class TokenCard:
    """An access token as lists show it; the secret is not in it, because nobody has it."""

    number: str
    name: str
    post: PostCard
    rights: tuple[TokenRight, ...]
    made_by: str
    made_at: datetime
    ends_on: date
    ended_at: datetime | None
    last_used_on: date | None

    def is_open_on(self, day: date) -> bool:
        """Say whether it still opens anything on a day."""
        return self.ended_at is None and day < self.ends_on

    def trail_subject(self) -> Subject:
        """Return the token as the subject of an act."""
        return Subject(kind="organisation.token", code=self.number)


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A browser in which somebody is signed in.

    Args:
        number: Its number.
        key: Key of the session, never shown.
        browser: Browser and system; empty where unknown.
        is_shared: Whether the computer is shared.
        begun_at: When the sign-in was.
        seen_at: When it was last used, to the minute.
    """

    number: str
    key: str
    browser: str
    is_shared: bool
    begun_at: datetime
    seen_at: datetime


def posts_of(person: Person | str, *, on: date) -> tuple[PostCard, ...]:
    """Return the posts a person holds on a day, the earliest appointed first.

    A post in an office that is closed by then counts no longer.

    Args:
        person: The person or the username.
        on: The day, in Shanghai.
    """
    username = person if isinstance(person, str) else person.username
    found = _valid(_posts(), on=on).filter(person__username=username)
    return tuple(_post_card(post) for post in found.order_by("valid_from_on", "code"))


def posts_in(office: str, *, on: date, role: Role | None = None) -> tuple[PostCard, ...]:
    """Return the posts of an office on a day, such as those who can be a grid's worker.

    Args:
        office: Code of the office.
        on: The day, in Shanghai.
        role: Only this role.
    """
    found = _valid(_posts(), on=on).filter(office__code=office)
    if role is not None:
        found = found.filter(role=role.value)
    return tuple(_post_card(post) for post in found.order_by("code"))


def post_by_code(code: str) -> PostCard:
    """Return a post, ended or not.

    Raises:
        PostUnknown: No post has the code.
    """
    post = _posts().filter(code=code).first()
    if post is None:
        raise PostUnknown(post=code)
    return _post_card(post)


def post_names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of posts by code, ended ones too; codes that no post has are left out."""
    return {card.code: card.name for card in map(_post_card, _posts().filter(code__in=codes))}


def office_by_code(code: str) -> OfficeCard:
    """Return an office, closed or not.

    Raises:
        OfficeUnknown: No office has the code.
    """
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise OfficeUnknown(office=code)
    return office_card(office)


def is_office_of(district: str, *, office: str) -> bool:
    """Say whether an office, closed or not, belongs to a district."""
    return Office.objects.filter(code=office, district_code=district).exists()


def offices_of(district: str, *, on: date, kind: OfficeKind | None = None) -> tuple[OfficeCard, ...]:
    """Return the offices of a district that exist on a day, in the order of the tree."""
    found = Office.objects.filter(district_code=district)
    if kind is not None:
        found = found.filter(kind=kind.value)
    return _office_cards(found, on=on)


def offices_below(office: OfficeCard, *, on: date | None = None) -> tuple[OfficeCard, ...]:
    """Return an office and every office under it, in the order of the tree.

    Args:
        office: The top of the subtree; it is the first of the answer.
        on: Only those that exist on this day; ``None`` for all that ever did.
    """
    return _office_cards(Office.objects.filter(path__startswith=office.path), on=on)


def office_keys_below(office: OfficeCard) -> dict[str, int]:
    """Return code and key of an office and of every office under it, closed ones included.

    Every signed-in page asks this of a whole district: two columns, no cards.
    """
    return dict(Office.objects.filter(path__startswith=office.path).order_by().values_list("code", "pk"))


def districts_with_offices() -> tuple[OfficeCard, ...]:
    """Return the office of each district."""
    return _office_cards(Office.objects.filter(kind=OfficeKind.DISTRICT.value), on=None)


def person_by_username(username: str) -> Person:
    """Return the person with a username, however typed.

    Raises:
        PersonUnknown: Nobody has it.
    """
    person = Person.objects.filter(username=normal_username(username)).first()
    if person is None:
        raise PersonUnknown(username=normal_username(username))
    return person


def people_of(district: str, *, on: date) -> tuple[PersonCard, ...]:
    """Return the accounts of a district with the posts they hold on a day, by username."""
    posts: dict[str, list[PostCard]] = {}
    for post in _valid(_posts(), on=on).filter(person__district_code=district).order_by("valid_from_on", "code"):
        posts.setdefault(post.person.username, []).append(_post_card(post))
    return tuple(
        PersonCard(
            username=person.username,
            display_name=person.display_name,
            district_code=person.district_code,
            is_active=person.is_active,
            is_staff=person.is_staff,
            must_change_password=person.must_change_password,
            posts=tuple(posts.get(person.username, ())),
        )
        for person in Person.objects.filter(district_code=district)
    )


def has_second_factor(person: Person) -> bool:
    """Say whether a one-time code is enrolled for the account."""
    enrolled: bool = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return enrolled


def sessions_of(person: Person) -> tuple[SessionCard, ...]:
    """Return the browsers in which a person is signed in, the one seen last first."""
    return tuple(
        SessionCard(row.number, row.session_key, row.browser, row.is_shared, row.begun_at, row.seen_at)
        for row in OpenSession.objects.filter(person=person)
    )


def tokens_of(person: Person) -> tuple[TokenCard, ...]:
    """Return the access tokens of a person's posts, the newest first."""
    return tuple(token_card(token) for token in _tokens().filter(post__person=person))


def tokens_in(district: str) -> tuple[TokenCard, ...]:
    """Return the access tokens of a district, the newest first."""
    return tuple(token_card(token) for token in _tokens().filter(post__office__district_code=district))


def token_card(token: AccessToken) -> TokenCard:
    """Return the card of a stored token."""
    return TokenCard(
        number=token.number,
        name=token.name,
        post=_post_card(token.post),
        rights=tuple(right for right in TokenRight if right in token.rights),
        made_by=token.made_by,
        made_at=token.made_at,
        ends_on=token.ends_on,
        ended_at=token.ended_at,
        last_used_on=token.last_used_on,
    )


def _tokens() -> QuerySet[AccessToken]:
    related = ("post__person", "post__office", "post__area_office")
    return AccessToken.objects.select_related(*related).order_by("-made_at", "-number")


def office_card(office: Office) -> OfficeCard:
    """Return the card of a stored office."""
    return OfficeCard(
        id=office.pk,
        code=office.code,
        name=office.name,
        kind=OfficeKind(office.kind),
        district_code=office.district_code,
        # The path ends with the parent's code and its own, so that no card needs a query for its parent.
        parent_code=office.path.split("/")[-3] or None,
        path=office.path,
        valid_from_on=office.valid_from_on,
        valid_to_on=office.valid_to_on,
    )


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("person", "office", "area_office")


def _valid(posts: QuerySet[Post], *, on: date) -> QuerySet[Post]:
    return posts.filter(_holds("", on), _holds("office__", on), _holds("area_office__", on))


def _holds(prefix: str, on: date) -> Q:
    open_end, later_end = {f"{prefix}valid_to_on__isnull": True}, {f"{prefix}valid_to_on__gt": on}
    return Q(**{f"{prefix}valid_from_on__lte": on}) & (Q(**open_end) | Q(**later_end))


def _office_cards(offices: QuerySet[Office], *, on: date | None) -> tuple[OfficeCard, ...]:
    found: Iterable[Office] = (offices if on is None else offices.filter(_holds("", on))).order_by("path")
    return tuple(office_card(office) for office in found)


def _post_card(post: Post) -> PostCard:
    return PostCard(
        id=post.pk,
        code=post.code,
        username=post.person.username,
        role=Role(post.role),
        title=post.title,
        office=office_card(post.office),
        area=office_card(post.area_office),
        valid_from_on=post.valid_from_on,
        valid_to_on=post.valid_to_on,
    )
