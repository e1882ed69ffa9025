"""Cut edges of counties and tracts, beside the best values published (E4).

Run from the checkout: ``python benchmarks/engine/cut_edges.py``. Each instance of ``cut_edges.csv`` is searched from
nothing with seeds 1 to 5 in one configuration, until the best known value is reached or the time is over: 10 s for
counties, 60 s for tracts, of processor time on one core. With ``--beyond`` a search goes on to the end of its time,
which shows values better than the best known. Writes ``benchmarks/results/engine_cut_edges.md``.
"""

from __future__ import annotations

import argparse
import csv
import json

from _partition import DATA, RESULTS, Bounds, graph_of, load, machine_line, question, run, write_result

SEEDS = (1, 2, 3, 4, 5)
SECONDS = {"county": 10.0, "tract": 60.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="part of a file's name; nothing is written")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many of the seeds; fewer write nothing")
    parser.add_argument("--beyond", action="store_true", help="go on after the best known value is reached")
    arguments = parser.parse_args()
    before, rows, better = load(), [], {}
    reached, at_worst = {"county": 0, "tract": 0}, 0.0
    with (DATA / "districting" / "cut_edges.csv").open(encoding="utf-8") as lines:
        instances = [row for row in csv.DictReader(lines) if not arguments.only or arguments.only in row["file"]]
    for row in instances:
        graph, people = graph_of(row["file"])
        known, k = int(row["best_known_cut_edges"]), int(row["k"])
        bounds = Bounds(name="people", values=people, low=int(row["lower"]), high=int(row["upper"]))
        values, times = [], []
        for seed in SEEDS[: arguments.seeds]:
            target = None if arguments.beyond else float(known)
            done = run(question(graph, bounds, k=k, seed=seed), seconds=SECONDS[row["level"]], target=target)
            value = done.found.objective if done.found.feasible else float("inf")
            values.append(value)
            times.append(done.reached)
            reached[row["level"]] += value <= known
            at_worst = max(at_worst, value / known - 1)
            if value < known and value < better.get(row["file"], (known,))[0]:
                better[row["file"]] = (value, done.found.assignment.tolist(), seed, done.found.sweeps)
        told, proven = " ".join(f"{value:.0f}" for value in values), row["proven_lower_bound"]
        rows.append(f"| {row['file']} | {row['n']} | {k} | {known} | {proven} | {told} | {max(times):.1f} s |")
        print(rows[-1], flush=True)
    if arguments.only or arguments.seeds < len(SEEDS):
        return
    (RESULTS / "engine_cut_edges.json").write_text(
        json.dumps({file: dict(zip(("value", "assignment", "seed", "sweeps"), found, strict=True))
                    for file, found in better.items()}) + "\n", encoding="utf-8",
    )  # fmt: skip
    write_result(
        "engine_cut_edges",
        [
            "# Cut edges of counties and tracts",
            "",
            "Searched from nothing, one core, seeds 1 to 5. " + machine_line(load_before=before),
            "",
            "| file | n | k | best known | proven bound | found, by seed | slowest |",
            "|---|---:|---:|---:|---:|---|---:|",
            *rows,
            "",
            f"Best known or better: {reached['county']} of 30 on counties, {reached['tract']} of 25 on tracts; "
            f"at worst {at_worst:.1%} above. Better than the best known: "
            + (", ".join(f"{file} {found[0]:.0f}" for file, found in better.items()) or "none")
            + " (assignments in engine_cut_edges.json).",
        ],
    )


if __name__ == "__main__":
    main()
