"""Pages of a list: ``limit`` and ``offset`` in the address, the neighbouring pages as addresses in the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Field, Schema

MOST = 1000
T = TypeVar("T")


class Window(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(100, ge=1, le=MOST, description="一页最多几条")
    offset: int = Field(0, ge=0, le=10_000_000, description="跳过几条")


class Page(Schema):
    """The frame of a page; each list adds its ``items``."""

    total: int = Field(description="筛选后共几条")
    limit: int
    offset: int
    next: str | None = Field(description="下一页的地址；没有时为 null")
    previous: str | None = Field(description="上一页的地址；没有时为 null")


def page_of(request: HttpRequest, rows: Sequence[T], window: Window, *, total: int | None = None) -> dict[str, Any]:
    """Return a page: the rows in the window of a whole list, or the rows of a page read alone where a total is given.

    Args:
        request: Its address is kept in the links.
        rows: The whole list; with ``total``, the page itself.
        window: Which part is asked for.
        total: How many rows there are in all, where only the page was read.
    """
    count = len(rows) if total is None else total
    items = rows[window.offset : window.offset + window.limit] if total is None else rows
    after, before = window.offset + window.limit, window.offset - window.limit
    return {
        "items": list(items),
        "total": count,
        "limit": window.limit,
        "offset": window.offset,
        "next": address_with(request, limit=window.limit, offset=after) if after < count else None,
        "previous": address_with(request, limit=window.limit, offset=max(before, 0)) if window.offset else None,
    }


def address_with(request: HttpRequest, **parameters: object) -> str:
    """Return the whole address of a request with some parameters changed."""
    query = request.GET.copy()
    for name, value in parameters.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
