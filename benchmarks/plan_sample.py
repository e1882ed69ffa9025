"""Time an adjustment plan for the sample district, from the request to the saved revision, on both databases.

Run from the checkout: ``python benchmarks/plan_sample.py``. Each database gets a process of its own; the first plan
compiles the engine's loops (an empty Numba cache), the later ones find them. PostgreSQL is the one at
``LINLI_TEST_POSTGRES`` or the local socket. Writes ``benchmarks/results/plan_sample.md``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from typing import Any

from _desk import DATABASES, desk, python
from _machine import load, machine_line, write_result

LIMIT_S = 10.0
SEED = 1
PRINCIPLES = {
    "scale": "人口规模适度: scale",
    "convenience": "服务管理方便: distance to the office",
    "resources": "资源配置有效: rooms and workers",
    "functions": "功能相对齐全: facilities within reach",
    "stability": "stability",
}


def make_plans(*, repeats: int) -> dict[str, Any]:
    """Found the sample district in this process's database, make plans, and return seconds and figures."""
    from django.conf import settings

    # The job runs where it is asked for: what is measured is the plan, not the queue's waiting.
    settings.Q_CLUSTER["sync"] = True
    import django

    django.setup()
    from linli.foundation.clock import now, today
    from linli.layout.plans.models import PlanRevision
    from linli.layout.plans.operations import request_plan
    from linli.layout.plans.rules.figures import figures_from
    from linli.organisation.access import only_scope_on
    from linli.portal.operations.demo import found_demo_district
    from linli.sample import generate

    sample = generate()
    found_demo_district(sample, password="", accounts_file=settings.LINLI_VAR / "accounts.json", now=now())
    scope = only_scope_on("planner", on=today(now()))
    assert scope is not None
    seconds, busy, searches, hashes = [], [], [], set()
    for _ in range(1 + repeats):
        started, worked = time.perf_counter(), time.process_time()
        plan = request_plan(scope=scope, district=sample.code, seed=SEED, now=now())
        revision = PlanRevision.objects.get(plan=plan, number=1)
        seconds.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
        document = json.loads(bytes(revision.document))
        searches.append(document["run"]["seconds"])
        hashes.add(revision.content_hash)
    figures = figures_from(revision.figures)
    return {
        "seconds": seconds,
        "busy": busy,
        "searches": searches,
        "hashes": sorted(hashes),
        "compounds": len(figures.compounds),
        "households": figures.households,
        "moved": figures.moved,
        "moved_share": figures.moved_share,
        "bound": figures.bound,
        "k": document["k"],
        "totals": document["totals"],
        "rules": [
            [rule["rule"], rule["ok"], len(rule["offenders"]), len(rule["excused"])] for rule in document["rules"]
        ],
        "requirements": [one.is_met for one in figures.requirements],
        "before": dict(figures.scores_before),
        "after": dict(figures.scores_after),
        "acts": len(figures.adjustments),
    }


def measured(database: str, *, repeats: int) -> dict[str, Any]:
    """Return what a process of its own measured on a database."""
    with tempfile.TemporaryDirectory() as compiled, desk(database, NUMBA_CACHE_DIR=compiled) as environment:
        return json.loads(
            python(environment, __file__, "--in-this-process", "--repeats", str(repeats)).splitlines()[-1]
        )


def score(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def table(found: dict[str, dict[str, Any]], *, before: float) -> list[str]:
    one = next(iter(found.values()))
    hashes = {value for answer in found.values() for value in answer["hashes"]}
    warm = {database: statistics.median(answer["seconds"][1:]) for database, answer in found.items()}
    slowest = max(warm.values())
    return [
        "# Adjustment plan for the sample district: from the request to the saved revision",
        "",
        f"临江区 of the seeded generator: {one['compounds']} compounds, {one['households']:,} households; band of the "
        f"profile; seed {SEED}. Counted: reading the ledger, search, acts and figures, saving, trail.",
        machine_line(load_before=before),
        "",
        "| database | first: loops compiled s | later: median s | on the processor s | search alone s | runs later |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {database} | {answer['seconds'][0]:.2f} | {warm[database]:.2f} "
            f"| {statistics.median(answer['busy'][1:]):.2f} "
            f"| {statistics.median(answer['searches'][1:]):.2f} | {len(answer['seconds']) - 1} |"
            for database, answer in found.items()
        ),
        "",
        f"Bar: {LIMIT_S:.0f} s. {'Kept' if slowest <= LIMIT_S else 'Missed'} by the later plans, {slowest:.2f} s. "
        "The loops are compiled once per installation; `linli demo` does it while the district is written.",
        f"Plans made: {sum(len(answer['seconds']) for answer in found.values())}; different hashes among them: "
        f"{len(hashes)} (`{min(hashes)[:16]}…`).",
        "",
        "| the plan | |",
        "|---|---:|",
        f"| communities | {one['k']} |",
        f"| smallest and largest, households | {one['totals']['min']:,}–{one['totals']['max']:,} |",
        f"| households moved | {one['moved']:,} ({one['moved_share']:.2%}) |",
        f"| proven that every plan moves at least | {'–' if one['bound'] is None else format(one['bound'], ',')} |",
        f"| adjustments | {one['acts']} |",
        f"| requirements met | {sum(one['requirements'])} of {len(one['requirements'])} |",
        "",
        "| hard rule | kept | offenders | excused |",
        "|---|---|---:|---:|",
        *(f"| {rule} | {'yes' if ok else 'no'} | {broken} | {excused} |" for rule, ok, broken, excused in one["rules"]),
        "",
        "| score, 100 is best | before | after |",
        "|---|---:|---:|",
        *(f"| {PRINCIPLES.get(name, name)} | {score(one['before'].get(name))} | {score(one['after'].get(name))} |"
          for name in one["after"]),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="plans after the first")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.in_this_process:
        print(json.dumps(make_plans(repeats=arguments.repeats)))
        return
    before = load()
    found = {database: measured(database, repeats=arguments.repeats) for database in DATABASES}
    write_result("plan_sample", table(found, before=before))
    if len({value for answer in found.values() for value in answer["hashes"]}) > 1:
        raise SystemExit("the same seed gave different plans")


if __name__ == "__main__":
    main()
