"""Layouts (布局) for other systems: which there were and are, and where each parcel belongs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from ninja import Field, Path, Query, Router, Schema

from linli.foundation.api import FAULTS, Moment, Page, Window, page_of
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.rules import TokenRight
from linli.registry.api.reading import area_for
from linli.registry.queries.interchange import layouts_of, members_of

router = Router(tags=["布局"], auth=keeper(TokenRight.READ_LAYOUTS))
router.add_decorator(unchanged)
Number = Annotated[int, Path(ge=1, le=999_999, description="布局序号")]


class LayoutOut(Schema):
    """A layout: which community each parcel belonged to, from one moment to another."""

    number: int
    basis: str = Field(description="依据：TAKE_OVER 首次接收，PLAN 调整方案，TECHNICAL 地块变更")
    basis_text: str
    effective_from: Moment
    effective_until: Moment | None = Field(description="止；现行布局为 null")
    content_hash: str
    parcels: int = Field(description="范围内的地块数")
    blind_parcels: int = Field(description="其中未划入社区的")


class LayoutPage(Page):
    """A page of layouts."""

    items: list[LayoutOut]


class MemberOut(Schema):
    """Where a parcel belongs."""

    parcel: str
    community: str | None = Field(description="社区编号；管理盲区为 null")
    grid: str | None = Field(description="网格编号")


class MemberPage(Page):
    """A page of members."""

    items: list[MemberOut]


@router.get("/layouts", response={200: LayoutPage, **FAULTS}, summary="布局")
def layouts(request: TokenRequest, window: Query[Window]) -> dict[str, Any]:
    """List the layouts of the district, the newest first."""
    return page_of(request, layouts_of(area_for(request)), window)


@router.get("/layouts/{number}/members", response={200: MemberPage, **FAULTS}, summary="布局的地块归属")
def members(request: TokenRequest, number: Number, window: Query[Window]) -> dict[str, Any]:
    """List where each parcel belongs in a layout, by the code of the parcel."""
    found = members_of(area_for(request), number, first=window.offset, most=window.limit)
    if found is None:
        raise Http404
    return page_of(request, found[0], window, total=found[1])
