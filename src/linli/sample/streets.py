"""A street net drawn straight and then bent.

The plane is split by straight lines into convex blocks, the widest streets first.
River, stream, railway and expressway are the first lines. A smooth field bends the
whole plane afterwards, so that streets follow the bends of the river and blocks still
meet exactly.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point2 = tuple[float, float]
Ring = list[Point2]
Floats = NDArray[np.float64]

HALF_WIDTH_M, HALF_HEIGHT_M, ROUNDNESS = 4250.0, 2750.0, 2.7
RIVER_V, RIVER_WIDTH_M = -620.0, 170.0
SNAP_M = 24.0

# kind, name, width in metres, barrier, two points in the straight plane, where it may cut
FIRST_LINES: tuple[tuple[str, str, float, bool, Point2, Point2, str], ...] = (
    ("river", "澄江", RIVER_WIDTH_M, True, (-6000, RIVER_V), (6000, RIVER_V), "all"),
    ("railway", "临新铁路", 24.0, True, (-6000, 860), (6000, 1820), "north"),
    ("expressway", "环城高速", 52.0, True, (-4400, -700), (-900, -3250), "south"),
    ("stream", "枕溪", 42.0, False, (1560, RIVER_V), (1880, 3200), "north"),
    ("arterial", "迎宾大道", 46.0, False, (-3900, 1000), (980, -380), "north"),
    ("arterial", "江桥路", 40.0, False, (-2720, -5000), (-2640, 5000), "all"),
    ("arterial", "人民路", 44.0, False, (-1030, -5000), (-930, 5000), "all"),
    ("arterial", "文昌路", 38.0, False, (720, -5000), (800, 5000), "all"),
    ("arterial", "建设大道", 44.0, False, (2800, -5000), (2900, 5000), "all"),
    ("arterial", "解放路", 44.0, False, (-6000, 420), (6000, 520), "north"),
    ("arterial", "滨江南路", 36.0, False, (-6000, -1010), (6000, -1060), "south"),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """One straight line that split a block: a street or something wider."""

    kind: str
    name: str
    width_m: float
    is_barrier: bool
    start: Point2
    end: Point2


def bend(flat: Floats) -> Floats:
    """Return where points of the straight plane lie in the bent one, metres, shape ``(n, 2)``."""
    u, v = flat[:, 0], flat[:, 1]
    calm = 0.4 + 0.6 * np.exp(-(((v - RIVER_V) / 1700.0) ** 2))
    x = u + 190 * np.sin(v / 900 + 0.6) + 110 * np.sin(u / 1500 + v / 1900 + 1.1) + 45 * np.sin(v / 420 + u / 2600)
    y = v + calm * (430 * np.sin(u / 1180 + 2.5) + 165 * np.sin(u / 640 + 0.9)) + 0.05 * u
    y += 70 * np.sin(u / 1000 - v / 800) + 24 * np.sin(u / 330 + v / 410)
    return np.column_stack([x, y])


def first_ring() -> Ring:
    """Return the outline in the straight plane: a rounded box, counter-clockwise."""
    turn = np.linspace(0.0, 2 * math.pi, 97)[:-1]
    cos, sin = np.cos(turn), np.sin(turn)
    x = HALF_WIDTH_M * np.sign(cos) * np.abs(cos) ** (2 / ROUNDNESS)
    y = HALF_HEIGHT_M * np.sign(sin) * np.abs(sin) ** (2 / ROUNDNESS)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def area_of(ring: Ring) -> float:
    """Return the signed area of a ring.

    Examples:
        >>> area_of([(0, 0), (2, 0), (2, 1), (0, 1)])
        2.0
    """
    return 0.5 * sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True))


def centre_of(ring: Ring) -> Point2:
    """Return the centroid of a ring."""
    cx = cy = total = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        cx, cy, total = cx + (x0 + x1) * cross, cy + (y0 + y1) * cross, total + cross
    return cx / (3 * total), cy / (3 * total)


def roundness_of(ring: Ring) -> float:
    """Return 4 pi area / perimeter²: 1 for a circle, 0.785 for a square."""
    perimeter = sum(math.dist(a, b) for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    return 4 * math.pi * area_of(ring) / perimeter**2


def split(ring: Ring, start: Point2, end: Point2) -> tuple[Ring, Ring, Point2, Point2] | None:
    """Cut a convex ring by the endless line through two points.

    Returns:
        The part left of the line, the part right of it and the two ends of the cut, or ``None`` when
        the line passes the ring by.

    Examples:
        >>> left, right, a, b = split([(0, 0), (2, 0), (2, 1), (0, 1)], (1, -5), (1, 5))
        >>> sorted(left), area_of(right), a, b
        ([(0, 0), (0, 1), (1.0, 0.0), (1.0, 1.0)], 1.0, (1.0, 0.0), (1.0, 1.0))
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    side = [dx * (y - start[1]) - dy * (x - start[0]) for x, y in ring]
    if max(side) <= 1e-6 or min(side) >= -1e-6:
        return None
    left: Ring = []
    right: Ring = []
    ends: Ring = []
    for i, point in enumerate(ring):
        following = (i + 1) % len(ring)
        if side[i] >= 0:
            left.append(point)
        if side[i] <= 0:
            right.append(point)
        if side[i] * side[following] < 0:
            share = side[i] / (side[i] - side[following])
            other = ring[following]
            meet = (point[0] + share * (other[0] - point[0]), point[1] + share * (other[1] - point[1]))
            left.append(meet)
            right.append(meet)
            ends.append(meet)
        elif side[i] == 0:
            ends.append(point)
    if len(ends) != 2 or len(left) < 3 or len(right) < 3:
        return None
    ends.sort(key=lambda p: p[0] * dx + p[1] * dy)
    return left, right, ends[0], ends[1]


def _axes_of(ring: Ring) -> tuple[float, float, float]:
    """Return the main direction of the edges and the extents along and across it."""
    turn = sum(
        (math.dist(a, b) * np.exp(4j * math.atan2(b[1] - a[1], b[0] - a[0])))
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    angle = float(np.angle(turn)) / 4
    cos, sin = math.cos(angle), math.sin(angle)
    along = [x * cos + y * sin for x, y in ring]
    across = [y * cos - x * sin for x, y in ring]
    return angle, max(along) - min(along), max(across) - min(across)


def _land_weight(ring: Ring, at: Point2) -> float:
    """Return the area that counts for splitting: water not, the middle of the town more."""
    area = area_of(ring)
    touching = [p for p in ring if abs(p[1] - RIVER_V) < 1e-6]
    if len(touching) >= 2:
        area -= 0.5 * RIVER_WIDTH_M * (max(p[0] for p in touching) - min(p[0] for p in touching))
    far = math.hypot((at[0] - 200) / HALF_WIDTH_M, (at[1] + 100) / HALF_HEIGHT_M)
    return area * (1.3 - 0.62 * min(far, 1.1))


class _Junctions:
    """Ends of cuts so far: a new street ends on an old junction rather than a few steps beside it."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Ring] = {}

    def add(self, point: Point2) -> None:
        self._cells.setdefault((round(point[0] / 50), round(point[1] / 50)), []).append(point)

    def near(self, point: Point2, ring: Ring) -> Point2:
        """Return the nearest junction on the ring's border within ``SNAP_M``, else the point itself."""
        column, row = round(point[0] / 50), round(point[1] / 50)
        found = [
            other
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other in self._cells.get((i, j), ())
            if math.dist(point, other) < SNAP_M and other not in ring and _lies_on(other, ring)
        ]
        return min(found, key=lambda other: math.dist(point, other), default=point)


def _lies_on(point: Point2, ring: Ring) -> bool:
    return any(
        math.dist(a, point) + math.dist(point, b) - math.dist(a, b) < 1e-7
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    )


def _best_cut(ring: Ring, rng: np.random.Generator, junctions: _Junctions) -> tuple[Ring, Ring, Point2, Point2] | None:
    angle, along, across = _axes_of(ring)
    middle = centre_of(ring)
    best: tuple[float, tuple[Ring, Ring, Point2, Point2]] | None = None
    for attempt in range(4):
        lengthwise = (along >= across) == (attempt < 3)
        base = angle if lengthwise else angle + math.pi / 2
        shift = float(rng.uniform(-0.1, 0.1)) * (along if lengthwise else across)
        tilt = float(rng.normal(0, 0.035))
        at = (middle[0] + shift * math.cos(base), middle[1] + shift * math.sin(base))
        to = (at[0] - math.sin(base + tilt), at[1] + math.cos(base + tilt))
        parts = split(ring, at, to)
        if parts is None:
            continue
        goals = [junctions.near(end, ring) for end in parts[2:]]
        snapped = split(ring, goals[0], goals[1])
        parts = _moved(snapped, goals) if snapped else parts
        score = min(roundness_of(parts[0]), roundness_of(parts[1])) - 0.05 * attempt * (attempt == 3)
        if best is None or score > best[0] + 0.015:
            best = (score, parts)
    return best[1] if best else None


def _moved(parts: tuple[Ring, Ring, Point2, Point2], goals: list[Point2]) -> tuple[Ring, Ring, Point2, Point2]:
    """Put the ends of a cut exactly where they were meant to be, free of rounding."""
    exact = {parts[2]: goals[0], parts[3]: goals[1]}
    left, right = ([exact.get(point, point) for point in part] for part in parts[:2])
    return left, right, goals[0], goals[1]


def draw_streets(rng: np.random.Generator, *, n_blocks: int) -> tuple[list[Ring], list[Cut]]:
    """Split the outline into blocks.

    Args:
        rng: Source of all irregularity.
        n_blocks: Number of blocks wanted, met exactly.

    Returns:
        Convex rings in the straight plane and the cuts that made them, the widest first.
    """
    rings = [first_ring()]
    cuts: list[Cut] = []
    for kind, name, width, barrier, start, end, where in FIRST_LINES:
        parts: list[Ring] = []
        for ring in rings:
            is_north = centre_of(ring)[1] > RIVER_V
            halves = split(ring, start, end) if where == "all" or is_north == (where == "north") else None
            if halves is None or min(area_of(halves[0]), area_of(halves[1])) < 60_000:
                parts.append(ring)
                continue
            parts.extend(halves[:2])
            cuts.append(Cut(kind, name, width, barrier, halves[2], halves[3]))
        rings = parts
    return _split_further(rings, cuts, rng, n_blocks=n_blocks)


def _split_further(
    rings: list[Ring], cuts: list[Cut], rng: np.random.Generator, *, n_blocks: int
) -> tuple[list[Ring], list[Cut]]:
    queue = [(-_land_weight(ring, centre_of(ring)), number, ring) for number, ring in enumerate(rings)]
    heapq.heapify(queue)
    number = len(queue)
    junctions = _Junctions()
    for cut in cuts:
        junctions.add(cut.start)
        junctions.add(cut.end)
    while len(queue) < n_blocks:
        _, _, ring = heapq.heappop(queue)
        area = area_of(ring)
        parts = _best_cut(ring, rng, junctions)
        if parts is None:
            raise ValueError(f"a block of {area:.0f} m² cannot be cut")
        kind, width = ("arterial", 34.0) if area > 1_000_000 else ("road", 24.0) if area > 200_000 else ("lane", 15.0)
        cuts.append(Cut(kind, "", width, False, parts[2], parts[3]))
        junctions.add(parts[2])
        junctions.add(parts[3])
        for part in parts[:2]:
            # Blocks keep different sizes: some stop early and become parks, schools or works.
            stay = float(rng.choice([1.0, 0.42], p=[0.9, 0.1])) if area_of(part) < 110_000 else 1.0
            heapq.heappush(queue, (-_land_weight(part, centre_of(part)) * stay, number, part))
            number += 1
    blocks = [ring for _, _, ring in sorted(queue, key=lambda item: item[1])]
    return blocks, cuts
