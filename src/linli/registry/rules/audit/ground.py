"""Tests of the ground: shapes, overlaps, holes, gaps, slivers, and what lies outside the district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import Overlap, Protrusion, Void, audit_coverage
from linli.registry.rules.audit.dossier import AuditedSubject, Found
from linli.registry.rules.audit.survey import Survey

S = TypeVar("S", bound=AuditedSubject)

#: Coordinates are kept with eight decimals of a degree, a millimetre: narrower strips are rounding, not ground.
ROUNDING_M = 0.01


def ground_findings(survey: Survey) -> Iterator[Found]:
    """Find INVALID_GEOMETRY, OVERLAP, INNER_HOLE, GAP, SLIVER and OUTSIDE_DISTRICT."""
    if len(survey.shapes):
        yield from _coverage_findings(survey)
    yield from _points_outside(survey)


def _coverage_findings(survey: Survey) -> Iterator[Found]:
    standards = survey.dossier.standards
    least_m2, least_m = standards["sliver_area"].number, standards["sliver_width"].number
    coverage = audit_coverage(survey.shapes, outline=survey.outline, sliver_m2=least_m2, sliver_width_m=least_m)
    for ring in coverage.invalid:
        place = None if ring.place is None else survey.degrees(ring.place)
        yield _about_parcels(survey, "INVALID_GEOMETRY", (ring.index,), place=place, reason=ring.reason)
    for overlap in coverage.overlaps:
        width = _width(overlap.geometry)
        if width > ROUNDING_M:
            yield _overlapping(survey, overlap, width)
    for void in coverage.voids:
        if void.width_m > ROUNDING_M:
            yield _void(survey, void)
    for protrusion in coverage.protrusions:
        if protrusion.area_m2 > least_m2 and _width(protrusion.geometry) > least_m:
            yield _protruding(survey, protrusion)


def _about_parcels(
    survey: Survey, kind: str, rows: tuple[int, ...], *, place: BaseGeometry | None, **evidence: object
) -> Found:
    dossier = survey.dossier
    people, households = survey.living_on(rows)
    home = int(survey.community_of[rows[0]])
    near = home if home >= 0 else survey.nearest_community(survey.shapes[rows[0]])
    codes = [dossier.parcel_codes[row] for row in rows]
    return Found(
        kind,
        "parcel",
        "|".join(codes),
        "、".join(survey.parcel_name(row) for row in rows),
        people=people,
        households=households,
        community=survey.code_of(home),
        subdistrict=survey.subdistrict_of(near),
        place=place,
        evidence={"parcels": codes, **evidence},
    )


def _overlapping(survey: Survey, overlap: Overlap, width: float) -> Found:
    return _about_parcels(
        survey,
        "OVERLAP",
        (overlap.first, overlap.second),
        place=survey.degrees(overlap.geometry),
        area=round(overlap.area_m2, 1),
        width=round(width, 2),
    )


def _protruding(survey: Survey, protrusion: Protrusion) -> Found:
    return _about_parcels(
        survey,
        "OUTSIDE_DISTRICT",
        (protrusion.index,),
        place=survey.degrees(protrusion.geometry),
        area=round(protrusion.area_m2),
        distance=round(_reach(survey, protrusion), 1),
    )


def _reach(survey: Survey, protrusion: Protrusion) -> float:
    """Return how far the farthest corner of a protrusion lies from the district, in metres."""
    corners = shapely.points(shapely.get_coordinates(protrusion.geometry))
    return float(shapely.distance(corners, survey.outline).max())


def _void(survey: Survey, void: Void) -> Found:
    kind = "SLIVER" if void.is_sliver else "INNER_HOLE" if void.is_enclosed else "GAP"
    place = survey.degrees(void.geometry)
    at = shapely.point_on_surface(place)
    near = survey.nearest_community(void.geometry)
    return Found(
        kind,
        "place",
        f"{at.x:.5f},{at.y:.5f}",
        f"{at.x:.5f},{at.y:.5f}",
        subdistrict=survey.subdistrict_of(near),
        place=place,
        evidence={
            "area": round(void.area_m2, 1),
            "width": round(void.width_m, 2),
            "nearest": survey.name_of(near),
        },
    )


def _points_outside(survey: Survey) -> Iterator[Found]:
    """Find compounds, offices and facilities whose point lies outside the outline."""
    dossier = survey.dossier
    for compound, metres in _outside(survey, dossier.compounds):
        found = survey.about_compound("OUTSIDE_DISTRICT", compound, distance=metres)
        yield replace(found, place=compound.point)
    rows = {community.code: row for row, community in enumerate(dossier.communities)}
    for community, metres in _outside(survey, dossier.communities):
        found = survey.about_community("OUTSIDE_DISTRICT", rows[community.code], rows=(), distance=metres)
        yield replace(found, place=community.point)
    for facility, metres in _outside(survey, dossier.facilities):
        near = survey.nearest_community(survey.metres([facility.point])[0])
        yield Found(
            "OUTSIDE_DISTRICT",
            "facility",
            facility.code,
            facility.name,
            subdistrict=survey.subdistrict_of(near),
            place=facility.point,
            evidence={"distance": metres},
        )


def _outside(survey: Survey, subjects: Iterable[S]) -> Iterator[tuple[S, float]]:
    """Return those whose point lies outside the outline, with the metres to it."""
    known = [subject for subject in subjects if subject.point is not None]
    if survey.outline is None or not known:
        return
    shapely.prepare(survey.outline)
    away = shapely.distance(survey.metres(subject.point for subject in known), survey.outline)
    for subject, metres in zip(known, away.tolist(), strict=True):
        if metres > ROUNDING_M:
            yield subject, round(metres, 1)


def _width(shape: BaseGeometry) -> float:
    return 2.0 * float(shape.area) / float(shape.length) if shape.length else 0.0
