"""Finding an entry by what people type: name, code, pinyin or initials, address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from linli.registry.models import Community, Compound, Facility
from linli.registry.models.entries import LedgerEntry
from linli.registry.queries.areas import Area

E = TypeVar("E", bound=LedgerEntry)


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that fits the words.

    Args:
        kind: ``compound``, ``community`` or ``facility``.
        code: Its code.
        name: Its name.
        note: What tells it from others of the name: address or subdistrict.
    """

    kind: str
    code: str
    name: str
    note: str


def search_entries(words: str, *, area: Area, limit: int = 8) -> tuple[Found, ...]:
    """Return the entries within the reader's area that fit the words, best first, each kind at most ``limit``.

    Args:
        words: What was typed; a beginning of the name or code counts more than a part.
        area: What the reader covers.
        limit: Most entries of a kind.
    """
    words = words.strip()
    if not words:
        return ()
    communities = _fitting(Community.objects.filter(district_id=area.district_id, ended_at=None), words)
    # What a compound is searched by holds the names and codes of records merged into it.
    compounds = _fitting(
        Compound.objects.filter(district_id=area.district_id, ended_at=None), words, "address", "searched"
    )
    facilities = _fitting(Facility.objects.filter(district_id=area.district_id, ended_at=None), words, "address")
    if not area.is_whole_district:
        communities = communities.filter(pk__in=area.community_ids)
        compounds = _within(compounds, area)
        facilities = facilities.filter(community__in=area.community_ids)
    return (
        *(
            Found("community", row.code, row.name, row.subdistrict.name)
            for row in communities.select_related("subdistrict")[:limit]
        ),
        *(Found("compound", row.code, row.name, row.address) for row in compounds[:limit]),
        *(Found("facility", row.code, row.name, row.address) for row in facilities[:limit]),
    )


def _within(compounds: QuerySet[Compound], area: Area) -> QuerySet[Compound]:
    return compounds.filter(
        parcels__memberships__layout=area.layout_id, parcels__memberships__community__in=area.community_ids
    ).distinct()


def _fitting(rows: QuerySet[E], words: str, *others: str) -> Any:
    fits = Q(name__icontains=words) | Q(code__istartswith=words) | Q(pinyin__icontains=words.lower())
    for column in others:
        fits |= Q(**{f"{column}__icontains": words})
    rank = Case(
        When(name__istartswith=words, then=Value(0)),
        When(code__istartswith=words, then=Value(0)),
        When(name__icontains=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.filter(fits).annotate(rank=rank).order_by("rank", "name", "code")
