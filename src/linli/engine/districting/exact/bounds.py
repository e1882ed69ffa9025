"""Bounds that counting gives at any size."""

from __future__ import annotations

import numpy as np

from linli.engine.kernels import label_parts
from linli.engine.kernels.shapes import Ints, Longs


def most_communities(indptr: Ints, indices: Ints, size: Longs, *, low: int) -> int:
    """Return an upper bound on how many communities of at least ``low`` there can be, all nodes placed.

    No community spans two components, so each component holds at most its people over the lower limit, rounded down,
    and at most its nodes. It bounds max-p (Duque, Anselin and Rey 2012).

    Examples:
        >>> most_communities(np.array([0, 1, 2, 2]), np.array([1, 0]), np.array([5, 4, 3]), low=3)
        3
    """
    component = label_parts(indptr, indices, np.zeros(len(size), dtype=np.int32))
    people = np.bincount(component, weights=size).astype(np.int64)
    nodes = np.bincount(component)
    return int(np.minimum(people // low, nodes).sum()) if low > 0 else len(size)


def fewest_communities(indptr: Ints, indices: Ints, size: Longs, *, high: int) -> int:
    """Return a lower bound on how many communities of at most ``high`` there must be.

    Two nodes of more than half the limit each share no community, and none spans two components.

    Raises:
        ValueError: A node alone is above the limit, so no number would do.

    Examples:
        >>> fewest_communities(np.array([0, 1, 2, 2]), np.array([1, 0]), np.array([5, 4, 3]), high=6)
        3
    """
    if size.max() > high:
        raise ValueError("a node alone is above the limit")
    component = label_parts(indptr, indices, np.zeros(len(size), dtype=np.int32))
    people = np.bincount(component, weights=size).astype(np.int64)
    heavy = np.bincount(component, weights=2 * size > high).astype(np.int64)
    return int(np.maximum(np.maximum(-(-people // max(high, 1)), heavy), 1).sum())
