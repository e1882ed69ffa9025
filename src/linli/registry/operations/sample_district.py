"""Taking over a described district whole: places, ground, ledger, claims, and the first layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import shapely
from django.db import transaction

from linli.engine.geometry import geometries_to_zone, three_degree_zone
from linli.foundation import trail
from linli.registry.errors import DistrictTaken
from linli.registry.models import (
    Building,
    Claim,
    Community,
    Compound,
    CompoundParcel,
    Crossing,
    Custody,
    District,
    Facility,
    Grid,
    OwnersCommittee,
    Parcel,
    PartyOrganisation,
    PropertyManagement,
    Subdistrict,
    TerrainLine,
)
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.layouts import write_first_layout
from linli.registry.operations.sample_checks import write_checks
from linli.registry.rules.fields import Ledger
from linli.registry.rules.searching import search_text
from linli.sample import SampleDistrict
from linli.sample.dataset import Compound as SampleCompound

SOURCE = "示例数据"


@transaction.atomic
def load_sample_district(
    sample: SampleDistrict, *, offices: Mapping[str, int], by: trail.Actor, now: datetime
) -> District:
    """Take over a described district, with its present layout as the recorded first take-over (首次接收).

    Args:
        sample: The district.
        offices: Keys of the offices that answer for its subdistricts and communities, by the place's code.
        by: Who acts.
        now: The moment.

    Raises:
        DistrictTaken: A district with this code is there already.
    """
    if District.objects.filter(code=sample.code).exists():
        raise DistrictTaken(code=sample.code, name=sample.name)
    district = District.objects.create(
        code=sample.code,
        name=sample.name,
        outline=sample.outline,
        zone=three_degree_zone(sample.outline.centroid.x),
        parcel_set=1,
    )
    subdistricts = _write_subdistricts(sample, district, offices, now)
    communities = _write_communities(sample, district, subdistricts, offices, now)
    grids = _write_grids(sample, district, communities, now)
    parcels = _write_ground(sample, district)
    compounds = _write_compounds(sample, district, parcels, now)
    _write_buildings(sample, district, compounds)
    _write_facilities(sample, district, communities, now)
    _write_bodies(sample, communities, compounds, now)
    _write_values(sample, district, by, now)
    write_checks(sample, district, now=now)
    _write_claims(sample, district, communities, compounds, now)
    membership = {
        parcels[code]: (
            None if community is None else communities[community],
            None if grid is None else grids[grid],
        )
        for code, (community, grid) in sample.membership.items()
    }
    write_first_layout(district, membership, basis_text=SOURCE, by=by, now=now)
    return district


def _write_subdistricts(
    sample: SampleDistrict, district: District, offices: Mapping[str, int], now: datetime
) -> dict[str, Subdistrict]:
    Subdistrict.objects.bulk_create(
        Subdistrict(
            district=district,
            code=row.code,
            name=row.name,
            pinyin=search_text(row.name),
            office_id=offices.get(row.code),
            founded_at=now,
        )
        for row in sample.subdistricts
    )
    return {row.code: row for row in Subdistrict.objects.filter(district=district)}


def _write_communities(
    sample: SampleDistrict,
    district: District,
    subdistricts: Mapping[str, Subdistrict],
    offices: Mapping[str, int],
    now: datetime,
) -> dict[str, Community]:
    Community.objects.bulk_create(
        Community(
            district=district,
            code=row.code,
            name=row.name,
            kind=row.kind,
            subdistrict=subdistricts[row.subdistrict_code],
            office_id=offices.get(row.code),
            office_point=shapely.Point(row.office_point),
            office_address=row.office_address,
            founded_at=now,
        )
        for row in sample.communities
    )
    return {row.code: row for row in Community.objects.filter(district=district)}


def _write_grids(
    sample: SampleDistrict, district: District, communities: Mapping[str, Community], now: datetime
) -> dict[str, Grid]:
    Grid.objects.bulk_create(
        Grid(
            district=district,
            community=communities[row.community_code],
            code=row.code,
            name=row.name,
            special=row.kind == "专属网格",
            founded_at=now,
        )
        for row in sample.grids
    )
    return {row.code: row for row in Grid.objects.filter(district=district)}


def _write_ground(sample: SampleDistrict, district: District) -> dict[str, Parcel]:
    outlines = np.array([row.polygon for row in sample.parcels], dtype=object)
    areas = shapely.area(geometries_to_zone(outlines, district.zone))
    Parcel.objects.bulk_create(
        (
            Parcel(
                district=district,
                code=row.code,
                name=row.name,
                kind=row.kind,
                outline=row.polygon,
                area_m2=float(area),
                since_set=1,
            )
            for row, area in zip(sample.parcels, areas, strict=True)
        ),
        batch_size=500,
    )
    TerrainLine.objects.bulk_create(
        TerrainLine(
            district=district,
            kind=row.kind,
            name=row.name,
            is_barrier=row.is_barrier,
            width_m=row.width_m,
            course=row.path,
        )
        for row in sample.lines
    )
    Crossing.objects.bulk_create(
        Crossing(district=district, name=row.name, place=shapely.Point(row.point)) for row in sample.crossings
    )
    return {row.code: row for row in Parcel.objects.filter(district=district)}


def _write_compounds(
    sample: SampleDistrict, district: District, parcels: Mapping[str, Parcel], now: datetime
) -> dict[str, Compound]:
    Compound.objects.bulk_create(
        (
            Compound(district=district, code=row.code, name=row.name, point=shapely.Point(row.point), founded_at=now)
            for row in sample.compounds
        ),
        batch_size=500,
    )
    compounds = {row.code: row for row in Compound.objects.filter(district=district)}
    CompoundParcel.objects.bulk_create(
        CompoundParcel(compound=compounds[row.code], parcel=parcels[parcel])
        for row in sample.compounds
        for parcel in row.parcel_codes
    )
    return compounds


def _write_buildings(sample: SampleDistrict, district: District, compounds: Mapping[str, Compound]) -> None:
    Building.objects.bulk_create(
        (
            Building(
                district=district,
                compound=None if row.compound_code is None else compounds[row.compound_code],
                code=row.code,
                name=row.name,
                floors=row.floors,
                dwellings=row.dwellings,
                outline=row.polygon,
            )
            for row in sample.buildings
        ),
        batch_size=1000,
    )


def _write_facilities(
    sample: SampleDistrict, district: District, communities: Mapping[str, Community], now: datetime
) -> None:
    Facility.objects.bulk_create(
        Facility(
            district=district,
            code=row.code,
            name=row.name,
            kind=row.facility_kind,
            community=communities[row.community_code],
            address=row.address,
            point=shapely.Point(row.point),
            floor_area_m2=row.floor_area,
            pinyin=search_text(row.name),
            founded_at=now,
        )
        for row in sample.facilities
    )


def _write_bodies(
    sample: SampleDistrict, communities: Mapping[str, Community], compounds: Mapping[str, Compound], now: datetime
) -> None:
    PropertyManagement.objects.bulk_create(
        PropertyManagement(
            compound=compounds[row.compound_code],
            company_name=row.company_name,
            contract_kind=row.contract_kind,
            contract_start=row.contract_start,
            contract_end=row.contract_end,
            charge_per_m2=row.charge_per_m2,
            recorded_at=now,
        )
        for row in sample.property_management
    )
    OwnersCommittee.objects.bulk_create(
        OwnersCommittee(
            compound=compounds[row.compound_code],
            formation=row.stage,
            founded_on=row.founded_date,
            term_ends_on=row.term_end,
            members=row.members,
            recorded_at=now,
        )
        for row in sample.owners_committees
    )
    covered = []
    for row in sample.party_organisations:
        organisation = PartyOrganisation.objects.create(
            community=None if row.community_code is None else communities[row.community_code],
            name=row.organisation_name,
            kind=row.organisation_kind,
            full_members=row.full_members,
            recorded_at=now,
        )
        covered += [(organisation.pk, compounds[code].pk) for code in row.compound_codes]
    through = PartyOrganisation.compounds.through
    through._default_manager.bulk_create(
        through(partyorganisation_id=organisation, compound_id=compound) for organisation, compound in covered
    )


def _write_values(sample: SampleDistrict, district: District, by: trail.Actor, now: datetime) -> None:
    record_values(
        [value for row in sample.compounds for value in _values_of(row, sample)],
        district=district,
        ledger=Ledger.COMPOUND,
        by=by.code,
        now=now,
    )
    record_values(
        [
            NewValue(row.code, field, str(value), as_of_on=sample.as_of_on, source=SOURCE)
            for row in sample.communities
            for field, value in (
                ("office_area", row.office_area),
                ("service_area", row.service_area),
                ("workers_total", row.workers_total),
                ("founded_date", row.founded_date.isoformat()),
                ("office_address", row.office_address),
            )
        ],
        district=district,
        ledger=Ledger.COMMUNITY,
        by=by.code,
        now=now,
    )
    record_values(_facility_values(sample), district=district, ledger=Ledger.FACILITY, by=by.code, now=now)


def _facility_values(sample: SampleDistrict) -> list[NewValue]:
    return [
        NewValue(row.code, field, text, as_of_on=sample.as_of_on, source=SOURCE)
        for row in sample.facilities
        for field, text in (
            ("address", row.address),
            ("floor_area", f"{row.floor_area:g}"),
            ("capacity", str(row.capacity)),
            ("opened", row.opened.isoformat()),
        )
    ]


def _values_of(row: SampleCompound, sample: SampleDistrict) -> Iterable[NewValue]:
    for field, figure in row.figures.items():
        text = (
            ""
            if figure.value is None
            else f"{figure.value:g}"
            if figure.value != int(figure.value)
            else str(int(figure.value))
        )
        yield NewValue(row.code, field, text, meaning=figure.meaning, as_of_on=figure.as_of_on, source=figure.source)
    words = {
        "address": row.address,
        "ownership_kind": row.ownership_kind,
        "old_compound": "是" if row.old_compound else "否",
        "completion_year": "" if row.completion_year is None else str(row.completion_year),
        "enclosed": row.enclosed,
        "property_form": row.property_form,
        "property_company_name": row.property_company_name,
        "owners_committee_formed": row.owners_committee_formed,
        "party_branch_formed": row.party_branch_formed,
    }
    for field, text in words.items():
        yield NewValue(row.code, field, text, as_of_on=sample.as_of_on, source=SOURCE)


def _write_claims(
    sample: SampleDistrict,
    district: District,
    communities: Mapping[str, Community],
    compounds: Mapping[str, Compound],
    now: datetime,
) -> None:
    Claim.objects.bulk_create(
        Claim(
            district=district,
            kind=row.kind,
            subject_code=row.subject_code,
            community=communities[row.community_code],
            source=row.source,
            as_of_on=row.as_of_on,
            recorded_at=now,
        )
        for row in sample.claims
    )
    Custody.objects.bulk_create(
        Custody(
            compound=compounds[row.compound_code],
            custodian=communities[row.custodian_code],
            since_on=row.since_on,
            until_on=row.until_on,
            reason=row.reason,
        )
        for row in sample.custodies
    )
