"""Community borders derived from parcels, and the four bounds (四至) in names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

_SIDES = ("east", "north", "west", "south")
_LEAST_COSINE = 0.7


@dataclass(frozen=True, slots=True)
class CommunityShapes:
    """Derived outline of each community.

    Attributes:
        shapes: Polygon or multi-polygon per community, shape ``(k,)``; an empty polygon for
            a community without parcels.
        n_parts: Connected parts, shape ``(k,)``; parts that meet in a point count apart.
        area_m2: Area, shape ``(k,)``.
        perimeter_m: Length of all rings, shape ``(k,)``.
    """

    shapes: NDArray[np.object_]
    n_parts: NDArray[np.int32]
    area_m2: NDArray[np.float64]
    perimeter_m: NDArray[np.float64]


def community_shapes(parcels: ArrayLike, community_of: NDArray[np.int32], *, n_communities: int) -> CommunityShapes:
    """Join the parcels of each community into its derived outline.

    Args:
        parcels: Polygons in metres that form a valid coverage, shape ``(n,)``.
        community_of: Community per parcel, shape ``(n,)``; -1 belongs to none.
        n_communities: Number of communities, empty ones included.

    Notes:
        Parcels that share their vertices are joined by dropping the shared edges, which is
        exact. Where that gives an invalid shape the parcels were no coverage, and they are
        joined by a general union instead.

    Examples:
        >>> row = [shapely.box(i, 0, i + 1, 1) for i in range(4)]
        >>> made = community_shapes(row, np.array([0, 0, 1, 0], dtype=np.int32), n_communities=2)
        >>> made.n_parts, made.area_m2
        (array([2, 1], dtype=int32), array([3., 1.]))
    """
    given = np.asarray(parcels, dtype=object)
    order = np.argsort(community_of, kind="stable")
    starts = np.searchsorted(community_of[order], np.arange(n_communities + 1))
    shapes = np.full(n_communities, Polygon(), dtype=object)
    for community in range(n_communities):
        members = given[order[starts[community] : starts[community + 1]]]
        if len(members):
            shapes[community] = _joined(members)
    return CommunityShapes(
        shapes=shapes,
        n_parts=np.where(shapely.is_empty(shapes), 0, shapely.get_num_geometries(shapes)).astype(np.int32),
        area_m2=shapely.area(shapes),
        perimeter_m=shapely.length(shapes),
    )


def _joined(members: NDArray[np.object_]) -> Polygon | MultiPolygon:
    joined = shapely.coverage_union_all(members)
    if not shapely.is_valid(joined):
        joined = shapely.union_all(members)
    parts = shapely.get_parts(joined)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


@dataclass(frozen=True, slots=True)
class FourBounds:
    """Names along the four sides (东至、南至、西至、北至); None where nothing named runs along.

    Each side lists the names by falling length of border that they accompany.
    """

    east: tuple[str, ...] | None
    south: tuple[str, ...] | None
    west: tuple[str, ...] | None
    north: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class NamedCourses:
    """Named lines cut into straight pieces and indexed once, for the four bounds of many areas.

    Attributes:
        labels: Name per line that bears one.
        line_of: Line per piece, shape ``(p,)``.
        course: Direction and length of each piece in metres, shape ``(p, 2)``.
        straight: The pieces, shape ``(p,)``.
        tree: Index over the pieces.
    """

    labels: tuple[str, ...]
    line_of: NDArray[np.int64]
    course: NDArray[np.float64]
    straight: NDArray[np.object_]
    tree: shapely.STRtree


def named_courses(lines: ArrayLike, names: Sequence[str]) -> NamedCourses:
    """Cut named lines into straight pieces.

    Args:
        lines: Named lines in metres, shape ``(b,)``; a name may have several lines.
        names: Name per line, shape ``(b,)``; a line with an empty name is left out.

    Raises:
        ValueError: There is not one name per line.
    """
    drawn = np.asarray(lines, dtype=object)
    if len(drawn) != len(names):
        raise ValueError(f"one name per line is needed: {len(drawn)} lines, {len(names)} names")
    named = np.array([bool(name) for name in names], dtype=bool)
    parts, line_of_part = shapely.get_parts(drawn[named], return_index=True)
    ends, part = shapely.get_coordinates(parts, return_index=True)
    same = part[1:] == part[:-1]
    tail, head = ends[:-1][same], ends[1:][same]
    straight = shapely.linestrings(np.stack((tail, head), axis=1))
    return NamedCourses(
        labels=tuple(name for name in names if name),
        line_of=line_of_part[part[:-1][same]].astype(np.int64),
        course=head - tail,
        straight=straight,
        tree=shapely.STRtree(straight),
    )


def four_bounds(
    polygon: Polygon | MultiPolygon,
    courses: NamedCourses,
    *,
    reach_m: float = 30.0,
    least_share: float = 0.25,
    step_m: float = 10.0,
) -> FourBounds:
    """Name the roads and rivers along each side of an area.

    The outer rings are smoothed by ``reach_m`` and walked in short steps. A step belongs to
    the side that its outward normal points to, and to the nearest line within reach that
    runs roughly parallel, so that a road that merely ends at the border names nothing.

    Args:
        polygon: Area in metres.
        courses: Named lines in metres.
        reach_m: How far a border may run from the line that it follows.
        least_share: Share of the side's length that a further name needs; the longest
            accompanying name stands in any case.
        step_m: Length of a step.

    Examples:
        >>> area = shapely.box(0, 0, 400, 300)
        >>> roads = [shapely.LineString([(-50, 305), (450, 305)]), shapely.LineString([(402, -50), (402, 350)])]
        >>> four_bounds(area, named_courses(roads, ["人民路", "青年路"]))
        FourBounds(east=('青年路',), south=None, west=None, north=('人民路',))
    """
    start, end = _outer_steps(polygon, reach_m, step_m)
    length = np.hypot(*(end - start).T)
    side = _side_of(start, end)
    line = _line_along(start, end, courses, reach_m)
    found: dict[str, tuple[str, ...] | None] = {}
    for i, direction in enumerate(_SIDES):
        along: dict[str, float] = {}
        for step in np.flatnonzero((side == i) & (line >= 0)):
            name = courses.labels[line[step]]
            along[name] = along.get(name, 0.0) + float(length[step])
        ranked = sorted(along, key=lambda name: (-along[name], name))
        needed = least_share * float(length[side == i].sum())
        found[direction] = tuple(n for n in ranked if n == ranked[0] or along[n] >= needed) or None
    return FourBounds(east=found["east"], south=found["south"], west=found["west"], north=found["north"])


def _outer_steps(
    polygon: Polygon | MultiPolygon, reach_m: float, step_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rings = shapely.get_exterior_ring(shapely.get_parts(shapely.orient_polygons(polygon)))
    # Half the reach, so that a smoothed border still lies within reach of its line.
    smooth = shapely.segmentize(shapely.simplify(rings, reach_m / 2.0), step_m)
    xy, ring = shapely.get_coordinates(smooth, return_index=True)
    same = ring[1:] == ring[:-1]
    return xy[:-1][same], xy[1:][same]


def _side_of(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the side per step, an index into ``_SIDES``; rings run anticlockwise."""
    run = end - start
    outward = np.degrees(np.arctan2(-run[:, 0], run[:, 1]))
    return np.asarray(np.floor((outward + 45.0) / 90.0).astype(np.int64) % 4)


def _line_along(
    start: NDArray[np.float64], end: NDArray[np.float64], courses: NamedCourses, reach_m: float
) -> NDArray[np.int64]:
    """Return the nearest roughly parallel line within reach of each step, or -1."""
    nearest = np.full(len(start), -1, dtype=np.int64)
    middle = shapely.points((start + end) / 2.0)
    step, piece = courses.tree.query(middle, predicate="dwithin", distance=reach_m)
    run, course = (end - start)[step], courses.course[piece]
    scale = np.hypot(*run.T) * np.hypot(*course.T)
    parallel = np.abs(np.einsum("ij,ij->i", run, course)) >= _LEAST_COSINE * scale
    parallel &= scale > 0.0
    step, piece = step[parallel], piece[parallel]
    distance = shapely.distance(middle[step], courses.straight[piece])
    order = np.lexsort((courses.line_of[piece], distance, step))
    step, first = np.unique(step[order], return_index=True)
    nearest[step] = courses.line_of[piece[order][first]]
    return nearest
