"""As many communities of at least 3,000 people as possible (E6).

Run from the checkout: ``python benchmarks/engine/max_p.py``. Denver's blocks, whole and as the first 2,500 and 5,000
breadth-first from the block nearest the median place; seeds 1 to 5, 30 s of processor time each. Writes
``benchmarks/results/engine_max_p.md``.
"""

from __future__ import annotations

import argparse
import statistics

import numpy as np
from _partition import DATA, Bounds, graph_of, load, machine_line, question, run, write_result

from linli.engine.graph import ParcelGraph, subset

LOW = 3000
#: Nodes to the number that ours shall reach.
BARS = {2_500: 55, 5_000: 111, 10_147: 226}
SEEDS = (1, 2, 3, 4, 5)


def first_blocks(n: int) -> tuple[ParcelGraph, np.ndarray]:
    """Return the first n blocks breadth-first, neighbours in the order of the rows, with their people."""
    graph, people = graph_of("denver.npz")
    middle = (graph.x - np.median(graph.x)) ** 2 + (graph.y - np.median(graph.y)) ** 2
    reached = [int(np.argmin(middle))]
    seen = set(reached)
    arrays = np.load(DATA / "districting" / "denver.npz")
    for u in reached:
        for v in arrays["indices"][arrays["indptr"][u] : arrays["indptr"][u + 1]].tolist():
            if v not in seen:
                seen.add(v)
                reached.append(v)
    keep = np.zeros(graph.n, dtype=np.bool_)
    keep[reached[:n]] = True
    part, numbers = subset(graph, keep)
    return part, people[numbers]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, choices=BARS, help="one size; nothing is written")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    before, rows = load(), []
    for n, bar in BARS.items():
        if arguments.only not in (None, n):
            continue
        graph, people = first_blocks(n)
        bounds = Bounds(name="people", values=people, low=LOW)
        done = [
            run(question(graph, bounds, k=None, seed=seed), seconds=arguments.seconds)
            for seed in SEEDS[: arguments.seeds]
        ]
        counts = [one.found.k for one in done]
        slowest = max(one.reached for one in done)
        rows.append(
            f"| {n:,} | {int(people.sum()) // LOW} | {bar} | {statistics.median(counts):.0f} "
            f"| {' '.join(map(str, counts))} | {slowest:.1f} s |"
        )
        print(rows[-1], flush=True)
    if arguments.only or arguments.seeds < len(SEEDS):
        return
    write_result(
        "engine_max_p",
        [
            "# As many communities as possible",
            "",
            f"Denver's blocks, at least {LOW:,} people, {arguments.seconds:.0f} s, one core. "
            + machine_line(load_before=before),
            "",
            "| nodes | upper bound | bar | median | by seed | last improvement, slowest |",
            "|---:|---:|---:|---:|---|---:|",
            *rows,
        ],
    )


if __name__ == "__main__":
    main()
