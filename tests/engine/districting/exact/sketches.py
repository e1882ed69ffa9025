"""Questions drawn as grids."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.exact import Question
from linli.engine.graph import graph_from_edges


def grid(
    height: int, width: int, *, without: tuple[int, ...] = (), sizes: list[int] | None = None, **options
) -> Question:
    """Return a question on a grid of ones, some nodes cut off from all their neighbours to the left and right."""
    at = np.arange(height * width).reshape(height, width)
    across = np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel()))
    down = np.column_stack((at[:-1].ravel(), at[1:].ravel()))
    edges = np.concatenate((across, down))
    # A column named in `without` has no border with the column before it.
    walls = np.isin(edges[:, 1] % width, without) & (edges[:, 1] == edges[:, 0] + 1)
    graph = graph_from_edges(height * width, edges[~walls])
    n = height * width
    return Question(
        indptr=graph.indptr,
        indices=graph.indices,
        size=np.array(sizes if sizes is not None else [1] * n, dtype=np.int64),
        **options,
    )


def locked(n: int, **labels: tuple[int, ...]) -> np.ndarray:
    """Return locks by label: ``locked(9, c0=(1, 2), c1=(8,))``."""
    found = np.full(n, -1, dtype=np.int32)
    for name, nodes in labels.items():
        found[list(nodes)] = int(name[1:])
    return found
