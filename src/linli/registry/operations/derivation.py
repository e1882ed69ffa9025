"""From an outline and points to a first layout: the district founded, parcels derived, a proposal accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from linli.engine.geometry import Tessellation, from_zone, geometries_to_zone, tessellate, three_degree_zone, to_zone
from linli.foundation import clock, trail
from linli.foundation.geometry import columns_of
from linli.foundation.policies import profile
from linli.foundation.tables import read_features
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.errors import (
    CoordinatesUndecided,
    DistrictTaken,
    NoPointsToDerive,
    OutlineUnsound,
    ParcelsTaken,
    ProposalIncomplete,
)
from linli.registry.models import Community, Compound, CompoundParcel, District, Layout, Parcel, TerrainLine
from linli.registry.operations.imports.parcels import next_number, open_next_set, parcel_code
from linli.registry.operations.imports.uploading import system_name
from linli.registry.operations.layouts import write_first_layout
from linli.registry.queries.places import district_by_code
from linli.registry.queries.proposals import propose_homes
from linli.registry.rules.importing.positions import name_of_epsg, read_positions


@dataclass(frozen=True, slots=True)
class FoundedDistrict:
    """A district that has an outline and nothing else yet."""

    code: str
    name: str
    zone: int
    area_km2: float


@dataclass(frozen=True, slots=True)
class Derivation:
    """What deriving parcels did; compounds by code.

    Attributes:
        parcels: How many parcels there are now.
        empty: How many of them carry no compound.
        shared: Compounds that share a parcel with another on the same point.
        snapped: Compounds just outside, moved to the outline.
        refused: Compounds too far outside for a parcel.
        without_point: Compounds without a place.
    """

    parcels: int
    empty: int
    shared: tuple[str, ...]
    snapped: tuple[str, ...]
    refused: tuple[str, ...]
    without_point: tuple[str, ...]


@transaction.atomic
def found_district_from_outline(
    *, scope: Scope, content: bytes, file_name: str, system: str = "", now: datetime
) -> FoundedDistrict:
    """Found the district of a post from its outline, the first thing that everything else is held against.

    Args:
        scope: Who acts; the district takes code and name of its office.
        content: GeoJSON, GeoPackage or zipped shapefile with one area.
        file_name: Name of the file.
        system: Coordinate system; the file's own word where empty. It cannot be detected without an outline.
        now: When.

    Raises:
        NotPermitted: The post may not import.
        OutsideYourArea: It may not import for the district.
        DistrictTaken: The district has an outline.
        CoordinatesUndecided: Neither officer nor file state the system.
        CoordinateSystemUnknown: The stated system cannot be read.
        OutlineUnsound: The file holds no single sound area.
        ValidationFaults: The file is refused.
    """
    require(scope, Permission.IMPORT, office=scope.district_code)
    if District.objects.filter(code=scope.district_code).exists():
        raise DistrictTaken(code=scope.district_code, name=scope.district.name)
    features = read_features(content, name=file_name)
    named = system_name(system) or name_of_epsg(features.crs_declared)
    if not named:
        raise CoordinatesUndecided(words=_("区界没有写明坐标系"), doubt="NO_OUTLINE", shares={})
    outline = _one_area([shape for shape in features.geometries if shape is not None], named)
    zone = three_degree_zone(outline.centroid.x)
    district = District.objects.create(
        code=scope.district_code, name=scope.district.name, outline=outline, zone=zone, parcel_set=0
    )
    area_km2 = float(geometries_to_zone([outline], zone)[0].area) / 1e6
    trail.record(
        "registry.district.founded",
        subject=trail.Subject(kind="registry.district", code=district.code),
        by=scope,
        at=now,
        district=district.code,
        system=named,
        area_km2=round(area_km2, 4),
    )
    return FoundedDistrict(district.code, district.name, zone, area_km2)


@transaction.atomic
def derive_parcels(*, scope: Scope, now: datetime) -> Derivation:
    """Cut the district up around its compounds' points, along its roads and water, and mark the parcels derived.

    They cover the outline exactly: the stored outline takes up their corners, for a line that is straight in metres
    bends by millimetres in degrees. Compounds on one point share a parcel; points just outside move to the outline;
    both are flagged on the link.

    Args:
        scope: Who acts.
        now: When.

    Raises:
        NotPermitted: The post may not import.
        OutsideYourArea: It may not import for the district.
        DistrictUnknown: The district was not founded.
        ParcelsTaken: The district has a layout, which parcels are part of.
        NoPointsToDerive: No compound has a place.
        OutlineUnsound: The district has no outline.
    """
    require(scope, Permission.IMPORT, office=scope.district_code)
    district = District.objects.select_for_update().get(pk=district_by_code(scope.district_code).pk)
    if Layout.objects.filter(district=district).exists():
        raise ParcelsTaken(district=district.name)
    if district.outline is None:
        raise OutlineUnsound(reason=_("还没有区界"))
    compounds = list(Compound.objects.filter(district=district, ended_at=None).order_by("code"))
    placed = [one for one in compounds if one.point is not None]
    if not placed:
        raise NoPointsToDerive(district=district.name)
    made = _tessellated(district, placed, now)
    cells = shapely.transform(made.cells, lambda vertices: np.round(from_zone(vertices, district.zone), 8))
    _write_cells(district, made, cells, placed)
    district.outline = shapely.coverage_union_all(cells)
    district.save(update_fields=columns_of("outline"))
    derivation = Derivation(
        parcels=len(cells),
        empty=int((made.point_of_cell < 0).sum()),
        shared=_codes(placed, made.is_shared),
        snapped=_codes(placed, made.is_snapped),
        refused=_codes(placed, made.is_refused),
        without_point=tuple(one.code for one in compounds if one.point is None),
    )
    trail.record(
        "registry.parcels.derived",
        subject=trail.Subject(kind="registry.district", code=district.code),
        by=scope,
        at=now,
        district=district.code,
        parcels=derivation.parcels,
        shared=len(derivation.shared),
        snapped=len(derivation.snapped),
        refused=len(derivation.refused),
    )
    return derivation


@transaction.atomic
def accept_first_layout(
    *, scope: Scope, changes: Mapping[str, str | None] | None = None, basis_text: str = "", now: datetime
) -> int:
    """Accept the proposed membership as the district's first layout (首次接收).

    Args:
        scope: Who accepts.
        changes: Compound to community where the officer decides otherwise; None leaves it to nobody.
        basis_text: What the acceptance rests on, in words.
        now: From when it counts.

    Returns:
        The number of the layout.

    Raises:
        NotPermitted: The post may not plan.
        OutsideYourArea: It may not plan for the district.
        DistrictTaken: The district has a layout.
        ProposalIncomplete: A code is unknown, or compounds on one parcel go to different communities.
    """
    require(scope, Permission.PLAN, office=scope.district_code)
    district = district_by_code(scope.district_code)
    proposed = propose_homes(district)
    home: dict[str, str | None] = {one.compound_code: one.community_code or None for one in proposed.homes}
    parcel_of = {one.compound_code: one.parcel_code for one in proposed.homes}
    communities = {one.code: one for one in Community.objects.filter(district=district, ended_at=None)}
    for compound, community in (changes or {}).items():
        if compound not in home:
            raise ProposalIncomplete(reason=_("小区 %(code)s 没有地块") % {"code": compound})
        if community is not None and community not in communities:
            raise ProposalIncomplete(reason=_("没有编码为 %(code)s 的社区") % {"code": community})
        home[compound] = community
    parcels = {one.code: one for one in Parcel.objects.filter(district=district, until_set=None)}
    if not parcels:
        raise ProposalIncomplete(reason=_("还没有地块"))
    chosen: dict[str, str | None] = {}
    for compound, community in sorted(home.items()):
        parcel = parcel_of[compound]
        if parcel in chosen and chosen[parcel] != community:
            raise ProposalIncomplete(
                reason=_("地块 %(parcel)s 上的小区归了不同的社区，一块地只能归一个") % {"parcel": parcel}
            )
        chosen[parcel] = community
    membership = {parcel: (communities.get(chosen.get(code) or ""), None) for code, parcel in sorted(parcels.items())}
    layout = write_first_layout(
        district, membership, basis_text=basis_text or _("按距离推定，经核对接收"), by=scope.actor, now=now
    )
    return layout.number


def _one_area(shapes: list[shapely.Geometry], system: str) -> shapely.Polygon | shapely.MultiPolygon:
    areas = [shape for shape in shapes if shape.geom_type in {"Polygon", "MultiPolygon"}]
    if len(areas) != 1 or len(areas) != len(shapes):
        raise OutlineUnsound(reason=_("应恰有一个面，实际有 %(count)s 个图形") % {"count": len(shapes)})
    outline = shapely.transform(areas[0], lambda vertices: np.round(read_positions(vertices, system), 8))
    if not shapely.is_valid(outline):
        raise OutlineUnsound(reason=shapely.is_valid_reason(outline))
    west, south, east, north = outline.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise OutlineUnsound(reason=_("按 %(system)s 读出的坐标不在地球上") % {"system": system})
    return outline


def _tessellated(district: District, placed: list[Compound], now: datetime) -> Tessellation:
    standards = profile(district.profile).at(clock.today(now))
    (outline,) = geometries_to_zone([district.outline], district.zone)
    lines = np.array(
        [line.course for line in TerrainLine.objects.filter(district=district).order_by("pk")], dtype=object
    )
    return tessellate(
        outline,
        to_zone([(one.point.x, one.point.y) for one in placed], district.zone),
        geometries_to_zone(lines, district.zone) if len(lines) else (),
        share_m=standards["shared_point_distance"].number,
        snap_m=standards["outline_snap_distance"].number,
    )


def _write_cells(district: District, made: Tessellation, cells: np.ndarray, placed: list[Compound]) -> None:
    first = next_number(district)
    version = open_next_set(district)
    areas = shapely.area(made.cells)
    Parcel.objects.bulk_create(
        (
            Parcel(
                district=district,
                code=parcel_code(first + i),
                name=placed[point].name if point >= 0 else "",
                kind=Parcel.Kind.RESIDENTIAL if point >= 0 else Parcel.Kind.OTHER,
                outline=cell,
                area_m2=float(areas[i]),
                is_derived=True,
                since_set=version,
            )
            for i, (cell, point) in enumerate(zip(cells, made.point_of_cell, strict=True))
        ),
        batch_size=500,
    )
    keys = dict(Parcel.objects.filter(district=district, since_set=version).values_list("code", "pk"))
    CompoundParcel.objects.bulk_create(
        (
            CompoundParcel(
                compound=compound,
                parcel_id=keys[parcel_code(first + int(cell))],
                is_shared=bool(shared),
                is_snapped=bool(snapped),
            )
            for compound, cell, shared, snapped in zip(
                placed, made.cell_of_point, made.is_shared, made.is_snapped, strict=True
            )
            if cell >= 0
        ),
        batch_size=1000,
    )


def _codes(placed: list[Compound], flags: np.ndarray) -> tuple[str, ...]:
    return tuple(compound.code for compound, flag in zip(placed, flags, strict=True) if flag)
