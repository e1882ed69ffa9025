"""The change feed (变更流) for other systems: what became of the ledger since they last asked."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from linli.foundation.api import FAULTS, Moment
from linli.foundation.api.paging import MOST, address_with
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.rules import TokenRight
from linli.registry.api.reading import area_for
from linli.registry.api.shapes import FactOut
from linli.registry.errors import ChangeMarkWrong
from linli.registry.queries.changes import changes_since

router = Router(tags=["变更"], auth=keeper(TokenRight.READ_LEDGER))
router.add_decorator(unchanged)
Mark = Annotated[str, Query(max_length=40, pattern=r"^\d{1,18}(\.\d{1,18})?$", description="上次答复里的 mark")]


class ChangeOut(Schema):
    """One change."""

    mark: str = Field(description="从这里之后继续")
    kind: str = Field(description="act 为一次操作，fact 为它写下的一个数")
    at: Moment
    verb: str = Field(description="操作，如 registry.entry.edited")
    subject_kind: str
    subject_code: str
    fact: FactOut | None


class FeedOut(Schema):
    """Part of the feed."""

    items: list[ChangeOut]
    mark: str = Field(description="存下来，下次用作 since")
    next: str | None = Field(description="还有更多时，下一页的地址")


@router.get("/changes", response={200: FeedOut, **FAULTS}, summary="变更流")
def changes(
    request: TokenRequest,
    since: Mark = "0",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 500,
) -> dict[str, Any]:
    """List what was done and which figures it wrote since a mark, the oldest first, each exactly once."""
    feed = changes_since(area_for(request), since, most=limit)
    if feed is None:
        raise ChangeMarkWrong(found=since)
    return {
        "items": feed.changes,
        "mark": feed.mark,
        "next": address_with(request, since=feed.mark, limit=limit) if feed.has_more else None,
    }
