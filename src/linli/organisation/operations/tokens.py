"""Make and end the access tokens (访问令牌) of posts, and let a request in by one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from linli.foundation import clock, trail
from linli.foundation.errors import LinliError
from linli.foundation.policies import profile
from linli.foundation.trail import Actor
from linli.foundation.trail.rules import ActsInTrail
from linli.organisation.access import (
    ACT_NAMES,
    Scope,
    may,
    require_administration,
    scope_of_post,
    scope_of_token,
)
from linli.organisation.errors import (
    NotPermitted,
    TokenEnded,
    TokenNameMissing,
    TokenRefused,
    TokenRightLacking,
    TokenRightsMissing,
    TokenTermWrong,
    TokenTooBusy,
    TokenUnknown,
)
from linli.organisation.models import AccessToken, Person, Post
from linli.organisation.queries import TokenCard, post_by_code, posts_of, token_card
from linli.organisation.rules import PERMISSION_OF_RIGHT, TokenRight

#: Tells a secret of ours apart in logs and in other people's files.
PREFIX = "linli_"
LONGEST_NAME = 60
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token with its secret, which is shown once and written nowhere."""

    card: TokenCard
    secret: str


@transaction.atomic
def make_token(
    *,
    post: str,
    name: str,
    rights: Collection[str],
    ends_on: date,
    by: Actor | ActsInTrail,
    now: datetime,
) -> MadeToken:
    """Make an access token that reads or writes as a post does (新建访问令牌).

    Args:
        post: Code of the post; one's own, or one in the area of an administrator.
        name: What it is for.
        rights: What it may be used for, of `TokenRight`.
        ends_on: First day on which it opens nothing more.
        by: Who acts.
        now: When.

    Raises:
        PostUnknown: No post has the code.
        NotPermitted: The post is another's and ``by`` administers nothing, or the post may not do what a right allows.
        OutsideYourArea: The post is another's and lies elsewhere.
        TokenNameMissing: The name is empty or too long.
        TokenRightsMissing: No right is asked for, or one that is not known.
        TokenTermWrong: It would end today or later than the policy allows.
    """
    card = post_by_code(post)
    _require_hold(by, person=card.username, office=card.office.code)
    today = clock.today(now)
    title = name.strip()
    if not 0 < len(title) <= LONGEST_NAME:
        raise TokenNameMissing()
    wanted = [right for right in TokenRight if right in set(rights)]
    if not wanted or set(rights) - set(TokenRight):
        raise TokenRightsMissing(known="、".join(TokenRight), found="、".join(sorted(rights)))
    scope = scope_of_post(card)
    for right in wanted:
        if not may(scope, PERMISSION_OF_RIGHT[right]):
            raise NotPermitted(post=card.name, act=ACT_NAMES[PERMISSION_OF_RIGHT[right]])
    last = today + timedelta(days=int(profile().at(today)["access_token_days"].number))
    if not today < ends_on <= last:
        raise TokenTermWrong(first=today + timedelta(days=1), last=last, found=ends_on)
    # Locked, so that tokens of one post are numbered one after another.
    held = Post.objects.select_for_update(of=("self",)).select_related("person", "office", "area_office").get(code=post)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        number=f"T-{secrets.token_hex(4)}",
        name=title,
        post=held,
        rights=[right.value for right in wanted],
        secret_hash=_hash(secret),
        made_by=_actor(by).code,
        made_at=now,
        ends_on=ends_on,
    )
    trail.record(
        "organisation.token.made",
        subject=token,
        by=by,
        at=now,
        district=card.office.district_code,
        post=card.code,
        rights=token.rights,
        ends_on=ends_on,
    )
    return MadeToken(token_card(token), secret)


@transaction.atomic
def end_token(number: str, *, by: Actor | ActsInTrail, now: datetime) -> TokenCard:
    """End an access token before its time (停用访问令牌).

    Raises:
        TokenUnknown: There is none of this number, or it is another's and lies outside the area of the post.
        TokenEnded: It has ended, or run out.
    """
    token = AccessToken.objects.select_for_update(of=("self",)).filter(number=number).first()
    if token is None:
        raise TokenUnknown(number=number)
    card = token_card(token)
    try:
        _require_hold(by, person=card.post.username, office=card.post.office.code)
    except LinliError as refusal:
        # Whose it is stays unsaid: another's token is as unknown as none.
        raise TokenUnknown(number=number) from refusal
    if not card.is_open_on(clock.today(now)):
        raise TokenEnded(number=number)
    token.ended_at = now
    token.save(update_fields=["ended_at"])
    trail.record("organisation.token.ended", subject=token, by=by, at=now, district=card.post.office.district_code)
    return token_card(token)


def admit(secret: str, *, right: TokenRight | None, now: datetime) -> tuple[Scope, TokenCard]:
    """Let a request in by its token: the scope of the post, held to what the token may be used for.

    The request is counted first, so that a flood of refused ones stops as well.

    Args:
        secret: What the request brought.
        right: What it wants; None for what every token may.
        now: When.

    Raises:
        TokenRefused: The token is unknown, has ended or run out, its post is not held or its person locked.
        TokenTooBusy: More requests in this minute than allowed.
        TokenRightLacking: It was not made for this.
    """
    related = ("post__person", "post__office", "post__area_office")
    token = AccessToken.objects.select_related(*related).filter(secret_hash=_hash(secret)).first()
    if token is None:
        raise TokenRefused()
    card, today = token_card(token), clock.today(now)
    person: Person = token.post.person
    held = {post.code for post in posts_of(person, on=today)}
    if not card.is_open_on(today) or not person.is_active or person.must_change_password or card.post.code not in held:
        raise TokenRefused()
    _count(token, today=today, now=now)
    if right is not None and right not in card.rights:
        raise TokenRightLacking(number=card.number, right=right.value)
    return scope_of_token(card.post, number=card.number), card


def _count(token: AccessToken, *, today: date, now: datetime) -> None:
    """Count a request of this minute in the database, so that all processes share one count."""
    most: int = settings.LINLI_API_RATE
    minute = now.replace(second=0, microsecond=0)
    same = AccessToken.objects.filter(pk=token.pk)
    if not same.filter(minute_at=minute).update(requests_in_minute=F("requests_in_minute") + 1):
        same.update(minute_at=minute, requests_in_minute=1, last_used_on=today)
        return
    count = same.values_list("requests_in_minute", flat=True).get()
    if count > most:
        wait = int((minute + MINUTE - now).total_seconds()) + 1
        raise TokenTooBusy(number=token.number, most=most, wait_seconds=wait)


def _require_hold(by: Actor | ActsInTrail, *, person: str, office: str) -> None:
    """Refuse who neither holds the post nor administers it."""
    actor = _actor(by)
    if not (actor.kind == "person" and actor.code == person):
        require_administration(by, office=office)


def _actor(by: Actor | ActsInTrail) -> Actor:
    return by if isinstance(by, Actor) else by.trail_actor()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
