"""What the benchmarks of the general search share: instances, and a search under a time limit."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _machine import DATA, RESULTS, load, machine_line, write_result

from linli.engine.districting.partition import Bounds, Partition, Progress, Question, partition, warm_up
from linli.engine.graph import ParcelGraph, graph_from_csr

__all__ = [
    "DATA", "NO_END", "RESULTS", "Bounds", "Run", "graph_of", "load", "machine_line", "question", "run", "write_result",
]  # fmt: skip

#: More sweeps than any time limit allows.
NO_END = 10**9


@dataclass
class Run:
    """A search with the processor time at which it reached its result."""

    found: Partition
    reached: float
    spent: float


def graph_of(file: str) -> tuple[ParcelGraph, np.ndarray]:
    """Return the graph and the people of an instance."""
    arrays = np.load(DATA / "districting" / file)
    graph = graph_from_csr(arrays["indptr"], arrays["indices"], border_m=arrays["shared"], x=arrays["x"], y=arrays["y"])
    return graph, np.round(arrays["pop"]).astype(np.int64)


def question(graph: ParcelGraph, bounds: Bounds, *, k: int | None, seed: int) -> Question:
    """Return the question with nothing but a number and limits; all benchmarks ask with one configuration."""
    ids = tuple(f"{node:07d}" for node in range(graph.n))
    return Question(graph=graph, ids=ids, bounds=(bounds,), k=k, seed=seed, sweeps=NO_END)


def run(asked: Question, *, seconds: float, target: float | None = None) -> Run:
    """Search until the time is over, or a lawful layout costs no more than ``target``.

    Time is processor time: the search runs in one thread, and other work on the machine does not count.
    """
    warm_up()
    began, last, reached = time.process_time(), None, 0.0

    def stop(progress: Progress) -> bool:
        nonlocal last, reached
        now = (progress.cost, progress.gap, progress.k)
        if now != last:
            last, reached = now, time.process_time() - began
        lawful = progress.gap == 0 and target is not None and progress.cost is not None
        return (lawful and progress.cost <= target) or time.process_time() - began >= seconds

    found = partition(asked, stop=stop)
    return Run(found, reached, time.process_time() - began)
