"""Time and memory of the general search from 1,000 to 1,000,000 nodes (E11).

Run from the checkout: ``python benchmarks/engine/growth.py``. Grids with random people, one community per thousand
nodes, 10 % around the mean; the hasty start and a whole one. Each size runs in a process of its own, so that
its largest memory is its own. Times are processor time of one core, kernels warm. Writes
``benchmarks/results/engine_growth.md``.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
from _partition import Bounds, load, machine_line, write_result

from linli.engine.districting.partition import Question, partition, warm_up
from linli.engine.graph import graph_from_edges

SIZES = (1_024, 10_000, 99_856, 1_000_000)


def grid(n: int) -> Question:
    """Return the question over a square grid of about n nodes."""
    side = math.isqrt(n)
    at = np.arange(side * side).reshape(side, side)
    across = np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel()))
    down = np.column_stack((at[:-1].ravel(), at[1:].ravel()))
    y, x = np.divmod(np.arange(side * side), side)
    graph = graph_from_edges(side * side, np.concatenate((across, down)), x=x.astype(float), y=y.astype(float))
    people = np.random.default_rng(1).integers(20, 120, side * side)
    k = max(side * side // 1000, 2)
    bounds = Bounds.around_mean("people", people, k=k, share=0.1)
    ids = tuple(f"{node:07d}" for node in range(side * side))
    return Question(graph=graph, ids=ids, bounds=(bounds,), k=k, sweeps=2)


def measured(n: int) -> dict[str, float]:
    """Return what one size takes, in this process."""
    warm_up()
    question = grid(n)
    began = time.process_time()
    found = partition(question)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "n": question.n,
        "k": found.k,
        "seconds": spent,
        "gb": peak,
        "cut": found.objective or 0,
        "ok": found.feasible,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, help="number of nodes; nothing is written")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measured(arguments.only)))
        return
    before, found = load(), []
    for n in SIZES:
        done = subprocess.run([sys.executable, __file__, "--only", str(n)], check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
        print(found[-1], flush=True)
    steps = [math.log(b["seconds"] / a["seconds"]) / math.log(b["n"] / a["n"]) for a, b in pairwise(found)]
    whole = math.log(found[-1]["seconds"] / found[0]["seconds"]) / math.log(found[-1]["n"] / found[0]["n"])
    rows = [
        f"| {one['n']:,} | {one['k']:,} | {one['seconds']:.1f} s | {one['gb']:.2f} GB | {one['cut']:,.0f} "
        f"| {'yes' if one['ok'] else 'no'} |"
        for one in found
    ]
    write_result(
        "engine_growth",
        [
            "# Growth of the general search",
            "",
            "Square grids, the hasty start and a whole one. " + machine_line(load_before=before),
            "",
            "| nodes | communities | time | largest memory | cut edges | in band |",
            "|---:|---:|---:|---:|---:|---|",
            *rows,
            "",
            "Exponent of time: " + ", ".join(f"{step:.2f}" for step in steps) + f"; over all {whole:.2f}.",
        ],
    )


if __name__ == "__main__":
    main()
