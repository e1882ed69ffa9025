"""The features that a request asks for: lines of the ledger or territories of layouts, with their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from linli.foundation.clock import SHANGHAI
from linli.registry.api import shapes
from linli.registry.api.features.catalogue import Collection
from linli.registry.api.features.parameters import Wanted
from linli.registry.api.reading import Asked, line_of, lines_of, page_of_lines
from linli.registry.operations.bulk import feature_of
from linli.registry.queries.areas import Area
from linli.registry.queries.features import (
    Territory,
    codes_in_box,
    placed_codes,
    shapes_of,
    territories,
    territory_of,
)
from linli.registry.queries.ledger import Line, Tab

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of features, and how many there are in all."""

    features: Sequence[Feature]
    matched: int


def features_of(collection: Collection, area: Area, wanted: Wanted) -> Found:
    """Return the page of features that is asked for, in the order of their codes."""
    if collection.tab is None:
        return _territories(area, wanted)
    asked = _asked(wanted)
    if not wanted.boxes:
        lines, matched = page_of_lines(collection.tab, area, asked, first=wanted.offset, most=wanted.limit)
    else:
        meeting = list(_meeting(collection.tab, area, wanted, lines_of(collection.tab, area, asked)))
        lines, matched = meeting[wanted.offset : wanted.offset + wanted.limit], len(meeting)
    return Found(_with_shapes(collection.tab, area, lines), matched)


def feature_by_id(collection: Collection, area: Area, identity: str) -> Feature:
    """Return one feature.

    Raises:
        Http404: The area holds none of this name.
    """
    if collection.tab is not None:
        return _with_shapes(collection.tab, area, [line_of(collection.tab, area, identity)])[0]
    found = territory_of(area, identity)
    if found is None:
        raise Http404
    return _territory(found)


def _asked(wanted: Wanted) -> Asked:
    """Return the conditions of the ledger's lists; of features, each property takes one value."""
    said = {name: value if name == "q" else [value] for name, value in wanted.filters.items()}
    return Asked.model_validate(said)


def _meeting(tab: Tab, area: Area, wanted: Wanted, lines: Iterable[Line]) -> Iterable[Line]:
    """Yield the lines whose shape meets a box; what has no place meets every box (requirement fc-bbox-response C)."""
    inside = frozenset[str]().union(*(codes_in_box(tab, area, box) for box in wanted.boxes))
    placed = placed_codes(tab, area)
    return (line for line in lines if line.code in inside or line.code not in placed)


def _with_shapes(tab: Tab, area: Area, lines: Sequence[Line]) -> list[Feature]:
    places = shapes_of(tab, area, codes=[line.code for line in lines])
    return [feature_of(line.code, shapes.OUT[tab](line), places.get(line.code)) for line in lines]


def _territories(area: Area, wanted: Wanted) -> Found:
    stretch = wanted.stretch
    found = territories(
        area,
        boxes=wanted.boxes,
        since=None if stretch is None else stretch.since,
        until=None if stretch is None else stretch.until,
    )
    fitting = [one for one in found if all(str(getattr(one, key)) == value for key, value in wanted.filters.items())]
    page = fitting[wanted.offset : wanted.offset + wanted.limit]
    return Found([_territory(one) for one in page], len(fitting))


def _territory(one: Territory) -> Feature:
    until = one.effective_until
    properties = {
        "layout": one.layout,
        "community": one.community,
        "name": one.name,
        "effective_from": one.effective_from.astimezone(SHANGHAI),
        "effective_until": None if until is None else until.astimezone(SHANGHAI),
        "parcels": one.parcels,
    }
    return feature_of(one.id, properties, one.shape)
