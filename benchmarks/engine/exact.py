"""Proven optima of our own models: Hess and cut edges on the county instances, and Hess on blocks of Denver (E7).

Run from the checkout: ``python benchmarks/engine/exact.py [--seconds S] [--only NAME]``. The incumbent is the best
layout of a short chain of ReCom and flips; the model then proves or beats it. Time is that of the processor.
Writes ``benchmarks/results/engine_exact.md``.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _machine import DATA, load, machine_line, write_result

from linli.engine.districting.ensemble import random_layout
from linli.engine.districting.exact import (
    Question,
    any_layout,
    fewest_cut_edges,
    hess_bound,
    hess_cost,
    is_lawful,
    least_hess,
)
from linli.engine.graph import graph_from_csr, subset
from linli.engine.kernels import Net, flip, recombine

HEADINGS = "| instance | n | k | model | heuristic | seconds | optimum | bound | proven | rounds | cuts | seconds |"


def counties() -> dict[str, tuple[Question, np.ndarray, np.ndarray]]:
    found = {}
    with (DATA / "districting" / "cut_edges.csv").open() as file:
        for row in csv.DictReader(file):
            if row["level"] == "county":
                arrays = np.load(DATA / "districting" / row["file"])
                limits = {"k": int(row["k"]), "low": int(row["lower"]), "high": int(row["upper"])}
                found[Path(row["file"]).stem] = (asked(arrays, **limits), arrays["x"], arrays["y"])
    return found


def asked(arrays: dict, **limits: int) -> Question:
    size = np.round(arrays["pop"]).astype(np.int64)
    return Question(indptr=arrays["indptr"], indices=arrays["indices"], size=size, **limits)


def blocks(n: int, k: int) -> tuple[Question, np.ndarray, np.ndarray]:
    """Return the first n blocks of Denver breadth-first from its middle, with a band of a tenth."""
    arrays = np.load(DATA / "districting" / "denver.npz")
    middle = np.hypot(arrays["x"] - np.median(arrays["x"]), arrays["y"] - np.median(arrays["y"])).argmin()
    order, seen = [int(middle)], {int(middle)}
    for u in order:
        for v in arrays["indices"][arrays["indptr"][u] : arrays["indptr"][u + 1]].tolist():
            if v not in seen:
                seen.add(v)
                order.append(v)
        if len(order) >= n:
            break
    keep = np.isin(np.arange(len(arrays["pop"])), order[:n])
    graph, numbers = subset(graph_from_csr(arrays["indptr"], arrays["indices"]), keep)
    size = np.round(arrays["pop"][numbers]).astype(np.int64)
    mean = size.sum() / k
    limits = {"k": k, "low": int(np.ceil(mean * 0.9)), "high": int(mean * 1.1)}
    question = Question(indptr=graph.indptr, indices=graph.indices, size=size, **limits)
    return question, arrays["x"][numbers], arrays["y"][numbers]


def heuristic(question: Question, cost, *, weight: float, rounds: int = 1500) -> np.ndarray | None:
    """Return the best layout on a chain that mixes large moves with cooled flips; None where there is no start."""
    net = Net.of(question.indptr, question.indices, question.size)
    stream = np.array([1], dtype=np.uint64)
    limits = {"low": question.low, "high": question.high, "stream": stream}
    label = random_layout(net, k=question.k, low=question.low, high=question.high, stream=stream)
    if label is None:
        label = any_layout(question, seconds=20).label
    if label is None:
        return None
    total, best, least = net.totals(label, question.k), label.copy(), cost(label)
    for number in range(rounds):
        if number % 10 == 0:
            recombine(net, label, total, steps=1, **limits)
        flip(net, label, total, steps=200, weight=weight, **limits)
        if cost(label) < least:
            best, least = label.copy(), cost(label)
    return best


def row(name: str, question: Question, x: np.ndarray, y: np.ndarray, model: str, seconds: float) -> str:
    tails, heads = question.edges()

    def cut(label: np.ndarray) -> float:
        return float(np.count_nonzero(label[tails] != label[heads]))

    def hess(label: np.ndarray) -> float:
        return hess_cost(question.size, x, y, label=label)

    cost = cut if model == "cut edges" else hess
    began = time.process_time()
    start = heuristic(question, cost, weight=1.5)
    drawn, began = time.process_time() - began, time.process_time()
    if model == "cut edges":
        found = fewest_cut_edges(question, seconds=seconds, incumbent=start)
        bound = found.bound
    else:
        found = least_hess(question, x, y, seconds=seconds, incumbent=start)
        limits = {"k": question.k, "low": question.low, "high": question.high}
        bound = hess_bound(question.size, x, y, **limits).bound
    spent = time.process_time() - began
    if found.label is not None and not is_lawful(question, found.label):
        raise SystemExit(f"{name}: the layout is not lawful")
    first = "none" if start is None else f"{cost(start):,.0f}"
    return (
        f"| {name} | {question.n} | {question.k} | {model} | {first} | {drawn:.1f} | {found.objective:,.0f} "
        f"| {bound:,.0f} | {'yes' if found.status == 'optimal' else found.status} | {found.rounds} | {found.cuts} "
        f"| {spent:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=70.0, help="limit of each round of the solver")
    parser.add_argument("--only", help="one instance by name, nothing written")
    arguments = parser.parse_args()
    before = load()
    instances = counties() | {f"denver {n}": blocks(n, k) for n, k in ((60, 5), (100, 10))}
    rows = []
    for name, (question, x, y) in instances.items():
        if arguments.only in (None, name):
            for model in ("hess", "cut edges"):
                if model == "hess" or question.n <= 50:
                    rows.append(row(name, question, x, y, model, arguments.seconds))
                    print(rows[-1], flush=True)
    if arguments.only is None:
        lines = ["# Proven optima", "", "One core. " + machine_line(load_before=before), "", HEADINGS]
        write_result("engine_exact", [*lines, "|---|---:|---:|---|" + "---:|" * 4 + "---|" + "---:|" * 3, *rows])


if __name__ == "__main__":
    main()
