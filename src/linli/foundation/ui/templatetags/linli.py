"""Tags and filters of every template: numbers, dates, icons, the state of the address.

Numbers follow one rule: ``1,234``; a missing one is the word 缺, never 0 and never blank.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()

SPRITE = "linli/vendor/tabler-icons/icons.svg"
Number = int | float | Decimal


def missing() -> SafeString:
    """Return the mark of a number that is not known."""
    return format_html('<span class="miss">{}</span>', gettext("缺"))


@register.filter
def number(value: Number | None, digits: int = 0) -> str:
    """Write a number with thousands separated, 缺 for None.

    Examples:
        >>> number(1234), number(61.25, 1), number(-3)
        ('1,234', '61.2', '-3')
    """
    return missing() if value is None else f"{value:,.{digits}f}"


@register.filter
def masked(value: int | None, limit: int = 5) -> str:
    """Write a count, hiding one below ``limit`` so that nobody can be recognised; 0 stays 0."""
    if value is not None and 0 < value < limit:
        words = gettext("少于 %(limit)d") % {"limit": limit}
        return format_html('<span class="ll-masked">{}</span>', words)
    return number(value)


@register.filter
def percent(share: Number | None, digits: int = 1) -> str:
    """Write a share between 0 and 1 as a percentage without its sign, 缺 for None.

    Examples:
        >>> percent(0.2384), percent(1, 0)
        ('23.8', '100')
    """
    return missing() if share is None else f"{float(share) * 100:,.{digits}f}"


@register.filter
def km2(square_metres: Number | None, digits: int = 2) -> str:
    """Write an area given in square metres as square kilometres, 缺 for None.

    Examples:
        >>> km2(1_234_567)
        '1.23'
    """
    return missing() if square_metres is None else f"{float(square_metres) / 1e6:,.{digits}f}"


@register.filter
def distance(metres: Number | None) -> str:
    """Write a way in metres below 1 km, in kilometres above, 缺 for None.

    Examples:
        >>> distance(684), distance(1600)
        ('684 m', '1.6 km')
    """
    if metres is None:
        return missing()
    return f"{metres:.0f} m" if metres < 1000 else f"{float(metres) / 1000:.1f} km"


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date as ``2026-11-23``, in local time for a moment, 缺 for None."""
    if value is None:
        return missing()
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%Y-%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment as ``2026-11-23 15:20`` in local time, 缺 for None."""
    if value is None:
        return missing()
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


@register.filter
def or_dash(value: Any) -> Any:
    """Write — where something does not apply."""
    return "—" if value in (None, "") else value


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """Draw an icon of the sprite: hidden from readers beside words, labelled when alone."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    classes = f"ll-icon {extra}".strip()
    address = f"{static(SPRITE)}#{name}"
    return format_html('<svg class="{}" viewBox="0 0 24 24" {}><use href="{}"></use></svg>', classes, named, address)


def _query(context: Context) -> QueryDict:
    """Return a copy of the address's query that may be changed."""
    request = context.get("request")
    return QueryDict(mutable=True) if request is None else request.GET.copy()


def _address(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """Return the address's query with some fields set; None or an empty text removes one.

    A change of anything but the page leads back to the first page.
    """
    query = _query(context)
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return _address(query)


@register.inclusion_tag("ui/_sort_head.html", takes_context=True)
def sort_link(context: Context, column: Any, default: str = "") -> dict[str, Any]:
    """Draw the head of a sortable column; ``?sort=key`` sorts upwards, ``?sort=-key`` downwards.

    Numbers sort downwards first, everything else upwards first.
    """
    query = _query(context)
    now = query.get("sort", default)
    direction = {column.key: "up", f"-{column.key}": "down"}.get(now, "") if column.key else ""
    first = f"-{column.key}" if column.is_number else column.key
    second = column.key if column.is_number else f"-{column.key}"
    query["sort"] = second if now == first else first
    query.pop("page", None)
    return {"column": column, "direction": direction, "url": _address(query)}


@register.simple_tag
def json_block(value: Any, element_id: str, nonce: str = "") -> SafeString:
    """Write ``value`` as a JSON block that a module reads; safe inside a page."""
    escaped = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
    content = mark_safe(json.dumps(value, ensure_ascii=False).translate(escaped))
    return format_html('<script type="application/json" id="{}" nonce="{}">{}</script>', element_id, nonce, content)


@register.simple_tag(takes_context=True)
def query_change(context: Context, name: str, value: Any) -> str:
    """Return the address's query with the one field ``name`` set; for names known only while drawing."""
    return query_with(context, **{name: value})


@register.filter
def unlocalized(value: Any) -> str:
    """Write a number for an SVG attribute, whatever the language of the page.

    Examples:
        >>> unlocalized(61.5), unlocalized(400)
        ('61.5', '400')
    """
    return str(value)
