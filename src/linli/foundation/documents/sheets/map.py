"""A map as SVG: layers, names, north arrow and scale bar."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np
import shapely
from shapely.geometry import Point, box

from linli.foundation.documents.sheets.drawing import Frame, MapDrawing, MapLayer, frame_of
from linli.foundation.documents.sheets.labels import NAME_MM, Box, labels_svg
from linli.foundation.documents.sheets.shapes import MARK_MM, UNIT, layer_svg
from linli.foundation.documents.sheets.styles import BLACK, PAPER, STYLES
from linli.foundation.documents.text import one_line
from linli.foundation.documents.typesetting import FONT

ARROW_MM = 15.0
BAR_MM = 32.0


def map_svg(
    drawing: MapDrawing,
    *,
    width_mm: float = 156.0,
    height_mm: float = 110.0,
    name_mm: float = NAME_MM,
    has_furniture: bool = True,
) -> str:
    """Return a drawing as a black-and-white SVG of the given size on paper.

    Args:
        drawing: Layers and names in metres.
        width_mm: Width on paper.
        height_mm: Height on paper.
        name_mm: Height of a name.
        has_furniture: Whether frame line and scale bar are drawn; a map sheet has its own.

    Raises:
        MapEmpty: There is nothing to draw.
        DescriptionUnfit: A size or a coordinate makes no sense.
    """
    frame = frame_of(drawing, width_mm=width_mm, height_mm=height_mm)
    width, height = round(width_mm * UNIT), round(height_mm * UNIT)
    arrow: Box = (width_mm - 14.0, 3.0, width_mm - 3.0, 3.0 + ARROW_MM)
    obstacles = [arrow, *_boxes_of_marks(drawing, frame)]
    parts = [layer_svg(layer, frame) for layer in drawing.layers]
    if has_furniture:
        obstacles.append((0.0, height_mm - 13.0, BAR_MM + 32.0, height_mm))
    parts.append(labels_svg(drawing.labels, frame, obstacles=obstacles, name_mm=name_mm))
    parts.append(_north_arrow(arrow))
    if has_furniture:
        bar = _scale_bar(frame.scale)
        parts.append(
            f'<rect x="0" y="{height - 1200}" width="{round((BAR_MM + 32) * UNIT)}" height="1200" fill="{PAPER}" '
            f'stroke="{BLACK}" stroke-width="20"/>'
            f'<g transform="translate(300 {height - 1050})">{bar}</g>'
            f'<rect x="10" y="10" width="{width - 20}" height="{height - 20}" fill="none" stroke="{BLACK}" '
            'stroke-width="20"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(one_line(drawing.description))}>'
        f'<clipPath id="frame"><rect width="{width}" height="{height}"/></clipPath>'
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/><g clip-path="url(#frame)">{"".join(parts)}</g></svg>'
    )


def scale_bar_svg(scale: int) -> str:
    """Return number and bar of a scale as an SVG of its own, 64 mm × 9 mm."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="64mm" height="9mm" viewBox="0 0 6400 900">'
        f"{_scale_bar(scale)}</svg>"
    )


def swatch_svg(style: str) -> str:
    """Return the legend's sample of a style, 8 mm × 4 mm."""
    frame = Frame(8.0, 4.0, 1000, 4.0, 2.0)
    look = STYLES[style]
    shapes = []
    if look.mark:
        shapes = [MapLayer(style, [Point(4, 2)])]
    elif look.fill != "none" or look.hatch_degrees or style in {"parcel", "outline"}:
        area = box(0.3, 0.3, 7.7, 3.7)
        shapes = [MapLayer(style, [area])] + ([MapLayer("outline", [area])] if style != "outline" else [])
    else:
        shapes = [MapLayer(style, [shapely.LineString([(0, 2), (8, 2)])])]
    drawn = "".join(layer_svg(layer, frame) for layer in shapes)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="8mm" height="4mm" viewBox="0 0 800 400">'
        f'<clipPath id="s"><rect width="800" height="400"/></clipPath><g clip-path="url(#s)">{drawn}</g></svg>'
    )


def bar_length(scale: int) -> int:
    """Return the ground length in metres of a scale bar of at most 32 mm: 1, 2 or 5 times a power of ten.

    Examples:
        >>> [bar_length(scale) for scale in (1000, 5000, 18000)]
        [20, 100, 500]
    """
    longest = BAR_MM * scale / 1000
    power = 10 ** int(np.floor(np.log10(longest)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= longest))


def _scale_bar(scale: int) -> str:
    metres = bar_length(scale)
    length = metres / scale * 1000 * UNIT
    number = f"{scale:,}".replace(",", " ")
    unit = f"{metres // 1000} km" if metres % 1000 == 0 else f"{metres} m"
    middle = f"{metres / 2000:g}" if metres % 1000 == 0 else f"{metres / 2:g}"
    start = 2300
    ticks = "".join(f"M{start + length * share:.0f} {470}v{260}" for share in (0, 0.5, 1))
    names = "".join(
        f'<text x="{start + length * share:.0f}" y="380" text-anchor="middle">{text}</text>'
        for share, text in ((0, "0"), (0.5, middle), (1, unit))
    )
    return (
        f'<g font-family="{FONT}" font-size="290" fill="{BLACK}"><text x="0" y="710" font-size="350">1:{number}</text>'
        f'{names}<path d="{ticks}M{start} 600h{length:.0f}" fill="none" stroke="{BLACK}" stroke-width="35"/></g>'
    )


def _north_arrow(place: Box) -> str:
    x = (place[0] + place[2]) / 2 * UNIT
    y = (place[1] + 5.0) * UNIT
    return (
        f'<path d="M{x:.0f} {y:.0f}l230 1000l-230 -160l-230 160z" fill="{BLACK}"/><text x="{x:.0f}" y="{y - 90:.0f}" '
        f'font-family="{FONT}" font-size="390" text-anchor="middle" fill="{BLACK}" stroke="{PAPER}" stroke-width="90" '
        'paint-order="stroke">北</text>'
    )


def _boxes_of_marks(drawing: MapDrawing, frame: Frame) -> list[Box]:
    points = [
        point
        for layer in drawing.layers
        if STYLES[layer.style].mark
        for point in shapely.get_coordinates(shapely.point_on_surface(list(layer.shapes))).tolist()
    ]
    if not points:
        return []
    return [(x - MARK_MM, y - MARK_MM, x + MARK_MM, y + MARK_MM) for x, y in frame.on_paper(np.array(points)).tolist()]
