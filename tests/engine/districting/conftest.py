from collections.abc import Callable
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from linli.engine.districting import Band, Problem
from linli.engine.graph import graph_from_edges


def drawn(layout: str, households: str, *, walls: str = "", **wishes: Any) -> Problem:
    """Make a problem of square parcels, 100 m wide, from drawings.

    `layout` names the community of each parcel by a letter, `.` is a blind spot. `households` gives tens of
    households per parcel. In `walls` a `|` stands for a barrier to the right of a parcel, `-` for one below it,
    `+` for both.
    """
    rows = dedent(layout).split()
    tens = [[int(c) for c in row] for row in dedent(households).split()]
    marks = dedent(walls).split() or ["." * len(row) for row in rows]
    height, width = len(rows), len(rows[0])
    edges, barrier = [], []
    for r in range(height):
        for c in range(width):
            here = r * width + c
            if c + 1 < width:
                edges.append((here, here + 1))
                barrier.append(marks[r][c] in "|+")
            if r + 1 < height:
                edges.append((here, here + width))
                barrier.append(marks[r][c] in "-+")
    letters = "".join(rows)
    communities = tuple(sorted(set(letters) - {"."}))
    grid_y, grid_x = np.divmod(np.arange(height * width), width)
    count = height * width
    wishes.setdefault("band", Band(low=30, high=60))
    return Problem(
        graph=graph_from_edges(
            count,
            edges,
            border_m=np.full(len(edges), 100.0),
            barrier=barrier,
            x=grid_x * 100.0 + 50,
            y=-grid_y * 100.0 - 50,
            area_m2=np.full(count, 10_000.0),
        ),
        parcel_ids=tuple(f"P-{i:03d}" for i in range(count)),
        households=np.array([t * 10 for row in tens for t in row]),
        community_ids=communities,
        present=np.array([communities.index(c) if c != "." else -1 for c in letters]),
        **wishes,
    )


def letters(problem: Problem, assignment: Any, community_ids: tuple[str, ...]) -> str:
    """Draw an assignment with the first letter of each community, digits for new ones."""
    return "".join("." if c < 0 else community_ids[c].removeprefix("new-")[0] for c in assignment)


@pytest.fixture
def draw() -> Callable[..., Problem]:
    return drawn


@pytest.fixture
def sketch() -> Callable[..., str]:
    return letters
