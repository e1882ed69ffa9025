from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
import pytest

from linli.engine.districting import Band, Problem, Weights, search
from linli.engine.graph import graph_from_edges, part_counts


def partitions(n: int, most: int) -> Iterator[np.ndarray]:
    """Yield every partition of n parcels into at most `most` groups, as group numbers by first parcel."""
    stack: list[tuple[list[int], int]] = [([0], 1)]
    while stack:
        groups, used = stack.pop()
        if len(groups) == n:
            yield np.array(groups, dtype=np.int32)
            continue
        stack += [([*groups, g], max(used, g + 1)) for g in range(min(used + 1, most))]


def fewest_moved(problem: Problem) -> int | None:
    """Return the fewest households that any lawful layout moves, by trying all; None where there is none."""
    best = None
    present = len(problem.community_ids)
    for groups in partitions(problem.n, 4):
        k = int(groups.max()) + 1
        totals = np.bincount(groups, weights=problem.households)
        if (totals < problem.band.low).any() or (totals > problem.band.high).any():
            continue
        if (part_counts(problem.graph, groups, n_communities=k) > 1).any():
            continue
        overlap = np.zeros((k, present), dtype=np.int64)
        np.add.at(overlap, (groups, problem.present), problem.households)
        size = min(k, present)
        kept = max(
            int(overlap[list(rows), list(columns)].sum())
            for rows in permutations(range(k), size)
            for columns in combinations(range(present), size)
        )
        moved = int(problem.households.sum()) - kept
        best = moved if best is None else min(best, moved)
    return best


def small(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    height, width = [(2, 3), (2, 4), (1, 7)][seed % 3]
    n = height * width
    at = np.arange(n).reshape(height, width)
    edges = np.concatenate(
        (np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())), np.column_stack((at[:-1].ravel(), at[1:].ravel())))
    )
    k = int(rng.integers(1, 4))
    row, column = np.divmod(np.arange(n), width)
    centre = rng.integers(0, n, k)
    present = np.hypot(row[:, None] - row[centre], column[:, None] - column[centre]).argmin(axis=1)
    households = rng.integers(1, 10, n)
    low = max(int(rng.integers(5, 20)), int(households.sum()) // 4)
    return Problem(
        graph=graph_from_edges(n, edges),
        parcel_ids=tuple(f"P-{i}" for i in range(n)),
        households=households,
        community_ids=tuple("ABC"[:k]),
        present=present,
        band=Band(low=low, high=int(low * rng.uniform(1.2, 3))),
        weights=Weights(empty_parcel=0, border=0.0),
    )


class TestOptimum:
    @pytest.mark.parametrize("seed", range(12))
    def test_the_search_finds_what_trying_everything_finds(self, seed):
        problem = small(seed)
        best = fewest_moved(problem)
        outcome = search(problem)
        assert outcome.feasible == (best is not None)
        if best is not None:
            assert outcome.plan.moved == best
            assert outcome.plan.bound <= best
