"""Coordinate systems met in Chinese district files, and the arithmetic between them.

Points are float arrays of shape ``(n, 2)``: longitude, latitude in degrees, or easting,
northing in metres. CGCS2000 (EPSG:4490) is treated as WGS84: the two differ by
centimetres, far below what any border here is known to.

GCJ-02 is the obfuscated system of Amap and Tencent, BD-09 is Baidu's on top of it. Both
formulas are the ones in general use (first published by eviltransform); neither has an
official text.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

Points = NDArray[np.float64]

_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_ANGLE = np.pi * 3000.0 / 180.0
_OBFUSCATED_LON = (72.004, 137.8347)
_OBFUSCATED_LAT = (0.8293, 55.8271)
_INVERSE_DEGREES = 1e-11
_INVERSE_ROUNDS = 30
_FIRST_ZONE_EPSG = 4534
_FIRST_MERIDIAN = 75
_LAST_MERIDIAN = 135


class CoordinateSystem(StrEnum):
    """How the numbers of a file are to be read."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"
    PROJECTED = "PROJECTED"


def as_points(points: ArrayLike) -> Points:
    """Return points as a float array of shape ``(n, 2)``.

    Raises:
        ValueError: The shape is not ``(n, 2)``.
    """
    array = np.asarray(points, dtype=np.float64)
    if array.size == 0:
        return np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"points must have shape (n, 2), got {array.shape}")
    return array


def wgs84_to_gcj02(points: ArrayLike) -> Points:
    """Return WGS84 (or CGCS2000) degrees as GCJ-02 degrees, shape ``(n, 2)``.

    Points outside the rectangle in which the obfuscation applies stay as they are.

    Examples:
        >>> wgs84_to_gcj02([(116.404, 39.915)]).round(6)
        array([[116.410244,  39.916404]])
    """
    wgs = as_points(points)
    lon, lat = wgs[:, 0], wgs[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    d_lat += (waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    d_lon += (waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    north = d_lat * 180.0 / (_AXIS_M * (1.0 - _ECCENTRICITY2) / (magic * np.sqrt(magic)) * np.pi)
    east = d_lon * 180.0 / (_AXIS_M / np.sqrt(magic) * np.cos(phi) * np.pi)
    inside = (lon >= _OBFUSCATED_LON[0]) & (lon <= _OBFUSCATED_LON[1])
    inside &= (lat >= _OBFUSCATED_LAT[0]) & (lat <= _OBFUSCATED_LAT[1])
    return np.where(inside[:, None], wgs + np.column_stack((east, north)), wgs)


def gcj02_to_wgs84(points: ArrayLike) -> Points:
    """Return GCJ-02 degrees as WGS84 degrees, shape ``(n, 2)``; exact to 1e-9 degrees.

    Examples:
        >>> gcj02_to_wgs84(wgs84_to_gcj02([(116.404, 39.915)])).round(9)
        array([[116.404,  39.915]])
    """
    return _inverse(wgs84_to_gcj02, as_points(points))


def gcj02_to_bd09(points: ArrayLike) -> Points:
    """Return GCJ-02 degrees as BD-09 degrees, shape ``(n, 2)``.

    Examples:
        >>> gcj02_to_bd09([(116.404, 39.915)]).round(6)
        array([[116.410369,  39.921337]])
    """
    gcj = as_points(points)
    lon, lat = gcj[:, 0], gcj[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ANGLE)
    return np.column_stack((radius * np.cos(theta) + 0.0065, radius * np.sin(theta) + 0.006))


def bd09_to_gcj02(points: ArrayLike) -> Points:
    """Return BD-09 degrees as GCJ-02 degrees, shape ``(n, 2)``; exact to 1e-9 degrees.

    The closed form in general use is off by up to a metre, so the forward formula is
    inverted by iteration instead.
    """
    return _inverse(gcj02_to_bd09, as_points(points))


def wgs84_to_bd09(points: ArrayLike) -> Points:
    """Return WGS84 (or CGCS2000) degrees as BD-09 degrees, shape ``(n, 2)``."""
    return gcj02_to_bd09(wgs84_to_gcj02(points))


def bd09_to_wgs84(points: ArrayLike) -> Points:
    """Return BD-09 degrees as WGS84 degrees, shape ``(n, 2)``; exact to 1e-9 degrees."""
    return gcj02_to_wgs84(bd09_to_gcj02(points))


def _inverse(forward: Callable[[ArrayLike], Points], target: Points) -> Points:
    # Both shifts change slowly (Lipschitz constant below 0.05), so the fixed point is reached
    # within a dozen rounds; the bound only stops points that sit on the rectangle's edge.
    guess = target.copy()
    for _ in range(_INVERSE_ROUNDS):
        miss = target - forward(guess)
        guess += miss
        if not np.any(np.abs(miss) > _INVERSE_DEGREES):
            break
    return guess


def three_degree_zone(lon: float) -> int:
    """Return the EPSG code of the 3-degree CGCS2000 zone around a longitude.

    The codes 4534 to 4554 have central meridians 75, 78, … 135 degrees east and a false
    easting of 500 km without the zone's number. A longitude midway belongs to the eastern
    zone.

    Raises:
        ValueError: The longitude lies in none of these zones.

    Examples:
        >>> three_degree_zone(116.4), three_degree_zone(104.07)
        (4548, 4544)
    """
    meridian = int(np.floor((lon + 1.5) / 3.0)) * 3 if np.isfinite(lon) else 0
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        raise ValueError(f"longitude must lie from 73.5 to 136.5 degrees east, got {lon}")
    return _FIRST_ZONE_EPSG + (meridian - _FIRST_MERIDIAN) // 3


def to_zone(points: ArrayLike, epsg: int) -> Points:
    """Return CGCS2000 degrees as metres (easting, northing) of a projected system.

    Args:
        points: Longitude, latitude, shape ``(n, 2)``.
        epsg: Code of a projected system, as a rule from `three_degree_zone`.
    """
    return _projected(as_points(points), epsg, inverse=False)


def from_zone(points: ArrayLike, epsg: int) -> Points:
    """Return metres (easting, northing) of a projected system as CGCS2000 degrees."""
    return _projected(as_points(points), epsg, inverse=True)


def _projected(points: Points, epsg: int, *, inverse: bool) -> Points:
    if not len(points):
        return points
    direction = "INVERSE" if inverse else "FORWARD"
    x, y = _transformer(epsg).transform(points[:, 0], points[:, 1], direction=direction)
    return np.column_stack((x, y))


@lru_cache(maxsize=64)
def _transformer(epsg: int) -> "Transformer":
    from pyproj import Transformer

    # always_xy: these systems are defined northing first, and nothing here is.
    return Transformer.from_crs(4490, epsg, always_xy=True)


def to_cgcs2000(points: ArrayLike, system: CoordinateSystem, *, epsg: int | None = None) -> Points:
    """Return points of any supported system as CGCS2000 degrees, shape ``(n, 2)``.

    Args:
        points: Shape ``(n, 2)``, longitude or easting first.
        system: How to read them.
        epsg: The projected system's code, needed for ``PROJECTED`` alone.

    Raises:
        ValueError: ``PROJECTED`` comes without a code.
    """
    if system is CoordinateSystem.PROJECTED:
        return from_zone(points, _required(epsg))
    if system is CoordinateSystem.GCJ02:
        return gcj02_to_wgs84(points)
    if system is CoordinateSystem.BD09:
        return bd09_to_wgs84(points)
    return as_points(points)


def from_cgcs2000(points: ArrayLike, system: CoordinateSystem, *, epsg: int | None = None) -> Points:
    """Return CGCS2000 degrees in another system; the inverse of `to_cgcs2000`."""
    if system is CoordinateSystem.PROJECTED:
        return to_zone(points, _required(epsg))
    if system is CoordinateSystem.GCJ02:
        return wgs84_to_gcj02(points)
    if system is CoordinateSystem.BD09:
        return wgs84_to_bd09(points)
    return as_points(points)


def geometries_to_cgcs2000(
    geometries: ArrayLike, system: CoordinateSystem, *, epsg: int | None = None, swapped: bool = False
) -> NDArray[np.object_]:
    """Return shapely geometries, all vertices converted to CGCS2000 degrees.

    Args:
        geometries: Shapely geometries, shape ``(n,)``.
        system: How to read their coordinates.
        epsg: The projected system's code, for ``PROJECTED`` alone.
        swapped: The first coordinate is the latitude or northing.
    """
    shapes = np.asarray(geometries, dtype=object).copy()

    def converted(vertices: Points) -> Points:
        return to_cgcs2000(vertices[:, ::-1] if swapped else vertices, system, epsg=epsg)

    return np.atleast_1d(shapely.transform(shapes, converted))


def geometries_to_zone(geometries: ArrayLike, epsg: int) -> NDArray[np.object_]:
    """Return shapely geometries in CGCS2000 degrees as metres of a projected system."""
    shapes = np.asarray(geometries, dtype=object).copy()
    return np.atleast_1d(shapely.transform(shapes, lambda vertices: to_zone(vertices, epsg)))


def _required(epsg: int | None) -> int:
    if epsg is None:
        raise ValueError("a projected system needs its EPSG code, got none")
    return epsg
