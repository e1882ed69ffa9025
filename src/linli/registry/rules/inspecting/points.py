"""The coordinate system of a table's points, told by the share of them inside an outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.engine.geometry import (
    CoordinateSystem,
    detect_system,
    geometries_to_cgcs2000,
    geometries_to_zone,
    three_degree_zone,
)
from linli.foundation.tables import Features
from linli.foundation.tables.faults import refused
from linli.registry.rules.importing.doubts import words_of
from linli.registry.rules.importing.positions import (
    DEGREES_OF_EPSG,
    EPSG,
    judge_system,
    name_of,
    name_of_epsg,
    read_positions,
)
from linli.registry.rules.importing.sources import SourceTable

#: Points outside that are listed, the farthest first.
LISTED = 50


@dataclass(frozen=True, slots=True)
class PointsReport:
    """What was found of the points of a table.

    Attributes:
        points: Rows with two numbers.
        without: Numbers of the rows without.
        outline_system: How the outline was read.
        shares: Share inside per reading; degrees always name WGS84, GCJ-02 and BD-09.
        detected: The reading with the largest share.
        is_clear: It leads the others clearly.
        declared: The stated system; empty for none.
        warning: Why the stated system cannot be, or none can be told; empty where all is well.
        outside: Row numbers with metres to the outline under the detected reading, the farthest first.
    """

    points: int
    without: tuple[int, ...]
    outline_system: str
    shares: dict[str, float]
    detected: str
    is_clear: bool
    declared: str
    warning: str
    outside: tuple[tuple[int, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "points": self.points,
            "rows_without_position": list(self.without),
            "outline_crs": self.outline_system,
            "shares": {name: round(share, 4) for name, share in self.shares.items()},
            "detected": self.detected,
            "is_clear": self.is_clear,
            "declared": self.declared or None,
            "warning": self.warning or None,
            "outside": [{"row": row, "distance_m": metres} for row, metres in self.outside],
        }


def system_named(said: str) -> str:
    """Return a system as the rules of importing name it.

    Raises:
        ValueError: It is none that can be read.

    Examples:
        >>> system_named("gcj02"), system_named("BD-09"), system_named("epsg:4490"), system_named("EPSG:4548")
        ('GCJ02', 'BD09', 'CGCS2000', 'EPSG:4548')
    """
    plain = said.strip().upper().replace("-", "")
    if plain.startswith(EPSG) and plain.removeprefix(EPSG).isdigit():
        code = int(plain.removeprefix(EPSG))
        return DEGREES_OF_EPSG[code].value if code in DEGREES_OF_EPSG else plain
    if plain not in set(CoordinateSystem) - {CoordinateSystem.PROJECTED}:
        raise ValueError(said)
    return plain


def inspect_points(
    table: SourceTable,
    outline: Features,
    *,
    columns: tuple[str, str],
    outline_system: str,
    declared: str,
    least_share: float,
    file: str,
) -> PointsReport:
    """Tell which system the points of a table are in.

    Args:
        table: The table.
        outline: Layer of the outline.
        columns: Headings of easting or longitude, and of northing or latitude.
        outline_system: System of the outline; empty to believe its file.
        declared: System that the points are said to be in; empty for none.
        least_share: A clear verdict needs at least this share inside.
        file: Name of the table's file, for messages.

    Raises:
        ValidationFaults: A column is not there, no row has two numbers, or the outline holds no polygon.
    """
    points = _points(table, columns, file)
    sound = np.asarray(np.isfinite(points).all(axis=1))
    if not sound.any():
        raise refused(
            file,
            code="points-missing",
            expected=_("“%(x)s”和“%(y)s”两列是数字") % {"x": columns[0], "y": columns[1]},
            found=_("没有一行两列都是数字"),
            remedy=_("请核对列名"),
        )
    read_as = outline_system or name_of_epsg(outline.crs_declared) or CoordinateSystem.WGS84.value
    border = _border(outline, read_as, file)
    verdict = detect_system(points, border, least_share=least_share)
    finding = judge_system(points, border, declared=declared, least_share=least_share)
    shares = {_told(name_of(reading)): reading.share for reading in verdict.readings if not reading.swapped}
    best = name_of(verdict.best)
    shares[_told(best)] = verdict.best.share
    return PointsReport(
        points=int(sound.sum()),
        without=tuple(number for number, here in zip(table.numbers, sound.tolist(), strict=True) if not here),
        outline_system=_told(read_as),
        shares=shares,
        detected=_told(best),
        is_clear=verdict.is_clear,
        declared=_told(declared),
        warning=words_of(finding),
        outside=_outside(points[sound], np.array(table.numbers)[sound], best, border),
    )


def _points(table: SourceTable, columns: Sequence[str], file: str) -> NDArray[np.float64]:
    for heading in columns:
        if heading not in table.headings:
            raise refused(
                file,
                code="column-missing",
                expected=_("有“%(column)s”列的表格") % {"column": heading},
                found="、".join(table.headings),
                remedy=_("请核对列名"),
            )
    places = [table.headings.index(heading) for heading in columns]
    return np.array([[_number(row[place]) for place in places] for row in table.rows]).reshape(-1, 2)


def _number(cell: object) -> float:
    try:
        return float(str(cell).strip()) if cell is not None and not isinstance(cell, bool) else np.nan
    except ValueError:
        return np.nan


def _border(outline: Features, read_as: str, file: str) -> Any:
    areal = [shape for shape in outline.geometries if shape is not None and "Polygon" in shape.geom_type]
    if not areal:
        raise refused(
            file,
            code="outline-empty",
            expected=_("有面图形的轮廓"),
            found=_("没有面图形"),
            remedy=_("请另选轮廓文件"),
        )
    whole = shapely.union_all(shapely.make_valid(np.array(areal, dtype=object)))
    if read_as.startswith(EPSG):
        system, epsg = CoordinateSystem.PROJECTED, int(read_as.removeprefix(EPSG))
        return geometries_to_cgcs2000([whole], system, epsg=epsg)[0]
    return geometries_to_cgcs2000([whole], CoordinateSystem(read_as))[0]


def _told(name: str) -> str:
    """Return a system as the command's own options write it; CGCS2000 counts as WGS84, centimetres apart."""
    return name if name.startswith(EPSG) else name.replace("CGCS2000", "WGS84").lower()


def _outside(
    points: NDArray[np.float64], numbers: NDArray[np.int64], best: str, border: Any
) -> tuple[tuple[int, float], ...]:
    degrees = read_positions(points, best)
    shapely.prepare(border)
    beyond = np.flatnonzero(~shapely.intersects_xy(border, degrees[:, 0], degrees[:, 1]))
    beyond = beyond[np.isfinite(degrees[beyond]).all(axis=1)]
    west, _south, east, _north = border.bounds
    zone = three_degree_zone((west + east) / 2)
    away = shapely.distance(
        geometries_to_zone(shapely.points(degrees[beyond]), zone), geometries_to_zone([border], zone)[0]
    )
    order = np.argsort(-away, kind="stable")[:LISTED]
    return tuple((int(numbers[beyond[i]]), round(float(away[i]), 1)) for i in order)
