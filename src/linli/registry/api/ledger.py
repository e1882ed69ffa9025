"""The ledger for other systems: places, compounds with facts, facilities, parcels, findings."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from linli.foundation.api import FAULTS, Code, Window, Words, page_of
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.rules import TokenRight
from linli.registry.api import shapes
from linli.registry.api.reading import Asked, area_for, line_of, page_of_lines
from linli.registry.queries.findings import findings
from linli.registry.queries.interchange import facts_of_entry, subdistricts_in
from linli.registry.queries.ledger import Tab
from linli.registry.rules.fields import Ledger

router = Router(tags=["台账"], auth=keeper(TokenRight.READ_LEDGER))
router.add_decorator(unchanged)


@router.get("/subdistricts", response={200: shapes.SubdistrictPage, **FAULTS}, summary="街道")
def subdistricts(request: TokenRequest, window: Query[Window]) -> dict[str, Any]:
    """List the subdistricts that the token covers or reaches into."""
    return page_of(request, subdistricts_in(area_for(request)), window)


@router.get("/communities", response={200: shapes.CommunityPage, **FAULTS}, summary="社区")
def communities(request: TokenRequest, asked: Query[Asked], window: Query[Window]) -> dict[str, Any]:
    """List communities; figures are sums over their compounds, what is missing adds nothing."""
    return _page(request, Tab.COMMUNITIES, asked, window)


@router.get("/communities/{code}", response={200: shapes.CommunityWithFacts, **FAULTS}, summary="一个社区")
def community(request: TokenRequest, code: Code, history: bool = False) -> dict[str, Any]:
    """Show a community with the figures that it holds itself; with history those that were replaced as well."""
    area = area_for(request)
    line = line_of(Tab.COMMUNITIES, area, code)
    facts = facts_of_entry(area, ledger=Ledger.COMMUNITY, code=code, with_past=history)
    return shapes.community_out(line) | {"facts": facts, "parcels": list(line.parcels)}


@router.get("/grids", response={200: shapes.GridPage, **FAULTS}, summary="网格")
def grids(request: TokenRequest, asked: Query[Asked], window: Query[Window]) -> dict[str, Any]:
    """List grids."""
    return _page(request, Tab.GRIDS, asked, window)


@router.get("/compounds", response={200: shapes.CompoundPage, **FAULTS}, summary="小区")
def compounds(request: TokenRequest, asked: Query[Asked], window: Query[Window]) -> dict[str, Any]:
    """List compounds with the newest figures."""
    return _page(request, Tab.COMPOUNDS, asked, window)


@router.get("/compounds/{code}", response={200: shapes.CompoundWithFacts, **FAULTS}, summary="一个小区")
def compound(request: TokenRequest, code: Code, history: bool = False) -> dict[str, Any]:
    """Show a compound with its figures; with history those that were replaced as well."""
    area = area_for(request)
    line = line_of(Tab.COMPOUNDS, area, code)
    facts = facts_of_entry(area, ledger=Ledger.COMPOUND, code=code, with_past=history)
    return shapes.compound_out(line) | {"facts": facts}


@router.get("/facilities", response={200: shapes.FacilityPage, **FAULTS}, summary="设施")
def facilities(request: TokenRequest, asked: Query[Asked], window: Query[Window]) -> dict[str, Any]:
    """List facilities."""
    return _page(request, Tab.FACILITIES, asked, window)


@router.get("/parcels", response={200: shapes.ParcelPage, **FAULTS}, summary="地块")
def parcels(request: TokenRequest, asked: Query[Asked], window: Query[Window]) -> dict[str, Any]:
    """List the parcels of the layout in force; their outlines are features, see /ogc/."""
    return _page(request, Tab.PARCELS, asked, window)


@router.get("/findings", response={200: shapes.FindingPage, **FAULTS}, summary="核查问题")
def found(
    request: TokenRequest, window: Query[Window], kind: Words = "", community: Words = "", q: Words = ""
) -> dict[str, Any]:
    """List what the newest audit found, worst first, then most people."""
    page = findings(
        area_for(request),
        kinds=[kind] if kind else (),
        community=community,
        search=q,
        limit=window.limit,
        offset=window.offset,
    )
    items = [shapes.finding_out(card) for card in page.cards]
    return page_of(request, items, window, total=page.total) | {"audited_at": page.audited_at}


def _page(request: TokenRequest, tab: Tab, asked: Asked, window: Window) -> dict[str, Any]:
    lines, total = page_of_lines(tab, area_for(request), asked, first=window.offset, most=window.limit)
    return page_of(request, [shapes.OUT[tab](line) for line in lines], window, total=total)
