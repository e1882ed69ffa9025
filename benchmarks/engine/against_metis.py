"""Cut edges at scale, beside METIS at its best (E5).

Run from the checkout with the extra ``bench``: ``python benchmarks/engine/against_metis.py``. The rival is asked in
four ways, k-way with ``contig`` and recursive bisection, with 1 and 10 cuts a run, 20 seeds each; only layouts that
are contiguous and in band count. Ours begins from nothing, with seeds 1 to 5 and 60 s of processor time. Without
pymetis, its columns stay empty. Writes ``benchmarks/results/engine_against_metis.md``.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

import numpy as np
from _partition import Bounds, graph_of, load, machine_line, question, run, write_result

from linli.engine.graph import ParcelGraph, cut_edges, part_counts

SEEDS = (1, 2, 3, 4, 5)
#: Title, file, number of communities, share around the mean, and the median that ours shall reach.
INSTANCES = (
    ("denver 10,147, k 11, 5 %", "denver.npz", 11, 0.05, 347),
    ("denver 10,147, k 100, 10 %", "denver.npz", 100, 0.10, 1600),
    ("AR_bg 2,294, k 11, 1 %", "AR_bg.npz", 11, 0.01, 251),
)


def rival(graph: ParcelGraph, people: np.ndarray, bounds: Bounds, k: int) -> tuple[float, float]:
    """Return METIS's best lawful cut, and the summed processor time of its 20 ten-cut runs."""
    try:
        import pymetis
    except ImportError:
        return math.nan, math.nan
    best, spent = math.inf, 0.0
    for recursive in (False, True):
        for cuts in (1, 10):
            for seed in range(20):
                options = pymetis.Options(contig=not recursive, ncuts=cuts, seed=seed)
                began = time.process_time()
                _, found = pymetis.part_graph(
                    k,
                    xadj=graph.indptr.tolist(),
                    adjncy=graph.indices.tolist(),
                    vweights=people.tolist(),
                    recursive=recursive,
                    options=options,
                )
                if cuts == 10 and not recursive:
                    spent += time.process_time() - began
                label = np.array(found, dtype=np.int32)
                totals = np.bincount(label, weights=people, minlength=k)
                whole = (part_counts(graph, label, n_communities=k) == 1).all()
                if whole and bounds.low <= totals.min() and totals.max() <= bounds.high:
                    best = min(best, float(cut_edges(graph, label).sum() // 2))
    return best, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, choices=range(len(INSTANCES)), help="one instance; nothing is written")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--seconds", type=float, default=60.0)
    arguments = parser.parse_args()
    before, rows = load(), []
    for title, file, k, share, bar in INSTANCES if arguments.only is None else [INSTANCES[arguments.only]]:
        graph, people = graph_of(file)
        bounds = Bounds.around_mean("people", people, k=k, share=share)
        theirs, spent = rival(graph, people, bounds, k)
        asked = [question(graph, bounds, k=k, seed=seed) for seed in SEEDS[: arguments.seeds]]
        # Within the rival's own time, but no less than 5 s; without the rival, 5 s.
        as_long = 5.0 if math.isnan(spent) else max(5.0, spent)
        level = [run(one, seconds=as_long, target=theirs) for one in asked]
        done = [run(one, seconds=arguments.seconds) for one in asked]
        for one in done:
            if not one.found.feasible:
                raise SystemExit(f"{title}: a layout left the band")
        values = [one.found.objective for one in done]
        soon = statistics.median(one.found.objective for one in level)
        when = statistics.median(one.reached for one in level)
        rows.append(
            f"| {title} | {theirs:,.0f} | {spent:.1f} s | {soon:,.0f} in {when:.1f} s | {bar:,} "
            f"| {statistics.median(values):,.0f} | {' '.join(f'{value:.0f}' for value in values)} |"
        )
        print(rows[-1], flush=True)
    if arguments.only is not None or arguments.seeds < len(SEEDS):
        return
    write_result(
        "engine_against_metis",
        [
            "# Cut edges at scale, beside METIS",
            "",
            f"Ours from nothing, {arguments.seconds:.0f} s, one core, five seeds. " + machine_line(load_before=before),
            "",
            "| instance | METIS, best of four ways | its 20 ten-cut runs | ours as good (median) | bar | ours, median "
            "| by seed |",
            "|---|---:|---:|---:|---:|---:|---|",
            *rows,
        ],
    )


if __name__ == "__main__":
    main()
