"""The coordinate system of a layer: what the file names, held against its own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables import Features
from linli.foundation.tables.faults import refused

if TYPE_CHECKING:
    from pyproj import CRS

Rows = NDArray[np.bool_]
#: Longitudes and latitudes of China, rounded outward: numbers within are degrees, whatever the file says.
CHINA = (73.0, 3.0, 136.0, 54.0)
#: No layer of metres is as small as a district is in degrees.
LARGEST_IN_DEGREES = 10.0
#: Two heaps of shapes this far apart, and ten times as far as either is wide, are no one district.
APART_M = 1_000_000.0
APART_TO_WIDTH = 10.0
LISTED = 5


@dataclass(frozen=True, slots=True)
class LayerSystem:
    """How a layer's coordinates are read.

    Attributes:
        crs: The system; None where only metres are known.
        name: As it is told: an EPSG code, else the system's own name; empty for unknown metres.
        notes: What was taken for granted.
    """

    crs: CRS | None
    name: str
    notes: tuple[str, ...] = ()


def system_of(features: Features, *, stated: str, file: str) -> LayerSystem:
    """Return how to read a layer's coordinates.

    Args:
        features: The layer.
        stated: System as the reader states it, such as ``EPSG:4490``; empty to believe the file.
        file: Name of the file, for messages.

    Raises:
        ValidationFaults: Nobody knows the system, the numbers contradict it, or the file mixes two.
    """
    from pyproj import CRS

    bounds = shapely.bounds(np.array(features.geometries, dtype=object))
    if features.unknown_srs and not stated:
        raise refused(
            file,
            code="crs-unknown",
            expected=_("能识别的坐标系"),
            found=_("编号 %(number)s") % {"number": features.unknown_srs},
            remedy=_("请核对坐标系，或用 --crs EPSG:编号 指明"),
        )
    said = stated or features.crs
    crs = None
    if said:
        try:
            crs = CRS.from_user_input(said)
        except Exception as fault:
            raise _not_understood(said, file) from fault
    known = np.isfinite(bounds).all(axis=1)
    degrees = known & _within(bounds, (-180.0, -90.0, 180.0, 90.0))
    if crs is None:
        return _undeclared(known, degrees, file)
    if crs.is_geographic:
        _check_degrees(known, degrees, file, name=_name(crs))
    else:
        _check_metres(bounds, known, file, name=_name(crs))
    _check_one_place(bounds, known, file, unit_m=111_000.0 if crs.is_geographic else _unit(crs))
    return LayerSystem(crs, _name(crs))


def _undeclared(known: Rows, degrees: Rows, file: str) -> LayerSystem:
    from pyproj import CRS

    if not known.any() or degrees[known].all():
        return LayerSystem(CRS.from_epsg(4326), "EPSG:4326", (_("文件没有写明坐标系，数值像经纬度，按 WGS84 读取"),))
    if degrees.any():
        raise _mixed(np.flatnonzero(known & degrees), np.flatnonzero(known & ~degrees), file)
    return LayerSystem(None, "", (_("文件没有写明坐标系，数值按米读取；请用 --crs EPSG:编号 指明"),))


def _check_degrees(known: Rows, degrees: Rows, file: str, *, name: str) -> None:
    if known.any() and not degrees.any():
        raise refused(
            file,
            code="crs-not-degrees",
            expected=_("%(name)s 的经纬度") % {"name": name},
            found=_("超出经纬度范围的数值"),
            remedy=_("请核对坐标系和经纬度的先后，或用 --crs EPSG:编号 指明"),
        )
    if (known & ~degrees).any():
        raise _mixed(np.flatnonzero(known & degrees), np.flatnonzero(known & ~degrees), file)


def _check_metres(bounds: NDArray[np.float64], known: Rows, file: str, *, name: str) -> None:
    like_degrees = known & _within(bounds, CHINA)
    if not like_degrees.any():
        return
    others = known & ~like_degrees
    near = bounds[like_degrees]
    size = (near[:, 2:].max(axis=0) - near[:, :2].min(axis=0)).max()
    if not others.any() and size < LARGEST_IN_DEGREES:
        raise refused(
            file,
            code="crs-not-metres",
            expected=_("%(name)s 的米") % {"name": name},
            found=_("像经纬度的数值"),
            remedy=_("请核对坐标系，或用 --crs EPSG:4490 指明"),
        )
    if others.any() and np.abs(bounds[others]).max(axis=1).min() > 100_000:
        raise _mixed(np.flatnonzero(like_degrees), np.flatnonzero(others), file)


def _check_one_place(bounds: NDArray[np.float64], known: Rows, file: str, *, unit_m: float) -> None:
    """Refuse shapes in two heaps a thousand kilometres apart: zones with and without number, swapped axes, zeros."""
    rows = np.flatnonzero(known)
    for axis in (0, 1):
        middle = (bounds[rows, axis] + bounds[rows, axis + 2]) / 2 * unit_m
        order = np.argsort(middle, kind="stable")
        steps = np.diff(middle[order])
        if not len(steps):
            return
        cut = int(np.argmax(steps))
        low, high = middle[order[: cut + 1]], middle[order[cut + 1 :]]
        widest = max(float(np.ptp(low)), float(np.ptp(high)))
        if steps[cut] > APART_M and steps[cut] > APART_TO_WIDTH * widest:
            raise _mixed(rows[order[: cut + 1]], rows[order[cut + 1 :]], file)


def _within(bounds: NDArray[np.float64], box: tuple[float, float, float, float]) -> Rows:
    west, south, east, north = box
    return np.asarray(
        (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
    )


def _mixed(some: NDArray[np.int64], others: NDArray[np.int64], file: str) -> ValidationFaults:
    few = min(some, others, key=len)
    listed = "、".join(str(row + 1) for row in np.sort(few)[:LISTED].tolist())
    more = _("等") if len(few) > LISTED else ""
    return refused(
        file,
        code="systems-mixed",
        expected=_("同一坐标系的图形"),
        found=_("第 %(rows)s%(more)s 个图形（共 %(count)d 个）与其余的不在一个坐标系")
        % {"rows": listed, "more": more, "count": len(few)},
        remedy=_("请把它们分成两个文件，各自指明坐标系"),
    )


def _not_understood(said: str, file: str) -> ValidationFaults:
    return refused(
        file,
        code="crs-unknown",
        expected=_("能识别的坐标系"),
        found=said[:80],
        remedy=_("请写成 EPSG:编号，如 EPSG:4490"),
    )


def _name(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _unit(crs: Any) -> float:
    return float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
