"""Shapes of the two files that a map reads, and the code of their geometry.

The format is described in ``docs/reference/map-files.md``. Coordinates are whole numbers: the
distance from the origin in millionths of a degree for the first point, from the point before
for each further one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypedDict

from shapely.geometry import LineString, MultiPolygon, Polygon

SCALE: Final = 1_000_000
Origin = tuple[float, float]
CodedRing = list[int]
CodedShape = list[list[CodedRing]]


class ParcelEntry(TypedDict, total=False):
    """A parcel of the parcels file; ``code``, ``kind`` and ``shape`` are always there."""

    code: str
    kind: str
    name: str
    compound: str
    subdistrict: str
    households: int | None
    people: int | None
    age60: int | None
    property: bool | None
    shape: CodedShape


class LineEntry(TypedDict, total=False):
    """A road, railway or river of the parcels file."""

    kind: str
    name: str
    width: float
    line: CodedRing


class CommunityEntry(TypedDict, total=False):
    """A community of the layout file; ``member`` refers to its place in the list."""

    code: str
    name: str
    subdistrict: str
    colour: int
    households: int | None
    people: int | None
    office: Sequence[float]
    label: Sequence[float]


class FindingEntry(TypedDict, total=False):
    """A finding of the layout file, shown as a letter and a hatch."""

    code: str
    letter: str
    tone: str
    parcels: Sequence[str]
    at: Sequence[float]


def encode_line(points: Iterable[Sequence[float]], *, origin: Origin) -> CodedRing:
    """Return the points of a line as differences in millionths of a degree.

    Args:
        points: Longitude and latitude of each point; further coordinates are left out.
        origin: Longitude and latitude of the file.

    Examples:
        >>> encode_line([(114.3, 30.5), (114.300002, 30.499999)], origin=(114.3, 30.5))
        [0, 0, 2, -1]
    """
    coded: CodedRing = []
    before = (0, 0)
    for longitude, latitude, *_ in points:
        now = (round((longitude - origin[0]) * SCALE), round((latitude - origin[1]) * SCALE))
        coded += [now[0] - before[0], now[1] - before[1]]
        before = now
    return coded


def encode_shape(shape: Polygon | MultiPolygon, *, origin: Origin) -> CodedShape:
    """Return polygons as coded rings, outer ring first, without the closing point.

    Examples:
        >>> encode_shape(Polygon([(0, 0), (0.000002, 0), (0, 0.000003)]), origin=(0, 0))
        [[[0, 0, 2, 0, -2, 3]]]
    """
    polygons = shape.geoms if isinstance(shape, MultiPolygon) else (shape,)
    return [
        [encode_line(ring.coords[:-1], origin=origin) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]


def encode_street(street: LineString, *, origin: Origin) -> CodedRing:
    """Return a line string as differences in millionths of a degree."""
    return encode_line(street.coords, origin=origin)


def file_content(content: dict[str, Any]) -> tuple[str, bytes]:
    """Return a short hash for the file's name, and its bytes: one content, one name.

    Examples:
        >>> file_content({"b": 1, "a": "邻"})[1].decode()
        '{"a":"邻","b":1}'
        >>> len(file_content({})[0])
        16
    """
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(written).hexdigest()[:16], written
