"""A plane of metres for shapes of any coordinate system, that keeps straight lines straight.

Projecting shapes bends them: where a corner of one polygon lies on a straight side of the next, the side moves away
from it by centimetres, and an audit finds slivers that nobody drew. So coordinates are only stretched here, and how
much the plane exaggerates areas is told by place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import CRS

Points = NDArray[np.float64]
_WGS84_AXIS_M = 6378137.0
_WGS84_ECCENTRICITY2 = 0.00669437999014


@dataclass(frozen=True, slots=True)
class Plane:
    """Source coordinates, moved and stretched.

    Attributes:
        origin: Source coordinates of the plane's zero.
        step_m: Metres per source unit, eastward and northward.
        crs: The source's system; None where only its unit is known.
    """

    origin: tuple[float, float]
    step_m: tuple[float, float]
    crs: CRS | None

    @property
    def is_geographic(self) -> bool:
        """The source's coordinates are degrees."""
        return self.crs is not None and bool(self.crs.is_geographic)

    def onto(self, geometries: ArrayLike) -> NDArray[np.object_]:
        """Return source geometries in the plane."""
        shapes = np.asarray(geometries, dtype=object)
        return np.atleast_1d(shapely.transform(shapes, lambda xy: (xy - self.origin) * self.step_m))

    def back(self, geometries: ArrayLike) -> NDArray[np.object_]:
        """Return geometries of the plane in source coordinates, equal to 1e-9 of a metre."""
        shapes = np.asarray(geometries, dtype=object)
        return np.atleast_1d(shapely.transform(shapes, self._source))

    def _source(self, points: Points) -> Points:
        return np.asarray(points / self.step_m + self.origin)

    def degrees(self, points: ArrayLike) -> Points:
        """Return points of the plane as longitude and latitude, shape ``(n, 2)``; NaN where the system is not known."""
        source = self._source(np.asarray(points, dtype=np.float64).reshape(-1, 2))
        if self.crs is None:
            return np.full_like(source, np.nan)
        if self.is_geographic:
            return source
        return np.column_stack(_projection(self.crs)(source[:, 0], source[:, 1], inverse=True))

    def areal_scale(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the plane's areas over those on the ellipsoid at points of the plane, shape ``(n,)``."""
        at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        if self.crs is None:
            return np.ones(len(at))
        degrees = self.degrees(at)
        if self.is_geographic:
            here = metres_per_degree(degrees[:, 1])
            return np.asarray(self.step_m[0] * self.step_m[1] / (here[0] * here[1]))
        scale = np.asarray(_projection(self.crs).get_factors(degrees[:, 0], degrees[:, 1]).areal_scale, dtype=float)
        return np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)


def plane_of(geometries: ArrayLike, crs: CRS | None) -> Plane:
    """Return the plane for the shapes of a coordinate system.

    Args:
        geometries: Source shapes; the plane's zero is the middle of their bounds.
        crs: Their system; None takes the numbers for metres.

    Examples:
        >>> from pyproj import CRS
        >>> square = shapely.box(116.40, 39.90, 116.41, 39.91)
        >>> plane = plane_of([square], CRS.from_epsg(4490))
        >>> [round(metres) for metres in plane.step_m]
        [85512, 111033]
    """
    west, south, east, north = shapely.total_bounds(np.asarray(geometries, dtype=object)).tolist()
    origin = ((west + east) / 2, (south + north) / 2) if np.isfinite(west) else (0.0, 0.0)
    if crs is None:
        return Plane(origin, (1.0, 1.0), None)
    if crs.is_geographic:
        east_m, north_m = metres_per_degree(np.array([origin[1]]))
        return Plane(origin, (float(east_m[0]), float(north_m[0])), crs)
    unit = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    return Plane(origin, (unit, unit), crs)


def metres_per_degree(latitude: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the length of a degree of longitude and of latitude on the WGS84 ellipsoid."""
    phi = np.radians(latitude)
    root = np.sqrt(1.0 - _WGS84_ECCENTRICITY2 * np.sin(phi) ** 2)
    across = _WGS84_AXIS_M / root
    along = _WGS84_AXIS_M * (1.0 - _WGS84_ECCENTRICITY2) / root**3
    return np.radians(across * np.cos(phi)), np.radians(along)


def _projection(crs: CRS) -> Any:
    from pyproj import Proj

    return Proj(crs)
