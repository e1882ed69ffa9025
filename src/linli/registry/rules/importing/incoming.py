"""A table with its columns matched, turned into rows that can be judged: cells by field, places in degrees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import audit_coverage, geometries_to_zone
from linli.foundation.tables import Cell, text_of
from linli.registry.rules.importing.kinds import LATITUDE, LONGITUDE, KindRules
from linli.registry.rules.importing.positions import read_positions
from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.shifts import overlong_rows, shifted_rows
from linli.registry.rules.importing.sources import SourceTable, inner_point
from linli.registry.rules.importing.values import UNKNOWN
from linli.registry.rules.importing.verdicts import Incoming

PAIR = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*\)?")
POLYGONS = {"Polygon", "MultiPolygon"}


@dataclass(frozen=True, slots=True)
class RawPlaces:
    """Where the rows of a table lie, in the table's own numbers.

    Attributes:
        points: Shape ``(n, 2)``, NaN for a row without a place.
        faults: Row to what is wrong with its place.
    """

    points: NDArray[np.float64]
    faults: Mapping[int, Remark]


def raw_places(table: SourceTable, mapping: Mapping[str, str], kind: KindRules) -> RawPlaces:
    """Return the places of a table's rows: from its shapes, from two columns or from one.

    Args:
        table: The table.
        mapping: Heading to field.
        kind: What the rows are about.
    """
    if table.is_map:
        found = [inner_point(shape) or (np.nan, np.nan) for shape in table.shapes]
        return RawPlaces(np.array(found, dtype=np.float64).reshape(-1, 2), {})
    column = {field: place for place, heading in enumerate(table.headings) if (field := mapping.get(heading))}
    points = np.full((len(table.rows), 2), np.nan)
    faults: dict[int, Remark] = {}
    if LONGITUDE in column and LATITUDE in column:
        for place, row in enumerate(table.rows):
            _read_two(place, row[column[LONGITUDE]], row[column[LATITUDE]], points, faults)
    elif kind.point in column:
        heading = table.headings[column[kind.point]]
        for place, row in enumerate(table.rows):
            _read_pair(place, text_of(row[column[kind.point]]), heading, points, faults)
    return RawPlaces(points, faults)


def incoming_rows(
    table: SourceTable,
    mapping: Mapping[str, str],
    kind: KindRules,
    *,
    system: str,
    outline: Polygon | MultiPolygon | None,
    zone: int,
    ground: Sequence[BaseGeometry] = (),
    ground_communities: Sequence[str] = (),
) -> tuple[tuple[Incoming, ...], NDArray[np.object_], NDArray[np.int64]]:
    """Return the rows of a table ready to be judged.

    Args:
        table: The table.
        mapping: Heading to field.
        kind: What the rows are about.
        system: How to read its coordinates; empty where no row has any.
        outline: Outline of the district in degrees.
        zone: Code of the district's zone, in which distances are measured.
        ground: Outlines of the district's parcels.
        ground_communities: Community code of each parcel, empty for none.

    Returns:
        The rows; their shapes in degrees, None where a row has none, shape ``(n,)``; the parcel that each row lies
        on, -1 for none, shape ``(n,)``.
    """
    raw = raw_places(table, mapping, kind)
    places = np.round(read_positions(raw.points, system), 8) if system else raw.points
    known = np.asarray(np.isfinite(places).all(axis=1), dtype=bool)
    away = _metres_outside(places, known, outline, zone)
    parcel = _parcels_under(places, known, ground)
    shapes = _converted(table.shapes, system) if table.is_map else np.full(len(table.rows), None, dtype=object)
    faults = _faults_of_rows(table, raw)
    if kind.needs_shape:
        for at, fault in _shape_faults(shapes, table.numbers, zone).items():
            faults[at] = (*faults.get(at, ()), fault)
    fields = [mapping.get(heading, "") for heading in table.headings]
    kept = [place for place, field in enumerate(fields) if field and field not in {LONGITUDE, LATITUDE, kind.point}]
    rows = tuple(
        Incoming(
            number=number,
            cells={fields[at]: row[at] for at in kept if row[at] is not None},
            place=(float(places[i, 0]), float(places[i, 1])) if known[i] else None,
            outside_m=float(away[i]),
            faults=faults.get(i, ()),
            area_community=ground_communities[parcel[i]] if parcel[i] >= 0 and ground_communities else "",
        )
        for i, (number, row) in enumerate(zip(table.numbers, table.rows, strict=True))
    )
    return rows, shapes, parcel


def _faults_of_rows(table: SourceTable, raw: RawPlaces) -> dict[int, tuple[Remark, ...]]:
    found: dict[int, tuple[Remark, ...]] = {}
    kinds = [] if table.is_map else [shifted_rows(table.headings, table.rows)]
    if 0 < table.headed < len(table.headings):
        kinds.append(overlong_rows(table.headed, table.rows))
    for faults in (*kinds, raw.faults):
        for place, fault in faults.items():
            found[place] = (*found.get(place, ()), fault)
    return found


def _read_two(place: int, east: Cell, north: Cell, points: NDArray[np.float64], faults: dict[int, Remark]) -> None:
    said = [text_of(cell) for cell in (east, north)]
    said = ["" if word.lower() in UNKNOWN else word for word in said]
    if not any(said):
        return
    if not all(said):
        faults[place] = remark("POSITION_INCOMPLETE")
        return
    try:
        points[place] = [float(word.rstrip("°")) for word in said]
    except ValueError:
        faults[place] = remark("POSITION_NOT_NUMBERS", found="，".join(said))


def _read_pair(place: int, said: str, heading: str, points: NDArray[np.float64], faults: dict[int, Remark]) -> None:
    if not said or said.lower() in UNKNOWN:
        return
    found = PAIR.fullmatch(said)
    if found is None:
        faults[place] = remark("POSITION_NOT_NUMBERS", heading, found=said)
    else:
        points[place] = [float(part) for part in found.groups()]


def _metres_outside(
    places: NDArray[np.float64], known: NDArray[np.bool_], outline: Polygon | MultiPolygon | None, zone: int
) -> NDArray[np.float64]:
    away = np.zeros(len(places))
    if outline is None or not known.any():
        return away
    shapely.prepare(outline)
    out = np.flatnonzero(known)
    out = out[~shapely.intersects_xy(outline, places[out, 0], places[out, 1])]
    if len(out):
        spots = geometries_to_zone(shapely.points(places[out]), zone)
        (border,) = geometries_to_zone([outline], zone)
        distance = shapely.distance(spots, border)
        # A place on the other side of the earth has no metres in this zone.
        away[out] = np.where(np.isfinite(distance), distance, 1e7)
    return away


def _parcels_under(
    places: NDArray[np.float64], known: NDArray[np.bool_], ground: Sequence[BaseGeometry]
) -> NDArray[np.int64]:
    parcel = np.full(len(places), -1, dtype=np.int64)
    if not len(ground) or not known.any():
        return parcel
    at = np.flatnonzero(known)
    which, under = shapely.STRtree(list(ground)).query(shapely.points(places[at]), predicate="intersects")
    # Of parcels that meet at the point the first in the order of codes.
    for row, one in sorted(zip(at[which], under, strict=True), reverse=True):
        parcel[row] = one
    return parcel


def _converted(shapes: Sequence[BaseGeometry | None], system: str) -> NDArray[np.object_]:
    given = np.array(shapes, dtype=object)
    return np.atleast_1d(shapely.transform(given, lambda vertices: np.round(read_positions(vertices, system), 8)))


def _shape_faults(shapes: NDArray[np.object_], numbers: Sequence[int], zone: int) -> dict[int, Remark]:
    """Return what is wrong with outlines: missing, of another kind, crossing themselves or each other."""
    faults: dict[int, Remark] = {}
    for i, shape in enumerate(shapes):
        if shape is None:
            faults[i] = remark("SHAPE_MISSING")
        elif shape.geom_type not in POLYGONS:
            faults[i] = remark("SHAPE_KIND", found=shape.geom_type)
        elif not shapely.is_valid(shape):
            faults[i] = remark("SHAPE_INVALID", reason=shapely.is_valid_reason(shape))
    sound = np.array([i for i in range(len(shapes)) if i not in faults], dtype=np.int64)
    if not len(sound):
        return faults
    for overlap in audit_coverage(geometries_to_zone(shapes[sound], zone)).overlaps:
        first, second = int(sound[overlap.first]), int(sound[overlap.second])
        for one, other in ((first, second), (second, first)):
            faults.setdefault(one, remark("SHAPE_OVERLAPS", rows=str(numbers[other]), area=f"{overlap.area_m2:.2f}"))
    return faults
