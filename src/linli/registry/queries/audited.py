"""What the audit reads of a district at a moment, as one dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db.models import Q, QuerySet

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.registry.models import (
    Claim,
    Community,
    Compound,
    CompoundParcel,
    Crossing,
    Custody,
    District,
    Facility,
    Fact,
    Layout,
    Parcel,
    PartyOrganisation,
    PropertyManagement,
    TerrainLine,
)
from linli.registry.queries.exempt import Exempt, exempt_on
from linli.registry.queries.layouts import Ground, ground_of, membership_of
from linli.registry.rules.audit import (
    AuditedClaim,
    AuditedCommunity,
    AuditedCompound,
    AuditedCustody,
    AuditedSubject,
    Dossier,
)
from linli.registry.rules.fields import Ledger


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a district, by database keys."""

    parcels: frozenset[int]
    compounds: frozenset[int]


def dossier_of(district: District, layout: Layout | None, *, now: datetime, part: Part | None = None) -> Dossier:
    """Return everything that the audit of a district reads. Seventeen queries, whatever the size.

    Args:
        district: The district.
        layout: The layout to audit; None before the first take-over.
        now: The moment.
        part: Only these parcels and compounds, and of claims, facilities and custodies none.
    """
    on = clock.today(now)
    only = None if part is None else part.parcels
    ground = ground_of(district, parcel_set=district.parcel_set if layout is None else layout.parcel_set, only=only)
    members = None if layout is None else membership_of(layout, ground, only=only)[0]
    held = set() if members is None else set(members[members >= 0].tolist())
    communities = list(
        Community.objects.filter(Q(ended_at=None) | Q(pk__in=held), district=district)
        .select_related("subdistrict")
        .order_by("code")
    )
    row_of = {community.pk: row for row, community in enumerate(communities)}
    standing = Compound.objects.filter(district=district, ended_at=None).order_by("code")
    compounds = list(standing if part is None else standing.filter(pk__in=part.compounds))
    number_of = {compound.pk: number for number, compound in enumerate(compounds)}
    barriers = TerrainLine.objects.filter(district=district, is_barrier=True).order_by("pk")
    exempt = exempt_on(district, on=on)
    return Dossier(
        on=on,
        zone=district.zone,
        standards=profile(district.profile).at(on),
        outline=district.outline,
        parcel_codes=ground.codes,
        parcel_names=ground.names,
        parcel_uses=tuple(str(Parcel.Kind(kind).label) for kind in ground.kinds),
        outlines=np.array(ground.outlines, dtype=object),
        community_of=None
        if members is None
        else np.array([row_of.get(int(key), -1) for key in members], dtype=np.int32),
        communities=_communities(district, communities, exempt),
        compounds=_compounds(district, compounds, ground, is_part=part is not None),
        facilities=() if part is not None else _facilities(district),
        claims=() if part is not None else _claims(district, row_of, now),
        lawful_overlaps=exempt.lawful_overlaps,
        known_holes=exempt.known_holes,
        custodies=() if part is not None else _custodies(district, number_of, row_of),
        barriers=tuple(barriers.values_list("course", flat=True)),
        crossings=tuple(Crossing.objects.filter(district=district).order_by("pk").values_list("place", flat=True)),
        has_party_ledger=_party_organisations(district).exists(),
    )


def _facilities(district: District) -> tuple[AuditedSubject, ...]:
    rows = Facility.objects.filter(district=district, ended_at=None).order_by("code")
    return tuple(AuditedSubject(code, name, point) for code, name, point in rows.values_list("code", "name", "point"))


def _custodies(district: District, number_of: dict[int, int], row_of: dict[int, int]) -> tuple[AuditedCustody, ...]:
    rows = Custody.objects.filter(compound__district=district, ended_at=None)
    return tuple(
        AuditedCustody(number_of[compound], row_of[custodian], since_on, until_on, reason)
        for compound, custodian, since_on, until_on, reason in rows.order_by(
            "compound__code", "since_on", "pk"
        ).values_list("compound_id", "custodian_id", "since_on", "until_on", "reason")
        if compound in number_of and custodian in row_of
    )


def _party_organisations(district: District) -> QuerySet[PartyOrganisation]:
    of_district = Q(community__district=district) | Q(compounds__district=district)
    return PartyOrganisation.objects.filter(of_district, replaced_at=None)


def _communities(district: District, communities: list[Community], exempt: Exempt) -> tuple[AuditedCommunity, ...]:
    led = set(_party_organisations(district).exclude(community=None).values_list("community_id", flat=True))
    return tuple(
        AuditedCommunity(
            code=row.code,
            name=row.name,
            point=row.office_point,
            subdistrict=row.subdistrict.code,
            current=row.counted,
            is_band_exempt=row.code in exempt.bands,
            is_contiguity_exempt=row.code in exempt.exclaves,
            has_party=row.pk in led,
        )
        for row in communities
    )


def _compounds(
    district: District, compounds: list[Compound], ground: Ground, *, is_part: bool
) -> tuple[AuditedCompound, ...]:
    row_of = {int(key): row for row, key in enumerate(ground.ids)}
    keys = [row.pk for row in compounds]
    standing_on = CompoundParcel.objects.filter(compound__district=district)
    reasoned = Fact.objects.filter(district=district, ledger=Ledger.COMPOUND, replaced_at=None).exclude(reason="")
    running = PropertyManagement.objects.filter(compound__district=district, replaced_at=None)
    led = PartyOrganisation.objects.filter(compounds__district=district, replaced_at=None)
    if is_part:
        standing_on, running = standing_on.filter(compound__in=keys), running.filter(compound__in=keys)
        reasoned = reasoned.filter(subject_code__in=[row.code for row in compounds])
        led = led.filter(compounds__in=keys)
    standing: dict[int, list[int]] = {}
    for compound, parcel in standing_on.values_list("compound_id", "parcel_id"):
        if parcel in row_of:
            standing.setdefault(compound, []).append(row_of[parcel])
    kept: dict[str, set[str]] = {}
    for code, field in reasoned.values_list("subject_code", "field"):
        kept.setdefault(code, set()).add(field)
    contracts: dict[int, list[tuple[date | None, date | None]]] = {}
    for compound, start, end in running.order_by("pk").values_list("compound_id", "contract_start", "contract_end"):
        contracts.setdefault(compound, []).append((start, end))
    covered = set(led.values_list("compounds", flat=True))
    return tuple(
        AuditedCompound(
            code=row.code,
            name=row.name,
            point=row.point,
            rows=tuple(sorted(standing.get(row.pk, ()))),
            current=row.current,
            counted=row.counted,
            kept=frozenset(kept.get(row.code, ())),
            as_of_on=row.as_of_on,
            contracts=tuple(contracts.get(row.pk, ())),
            has_party=row.pk in covered,
        )
        for row in compounds
    )


def _claims(district: District, row_of: dict[int, int], now: datetime) -> tuple[AuditedClaim, ...]:
    """Return claims that stand; an approved plan settles every claim made before it took effect."""
    claims = Claim.objects.filter(district=district, withdrawn_at=None, recorded_at__lte=now)
    settled_at = (
        Layout.objects.filter(district=district, basis=Layout.Basis.PLAN, effective_from__lte=now)
        .order_by("-effective_from")
        .values_list("effective_from", flat=True)
        .first()
    )
    if settled_at is not None:
        claims = claims.filter(recorded_at__gte=settled_at)
    return tuple(
        AuditedClaim(kind, code, row_of[community], source, outline)
        for kind, code, community, source, outline in claims.order_by("pk").values_list(
            "kind", "subject_code", "community_id", "source", "outline"
        )
        if community in row_of
    )
