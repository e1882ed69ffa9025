"""Eight chains of ReCom on a cluster of two workers, beside two plain processes, and with a worker killed (E12).

Run from the checkout, with ``requirements-scale.lock`` installed: ``python benchmarks/engine/cluster.py``. The rate is
that of the cluster over that of a pool of two processes with the same parts, kernels warm on both; then one worker is
killed midway, and the sample must be the same to the bit. With ``--plans 1000000`` a long ensemble follows, with the
memory of this process before and after. Writes ``benchmarks/results/engine_cluster.md``.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _machine import DATA, load, machine_line, write_result

from linli.engine.districting.ensemble import (
    CutEdges,
    Ensemble,
    Sample,
    SamplingProgress,
    Spread,
    random_layout,
    sample,
)
from linli.engine.kernels import Net


def question(steps: int) -> Ensemble:
    arrays = np.load(DATA / "districting" / "AR_bg.npz")
    net = Net.of(arrays["indptr"], arrays["indices"], np.round(arrays["pop"]).astype(np.int64))
    mean = net.size.sum() / 11
    limits = {"low": int(np.ceil(mean * 0.99)), "high": int(mean * 1.01)}
    start = random_layout(net, k=11, stream=np.array([1], dtype=np.uint64), **limits)
    if start is None:
        raise SystemExit("no start found")
    measures = (CutEdges(), Spread())
    return Ensemble(net=net, start=start, steps=steps, every=10, chains=8, part=250, measures=measures, **limits)


def timed(ensemble: Ensemble, executor: Executor, **options) -> tuple[Sample, float]:
    """Sample after a short run that loads the kernels on every worker."""
    sample(replace(ensemble, steps=100, part=1), executor=executor)
    began = time.perf_counter()
    found = sample(ensemble, executor=executor, **options)
    return found, time.perf_counter() - began


def same(one: Sample, other: Sample) -> bool:
    lasts = all(np.array_equal(a.label, b.label) for a, b in zip(one.last, other.last, strict=True))
    return lasts and one.distributions == other.distributions and one.traces == other.traces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000, help="of each chain")
    parser.add_argument("--plans", type=int, default=0, help="steps of a long ensemble, over all chains")
    arguments = parser.parse_args()
    from distributed import Client, LocalCluster

    before = load()
    ensemble = question(arguments.steps)
    with ProcessPoolExecutor(2) as pool:
        plain, plain_seconds = timed(ensemble, pool)
    lines = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        there, seconds = timed(ensemble, client.get_executor())
        lines.append(f"Two processes {plain_seconds:,.1f} s, cluster {seconds:,.1f} s: {plain_seconds / seconds:.2f}.")
        lines.append(f"Same sample: {'yes' if same(plain, there) else 'NO'}.")
        killed = []

        def kill_midway(progress: SamplingProgress) -> bool:
            if not killed and 2 * progress.observed > progress.wanted:
                killed.append(next(iter(cluster.workers.values())).process.pid)
                os.kill(killed[0], signal.SIGKILL)
            return False

        survived, _ = timed(ensemble, client.get_executor(), stop=kill_midway)
        lines.append(f"A worker killed midway, same sample: {'yes' if same(plain, survived) and killed else 'NO'}.")
        if arguments.plans:
            steps = arguments.plans // ensemble.chains // ensemble.every * ensemble.every
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            _, seconds = timed(replace(ensemble, steps=steps), client.get_executor())
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            lines.append(
                f"{arguments.plans:,} plans in {seconds:,.0f} s; most memory {memory} MB before, {after} MB after."
            )
    for line in lines:
        print(line)
    if arguments.steps == 100_000:
        title = ["# Eight chains of 100,000 ReCom steps on a cluster", "", machine_line(load_before=before), ""]
        write_result("engine_cluster", [*title, *(f"- {line}" for line in lines)])


if __name__ == "__main__":
    main()
