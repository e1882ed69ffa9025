"""Questions over small grids."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from linli.engine.districting.partition import Bounds, Question
from linli.engine.graph import graph_from_edges


def grid_edges(height: int, width: int) -> np.ndarray:
    at = np.arange(height * width).reshape(height, width)
    across = np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel()))
    return np.concatenate((across, np.column_stack((at[:-1].ravel(), at[1:].ravel()))))


@pytest.fixture
def ask() -> Callable[..., Question]:
    """Ask for k communities of a grid with one person per parcel, unless said otherwise."""

    def asked(height: int = 6, width: int = 6, **wishes) -> Question:
        n = height * width
        people = np.asarray(wishes.pop("people", np.ones(n)), dtype=np.float64)
        low, high = wishes.pop("low", 1), wishes.pop("high", None)
        edges = wishes.pop("edges", grid_edges(height, width))
        y, x = np.divmod(np.arange(n), width)
        bounds = Bounds(name="people", values=people, low=low, **({} if high is None else {"high": high}))
        wishes.setdefault("bounds", (bounds,))
        wishes.setdefault("ids", tuple(f"P-{node:03d}" for node in range(n)))
        wishes.setdefault("sweeps", 10)
        graph = graph_from_edges(n, edges, x=x.astype(float), y=y.astype(float))
        return Question(graph=graph, **wishes)

    return asked
