"""Which entries of all ledgers lie in an area, and which office answers for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.registry.models import Community, Facility
from linli.registry.queries.areas import Area
from linli.registry.queries.placing import compounds_in
from linli.registry.queries.placing import homes as placed_in
from linli.registry.rules.fields import Ledger

EntryKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """An entry and where it belongs.

    Attributes:
        ledger: Its ledger.
        code: Its code.
        name: Its name.
        community: Name of its community; empty in a blind spot.
        community_code: Code of its community.
        office_code: The office that answers for it; empty in a blind spot, where nobody's office does.
    """

    ledger: str
    code: str
    name: str
    community: str
    community_code: str
    office_code: str


def in_area(area: Area, *, community: str = "") -> Q:
    """Return the condition on facts that their entry lies in an area and has not ended.

    Args:
        area: The area.
        community: Code of the only community asked about; all by default.
    """
    compounds = compounds_in(area)
    communities = Community.objects.filter(pk__in=area.community_ids, ended_at=None)
    if community:
        communities = communities.filter(code=community)
        compounds = compounds.filter(Q(home_id__in=communities.values("pk")))
    found = Q(ledger=Ledger.COMPOUND, subject_code__in=compounds.values("code"))
    found |= Q(ledger=Ledger.COMMUNITY, subject_code__in=communities.values("code"))
    return found | Q(
        ledger=Ledger.FACILITY,
        subject_code__in=_facilities(area, whole=not community, communities=communities).values("code"),
    )


def entry_places(area: Area, keys: Iterable[EntryKey]) -> dict[EntryKey, EntryPlace]:
    """Return the entries that lie in an area among those asked about, by ledger and code. Four queries."""
    wanted: dict[str, set[str]] = {}
    for ledger, code in keys:
        wanted.setdefault(ledger, set()).add(code)
    homes: dict[int | None, tuple[str, str, str]] = {
        key: (code, name, office or above or "")
        for key, code, name, office, above in Community.objects.filter(pk__in=area.community_ids).values_list(
            "pk", "code", "name", "office__code", "subdistrict__office__code"
        )
    }
    found: dict[EntryKey, EntryPlace] = {}
    for code, name, office in homes.values():
        if code in wanted.get(Ledger.COMMUNITY, ()):
            found[Ledger.COMMUNITY, code] = EntryPlace(Ledger.COMMUNITY, code, name, name, code, office)
    compounds = compounds_in(area).filter(code__in=wanted.get(Ledger.COMPOUND, ()))
    rows = list(compounds.values_list("pk", "code", "name"))
    placed = placed_in(area.layout_id, compounds=[key for key, _code, _name in rows])
    for key, code, name in rows:
        found[Ledger.COMPOUND, code] = _place(Ledger.COMPOUND, code, name, homes.get(placed.get(key, (None, None))[0]))
    communities = Community.objects.filter(pk__in=area.community_ids)
    facilities = _facilities(area, whole=True, communities=communities).filter(code__in=wanted.get(Ledger.FACILITY, ()))
    for code, name, home in facilities.values_list("code", "name", "community_id"):
        found[Ledger.FACILITY, code] = _place(Ledger.FACILITY, code, name, homes.get(home))
    return found


def communities_of(area: Area) -> Mapping[str, str]:
    """Return the names of the communities of an area by code."""
    rows = Community.objects.filter(pk__in=area.community_ids, ended_at=None).order_by("code")
    return dict(rows.values_list("code", "name"))


def _facilities(area: Area, *, whole: bool, communities: QuerySet[Community]) -> QuerySet[Facility]:
    rows = Facility.objects.filter(district=area.district_id, ended_at=None)
    return rows if whole and area.is_whole_district else rows.filter(community__in=communities)


def _place(ledger: str, code: str, name: str, home: tuple[str, str, str] | None) -> EntryPlace:
    home_code, home_name, office = home or ("", "", "")
    return EntryPlace(ledger, code, name, home_name, home_code, office)
