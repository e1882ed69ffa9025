"""What the address of a list asks for: which list, conditions, order, columns, past day, page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.urls import reverse

from linli.foundation import clock
from linli.organisation.access import Scope
from linli.registry.access import area_of
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import LedgerList, Tab, ledger_list
from linli.registry.queries.saved_lists import SavedListCard

MOST_CODES = 500
#: Names of the address that say how lines are shown, not which.
SHOWING = ("page", "view", "saved", "choosing", "all", "written")
#: Names of the address that are no condition; forms of conditions carry them along.
KEPT = ("sort", "view", "cols", "pin", "on", "saved")


def tab_of(address: QueryDict) -> Tab:
    """Return the list that is asked for; the compounds where none is."""
    asked = address.get("tab", "")
    return Tab(asked) if asked in set(Tab) else Tab.COMPOUNDS


def day_of(text: str, *, today: date) -> date | None:
    """Return a past day; None for today, for days to come and for what is no day.

    Examples:
        >>> day_of("2026-03-01", today=date(2026, 11, 23)), day_of("2026-11-23", today=date(2026, 11, 23))
        (datetime.date(2026, 3, 1), None)
        >>> day_of("2026-02-30", today=date(2026, 11, 23)) is None
        True
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < today else None


def end_of(day: date) -> datetime:
    """Return the last moment of a day in Shanghai: what was written on that day counts."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.SHANGHAI) - timedelta(microseconds=1)


def area_asked(address: QueryDict, scope: Scope, *, now: datetime) -> Area:
    """Return what a post covers, on the past day that the address names or now."""
    day = day_of(address.get("on", ""), today=clock.today(now))
    return area_of(scope, now=now, at=None if day is None else end_of(day))


def listed_for(address: QueryDict, area: Area) -> LedgerList:
    """Return the list that the address asks for."""
    return ledger_list(
        tab_of(address),
        area,
        asked=dict(address.lists()),
        words=address.get("q", ""),
        order=address.get("sort", ""),
        codes=address.getlist("code")[:MOST_CODES],
        columns=[key for key in address.get("cols", "").split(",") if key],
        pinned=number_of(address.get("pin", ""), default=1),
    )


def number_of(text: str, *, default: int) -> int:
    """Return a small whole number of the address.

    Examples:
        >>> number_of("3", default=1), number_of("-3", default=1), number_of("９", default=1)
        (3, 1, 1)
    """
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else default


def address_to_save(address: QueryDict) -> str:
    """Return the question of an address, in one canonical text."""
    kept = address.copy()
    for name in (*SHOWING, "gone"):
        kept.pop(name, None)
    return "&".join(sorted(kept.urlencode(safe=",").split("&")))


def url_of(card: SavedListCard) -> str:
    """Return where a saved list shows itself."""
    return f"{reverse('registry:ledger')}?{card.address}&saved={card.number}"
