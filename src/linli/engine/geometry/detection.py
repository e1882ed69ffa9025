"""Which coordinate system a file is in, told by where its points would lie."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely import MultiPolygon, Polygon

from linli.engine.geometry.datum import CoordinateSystem, Points, as_points, to_cgcs2000

_WEB_MERCATOR = 3857


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the points of a file, and how many then lie inside the district.

    Attributes:
        system: Coordinate system.
        epsg: Code of the projected system; None for degrees.
        swapped: The first coordinate is the latitude or northing.
        share: Share of the points inside the outline, 0 to 1.
    """

    system: CoordinateSystem
    epsg: int | None
    swapped: bool
    share: float

    @property
    def is_projected(self) -> bool:
        """Whether the numbers are metres."""
        return self.system is CoordinateSystem.PROJECTED


@dataclass(frozen=True, slots=True)
class SystemVerdict:
    """All readings, best first, and whether the best one stands out.

    Attributes:
        readings: Readings by falling share; equal shares stand in the order CGCS2000,
            GCJ-02, BD-09, projected, straight before swapped.
        is_clear: The best reading has enough points inside and leads the next by the margin.
    """

    readings: tuple[Reading, ...]
    is_clear: bool

    @property
    def best(self) -> Reading:
        """The reading with the largest share."""
        return self.readings[0]

    def share_of(self, system: CoordinateSystem, *, epsg: int | None = None, swapped: bool = False) -> float:
        """Return the share inside for one reading; WGS84 counts as CGCS2000; 0 if never tried."""
        wanted = CoordinateSystem.CGCS2000 if system is CoordinateSystem.WGS84 else system
        for reading in self.readings:
            if (reading.system, reading.epsg, reading.swapped) == (wanted, epsg, swapped):
                return reading.share
        return 0.0


def detect_system(
    points: ArrayLike, outline_cgcs2000: Polygon | MultiPolygon, *, least_share: float = 0.9, margin: float = 0.05
) -> SystemVerdict:
    """Judge the coordinate system of points by the share inside the district's outline.

    Tried are degrees as CGCS2000 (the same as WGS84 here), GCJ-02 and BD-09, and metres in
    the 3-degree and 6-degree CGCS2000 zones around the outline (with and without the zone's
    number before the easting) and in web Mercator; each straight and with swapped axes.

    Args:
        points: Shape ``(n, 2)``, in the file's own numbers and order. Rows that are not
            finite are left out.
        outline_cgcs2000: District outline in CGCS2000 degrees.
        least_share: A clear verdict needs at least this share inside.
        margin: A clear verdict leads the next reading by more than this.

    Raises:
        ValueError: No row has two finite numbers.

    Notes:
        Shifts between the systems are 0.5 to 1 km: points deep inside a large district lie
        inside under all readings, and then no verdict is clear.
    """
    given = as_points(points)
    given = given[np.isfinite(given).all(axis=1)]
    if not len(given):
        raise ValueError("no point has two finite coordinates")
    shapely.prepare(outline_cgcs2000)
    readings = [
        Reading(system, epsg, swapped, _share_inside(given, system, epsg, swapped, outline_cgcs2000))
        for system, epsg in _candidates(given, outline_cgcs2000)
        for swapped in (False, True)
    ]
    readings.sort(key=lambda reading: -reading.share)
    lead = readings[0].share - readings[1].share
    return SystemVerdict(tuple(readings), is_clear=readings[0].share >= least_share and lead > margin)


def _candidates(given: Points, outline: Polygon | MultiPolygon) -> list[tuple[CoordinateSystem, int | None]]:
    degrees = [CoordinateSystem.CGCS2000, CoordinateSystem.GCJ02, CoordinateSystem.BD09]
    if float(np.median(np.abs(given).max(axis=1))) <= 360.0:
        return [(system, None) for system in degrees]
    west, _, east, _ = outline.bounds
    threes = range(round(west / 3) * 3 - 3, round(east / 3) * 3 + 4, 3)
    codes = [4534 + (meridian - 75) // 3 for meridian in threes if 75 <= meridian <= 135]
    codes += [4513 + (meridian - 75) // 3 for meridian in threes if 75 <= meridian <= 135]
    sixes = [meridian for meridian in threes if 75 <= meridian <= 135 and meridian % 6 == 3]
    # The 6-degree zones without a number share their metres with the 3-degree zone of the same meridian.
    codes += [4491 + (meridian - 75) // 6 for meridian in sixes]
    return [(CoordinateSystem.PROJECTED, code) for code in [*codes, _WEB_MERCATOR]]


def _share_inside(
    given: Points, system: CoordinateSystem, epsg: int | None, swapped: bool, outline: Polygon | MultiPolygon
) -> float:
    read = to_cgcs2000(given[:, ::-1] if swapped else given, system, epsg=epsg)
    # Projections give infinity far outside their zone.
    read = np.where(np.isfinite(read), read, -999.0)
    return float(shapely.intersects_xy(outline, read[:, 0], read[:, 1]).mean())
