"""Steps per second of the chains over layouts, beside GerryChain, from the same start on the same graph (E1, E2).

Run from the checkout: ``python benchmarks/engine/samplers.py``. Both sides draw minimum trees of random weights for
ReCom, and random flips of a cut edge for flips, both keep the band and contiguity, and one step is one layout visited.
Kernels are warm; the start is drawn once by recursive cuts and is not counted. The rival runs ``--seconds`` for each
figure. Ours is the median of 5 seeds; its flips are as many as the rival made, from the same start and again and again,
as layouts grow ragged with every flip and slow both sides down. Time is that of the processor.
Writes ``benchmarks/results/engine_samplers.md``.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _machine import DATA, load, machine_line, write_result

from linli.engine.districting.ensemble.start import random_layout
from linli.engine.kernels import Net, Walk, flip, recombine

SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Instance:
    """A graph with a number of communities and the tolerance around their mean."""

    title: str
    file: str
    k: int
    tolerance: float

    def limits(self, size: np.ndarray) -> tuple[int, int]:
        """Return the lawful sizes."""
        mean = size.sum() / self.k
        return int(np.ceil(mean * (1 - self.tolerance))), int(mean * (1 + self.tolerance))


INSTANCES = (
    Instance("Iowa 99, k 4, 2 %", "county19", 4, 0.02),
    Instance("denver_prec 356, k 11, 5 %", "denver_prec", 11, 0.05),
    Instance("AR_bg 2,294, k 4, 2 %", "AR_bg", 4, 0.02),
    Instance("AR_bg 2,294, k 11, 1 %", "AR_bg", 11, 0.01),
    Instance("denver 10,147, k 11, 5 %", "denver", 11, 0.05),
    Instance("denver 10,147, k 100, 10 %", "denver", 100, 0.10),
)


def net_of(file: str) -> Net:
    arrays = np.load(DATA / "districting" / f"{file}.npz")
    return Net.of(arrays["indptr"], arrays["indices"], np.round(arrays["pop"]).astype(np.int64))


def start_of(net: Net, instance: Instance) -> np.ndarray:
    """Return a lawful layout that both sides start from."""
    low, high = instance.limits(net.size)
    start = random_layout(net, k=instance.k, low=low, high=high, stream=np.array([1], dtype=np.uint64))
    if start is None:
        raise SystemExit(f"no start found for {instance.title}")
    return start


def ours(
    net: Net, start: np.ndarray, instance: Instance, walk: Callable[..., Walk], *, steps: int, rounds: int = 1
) -> list[float]:
    """Return steps per second for each seed, over some rounds of as many steps from the start."""
    low, high = instance.limits(net.size)
    rates = []
    for seed in SEEDS:
        stream = np.array([seed], dtype=np.uint64)
        walk(net, start.copy(), net.totals(start, instance.k), low=low, high=high, steps=20, stream=stream)
        began = time.process_time()
        for _ in range(rounds):
            label, total = start.copy(), net.totals(start, instance.k)
            found = walk(net, label, total, low=low, high=high, steps=steps, stream=stream)
            if len(found.cut_edges) < steps or total.min() < low or total.max() > high:
                raise SystemExit(f"{instance.title}: the chain broke off or left the band")
        rates.append(rounds * steps / (time.process_time() - began))
    return rates


def rivals(net: Net, start: np.ndarray, instance: Instance, *, seconds: float, kind: str) -> tuple[int, float]:
    """Return how many layouts GerryChain visited, and how many per second."""
    import networkx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, proposals, updaters

    network = networkx.Graph()
    network.add_nodes_from((int(u), {"pop": int(size)}) for u, size in enumerate(net.size))
    network.add_edges_from(zip(net.source.tolist(), net.indices.tolist(), strict=True))
    graph = Graph.from_networkx(network)
    tallies = {"population": updaters.Tally("pop", alias="population"), "cut_edges": updaters.cut_edges}
    partition = Partition(graph, assignment=dict(enumerate(start.tolist())), updaters=tallies)
    target = int(net.size.sum()) / instance.k
    if kind == "recom":
        proposal = partial(proposals.recom, pop_col="pop", pop_target=target, epsilon=instance.tolerance)
        rules = [constraints.contiguous]
    else:
        proposal = proposals.propose_random_flip
        rules = [
            constraints.within_percent_of_ideal_population(partition, instance.tolerance),
            constraints.single_flip_contiguous,
        ]
    random.seed(1)
    chain = MarkovChain(proposal, rules, accept.always_accept, partition, total_steps=10**9)
    states = iter(chain)
    for _ in range(3):
        next(states)
    steps, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        next(states)
        steps += 1
    return steps, steps / (time.process_time() - began)


def geometric_mean(ratios: list[float]) -> float:
    return statistics.geometric_mean(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12.0, help="of the rival, for each figure")
    parser.add_argument(
        "--only", type=int, choices=range(len(INSTANCES)), help="number of one instance, nothing written"
    )
    arguments = parser.parse_args()
    before = load()
    rows, recom, flips = [], [], []
    for instance in INSTANCES if arguments.only is None else [INSTANCES[arguments.only]]:
        net = net_of(instance.file)
        start = start_of(net, instance)
        minimum = ours(net, start, instance, recombine, steps=4000)
        uniform = ours(net, start, instance, partial(recombine, uniform=True), steps=4000)
        _, rival_recom = rivals(net, start, instance, seconds=arguments.seconds, kind="recom")
        steps, rival_flips = rivals(net, start, instance, seconds=arguments.seconds, kind="flips")
        rounds = -(-500_000 // steps)
        flipped = ours(net, start, instance, partial(flip, metropolis=False), steps=steps, rounds=rounds)
        recom.append(statistics.median(minimum) / rival_recom)
        flips.append(statistics.median(flipped) / rival_flips)
        rows.append(
            f"| {instance.title} | {rival_recom:,.1f} | {statistics.median(minimum):,.0f} | {recom[-1]:,.0f} "
            f"| {statistics.median(uniform):,.0f} | {rival_flips:,.0f} | {statistics.median(flipped):,.0f} "
            f"| {flips[-1]:,.0f} |"
        )
        print(rows[-1], flush=True)
    if arguments.only is not None:
        return
    write_result(
        "engine_samplers",
        [
            "# Chains over layouts, beside GerryChain",
            "",
            "Layouts visited per second, one core. " + machine_line(load_before=before),
            "",
            "| instance | GerryChain ReCom | ReCom, minimum trees | times | ReCom, uniform trees | GerryChain flips "
            "| flips | times |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"Geometric mean: ReCom {geometric_mean(recom):,.0f} times (least {min(recom):,.0f}), "
            f"flips {geometric_mean(flips):,.0f} times (least {min(flips):,.0f}).",
        ],
    )


if __name__ == "__main__":
    main()
