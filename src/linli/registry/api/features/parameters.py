"""The parameters of a request for features, read as the standard says: what is unknown or cannot be is a 400."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.foundation.api.errors import ParameterWrong
from linli.foundation.api.paging import MOST
from linli.foundation.clock import SHANGHAI
from linli.registry.api.features.catalogue import Narrowing
from linli.registry.queries.features import Box

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FIXED = ("limit", "offset", "bbox", "bbox-crs", "datetime")
USUAL = 100
FARTHEST = 10_000_000
OPEN = frozenset({"", ".."})
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: RFC 3339, section 5.6; a plus sign that a client forgot to escape arrives as a space.
INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+ -]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, both ends included; None is open."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which features are asked for.

    Attributes:
        limit: Most features of an answer.
        offset: How many are passed over.
        boxes: Boxes of which a feature meets one; none leaves nothing out.
        stretch: Time that a feature with a time meets.
        filters: Value per property.
    """

    limit: int
    offset: int
    boxes: tuple[Box, ...]
    stretch: Stretch | None
    filters: Mapping[str, str]


def only(request: HttpRequest, allowed: Sequence[str] = ()) -> Mapping[str, str]:
    """Return the parameters of a request, each given once.

    Args:
        request: The request.
        allowed: Names that are known here; ``f`` is known everywhere.

    Raises:
        ParameterWrong: One is unknown, given twice, or holds control characters.
    """
    found = {}
    for name, values in request.GET.lists():
        if name not in allowed and name != "f":
            known = "、".join((*allowed, "f"))
            raise ParameterWrong(where=name, reason=_("没有这个参数，可用的是 %(known)s") % {"known": known})
        if len(values) > 1:
            raise ParameterWrong(where=name, reason=_("只能给一次"))
        if CONTROL.search(values[0]):
            raise ParameterWrong(where=name, reason=_("有控制字符"))
        found[name] = values[0]
    if found.pop("f", "json") != "json":
        raise ParameterWrong(where="f", reason=_("只有 json"))
    return found


def wanted(request: HttpRequest, filters: Mapping[str, Narrowing]) -> Wanted:
    """Return which features a request asks for.

    Raises:
        ParameterWrong: A parameter is unknown or cannot be.
    """
    given = only(request, (*FIXED, *filters))
    if given.get("bbox-crs", CRS84) != CRS84:
        raise ParameterWrong(where="bbox-crs", reason=_("只有 %(crs)s") % {"crs": CRS84})
    for name, narrowing in filters.items():
        if name in given and not re.fullmatch(narrowing.pattern, given[name]):
            raise ParameterWrong(where=name, reason=_("应形如 %(pattern)s") % {"pattern": narrowing.pattern})
    return Wanted(
        # More than the most is no fault: the most is given (requirement fc-limit-response-1).
        limit=min(_whole(given, "limit", usual=USUAL, least=1), MOST),
        offset=_whole(given, "offset", usual=0, least=0),
        boxes=boxes_of(given["bbox"]) if "bbox" in given else (),
        stretch=stretch_of(given["datetime"]) if "datetime" in given else None,
        filters={name: given[name] for name in filters if name in given},
    )


def boxes_of(text: str) -> tuple[Box, ...]:
    """Return a box of four numbers, or six with heights, which are passed over; one across the antimeridian is two.

    Raises:
        ParameterWrong: It is no box of degrees.

    Examples:
        >>> boxes_of("117.2,31.7,117.3,31.8")
        ((117.2, 31.7, 117.3, 31.8),)
        >>> boxes_of("170,-10,0,-170,10,99")
        ((170.0, -10.0, 180.0, 10.0), (-180.0, -10.0, -170.0, 10.0))
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise ParameterWrong(where="bbox", reason=_("应为 4 个或 6 个用半角逗号隔开的数：西、南、东、北"))
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ParameterWrong(where="bbox", reason=_("应为经度在前、以度为单位，南不大于北"))
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def stretch_of(text: str) -> Stretch:
    """Return an instant, a day in Shanghai, or an interval of them; ``..`` or nothing is an open end.

    Raises:
        ParameterWrong: It is none of these, or ends before it begins.

    Examples:
        >>> stretch_of("2026-11-23T00:00:00Z/..").until is None
        True
        >>> stretch_of("2026-11-23").since.isoformat()
        '2026-11-23T00:00:00+08:00'
    """
    first, divided, last = text.partition("/")
    since = None if divided and first in OPEN else _instant(first, at_end=False)
    until = None if divided and last in OPEN else _instant(last if divided else first, at_end=True)
    if since is None and until is None:
        raise ParameterWrong(where="datetime", reason=_("两端不能都不限"))
    if since is not None and until is not None and until < since:
        raise ParameterWrong(where="datetime", reason=_("止早于起"))
    return Stretch(since, until)


def _instant(text: str, *, at_end: bool) -> datetime:
    try:
        if DAY.fullmatch(text):
            begin = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
            return begin + timedelta(days=1, microseconds=-1) if at_end else begin
        if parts := INSTANT.fullmatch(text):
            day, clock, fraction, offset = parts.groups()
            zone = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
            return datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{zone}").astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        pass
    told = _("应为时刻，如 2026-11-23T15:20:00+08:00，或日期，或用 / 隔开的起止，一端可写 ..")
    raise ParameterWrong(where="datetime", reason=told)


def _whole(given: Mapping[str, str], name: str, *, usual: int, least: int) -> int:
    if name not in given:
        return usual
    text = given[name]
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < least or (name == "offset" and int(text) > FARTHEST):
        most = FARTHEST if name == "offset" else MOST
        raise ParameterWrong(where=name, reason=_("应为 %(least)s 到 %(most)s 的整数") % {"least": least, "most": most})
    return int(text)
