"""Building footprints: rows of slabs, towers, sheds and halls inside the blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from linli.sample.graph import Floats, Ints
from linli.sample.terrain import Terrain


@dataclass(frozen=True, slots=True)
class Style:
    """How buildings stand: length along the row, depth, gaps beside and between rows, all metres."""

    length: float
    depth: float
    side_gap: float
    row_gap: float
    setback: float
    share: float
    homes: float


STYLES: dict[str, Style] = {
    "slab": Style(43.0, 12.5, 10.0, 19.0, 16.5, 0.96, 30.0),
    "long_slab": Style(58.0, 13.0, 12.0, 21.0, 17.0, 0.96, 42.0),
    "tower": Style(26.0, 20.0, 18.0, 22.0, 18.0, 0.95, 56.0),
    "cottage": Style(19.0, 14.0, 9.0, 13.0, 16.0, 0.85, 7.0),
    "mall": Style(66.0, 44.0, 14.0, 18.0, 17.0, 0.95, 0.0),
    "school": Style(54.0, 14.0, 15.0, 24.0, 18.0, 0.62, 0.0),
    "shed": Style(74.0, 30.0, 10.0, 14.0, 16.0, 0.88, 0.0),
    "hall": Style(44.0, 19.0, 16.0, 22.0, 18.0, 0.75, 0.0),
}
STYLE_OF_KIND = {"commercial": "mall", "campus": "school", "works": "shed", "public": "hall"}


def building_land(terrain: Terrain) -> list[Polygon]:
    """Return each parcel without water, tracks and expressway, in local metres; whole where nothing would be left."""
    bands = [
        path.buffer(cut.width_m / 2 + 6.0)
        for cut, path in zip(terrain.cuts, terrain.local_paths, strict=True)
        if path is not None and cut.kind in ("river", "stream", "railway", "expressway")
    ]
    left = shapely.difference(np.array(terrain.shapes), shapely.union_all(bands))
    parts = [_largest(shape) for shape in left]
    return [whole if part.is_empty else part for part, whole in zip(parts, terrain.shapes, strict=True)]


def _largest(shape: shapely.Geometry) -> Polygon:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area, default=Polygon())


def place(land: list[Polygon], styles: list[str | None], rng: np.random.Generator) -> tuple[list[Polygon], Ints]:
    """Fill land with buildings.

    Args:
        land: Ground per parcel, local metres.
        styles: Key of ``STYLES`` per parcel, ``None`` for nothing.
        rng: Decides which places stay empty.

    Returns:
        Footprints in local metres and the parcel of each.
    """
    corners: list[Floats] = []
    owner: list[int] = []
    insets = [
        _largest(shape.buffer(-STYLES[style].setback)) if style else Polygon()
        for shape, style in zip(land, styles, strict=True)
    ]
    for parcel, (inset, style) in enumerate(zip(insets, styles, strict=True)):
        if style is None or inset.is_empty:
            continue
        made = _rows(np.asarray(inset.exterior.coords), STYLES[style], rng)
        corners.extend(made)
        owner.extend([parcel] * len(made))
    boxes = shapely.polygons(np.array(corners))
    holders = np.array(insets)
    shapely.prepare(holders)
    owners = np.array(owner, dtype=np.int64)
    keep = shapely.covers(shapely.buffer(holders, 1.5)[owners], boxes)
    bare = [p for p, style in enumerate(styles) if style is not None and p not in set(owners[keep].tolist())]
    single = [_single(land[p]) for p in bare]
    return [*boxes[keep], *single], np.concatenate([owners[keep], np.array(bare, dtype=np.int64)])


def _single(shape: Polygon) -> Polygon:
    """Return one small building in the middle of ground too narrow for rows."""
    reach = shapely.maximum_inscribed_circle(shape, tolerance=1.0)
    (x, y), room = reach.coords[0], 0.7 * reach.length
    return shapely.box(x - min(14.0, room), y - min(6.0, room), x + min(14.0, room), y + min(6.0, room))


def _rows(ring: Floats, style: Style, rng: np.random.Generator) -> list[Floats]:
    """Return corners of the buildings of one block, rows along the block's own direction, faces to the south."""
    step = np.diff(ring, axis=0)
    size = np.hypot(step[:, 0], step[:, 1])
    angle = float(np.angle((size * np.exp(4j * np.arctan2(step[:, 1], step[:, 0]))).sum())) / 4
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    flat = ring @ turn
    low, high = float(flat[:, 1].min()), float(flat[:, 1].max())
    pitch = style.depth + style.row_gap
    n_rows = max(1, int((high - low + style.row_gap) // pitch))
    spread = (high - low - n_rows * style.depth) / max(1, n_rows - 1) if n_rows > 1 else 0.0
    found: list[Floats] = []
    for row in range(n_rows):
        bottom = low + row * (style.depth + min(spread, style.row_gap * 1.5)) if n_rows > 1 else (low + high) / 2 - 6
        left, right = _overlap(_crossing(flat, bottom + 0.5), _crossing(flat, bottom + style.depth - 0.5))
        room = right - left
        n = int((room + style.side_gap) // (style.length + style.side_gap))
        length = style.length
        if n == 0 and room > 0.45 * style.length:
            n, length = 1, room
        if n == 0:
            continue
        gap = min((room - n * length) / (n - 1), style.side_gap * 1.7) if n > 1 else 0.0
        start = left + (room - n * length - (n - 1) * gap) / 2
        for i in range(n):
            if rng.random() > style.share:
                continue
            x0 = start + i * (length + gap)
            box = np.array([[x0, 0], [x0 + length, 0], [x0 + length, style.depth], [x0, style.depth]])
            found.append((box + np.array([0.0, bottom])) @ turn.T)
    return found


def _crossing(ring: Floats, height: float) -> tuple[float, float]:
    """Return where a level line enters and leaves a ring; an empty span when it passes by."""
    below = ring[:, 1] < height
    at = np.flatnonzero(below[:-1] != below[1:])
    if len(at) < 2:
        return 0.0, 0.0
    a, b = ring[at], ring[at + 1]
    x = a[:, 0] + (height - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return float(x.min()), float(x.max())


def _overlap(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return max(first[0], second[0]), min(first[1], second[1])
