"""Choosing the columns of a list (选列): which, in what order, and how many stay in place sideways."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.queries.ledger import KINDS, LedgerList
from linli.registry.web.ledger_question import number_of, tab_of

#: Names of the chooser's own fields.
OWN = ("col", "up", "down", "reset", "pin", "cols", "choosing", "page")
MOST_PINNED = 4


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column in the chooser.

    Args:
        key: Its key.
        words: Its heading.
        is_shown: Whether it is shown now.
        is_first: Whether nothing stands before it that it could be moved over.
        is_last: Whether it is the last of those shown.
    """

    key: str
    words: str
    is_shown: bool
    is_first: bool = False
    is_last: bool = False


def choices_of(listed: LedgerList) -> tuple[ColumnChoice, ...]:
    """Return the columns to choose from: those shown in their order, then the others."""
    shown = listed.columns[1:]
    keys = {column.key for column in shown}
    others = [column for column in (*listed.kind.columns[1:], *listed.kind.extra) if column.key not in keys]
    return (
        *(
            ColumnChoice(column.key, str(column.heading), True, place == 0, place == len(shown) - 1)
            for place, column in enumerate(shown)
        ),
        *(ColumnChoice(column.key, str(column.heading), False) for column in others),
    )


@require_safe
@signed_in
def choose_columns(request: SignedInRequest) -> HttpResponse:
    """Turn what was ticked and moved into an address of the list; the chooser stays open for the next move."""
    kind = KINDS[tab_of(request.GET)]
    known = [column.key for column in (*kind.columns[1:], *kind.extra)]
    ticked = [key for key in dict.fromkeys(request.GET.getlist("col")) if key in known]
    ticked = moved(ticked, request.GET.get("up", ""), -1)
    ticked = moved(ticked, request.GET.get("down", ""), 1)
    address = _without(request, OWN)
    if "reset" not in request.GET:
        if ticked and ticked != [column.key for column in kind.columns[1:]]:
            address["cols"] = ",".join(ticked)
        pinned = min(number_of(request.GET.get("pin", ""), default=1), MOST_PINNED)
        if pinned != 1:
            address["pin"] = str(pinned)
    if "up" in request.GET or "down" in request.GET:
        address["choosing"] = "1"
    return HttpResponseRedirect(f"{reverse('registry:ledger')}?{address.urlencode(safe=',')}")


def moved(keys: list[str], key: str, by: int) -> list[str]:
    """Return keys with one moved by a place; at the end it stays.

    Examples:
        >>> moved(["a", "b", "c"], "c", -1), moved(["a", "b", "c"], "c", 1), moved(["a"], "x", 1)
        (['a', 'c', 'b'], ['a', 'b', 'c'], ['a'])
    """
    if key not in keys:
        return keys
    place = keys.index(key)
    rest = [one for one in keys if one != key]
    return [*rest[: max(0, place + by)], key, *rest[max(0, place + by) :]]


def _without(request: HttpRequest, names: tuple[str, ...]) -> QueryDict:
    address = request.GET.copy()
    for name in names:
        address.pop(name, None)
    return address
