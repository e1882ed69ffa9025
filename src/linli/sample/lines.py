"""Names of streets, and the lines and crossings as a map draws them."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point

from linli.sample.dataset import Crossing, Line
from linli.sample.names import COMMUNITIES, ROAD_STEMS, SUBDISTRICTS
from linli.sample.streets import RIVER_V, Cut, Point2, bend
from linli.sample.terrain import Terrain, to_lonlat

DIGITS = "零一二三四五六七八九"
STRAIGHT_ON_DEG = 14.0


def numeral(number: int) -> str:
    """Return a Chinese numeral below one hundred.

    Examples:
        >>> numeral(3), numeral(10), numeral(12), numeral(40), numeral(57)
        ('三', '十', '十二', '四十', '五十七')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


def name_cuts(terrain: Terrain, rng: np.random.Generator) -> list[str]:
    """Return a name for each cut: streets that run straight on share one, lanes are numbered off a street."""
    cuts = terrain.cuts
    names = [cut.name for cut in cuts]
    taken = {name[:2] for name in names}
    pool = [*ROAD_STEMS, *(s for stems in COMMUNITIES.values() for s in stems), *(s for s, _, _ in SUBDISTRICTS)]
    pool = [stem for stem in dict.fromkeys(pool) if stem[:2] not in taken and stem[-1] not in "街巷路村里"]
    stems = iter([pool[i] for i in rng.permutation(len(pool)).tolist()])
    ends: dict[Point2, list[int]] = {}
    for i, cut in enumerate(cuts):
        for end in (cut.start, cut.end):
            ends.setdefault(end, []).append(i)
    lanes: list[int] = []
    for i, cut in enumerate(cuts):
        if names[i]:
            continue
        if cut.kind == "lane":
            lanes.append(i)
            continue
        straight = [j for end in (cut.start, cut.end) for j in ends[end] if names[j] and _is_straight_on(cut, cuts[j])]
        stem = "" if straight else next(stems, "")
        if straight:
            names[i] = names[straight[0]]
        elif stem:
            names[i] = stem + ("大道" if cut.width_m > 45 else str(rng.choice(["路", "路", "街"])))
        else:
            lanes.append(i)
    _number_lanes(terrain, lanes, names)
    return names


def _is_straight_on(cut: Cut, other: Cut) -> bool:
    if other.kind not in ("road", "arterial"):
        return False
    a = math.atan2(cut.end[1] - cut.start[1], cut.end[0] - cut.start[0])
    b = math.atan2(other.end[1] - other.start[1], other.end[0] - other.start[0])
    turn = abs((a - b + math.pi / 2) % math.pi - math.pi / 2)
    return math.degrees(turn) < STRAIGHT_ON_DEG


def _number_lanes(terrain: Terrain, lanes: list[int], names: list[str]) -> None:
    """Name each lane after the street that it leaves, with a running number."""
    cuts = terrain.cuts
    tree = shapely.STRtree([LineString([cut.start, cut.end]) for cut in cuts])
    base = [name if cut.kind in ("road", "arterial") else "" for name, cut in zip(names, cuts, strict=True)]
    counted: Counter[str] = Counter()
    waiting = lanes
    while waiting:
        later: list[int] = []
        for i in waiting:
            ends = [Point(cuts[i].start), Point(cuts[i].end)]
            touching = sorted({int(j) for end in ends for j in tree.query(end, predicate="dwithin", distance=0.05)})
            base[i] = base[i] or next((base[j] for j in touching if j != i and base[j]), "")
            if base[i]:
                counted[base[i]] += 1
                names[i] = f"{base[i]}{numeral(counted[base[i]])}巷"
            else:
                later.append(i)
        if len(later) == len(waiting):
            # A pocket between water and tracks: its lanes take the name of the nearest street.
            lane = LineString([cuts[later[0]].start, cuts[later[0]].end])
            base[later[0]] = min(
                (lane.distance(LineString([cut.start, cut.end])), name)
                for cut, name in zip(cuts, base, strict=True)
                if name
            )[1]
        waiting = later


def draw_lines(terrain: Terrain, names: list[str]) -> tuple[Line, ...]:
    """Return one line per street or water, cut back at the banks and tracks that it does not cross."""
    walls = {
        kind: shapely.union_all(
            [
                path.buffer(cut.width_m / 2 + 8.0)
                for cut, path in zip(terrain.cuts, terrain.local_paths, strict=True)
                if path is not None and cut.kind in kinds
            ]
        )
        for kind, kinds in (("road", ("river",)), ("lane", ("river", "stream", "railway", "expressway")))
    }
    bridges = _bridge_names(terrain)
    pieces: dict[tuple[str, str], list[LineString]] = {}
    first: dict[tuple[str, str], Cut] = {}
    for cut, name, path in zip(terrain.cuts, names, terrain.local_paths, strict=True):
        if path is None:
            continue
        if cut.kind == "lane" or (cut.kind in ("road", "arterial") and name not in bridges):
            path = path.difference(walls["lane" if cut.kind == "lane" else "road"])
        first.setdefault((cut.kind, name), cut)
        pieces.setdefault((cut.kind, name), []).extend(
            part for part in shapely.get_parts(path) if isinstance(part, LineString) and part.length > 20
        )
    found: list[Line] = []
    for (kind, name), parts in pieces.items():
        merged = shapely.line_merge(MultiLineString(parts))
        for part in shapely.get_parts(merged):
            path = LineString(to_lonlat(shapely.get_coordinates(part)))
            cut = first[kind, name]
            found.append(Line(f"L-{len(found) + 1:04d}", kind, name, cut.width_m, cut.is_barrier, path))  # type: ignore[arg-type]
    return tuple(found)


def _bridge_names(terrain: Terrain) -> set[str]:
    at_river = Counter(
        cut.name for cut in terrain.cuts if cut.name and min(abs(p[1] - RIVER_V) for p in (cut.start, cut.end)) < 1e-6
    )
    return {name for name, count in at_river.items() if count > 1}


def draw_crossings(terrain: Terrain, names: list[str], lines: tuple[Line, ...]) -> tuple[Crossing, ...]:
    """Return the bridges over the river and the underpasses below railway and expressway."""
    bridges = _bridge_names(terrain)
    found: list[Crossing] = []
    for number, barrier in enumerate(terrain.cuts):
        if not barrier.is_barrier:
            continue
        line = next(line for line in lines if line.name == names[number])
        corners = [(float(x), float(y)) for x, y in line.path.coords]
        way = LineString([barrier.start, barrier.end])
        at: dict[Point2, list[str]] = {}
        for cut, name in zip(terrain.cuts, names, strict=True):
            for end in (cut.start, cut.end):
                if cut.kind in ("road", "arterial") and way.distance(Point(end)) < 0.01:
                    at.setdefault((round(end[0], 1), round(end[1], 1)), []).append(name)
        for point, over in sorted(at.items()):
            if len(over) < 2 or (barrier.kind == "river" and over[0] not in bridges):
                continue
            east, north = to_lonlat(bend(np.array([point])))[0].tolist()
            # Parcels meet at a corner of the line; its rounded place is the one to use.
            place = min(corners, key=lambda corner: math.hypot(corner[0] - east, corner[1] - north))
            is_river = barrier.kind == "river"
            label = f"{over[0].removesuffix('路').removesuffix('大道')}{'大桥' if is_river else '地道'}"
            found.append(
                Crossing(
                    f"C-{len(found) + 1:03d}",
                    "bridge" if is_river else "underpass",
                    label,
                    line.code,
                    place,
                )
            )
    return tuple(found)
