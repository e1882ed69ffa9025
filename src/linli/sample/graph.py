"""The parcels' neighbourhood: who borders on whom, and by how many metres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.sample.terrain import Terrain

LINK_M = 12.0
TOOTH_SHARE, NEAR_TOOTH_SHARE = 0.60, 0.56
NOBODY = -1
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Borders as lists per parcel.

    Attributes:
        border_m: Neighbour to metres of border, barriers included, per parcel.
        walk_m: The same along which people can walk over: no river, stream, railway, expressway.
        edge: Parcels at the district's outline.
    """

    border_m: tuple[dict[int, float], ...]
    walk_m: tuple[dict[int, float], ...]
    edge: frozenset[int]

    def pieces(self, parcels: Iterable[int], *, on_foot: bool = True) -> list[list[int]]:
        """Return the connected parts of a set of parcels, the largest first."""
        links = self.walk_m if on_foot else self.border_m
        left = dict.fromkeys(sorted(parcels))
        found: list[list[int]] = []
        while left:
            start = next(iter(left))
            del left[start]
            part, waiting = [start], [start]
            while waiting:
                for other, metres in links[waiting.pop()].items():
                    if other in left and metres >= LINK_M:
                        del left[other]
                        part.append(other)
                        waiting.append(other)
            found.append(part)
        return sorted(found, key=lambda part: (-len(part), part[0]))

    def is_whole(self, parcels: Iterable[int]) -> bool:
        """Tell whether a set of parcels hangs together on foot."""
        return len(self.pieces(parcels)) == 1

    def metres_by_label(self, parcel: int, label: Ints) -> dict[int, float]:
        """Return the metres of border that a parcel shares with each label, ``NOBODY`` left out."""
        found: dict[int, float] = {}
        for other, metres in self.border_m[parcel].items():
            if label[other] != NOBODY:
                found[int(label[other])] = found.get(int(label[other]), 0.0) + metres
        return found

    def encloses(self, parcels: Iterable[int]) -> bool:
        """Tell whether a set of parcels has a hole: ground that cannot reach the outline around it."""
        inside = set(parcels)
        seen = {p for p in self.edge if p not in inside}
        waiting = list(seen)
        while waiting:
            for other, metres in self.border_m[waiting.pop()].items():
                if other not in inside and other not in seen and metres >= LINK_M:
                    seen.add(other)
                    waiting.append(other)
        return len(seen) + len(inside) < len(self.border_m)

    def teeth(self, community: Ints, *, share: float) -> dict[tuple[int, int], list[int]]:
        """Return for each pair of communities the parcels of either that stick in the other.

        A parcel sticks in another community when at least ``share`` of its border with parcels of
        communities lies there.
        """
        found: dict[tuple[int, int], list[int]] = {}
        for parcel in range(len(self.border_m)):
            own = int(community[parcel])
            if own == NOBODY:
                continue
            metres = self.metres_by_label(parcel, community)
            for other, length in metres.items():
                if other != own and length >= share * sum(metres.values()):
                    found.setdefault((min(own, other), max(own, other)), []).append(parcel)
        return found


def neighbourhood_of(terrain: Terrain) -> Neighbourhood:
    """Return who borders on whom in a terrain; the stream parts walkers as the barriers do."""
    n = len(terrain.shapes)
    border: tuple[dict[int, float], ...] = tuple({} for _ in range(n))
    walk: tuple[dict[int, float], ...] = tuple({} for _ in range(n))
    streams = [i for i, cut in enumerate(terrain.cuts) if cut.kind == "stream"]
    lines = terrain.borders
    free = np.where(np.isin(lines.cut, streams), 0.0, lines.free_m)
    for a, b, metres, on_foot in zip(
        lines.a.tolist(), lines.b.tolist(), lines.length_m.tolist(), free.tolist(), strict=True
    ):
        border[a][b] = border[b][a] = metres
        walk[a][b] = walk[b][a] = on_foot
    return Neighbourhood(border, walk, frozenset(np.flatnonzero(terrain.touches_edge).tolist()))
