"""Reads for other systems: figures with meaning, date and source; small counts hidden as on the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from linli.registry.models import Community, Fact, Layout, LayoutMember, Subdistrict
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import MASKED_UNITS
from linli.registry.rules.fields import fields_of

RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class FactCard:
    """A figure of an entry as other systems read it.

    Attributes:
        id: Its key, which orders facts of one moment; part of a cursor, never an address.
        ledger: ``compound``, ``community`` or ``facility``.
        code: Code of the entry.
        field: Key of the field, see docs/reference/ledger-fields.md.
        value: Canonical text; None where it is hidden.
        number: The same as a number; None for text or where it is hidden.
        meaning: What exactly was counted (口径).
        as_of_on: Date of the value.
        source: Where it comes from.
        is_verified: Whether a second body has confirmed it.
        is_hidden: Whether it is a small count that the reader may not see.
        recorded_at: When it was written.
        replaced_at: When a newer one took its place; None while it stands.
    """

    id: int
    ledger: str
    code: str
    field: str
    value: str | None
    number: float | None
    meaning: str
    as_of_on: date | None
    source: str
    is_verified: bool
    is_hidden: bool
    recorded_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubdistrictCard:
    """A subdistrict as other systems read it."""

    code: str
    name: str
    communities: int


@dataclass(frozen=True, slots=True)
class LayoutCard:
    """A layout as other systems read it; half-open interval, open end while it holds."""

    number: int
    basis: str
    basis_text: str
    effective_from: datetime
    effective_until: datetime | None
    content_hash: str
    parcels: int
    blind_parcels: int


@dataclass(frozen=True, slots=True)
class MemberCard:
    """Where a parcel belongs in a layout; codes, None for a blind spot or no grid."""

    parcel: str
    community: str | None
    grid: str | None


def facts_of_entry(area: Area, *, ledger: str, code: str, with_past: bool = False) -> tuple[FactCard, ...]:
    """Return the figures of an entry, those that stand or all; the caller has made sure that the reader sees it."""
    facts = Fact.objects.filter(district=area.district_id, ledger=ledger, subject_code=code)
    if not with_past:
        facts = facts.filter(replaced_at=None)
    return tuple(fact_cards(facts.order_by("field", "-recorded_at", "-pk"), area=area))


def fact_cards(facts: Iterable[Fact], *, area: Area) -> Iterable[FactCard]:
    """Return facts as cards: fields that are not collected left out, small counts hidden."""
    for fact in facts:
        field = fields_of(fact.ledger).get(fact.field)
        if field is not None and field.privacy == RESTRICTED:
            continue
        hidden = field is not None and field.unit in MASKED_UNITS and area.hides(fact.number)
        yield FactCard(
            id=fact.pk,
            ledger=fact.ledger,
            code=fact.subject_code,
            field=fact.field,
            value=None if hidden else fact.value,
            number=None if hidden else fact.number,
            meaning=fact.meaning,
            as_of_on=fact.as_of_on,
            source=fact.source,
            is_verified=bool(fact.verified_by),
            is_hidden=hidden,
            recorded_at=fact.recorded_at,
            replaced_at=fact.replaced_at,
        )


def subdistricts_in(area: Area) -> tuple[SubdistrictCard, ...]:
    """Return the subdistricts that an area covers, or reaches into, with the communities covered there."""
    counts: dict[int, int] = {}
    for subdistrict in Community.objects.filter(pk__in=area.community_ids).values_list("subdistrict_id", flat=True):
        counts[subdistrict] = counts.get(subdistrict, 0) + 1
    rows = Subdistrict.objects.filter(Q(pk__in=area.subdistrict_ids) | Q(pk__in=list(counts))).order_by("code")
    return tuple(SubdistrictCard(row.code, row.name, counts.get(row.pk, 0)) for row in rows)


def layouts_of(area: Area) -> tuple[LayoutCard, ...]:
    """Return the layouts of a district, the newest first, with the parcels that the reader covers in each."""
    cards = []
    for layout in Layout.objects.filter(district=area.district_id).order_by("-number"):
        members = _members(layout, area)
        cards.append(
            LayoutCard(
                number=layout.number,
                basis=layout.basis,
                basis_text=layout.basis_text,
                effective_from=layout.effective_from,
                effective_until=layout.effective_until,
                content_hash=layout.content_hash,
                parcels=members.count(),
                blind_parcels=members.filter(community=None).count(),
            )
        )
    return tuple(cards)


def members_of(area: Area, number: int, *, first: int, most: int) -> tuple[tuple[MemberCard, ...], int] | None:
    """Return part of a layout's members by the code of the parcel, and how many the reader covers in all.

    Args:
        area: What the reader covers: members of other communities are left out, blind spots but for a whole district.
        number: Number of the layout.
        first: Place of the first member.
        most: Most members returned.

    Returns:
        None where the district has no layout of that number.
    """
    layout = Layout.objects.filter(district=area.district_id, number=number).first()
    if layout is None:
        return None
    members = _members(layout, area).order_by("parcel__code")
    rows = members.values_list("parcel__code", "community__code", "grid__code")[first : first + most]
    return tuple(MemberCard(*row) for row in rows), members.count()


def _members(layout: Layout, area: Area) -> QuerySet[LayoutMember]:
    members = LayoutMember.objects.filter(layout=layout)
    return members if area.is_whole_district else members.filter(community__in=area.community_ids)
