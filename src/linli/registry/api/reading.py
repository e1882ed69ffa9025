"""What every list of the registry's API starts from: the area of the token, and 404 for what lies outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Field, Schema

from linli.foundation import clock
from linli.foundation.api import Code, Words
from linli.organisation.access import require
from linli.organisation.api import TokenRequest
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.queries.areas import Area, Hidden
from linli.registry.queries.ledger import Line, Tab, ledger_list
from linli.registry.queries.places import district_exists

MOST_CODES = 500
Order = Literal["code", "-code", "name", "-name", "households", "-households", "people", "-people"]
Count = Annotated[int, Field(ge=0, le=999_999_999)]


class Asked(Schema):
    """What a list of the ledger may be narrowed by; several values of one name mean any of them."""

    q: Words = Field("", description="名称、编号、拼音或地址里的词")
    subdistrict: list[Code] = Field([], max_length=100, description="街道编号")
    community: list[Code] = Field([], max_length=500, description="社区编号；none 为管理盲区")
    kind: list[Words] = Field([], max_length=50, description="类型")
    code: list[Code] = Field([], max_length=MOST_CODES, description="只要这些编号")
    households_min: Count | None = Field(None, description="户数下限")
    households_max: Count | None = Field(None, description="户数上限")
    order: Order = Field("code", description="排序；前面加 - 为降序")


FACETS = ("subdistrict", "community", "kind")


def area_for(request: TokenRequest) -> Area:
    """Return the area of a token.

    Raises:
        Http404: The district keeps no ledger.
        NotPermitted: The post may read nothing.
    """
    require(request.scope, Permission.READ)
    if not district_exists(request.scope.district_code):
        raise Http404
    return area_of(request.scope, now=clock.now())


def lines_of(tab: Tab, area: Area, asked: Asked) -> tuple[Line, ...]:
    """Return the lines of a list of the ledger that fit what is asked, in order.

    A value that no line has leaves nothing: other systems must not take everything for an answer.
    """
    # A list sorts by the column of its names where the API says code, and by codes where it knows no such column.
    order = "" if asked.order.endswith("code") else asked.order
    listed = ledger_list(tab, area, asked={}, words=asked.q, order=order, codes=asked.code)
    lines = [line for line in listed.lines if _fits(line, asked)]
    if asked.order.endswith("code"):
        lines.sort(key=lambda line: line.code, reverse=asked.order.startswith("-"))
    return tuple(lines)


def page_of_lines(tab: Tab, area: Area, asked: Asked, *, first: int, most: int) -> tuple[Sequence[Line], int]:
    """Return part of a list of the ledger, and how many lines there are in all.

    Compounds in the order of their codes are read by the page: a list of them may be long, and is mostly read whole.

    Args:
        tab: Which list.
        area: What the reader covers.
        asked: What it is narrowed by.
        first: Place of the first line.
        most: Most lines returned.
    """
    is_whole = not any(getattr(asked, name) for name in (*FACETS, "households_min", "households_max"))
    if tab is Tab.COMPOUNDS and is_whole and asked.order.endswith("code"):
        listed = ledger_list(tab, area, asked={}, words=asked.q, order=asked.order, codes=asked.code)
        return listed.source.lines(first, first + most), listed.total
    lines = lines_of(tab, area, asked)
    return lines[first : first + most], len(lines)


def line_of(tab: Tab, area: Area, code: str) -> Line:
    """Return the line of a code.

    Raises:
        Http404: The area holds none.
    """
    found = next((line for line in ledger_list(tab, area, asked={}, codes=[code]).lines), None)
    if found is None:
        raise Http404
    return found


def number(line: Line, key: str) -> Any:
    """Return a number of a line; None where it is missing or hidden."""
    value = line.values.get(key)
    return value if isinstance(value, int | float) else None


def text(line: Line, key: str) -> str:
    """Return a text of a line, empty where there is none."""
    value = line.values.get(key)
    return value if isinstance(value, str) and not isinstance(value, Hidden) else ""


def hidden(line: Line, names: Mapping[str, str]) -> list[str]:
    """Return which numbers of a line are hidden because they are small, under the names given by column."""
    return [name for key, name in names.items() if isinstance(line.values.get(key), Hidden)]


def home(line: Line, facet: str) -> str | None:
    """Return the code of the community or subdistrict of a line."""
    values = line.facets.get(facet, ())
    return values[0] if values and values[0] != "none" else None


def _fits(line: Line, asked: Asked) -> bool:
    for name in FACETS:
        wanted = getattr(asked, name)
        if wanted and not set(wanted) & set(line.facets.get(name, ())):
            return False
    count = number(line, "households")
    low, high = asked.households_min, asked.households_max
    if low is None and high is None:
        return True
    return count is not None and (low is None or count >= low) and (high is None or count <= high)
