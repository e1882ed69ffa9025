"""How things look on a black-and-white map: the only greys of paper, hatches in place of colours.

The greys are the tokens ``--ll-print-1`` to ``--ll-print-5`` of the style sheet; a printer has no style sheet, so
they stand here a second time and a test keeps them equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BLACK: Final = "#000000"
PAPER: Final = "#ffffff"
GREYS: Final = {1: "#ececec", 2: "#d9d9d9", 3: "#bbbbbb", 4: "#999999", 5: "#333333"}


@dataclass(frozen=True, slots=True)
class MapStyle:
    """Look of one layer; lengths in millimetres on paper.

    Args:
        fill: Colour of areas, or none.
        stroke: Colour of lines, or none.
        width_mm: Line width.
        dash_mm: Lengths of dash and gap.
        core: Colour of a narrower line inside the line, dashed when ``dash_mm`` is given (railways, roads).
        hatch_degrees: Directions of hatch lines.
        hatch_mm: Distance between hatch lines.
        mark: Symbol for points.
    """

    fill: str = "none"
    stroke: str = "none"
    width_mm: float = 0.0
    dash_mm: tuple[float, float] | None = None
    core: str = ""
    hatch_degrees: tuple[float, ...] = ()
    hatch_mm: float = 1.3
    mark: Literal["", "square", "circle", "triangle"] = ""


STYLES: Final[dict[str, MapStyle]] = {
    "water": MapStyle(fill=GREYS[1]),
    "green": MapStyle(fill=PAPER, stroke=GREYS[3], width_mm=0.15, dash_mm=(0.5, 0.5)),
    "parcel": MapStyle(fill="none", stroke=GREYS[3], width_mm=0.15),
    "building": MapStyle(fill=GREYS[2]),
    "road": MapStyle(stroke=GREYS[3], width_mm=0.9, core=PAPER),
    "rail": MapStyle(stroke=GREYS[4], width_mm=0.8, dash_mm=(2.0, 2.0), core=PAPER),
    "border": MapStyle(stroke=BLACK, width_mm=0.6),
    "border-abolished": MapStyle(stroke=BLACK, width_mm=0.3, dash_mm=(1.5, 1.0)),
    "border-outer": MapStyle(stroke=BLACK, width_mm=1.0),
    "hatch-rising": MapStyle(hatch_degrees=(45.0,)),
    "hatch-falling": MapStyle(hatch_degrees=(-45.0,)),
    "hatch-level": MapStyle(hatch_degrees=(0.0,)),
    "hatch-crossed": MapStyle(hatch_degrees=(45.0, -45.0), hatch_mm=1.8),
    "outline": MapStyle(stroke=BLACK, width_mm=0.3),
    "mark-square": MapStyle(mark="square"),
    "mark-circle": MapStyle(mark="circle"),
    "mark-triangle": MapStyle(mark="triangle"),
}
