"""Shapes as SVG paths in hundredths of a millimetre."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.foundation.documents.errors import DescriptionUnfit
from linli.foundation.documents.sheets.drawing import Frame, MapLayer
from linli.foundation.documents.sheets.styles import BLACK, STYLES, MapStyle

UNIT = 100
# Shapes are cut this far outside the frame, so that the cut itself is never seen.
OVERSHOOT_MM = 5.0
HATCH_WIDTH_MM = 0.18
MARK_MM = 1.1
POINT, POLYGON = 0, 3


def layer_svg(layer: MapLayer, frame: Frame) -> str:
    """Return one layer as SVG elements; shapes outside the frame are left out.

    Raises:
        DescriptionUnfit: A coordinate is not a number.
    """
    style = STYLES[layer.style]
    shapes = _visible(np.asarray(list(layer.shapes), dtype=object), frame)
    if not len(shapes):
        return ""
    if style.mark:
        return _marks(shapes, frame, style)
    if style.hatch_degrees:
        return _hatch(shapes, frame, style)
    path = path_of(shapes, frame)
    drawn = f'<path d="{path}" fill="{style.fill}"{_stroke(style)}/>'
    if style.core:
        drawn += f'<path d="{path}" fill="none"{_stroke(style, is_core=True)}/>'
    return drawn


def path_of(shapes: NDArray[np.object_], frame: Frame) -> str:
    """Return areas as closed rings and lines as open ones, in one path with relative steps."""
    kinds = shapely.get_type_id(shapes)
    pieces = []
    # Holes run against their outer ring: so they stay open, and overlapping areas do not cancel out.
    areas = shapely.orient_polygons(shapes[kinds == POLYGON])
    for lines, end in ((shapely.get_rings(areas), "z"), (shapes[(kinds > POINT) & (kinds < 3)], "")):
        coordinates, owner = shapely.get_coordinates(lines, return_index=True)
        if not len(coordinates):
            continue
        if not np.isfinite(coordinates).all():
            raise DescriptionUnfit(part="地图坐标", expected="有限的米制坐标", found="NaN")
        points = np.rint(frame.on_paper(coordinates) * UNIT).astype(np.int64)
        is_new = np.ones(len(points), dtype=bool)
        is_new[1:] = (points[1:] != points[:-1]).any(axis=1) | (owner[1:] != owner[:-1])
        points, owner = points[is_new], owner[is_new]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        steps = np.diff(points, axis=0, prepend=0)
        stops = np.r_[starts[1:], len(points)]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            if stop - start < 2:
                continue
            x, y = points[start].tolist()
            pieces.append(f"M{x} {y}l{' '.join(map(str, steps[start + 1 : stop].ravel().tolist()))}{end}")
    return "".join(pieces)


def _visible(shapes: NDArray[np.object_], frame: Frame) -> NDArray[np.object_]:
    """Return the simple parts of ``shapes`` near the frame, cut where they reach far beyond it."""
    while len(shapes) and (shapely.get_type_id(shapes) > POLYGON).any():
        shapes = shapely.get_parts(shapes)
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        return shapes
    west, south, east, north = frame.reach(OVERSHOOT_MM)
    bounds = shapely.bounds(shapes)
    near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    shapes, bounds = shapes[near | np.isnan(bounds).any(axis=1)], bounds[near]
    if len(shapes) != len(bounds):
        raise DescriptionUnfit(part="地图坐标", expected="有限的米制坐标", found="NaN")
    over = (bounds[:, 0] < west) | (bounds[:, 2] > east) | (bounds[:, 1] < south) | (bounds[:, 3] > north)
    if over.any():
        cut = shapely.get_parts(shapely.clip_by_rect(shapes[over], west, south, east, north))
        shapes = np.concatenate([shapes[~over], cut[~shapely.is_empty(cut)]])
    return shapes


def _stroke(style: MapStyle, *, is_core: bool = False) -> str:
    if style.stroke == "none":
        return ""
    width = style.width_mm * (0.62 if is_core else 1.0) * UNIT
    is_dashed = style.dash_mm is not None and (is_core or not style.core)
    dash = ""
    if is_dashed and style.dash_mm is not None:
        dash = f' stroke-dasharray="{" ".join(f"{part * UNIT:g}" for part in style.dash_mm)}"'
    color = style.core if is_core else style.stroke
    return f' stroke="{color}" stroke-width="{width:g}" stroke-linejoin="round"{dash}'


def _hatch(shapes: NDArray[np.object_], frame: Frame, style: MapStyle) -> str:
    """Return hatch lines as real lines: patterns print with seams and differ between readers."""
    ground = style.hatch_mm * frame.scale / 1000
    area = shapely.union_all(shapely.make_valid(shapes[shapely.get_type_id(shapes) == POLYGON]))
    west, south, east, north = area.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    radius = float(np.hypot(east - west, north - south)) / 2
    drawn = []
    shapely.prepare(area)
    for degrees in style.hatch_degrees:
        angle = np.deg2rad(degrees)
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        # Counted from the origin of the ground, so that neighbouring shapes share their lines.
        origin = float(middle @ across)
        first, last = np.ceil((origin - radius) / ground), np.floor((origin + radius) / ground)
        offsets = np.arange(first, last + 1)[:, None] * ground
        centres = offsets * across + float(middle @ along) * along
        lines = shapely.linestrings(np.stack([centres - radius * along, centres + radius * along], axis=1))
        cut = shapely.get_parts(shapely.get_parts(shapely.intersection(lines, area)))
        drawn.append(path_of(cut, frame))
    return (
        f'<path d="{"".join(drawn)}" fill="none" stroke="{BLACK}" stroke-width="{HATCH_WIDTH_MM * UNIT:g}"/>'
        if any(drawn)
        else ""
    )


def _marks(shapes: NDArray[np.object_], frame: Frame, style: MapStyle) -> str:
    points = np.rint(frame.on_paper(shapely.get_coordinates(shapely.point_on_surface(shapes))) * UNIT).astype(int)
    half = round(MARK_MM * UNIT)
    symbol = {
        "square": "M{x} {y}m-{h} -{h}h{d}v{d}h-{d}z",
        "circle": "M{x} {y}m-{h} 0a{h} {h} 0 1 0 {d} 0a{h} {h} 0 1 0 -{d} 0z",
        "triangle": "M{x} {y}m0 -{h}l{h} {d}h-{d}z",
    }[style.mark or "square"]
    path = "".join(symbol.format(x=x, y=y, h=half, d=2 * half) for x, y in points.tolist())
    return f'<path d="{path}" fill="{BLACK}" stroke="#ffffff" stroke-width="{0.3 * UNIT:g}" paint-order="stroke"/>'
