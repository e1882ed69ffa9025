"""What a map consists of, and its scale on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.foundation.documents.errors import DescriptionUnfit, MapEmpty
from linli.foundation.documents.sheets.styles import STYLES

SCALES = (200, 250, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 7500, 8000)
STEPS = (1.0, 1.2, 1.5, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
# Free paper between the outermost shape and the frame, as a share of the frame.
PADDING = 0.04


@dataclass(frozen=True, slots=True)
class MapLayer:
    """Shapes of one look, drawn in the order of the layers.

    Args:
        style: A name of `STYLES`.
        shapes: Geometries in metres of one projected system, east then north.
        is_backdrop: Whether the layer may reach beyond the frame instead of widening it.
    """

    style: str
    shapes: Sequence[BaseGeometry]
    is_backdrop: bool = False

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise DescriptionUnfit(part="地图图层样式", expected="、".join(STYLES), found=self.style)


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map, centred on a point; earlier labels choose their place first.

    Args:
        text: The name.
        x: Metres east.
        y: Metres north.
        below: Smaller second line, such as a count.
        is_faint: A name of nature or streets: smaller, not bold.
    """

    text: str
    x: float
    y: float
    below: str = ""
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """A map: layers from the lowest to the topmost, and names.

    Args:
        layers: At least one shape in all.
        labels: Names, the weightiest first.
        focus: Bounds to show (west, south, east, north) in metres; those of the layers when missing.
        description: What the map shows, for screen readers.
    """

    layers: Sequence[MapLayer]
    labels: Sequence[Label] = ()
    focus: tuple[float, float, float, float] | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of paper over the ground.

    Args:
        width_mm: Width on paper.
        height_mm: Height on paper.
        scale: Denominator: 18000 for 1:18 000.
        east: Metres east at the centre.
        north: Metres north at the centre.
    """

    width_mm: float
    height_mm: float
    scale: int
    east: float
    north: float

    def on_paper(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ground coordinates, shape ``(n, 2)``, as millimetres from the top left corner of the frame."""
        per_metre = 1000.0 / self.scale
        paper: NDArray[np.float64] = (coordinates - (self.east, self.north)) * (per_metre, -per_metre)
        paper += (self.width_mm / 2, self.height_mm / 2)
        return paper

    def reach(self, beyond_mm: float = 0.0) -> tuple[float, float, float, float]:
        """Return the ground bounds of the frame, widened by some paper."""
        across = (self.width_mm / 2 + beyond_mm) * self.scale / 1000
        along = (self.height_mm / 2 + beyond_mm) * self.scale / 1000
        return (self.east - across, self.north - along, self.east + across, self.north + along)


def round_scale(least: float) -> int:
    """Return the smallest customary scale denominator that is not below ``least``.

    Examples:
        >>> [round_scale(least) for least in (1.0, 4200.0, 15500.0, 81000.0)]
        [200, 5000, 18000, 100000]
    """
    for scale in SCALES:
        if scale >= least:
            return scale
    power: int = 10 ** math.floor(math.log10(least))
    return next(round(step * power) for step in (*STEPS, 10.0) if step * power >= least * (1 - 1e-12))


def frame_of(drawing: MapDrawing, *, width_mm: float, height_mm: float) -> Frame:
    """Return the frame that shows a drawing as large as a customary scale allows.

    Raises:
        MapEmpty: There is nothing to draw and no focus.
        DescriptionUnfit: The frame has no area, or a coordinate is not a number.
    """
    if width_mm <= 0 or height_mm <= 0:
        raise DescriptionUnfit(part="图幅", expected="宽和高都大于 0 毫米", found=f" {width_mm}×{height_mm}")
    bounds = np.asarray(drawing.focus, dtype=float) if drawing.focus else _bounds_of(drawing)
    if not np.isfinite(bounds).all():
        raise DescriptionUnfit(part="地图坐标", expected="有限的米制坐标", found=str(bounds.tolist()))
    west, south, east, north = (float(edge) for edge in bounds)
    room = 1 - 2 * PADDING
    least = 1000 * max((east - west) / (width_mm * room), (north - south) / (height_mm * room), 1e-3)
    return Frame(width_mm, height_mm, round_scale(least), (west + east) / 2, (south + north) / 2)


def _bounds_of(drawing: MapDrawing) -> NDArray[np.float64]:
    layers = [layer for layer in drawing.layers if not layer.is_backdrop] or list(drawing.layers)
    shapes = [shape for layer in layers for shape in layer.shapes if not shape.is_empty]
    if not shapes:
        raise MapEmpty()
    bounds: NDArray[np.float64] = shapely.total_bounds(shapes)
    return bounds
