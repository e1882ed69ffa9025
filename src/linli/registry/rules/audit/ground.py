"""Tests of the ground: shapes, overlaps, holes, gaps, slivers, and what lies outside the district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import (
    Cause,
    CoverageAudit,
    Flaw,
    Overlap,
    Protrusion,
    Void,
    audit_coverage,
    find_causes,
    land_flaws,
)
from linli.registry.rules.audit.dossier import AuditedSubject, Found
from linli.registry.rules.audit.survey import Survey

S = TypeVar("S", bound=AuditedSubject)

#: Coordinates are kept with eight decimals of a degree, a millimetre: narrower strips are rounding, not ground.
ROUNDING_M = 0.01


def ground_findings(survey: Survey) -> Iterator[Found]:
    """Find INVALID_GEOMETRY, MISDRAWN_PARCEL, OVERLAP, INNER_HOLE, GAP, SLIVER and OUTSIDE_DISTRICT."""
    if len(survey.shapes):
        yield from _coverage_findings(survey)
    yield from _points_outside(survey)


def _coverage_findings(survey: Survey) -> Iterator[Found]:
    least_m2, least_m = _least(survey)
    coverage = _coverage(survey)
    for ring in coverage.invalid:
        place = None if ring.place is None else survey.degrees(ring.place)
        yield _about_parcels(survey, "INVALID_GEOMETRY", (ring.index,), place=place, reason=ring.reason)
    yield from _with_causes(survey, *_land(survey, coverage))
    for protrusion in coverage.protrusions:
        if protrusion.area_m2 > least_m2 and _width(protrusion.geometry) > least_m:
            yield _protruding(survey, protrusion)


def caused_flaws(survey: Survey) -> tuple[tuple[Flaw, ...], tuple[Cause, ...]]:
    """Return the overlaps and voids that count, and the parcels that cause them."""
    overlaps, voids = _land(survey, _coverage(survey))
    flaws = land_flaws(survey.shapes, overlaps, [void for void, _ in voids])
    return flaws, find_causes(survey.shapes, flaws)


def _coverage(survey: Survey) -> CoverageAudit:
    least_m2, least_m = _least(survey)
    return audit_coverage(survey.shapes, outline=survey.outline, sliver_m2=least_m2, sliver_width_m=least_m)


def _least(survey: Survey) -> tuple[float, float]:
    """Return area and width up to which a void is a sliver."""
    standards = survey.dossier.standards
    return standards["sliver_area"].number, standards["sliver_width"].number


def _land(survey: Survey, coverage: CoverageAudit) -> tuple[list[Overlap], list[tuple[Void, Found]]]:
    """Return overlaps and voids that are neither rounding nor registered exceptions."""
    voids = [(void, _void(survey, void)) for void in coverage.voids if void.width_m > ROUNDING_M]
    return (
        [overlap for overlap in coverage.overlaps if _counts(survey, overlap)],
        [(void, found) for void, found in voids if found.subject_code not in survey.dossier.known_holes],
    )


def _counts(survey: Survey, overlap: Overlap) -> bool:
    pair = "|".join(survey.dossier.parcel_codes[row] for row in (overlap.first, overlap.second))
    return _width(overlap.geometry) > ROUNDING_M and pair not in survey.dossier.lawful_overlaps


def _with_causes(survey: Survey, overlaps: list[Overlap], voids: list[tuple[Void, Found]]) -> Iterator[Found]:
    """Find MISDRAWN_PARCEL, and OVERLAP, INNER_HOLE, GAP and SLIVER as far as none of these explains them."""
    flaws = land_flaws(survey.shapes, overlaps, [void for void, _ in voids])
    causes = find_causes(survey.shapes, flaws)
    for cause in causes:
        yield _misdrawn(survey, cause)
    explained = {number for cause in causes for number in cause.flaws}
    for number, overlap in enumerate(overlaps):
        if number not in explained:
            yield _overlapping(survey, overlap, _width(overlap.geometry))
    for number, (_, found) in enumerate(voids, start=len(overlaps)):
        if number not in explained:
            yield found


def _misdrawn(survey: Survey, cause: Cause) -> Found:
    east, north = cause.shift_m or (0.0, 0.0)
    found = _about_parcels(
        survey,
        "MISDRAWN_PARCEL",
        (cause.polygon, *cause.touched),
        place=survey.dossier.outlines[cause.polygon],
        nature=cause.nature.value,
        count=len(cause.flaws),
        area=round(cause.area_m2, 1),
        neighbours="、".join(survey.parcel_name(row) for row in cause.touched),
        distance=round(float(np.hypot(east, north)), 1),
    )
    return replace(
        found,
        subject_code=survey.dossier.parcel_codes[cause.polygon],
        subject_name=survey.parcel_name(cause.polygon),
    )


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
