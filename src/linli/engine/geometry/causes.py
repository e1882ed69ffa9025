"""Which polygon is the cause of many flaws: one that grew, shrank, was shifted, drawn twice or over others.

Twenty overlaps around one polygon are one mistake. Each flaw is laid to the border that runs where it should not;
the polygon whose own border does so nearly all around is the cause, its neighbours are touched on one side only.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engine.geometry.coverage import Shapes
from linli.engine.geometry.flaws import CUT_M, Flaw

#: A polygon is a cause from this share of its border; of a single flaw, from the larger one.
LEAST_SHARE = 0.3
CLEAR_SHARE = 0.6
#: A gap is laid to a polygon that makes up this share of the gap's border and is this much wider than the gap.
GAP_SHARE = 0.3
GAP_TO_SIDE = 0.25
#: Two polygons are one drawn twice, or one is covered, from this share of their area.
SAME_SHARE = 0.95
#: A polygon is shifted where it lost and gained at least this share of the land in question.
SHIFTED_SHARE = 0.2


class Nature(StrEnum):
    """What happened to the polygon."""

    GROWN = "grown"
    SHRUNK = "shrunk"
    SHIFTED = "shifted"
    DUPLICATED = "duplicated"
    COVERING = "covering"


@dataclass(frozen=True, slots=True)
class Cause:
    """One polygon that explains flaws.

    Attributes:
        polygon: Its row; of two drawn in one place the later.
        nature: What happened to it.
        flaws: Positions of the flaws it explains, ascending.
        touched: Rows of the polygons on the other side of them, ascending.
        area_m2: True area of these flaws together.
        border_share: Share of its border that runs where it should not.
        shift_m: How far it lies from its place, eastward and northward, of a shifted one.
    """

    polygon: int
    nature: Nature
    flaws: tuple[int, ...]
    touched: tuple[int, ...]
    area_m2: float
    border_share: float
    shift_m: tuple[float, float] | None = None


def find_causes(polygons: ArrayLike, flaws: Sequence[Flaw]) -> tuple[Cause, ...]:
    """Return the polygons that explain flaws, by falling number of flaws.

    Args:
        polygons: As `find_flaws` took them, shape ``(n,)``.
        flaws: What it found.

    Returns:
        Causes; no flaw has two. Flaws that no polygon explains better than its neighbours stay on their own.

    Notes:
        O(k log k) in the corners of the flaws and of the polygons beside them; the rest of the layer is not read.

    Examples:
        >>> from linli.engine.geometry.flaws import find_flaws
        >>> cells = [shapely.box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)]
        >>> cells[4] = cells[4].buffer(2, join_style="mitre")
        >>> [(cause.polygon, cause.nature.value, len(cause.flaws)) for cause in find_causes(cells, find_flaws(cells))]
        [(4, 'grown', 8)]
    """
    shapes = np.asarray(polygons, dtype=object)
    landed = [i for i, flaw in enumerate(flaws) if flaw.is_land_of_two or flaw.is_land_of_none]
    twins, rest = _twins(shapes, flaws, landed)
    board = _Board(shapes, flaws, rest)
    causes = [*twins, *board.explained()]
    return tuple(sorted(causes, key=lambda cause: (-len(cause.flaws), -cause.area_m2, cause.polygon)))


def _twins(shapes: Shapes, flaws: Sequence[Flaw], landed: Sequence[int]) -> tuple[list[Cause], list[int]]:
    """Tell polygons drawn twice; the second explains every overlap it has, for it should not be there."""
    second_of: dict[int, int] = {}
    for i in landed:
        flaw = flaws[i]
        if flaw.is_land_of_two and flaw.shape is not None:
            first, second = flaw.polygons
            if flaw.shape.area >= SAME_SHARE * max(shapes[first].area, shapes[second].area):
                second_of.setdefault(second, first)
    held: dict[int, list[int]] = {second: [] for second in second_of}
    rest: list[int] = []
    for i in landed:
        copies = [row for row in flaws[i].polygons if row in held] if flaws[i].is_land_of_two else []
        (held[copies[0]] if copies else rest).append(i)
    found = [
        Cause(
            second,
            Nature.DUPLICATED,
            tuple(held[second]),
            (first,),
            sum(flaws[i].area_m2 for i in held[second]),
            1.0,
        )
        for second, first in second_of.items()
        if held[second]
    ]
    return found, rest


class _Board:
    """Flaws against the polygons that may explain them, settled one polygon at a time."""

    def __init__(self, shapes: Shapes, flaws: Sequence[Flaw], landed: Sequence[int]) -> None:
        self.shapes = shapes
        self.flaws = flaws
        #: Length of the border of each polygon along each flaw that it may explain.
        self.along: dict[int, dict[int, float]] = {}
        self.suspects: dict[int, list[int]] = {}
        # One that holds another whole has no border there, and is no less suspect.
        held = ((i, row, 0.0) for i in landed if flaws[i].is_land_of_two for row in flaws[i].polygons)
        for flaw, polygon, length in (*_borders(shapes, flaws, landed), *held):
            if flaws[flaw].is_land_of_none and not _may_leave(flaws[flaw], shapes[polygon], length):
                continue
            self.along.setdefault(polygon, {}).setdefault(flaw, length)
            if polygon not in self.suspects.setdefault(flaw, []):
                self.suspects[flaw].append(polygon)
        self.around = {polygon: float(shapes[polygon].length) for polygon in self.along}

    def explained(self) -> Iterable[Cause]:
        """Take the most suspect polygon, strike out what it explains, and begin again."""
        waiting = [(self._rank(polygon), polygon) for polygon in self.along]
        heapq.heapify(waiting)
        while waiting:
            rank, polygon = heapq.heappop(waiting)
            now = self._rank(polygon)
            if now != rank:
                heapq.heappush(waiting, (now, polygon))
                continue
            own = self.along[polygon]
            if not own or not self._is_clear(polygon):
                continue
            yield self._cause(polygon, sorted(own))
            for flaw in list(own):
                for other in self.suspects[flaw]:
                    self.along[other].pop(flaw, None)

    def _share(self, polygon: int) -> float:
        return min(1.0, sum(self.along[polygon].values()) / self.around[polygon]) if self.around[polygon] else 0.0

    def _rank(self, polygon: int) -> tuple[bool, float, int, float]:
        # Striking out flaws only worsens a rank, so the heap's first is right once its rank still holds.
        count, share = len(self.along[polygon]), self._share(polygon)
        return (count < 2, -round(share, 1), -count, -share)

    def _is_clear(self, polygon: int) -> bool:
        own, share = self.along[polygon], self._share(polygon)
        if len(own) > 1:
            return share >= LEAST_SHARE
        (flaw,) = own
        others = [self._share(other) for other in self.suspects[flaw] if other != polygon and flaw in self.along[other]]
        return share >= CLEAR_SHARE and share >= 2 * max(others, default=0.0)

    def _cause(self, polygon: int, own: list[int]) -> Cause:
        flaws = [self.flaws[i] for i in own]
        gained = sum(flaw.area_m2 for flaw in flaws if flaw.is_land_of_two)
        lost = sum(flaw.area_m2 for flaw in flaws if flaw.is_land_of_none)
        nature = Nature.GROWN if gained >= lost else Nature.SHRUNK
        shift = None
        if min(gained, lost) >= SHIFTED_SHARE * (gained + lost):
            nature, shift = Nature.SHIFTED, self._shift(polygon, flaws)
        elif self._covers(polygon, flaws):
            nature = Nature.COVERING
        touched = {row for flaw in flaws for row in flaw.polygons} - {polygon}
        area = sum(flaw.area_m2 for flaw in flaws)
        return Cause(polygon, nature, tuple(own), tuple(sorted(touched)), area, self._share(polygon), shift)

    def _covers(self, polygon: int, flaws: Sequence[Flaw]) -> bool:
        """Tell whether most of the polygons it overlaps lie under it whole."""
        lost = [
            flaw.shape.area / self.shapes[other].area
            for flaw in flaws
            if flaw.is_land_of_two and flaw.shape is not None
            for other in flaw.polygons
            if other != polygon and self.shapes[other].area
        ]
        return len(lost) > 0 and sum(share >= SAME_SHARE for share in lost) * 2 > len(lost)

    def _shift(self, polygon: int, flaws: Sequence[Flaw]) -> tuple[float, float]:
        """Return how far the polygon lies from where it would fill the gaps and leave the overlaps."""
        given = self.shapes[polygon]
        over = shapely.union_all([flaw.shape for flaw in flaws if flaw.is_land_of_two])
        under = shapely.union_all([flaw.shape for flaw in flaws if flaw.is_land_of_none])
        fitting = given.difference(over).union(under)
        return (float(given.centroid.x - fitting.centroid.x), float(given.centroid.y - fitting.centroid.y))


def _may_leave(flaw: Flaw, polygon: shapely.Polygon | shapely.MultiPolygon, length: float) -> bool:
    """Tell whether a gap may be where a polygon was: long beside it, narrow against it. A hole is neither."""
    assert flaw.shape is not None
    return length >= GAP_SHARE * float(flaw.shape.length) and flaw.width_m <= GAP_TO_SIDE * float(polygon.area) ** 0.5


def border_lengths(polygons: ArrayLike, flaws: Sequence[Flaw], chosen: Sequence[int]) -> dict[int, dict[int, float]]:
    """Return metres of border along each chosen flaw: flaw to polygon to metres.

    Args:
        polygons: As `find_flaws` took them, shape ``(n,)``.
        flaws: What it found.
        chosen: Positions of the flaws to look at.
    """
    found: dict[int, dict[int, float]] = {}
    for flaw, polygon, metres in _borders(np.asarray(polygons, dtype=object), flaws, chosen):
        found.setdefault(flaw, {})[polygon] = metres
    return found


def _borders(shapes: Shapes, flaws: Sequence[Flaw], landed: Sequence[int]) -> Iterable[tuple[int, int, float]]:
    """Return how much of each flaw's border is border of which polygon: flaw, polygon, metres."""
    pieces = np.array([flaws[i].shape for i in landed], dtype=object)
    involved = np.unique([row for i in landed for row in flaws[i].polygons]).astype(np.int64)
    if not len(pieces) or not len(involved):
        return
    starts, ends, of_flaw = _sides(pieces)
    own_starts, own_ends, of_polygon = _sides(shapes[involved])
    sides = shapely.linestrings(np.stack((own_starts, own_ends), axis=1))
    # Corners cut by the overlay lie beside the border they came from, so the middle of each side is sought near it.
    middle, side = shapely.STRtree(sides).query(
        shapely.points((starts + ends) / 2), predicate="dwithin", distance=CUT_M
    )
    seen = np.unique(np.column_stack((middle, involved[of_polygon[side]])), axis=0)
    length = np.hypot(*(ends - starts).T)[seen[:, 0]]
    pairs, place = np.unique(np.column_stack((of_flaw[seen[:, 0]], seen[:, 1])), axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=length)
    for (piece, polygon), metres in zip(pairs.tolist(), total.tolist(), strict=True):
        flaw = landed[piece]
        if polygon in flaws[flaw].polygons:
            yield flaw, polygon, metres


def _sides(shapes: Shapes) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return both ends of every straight side, and the shape it belongs to."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, of_point = shapely.get_coordinates(rings, return_index=True)
    same = of_point[1:] == of_point[:-1]
    return points[:-1][same], points[1:][same], of_part[of_ring[of_point[:-1][same]]]
