"""A layer that covers its ground once, of any size, and faults planted into it by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray


def mesh(side: int, *, seed: int = 1, cell_m: float = 100.0, corners: int = 6) -> NDArray[np.object_]:
    """Return ``side * side`` crooked polygons, row by row from the south-west, that share every corner.

    Args:
        side: Polygons along each side.
        seed: Of the crookedness.
        cell_m: Mean width of a polygon.
        corners: Corners of each of a polygon's four borders.
    """
    rng = np.random.default_rng(seed)
    steps = np.arange(side + 1) * cell_m
    nodes = np.stack(np.meshgrid(steps, steps), -1) + rng.uniform(-0.2, 0.2, (side + 1, side + 1, 2)) * cell_m
    along = np.linspace(0, 1, corners + 1)[1:-1, None]

    def border(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        run = end - start
        across = np.stack((-run[..., 1], run[..., 0]), -1) / np.linalg.norm(run, axis=-1, keepdims=True)
        bends = rng.uniform(-0.05, 0.05, (*start.shape[:-1], corners - 1, 1)) * cell_m
        between = start[..., None, :] + run[..., None, :] * along + across[..., None, :] * bends
        return np.concatenate((start[..., None, :], between), axis=-2)

    east, north = border(nodes[:, :-1], nodes[:, 1:]), border(nodes[:-1], nodes[1:])
    back = np.concatenate((nodes[1:, 1:, None], east[1:, :, :0:-1]), axis=2)
    down = np.concatenate((nodes[1:, :-1, None], north[:, :-1, :0:-1]), axis=2)
    rings = np.concatenate((east[:-1], north[:, 1:], back, down, east[:-1, :, :1]), axis=2)
    return np.asarray(shapely.polygons(rings.reshape(side * side, -1, 2)))


@dataclass
class Planted:
    """A layer with faults, and the polygons that are to blame.

    Attributes:
        polygons: The layer.
        blamed: Row to what happened to it.
        gone: Rows that were taken away.
    """

    polygons: NDArray[np.object_]
    blamed: dict[int, str] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def planted(
    side: int, *, seed: int = 1, grown: int = 0, shrunk: int = 0, shifted: int = 0, twice: int = 0, gone: int = 0
) -> Planted:
    """Return a `mesh` with faults in polygons that neither touch one another nor lie at the rim.

    Grown and shrunk polygons moved their border by half a metre, shifted ones lie 2 to 4 m off.
    """
    rng = np.random.default_rng(seed)
    shapes = mesh(side, seed=seed).tolist()
    apart = [row * side + column for row in range(2, side - 2, 3) for column in range(2, side - 2, 3)]
    chosen = iter(rng.permutation(apart).tolist())
    found = Planted(np.empty(0, dtype=object))
    for _ in range(grown):
        row = next(chosen)
        shapes[row], found.blamed[row] = shapes[row].buffer(0.5, join_style="mitre"), "grown"
    for _ in range(shrunk):
        row = next(chosen)
        shapes[row], found.blamed[row] = shapes[row].buffer(-0.5, join_style="mitre"), "shrunk"
    for _ in range(shifted):
        row = next(chosen)
        turn, far = rng.uniform(0, 2 * np.pi), rng.uniform(2, 4)
        move = far * np.array((np.cos(turn), np.sin(turn)))
        shapes[row], found.blamed[row] = shapely.transform(shapes[row], lambda xy, by=move: xy + by), "shifted"
    for _ in range(twice):
        found.blamed[len(shapes)] = "duplicated"
        shapes.append(shapes[next(chosen)])
    found.polygons = np.array(shapes, dtype=object)
    found.gone = sorted(next(chosen) for _ in range(gone))
    found.polygons = np.delete(found.polygons, found.gone)
    found.blamed = {row - sum(other < row for other in found.gone): what for row, what in found.blamed.items()}
    return found
