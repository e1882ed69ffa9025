"""Two days of the compounds held against each other (两日对比): new, gone, changed, and sums per community."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.registry.models import Community, CompoundEdition
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import MASKED_UNITS
from linli.registry.queries.ledger.communities import Tally, tallies
from linli.registry.queries.placing import editions_in
from linli.registry.rules.fields import Ledger, LedgerField, fields_of

#: Fields that stand in columns of their own or say what the layout says.
APART = frozenset({"compound_name", "community", "subdistrict"})


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """One figure of one compound that is not the same on both days.

    Args:
        code: Code of the compound.
        name: Its name on the later day.
        label: What changed.
        old: On the earlier day; None for 未填.
        new: On the later day; likewise.
    """

    code: str
    name: str
    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A compound that was there on one of the days only."""

    code: str
    name: str
    community: str
    households: str | None


@dataclass(frozen=True, slots=True)
class CommunitySums:
    """What the compounds of a community add up to on both days."""

    code: str
    name: str
    old: Tally
    new: Tally

    @property
    def is_changed(self) -> bool:
        """Whether any sum differs."""
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class LedgerComparison:
    """Two days held against each other.

    Args:
        arrived: Compounds that were there on the later day only.
        gone: Compounds that were there on the earlier day only.
        changed: Figures that differ, by compound.
        communities: Sums per community, those that differ first.
    """

    arrived: tuple[Arrival, ...]
    gone: tuple[Arrival, ...]
    changed: tuple[ChangedFigure, ...]
    communities: tuple[CommunitySums, ...]


def compare_days(area: Area, *, old: datetime, new: datetime) -> LedgerComparison:
    """Return what changed among the compounds of an area between two moments.

    Only compounds whose edition differs are read: an edition that was held on both days is the same on both.

    Args:
        area: What the reader covers.
        old: The earlier moment.
        new: The later moment.
    """
    before, after = editions_in(area, at=old), editions_in(area, at=new)
    homes = dict(Community.objects.filter(district=area.district_id).values_list("pk", "name"))
    replaced = before.filter(held_until__lte=new)
    fresh = after.filter(held_from__gt=old)
    was = {row["compound_id"]: row for row in _rows(replaced)}
    now = {row["compound_id"]: row for row in _rows(fresh)}
    changed = [
        figure
        for key in sorted(was.keys() & now.keys(), key=lambda key: str(now[key]["code"]))
        for figure in _differences(was[key], now[key], homes, area)
    ]
    return LedgerComparison(
        arrived=_arrivals((row for key, row in now.items() if key not in was), homes, area),
        gone=_arrivals((row for key, row in was.items() if key not in now), homes, area),
        changed=tuple(changed),
        communities=_sums(area, old, new),
    )


def _rows(editions: QuerySet[CompoundEdition]) -> Iterable[dict[str, Any]]:
    columns = ("compound_id", "code", "name", "home_id", "household_count", "current")
    rows: Iterable[dict[str, Any]] = editions.values(*columns).iterator(chunk_size=2000)
    return rows


def _differences(
    was: Mapping[str, Any], now: Mapping[str, Any], homes: Mapping[int, str], area: Area
) -> Iterator[ChangedFigure]:
    """Return what differs between two editions of a compound."""
    catalogue = fields_of(Ledger.COMPOUND)
    if was["name"] != now["name"]:
        yield ChangedFigure(now["code"], now["name"], _("名称"), was["name"], now["name"])
    if was["home_id"] != now["home_id"]:
        old, new = (homes.get(row["home_id"]) for row in (was, now))
        yield ChangedFigure(now["code"], now["name"], _("所属社区"), old, new)
    for key, field in catalogue.items():
        old, new = was["current"].get(key), now["current"].get(key)
        if old != new and key not in APART and field.privacy != "restricted":
            yield ChangedFigure(
                now["code"], now["name"], str(field.name), _told(field, old, area), _told(field, new, area)
            )


def _told(field: LedgerField, value: Any, area: Area) -> str | None:
    if value is None or value == "":
        return None
    if field.unit in MASKED_UNITS and isinstance(value, int):
        value = area.shown(value)
    if isinstance(value, int | float) and field.unit != "year":
        return f"{value:,}"
    return field.told(str(value))


def _arrivals(rows: Iterable[Mapping[str, Any]], homes: Mapping[int, str], area: Area) -> tuple[Arrival, ...]:
    field = fields_of(Ledger.COMPOUND)["household_count"]
    return tuple(
        Arrival(
            code=row["code"],
            name=row["name"],
            community=homes.get(row["home_id"], ""),
            households=_told(field, row["household_count"], area),
        )
        for row in sorted(rows, key=lambda row: str(row["code"]))
    )


def _sums(area: Area, old: datetime, new: datetime) -> tuple[CommunitySums, ...]:
    was, now = (tallies(replace(area, at=at), "home") for at in (old, new))
    communities = Community.objects.filter(pk__in=area.community_ids).order_by("code")
    rows = [
        CommunitySums(code, name, was.get(key, Tally()), now.get(key, Tally()))
        for key, code, name in communities.values_list("pk", "code", "name")
    ]
    return tuple(sorted(rows, key=lambda row: not row.is_changed))
