"""Re-draw Denver's 10,147 census blocks from its 178 tracts with the fewest residents moved.

Run from the checkout: ``python benchmarks/districting.py``. The folder (default ``districting`` below
``LINLI_REAL_DATA``) holds ``denver.npz`` (graph and people) and ``denver_blocks.gpkg`` (the tract of each block, in the
same order). Prints a table and writes it to ``benchmarks/results/districting.md``. Kernels are warm; reading files is
not counted.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _machine import DATA

from linli.engine.districting import Band, Outcome, Problem, judge, search
from linli.engine.districting.objectives import moved, moved_bound
from linli.engine.graph import graph_from_csr
from linli.engine.kernels import warm_up

RESULTS = Path(__file__).parent / "results" / "districting.md"
SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Row:
    """One search: its seed, sweeps, seconds on the wall and on the processor, and outcome."""

    seed: int
    sweeps: int
    seconds: float
    processor_seconds: float
    outcome: Outcome


def denver(folder: Path, *, seed: int, sweeps: int) -> Problem:
    """Return Denver as a problem: people, tracts as present communities, band 2,500-6,000, no offices."""
    import pyogrio

    arrays = np.load(folder / "denver.npz")
    found = pyogrio.raw.read(folder / "denver_blocks.gpkg", columns=["TRACTCE20", "TOTPOP20"], read_geometry=False)
    columns = dict(zip(found[0]["fields"], found[3], strict=True))
    if not np.array_equal(columns["TOTPOP20"].astype(np.int64), arrays["pop"]):
        raise SystemExit("the blocks do not stand in the order of the graph")
    tracts, present = np.unique(columns["TRACTCE20"].astype(str), return_inverse=True)
    graph = graph_from_csr(
        arrays["indptr"],
        arrays["indices"],
        border_m=arrays["shared"],
        x=arrays["x"],
        y=arrays["y"],
        area_m2=arrays["area"],
    )
    return Problem(
        graph=graph,
        parcel_ids=tuple(f"B-{i:05d}" for i in range(graph.n)),
        households=arrays["pop"],
        community_ids=tuple(tracts.tolist()),
        present=present,
        band=Band(low=2_500, high=6_000, measure="people"),
        seed=seed,
        sweeps=sweeps,
    )


def timed(problem: Problem) -> Row:
    began, busy = time.perf_counter(), time.process_time()
    outcome = search(problem)
    return Row(problem.seed, problem.sweeps, time.perf_counter() - began, time.process_time() - busy, outcome)


def table(folder: Path, rows: list[Row]) -> str:
    start = denver(folder, seed=1, sweeps=1)
    people = int(start.sizes.sum())
    verdicts = {rule.rule: rule.count for rule in judge(start, start.present, start.community_ids)}
    bound = moved_bound(start)
    lines = [
        "# Districting: nearest lawful layout from the present one",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, one used; kernels warm.",
        "",
        f"Denver, {start.n:,} blocks, {people:,} people, {len(start.community_ids)} tracts as present communities, "
        f"band 2,500–6,000 people, number of communities free, no offices. At the start {verdicts['band']} communities "
        f"are out of the band and {moved(start, start.present)} people are moved.",
        f"Proven: every plan moves at least {bound:,} people ({bound / people:.2%}).",
        "",
        "| seed | sweeps allowed | seconds | on the processor | hard rules broken | communities | founded "
        "| smallest–largest | people moved | share | gap to the bound |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        plan = row.outcome.plan
        assert plan is not None
        broken = ", ".join(f"{rule.rule} {rule.count}" for rule in plan.rules if not rule.ok) or "none"
        lines.append(
            f"| {row.seed} | {row.sweeps} | {row.seconds:.1f} | {row.processor_seconds:.1f} "
            f"| {broken} | {plan.k} | {len(plan.new_ids)} "
            f"| {plan.totals[0]:,}–{plan.totals[1]:,} | {plan.moved:,} | {plan.moved / people:.2%} | {plan.gap:.1%} |"
        )
    lines += [
        "",
        "Moved are people whose community differs from the start; those of founded communities count as moved.",
        "GerryChain, METIS, spopt and GeoDa have no objective or constraint for residents moved from a present layout, "
        "so there is no figure of theirs to stand beside these.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, default=DATA / "districting", help="folder with denver.npz and denver_blocks.gpkg"
    )
    parser.add_argument("--quick", action="store_true", help="seed 1 only, default sweeps, nothing written")
    arguments = parser.parse_args()
    warm_up()
    if arguments.quick:
        print(table(arguments.folder, [timed(denver(arguments.folder, seed=1, sweeps=12))]))
        return
    rows = [timed(denver(arguments.folder, seed=seed, sweeps=12)) for seed in SEEDS]
    rows.append(timed(denver(arguments.folder, seed=1, sweeps=40)))
    text = table(arguments.folder, rows)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
