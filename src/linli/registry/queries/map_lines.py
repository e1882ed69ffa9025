"""Roads, railways and waters as the files of the map draw them."""

from __future__ import annotations

import numpy as np
import shapely

from linli.foundation.ui.map_files import LineEntry, Origin, encode_street
from linli.registry.models import District, TerrainLine

#: How the map draws each kind of line.
LINE_LOOK = {
    TerrainLine.Kind.ARTERIAL: "main",
    TerrainLine.Kind.ROAD: "street",
    TerrainLine.Kind.LANE: "lane",
    TerrainLine.Kind.RIVER: "river",
    TerrainLine.Kind.STREAM: "canal",
    TerrainLine.Kind.RAILWAY: "rail",
    TerrainLine.Kind.EXPRESSWAY: "expressway",
}
WATERS = (TerrainLine.Kind.RIVER, TerrainLine.Kind.STREAM)
ROADS = (TerrainLine.Kind.ARTERIAL, TerrainLine.Kind.ROAD, TerrainLine.Kind.LANE, TerrainLine.Kind.EXPRESSWAY)
#: Good enough for the picture of a bridge.
DEGREES_PER_M = 1 / 111_000
#: Shorter pieces are streets that end at the bank.
LEAST_BRIDGE_M = 20


def line_entries(district: District, origin: Origin) -> list[LineEntry]:
    """Return roads, railways and waters; where a road crosses a water, its piece over it once more as a bridge."""
    lines = list(TerrainLine.objects.filter(district=district))
    entries = [
        LineEntry(
            kind=LINE_LOOK[TerrainLine.Kind(line.kind)],
            name=line.name,
            width=line.width_m,
            line=encode_street(part, origin=origin),
        )
        for line in lines
        for part in shapely.get_parts(line.course)
    ]
    waters = [line.course.buffer(line.width_m / 2 * DEGREES_PER_M) for line in lines if line.kind in WATERS]
    roads = [line.course for line in lines if line.kind in ROADS]
    over_water = shapely.intersection(np.array(roads, dtype=object), shapely.union_all(waters)) if waters else []
    entries += [
        LineEntry(kind="bridge", name="", line=encode_street(piece, origin=origin))
        for piece in shapely.get_parts(np.asarray(over_water, dtype=object))
        if piece.geom_type == "LineString" and piece.length > LEAST_BRIDGE_M * DEGREES_PER_M
    ]
    return entries
