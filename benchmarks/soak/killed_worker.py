"""Kill the worker by ``kill -9`` in the middle of making a plan, again and again: each plan must be made once.

Run from the checkout: ``python benchmarks/soak/killed_worker.py``. A real cluster (`linli worker`) makes a plan for the
sample district; at a random moment of the job its working process - every second time the whole cluster, which is then
started anew - is killed. Every job must end DONE, every plan must have one revision and one entry in the trail, and all
must be the same. The queue looks for silent workers each second here, not each minute. Runs on SQLite and PostgreSQL
and writes ``benchmarks/results/soak_killed_worker.md``; ``--short`` kills once on one database and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from _trial import DATABASES, desk, load, machine_line, python, write_result

PATIENCE_S = 300
SETTINGS = "benchmarks.soak.settings"


class Cluster:
    """The background workers, in a process group of their own."""

    def __init__(self) -> None:
        self.process = self._started()

    @staticmethod
    def _started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "linli", "worker"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _members(self) -> dict[int, int]:
        """Return the ticks of processor time that each process below the first has used."""
        used = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid and int(place.name) != self.process.pid:
                used[int(place.name)] = int(fields[11]) + int(fields[12])
        return used

    def kill_busiest(self) -> None:
        """Kill the process that works: the one that used the processor most within a moment."""
        before = self._members()
        time.sleep(0.1)
        after = self._members()
        busiest = max(after, key=lambda number: after[number] - before.get(number, 0))
        os.kill(busiest, signal.SIGKILL)

    def kill_whole(self) -> None:
        """Kill all of it, as a power cut does, and start it anew."""
        self.end()
        self.process = self._started()

    def end(self) -> None:
        """Kill all of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def trial(*, kills: int, seed: int) -> dict[str, Any]:
    """Found the sample district, ask for ``kills`` plans, kill once during each, and return what became of them."""
    import django

    django.setup()
    from django.conf import settings

    from linli.engine.kernels import warm_up
    from linli.foundation.clock import now, today
    from linli.foundation.jobs import run_card
    from linli.foundation.jobs.execution import requeue_lost
    from linli.foundation.trail import entries, verify
    from linli.layout.plans.models import PlanRevision
    from linli.layout.plans.operations import request_plan
    from linli.organisation.access import only_scope_on
    from linli.portal.operations.demo import found_demo_district
    from linli.sample import generate

    sample = generate()
    found_demo_district(sample, password="", accounts_file=settings.LINLI_VAR / "accounts.json", now=now())
    warm_up()
    scope = only_scope_on("planner", on=today(now()))
    assert scope is not None
    rng = np.random.default_rng(seed)
    cluster = Cluster()
    stages, attempts, recoveries, numbers = [], [], [], []

    def wait_until(run: str, *finals: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while run_card(run).stage not in finals and time.monotonic() < deadline:
            requeue_lost()
            time.sleep(0.1)

    try:
        for turn in range(kills):
            plan = request_plan(scope=scope, district=sample.code, seed=1, now=now())
            wait_until(plan.job, "RUNNING", "DONE", "FAILED")
            time.sleep(float(rng.uniform(0, 2.5)))
            if turn % 2:
                cluster.kill_whole()
            else:
                cluster.kill_busiest()
            killed = time.monotonic()
            wait_until(plan.job, "DONE", "FAILED", "CANCELLED")
            card = run_card(plan.job)
            stages.append(card.stage)
            attempts.append(card.attempts)
            recoveries.append(time.monotonic() - killed)
            numbers.append(plan.number)
    finally:
        cluster.end()
    revisions = PlanRevision.objects.filter(plan__number__in=numbers)
    return {
        "kills": kills,
        "done": stages.count("DONE"),
        "attempts": attempts,
        "slowest": max(recoveries),
        "revisions": revisions.count(),
        "hashes": len(set(revisions.values_list("content_hash", flat=True))),
        "made": sum(
            entries(sample.code, verb_starts="plans.plan.made", subject_code=number).total for number in numbers
        ),
        "intact": verify(sample.code).is_intact,
    }


def failures(found: dict[str, Any]) -> list[str]:
    """Return what does not add up."""
    wanted = dict.fromkeys(("done", "revisions", "made"), found["kills"]) | {"hashes": 1, "intact": True}
    return [f"{name}: expected {value}, came {found[name]}" for name, value in wanted.items() if found[name] != value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="on each database")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of killing")
    parser.add_argument("--short", choices=DATABASES, help="kill once on this database, write nothing")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    kills = 1 if arguments.short else arguments.kills
    if arguments.in_this_process:
        print(json.dumps(trial(kills=arguments.kills, seed=arguments.seed)))
        return
    before = load()
    found = {}
    for database in [arguments.short] if arguments.short else DATABASES:
        with desk(database, DJANGO_SETTINGS_MODULE=SETTINGS) as environment:
            words = ["--in-this-process", "--kills", str(kills), "--seed", str(arguments.seed)]
            answer = python(environment, __file__, *words, patience_s=kills * PATIENCE_S)
            found[database] = json.loads(answer.splitlines()[-1])
    wrong = [f"{database}: {fault}" for database, answer in found.items() for fault in failures(answer)]
    if arguments.short:
        print(json.dumps(found))
    else:
        write_result("soak_killed_worker", table(found, wrong=wrong, before=before))
    if wrong:
        raise SystemExit("\n".join(wrong))


def table(found: dict[str, dict[str, Any]], *, wrong: list[str], before: float) -> list[str]:
    return [
        "# Workers killed in the middle of making a plan",
        "",
        "One `kill -9` at a random moment of each job: by turns the working process and the whole cluster.",
        machine_line(load_before=before),
        "",
        "| database | jobs | ended DONE | tried again | revisions | plans made in the trail | different plans | trail "
        "| from kill to plan, slowest s |",
        "|---|---:|---:|---:|---:|---:|---:|---|---:|",
        *(
            f"| {database} | {one['kills']} | {one['done']} | {sum(count > 1 for count in one['attempts'])} "
            f"| {one['revisions']} | {one['made']} | {one['hashes']} | {'intact' if one['intact'] else 'broken'} "
            f"| {one['slowest']:.0f} |"
            for database, one in found.items()
        ),
        "",
        "A job that was done before its kill needs no second try. A silent worker counts as lost after 2 s here "
        "(60 s in use).",
        "Every job ended DONE, once." if not wrong else "Wrong: " + "; ".join(wrong),
    ]


if __name__ == "__main__":
    main()
