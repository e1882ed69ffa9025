"""The API of the whole house (``/api/v1``): every room's router under one frame, and the trail for auditors."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router, Schema

import linli
from linli.foundation.api import FAULTS, HouseAPI, Moment, Words
from linli.foundation.api.paging import MOST, address_with
from linli.foundation.trail import entries
from linli.layout.plans.api import router as plans
from linli.organisation.access import require
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.api import router as tokens
from linli.organisation.errors import TokenRefused
from linli.organisation.rules import Permission, TokenRight
from linli.portal.queries.acts import act_words
from linli.registry.api import router as registry

DESCRIPTION = """社区治理平台的接口。令牌写在请求头 `Authorization: Bearer …` 里；
令牌代表一个岗位，看到的、能做的都不多于这个岗位。

列表分页用 `limit`、`offset`，`next` 是下一页的地址。
带着上次的 `ETag` 再问，没有变化时答 304。未能办理时答问题说明（RFC 9457）。"""

trail = Router(tags=["留痕"], auth=keeper(TokenRight.READ_TRAIL))
trail.add_decorator(unchanged)


class EntryOut(Schema):
    """An act as the trail keeps it."""

    sequence: int
    verb: str
    words: str
    subject_kind: str
    subject_code: str
    actor_kind: str
    actor_code: str
    actor_post: str
    at: Moment
    details: dict[str, Any]
    hash: str


class EntriesOut(Schema):
    """Part of the trail, the newest first."""

    items: list[EntryOut]
    total: int
    next: str | None


@trail.get("/trail", response={200: EntriesOut, **FAULTS}, summary="留痕")
def trail_entries(
    request: TokenRequest,
    verb: Words = "",
    actor: Words = "",
    subject: Words = "",
    older_than: Annotated[int | None, Query(ge=1, le=10**15)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> dict[str, Any]:
    """List the acts of the district for those who may read everybody's, the newest first."""
    require(request.scope, Permission.READ_TRAIL)
    page = entries(
        request.scope.district_code,
        verb_starts=verb,
        actor_code=actor,
        subject_code=subject,
        older_than=older_than,
        limit=limit,
    )
    items = [
        {
            "sequence": card.sequence,
            "verb": card.verb,
            "words": act_words(card.verb),
            "subject_kind": card.subject.kind,
            "subject_code": card.subject.code,
            "actor_kind": card.actor.kind,
            "actor_code": card.actor.code,
            "actor_post": card.actor.post,
            "at": card.at,
            "details": card.details,
            "hash": card.hash,
        }
        for card in page.cards
    ]
    following = None if page.older_than is None else address_with(request, older_than=page.older_than, limit=limit)
    return {"items": items, "total": page.total, "next": following}


api = HouseAPI(
    refused=TokenRefused,
    title="邻里 Linli",
    version=linli.__version__,
    description=DESCRIPTION,
    urls_namespace="api",
)
for room in (tokens, registry, plans, trail):
    api.add_router("", room)
