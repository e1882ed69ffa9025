"""Map sheets (A3, PDF) and maps as SVG, in black ink."""

from __future__ import annotations

from linli.foundation.documents.sheets.drawing import Frame, Label, MapDrawing, MapLayer, frame_of
from linli.foundation.documents.sheets.map import map_svg
from linli.foundation.documents.sheets.sheet import LegendEntry, MapSheet, Passage, SideTable, write_map_sheet
from linli.foundation.documents.sheets.styles import STYLES, MapStyle
from linli.foundation.documents.typesetting import svg_to_png

__all__ = [
    "STYLES",
    "Frame",
    "Label",
    "LegendEntry",
    "MapDrawing",
    "MapLayer",
    "MapSheet",
    "MapStyle",
    "Passage",
    "SideTable",
    "frame_of",
    "map_svg",
    "svg_to_png",
    "write_map_sheet",
]
