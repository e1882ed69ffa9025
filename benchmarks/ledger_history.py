"""Time lists of the ledger over 100,000 compounds with three years of facts, now and on past days.

Run from the checkout: ``python benchmarks/ledger_history.py [--compounds 100000]``. For SQLite and for PostgreSQL it
makes a database of its own, adds the history by bulk insert (`_history`), asks each page as the district planner
through Django's test client, and writes ``benchmarks/results/ledger_history.md``. With ``--measure`` it only asks the
database that ``LINLI_DATABASE_URL`` names and prints.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

from _desk import DATABASES, desk, python
from _machine import load, machine_line, write_result

RUNS = 20
LIST_LIMIT_MS, TOTALS_LIMIT_MS = 200, 500
PAST = "2025-03-15"
#: Name, address, limit in milliseconds; None where no bar is set.
ADDRESSES = (
    ("compounds, first page", "/ledger/", LIST_LIMIT_MS),
    ("filtered by households and kind", "/ledger/?households_min=900&kind=商品房", LIST_LIMIT_MS),
    ("filtered by community", "/ledger/?community=990000000017", LIST_LIMIT_MS),
    ("sorted by pinyin", "/ledger/?sort=name", LIST_LIMIT_MS),
    ("searched by initials", "/ledger/?q=jlyq", LIST_LIMIT_MS),
    ("searched by name", "/ledger/?q=锦澜云", LIST_LIMIT_MS),
    ("page 1,500", "/ledger/?page=1500", LIST_LIMIT_MS),
    ("communities", "/ledger/?tab=communities", LIST_LIMIT_MS),
    ("as on a past day, with totals", f"/ledger/?on={PAST}", TOTALS_LIMIT_MS),
    ("as on a past day, filtered", f"/ledger/?on={PAST}&kind=商品房&households_min=300", TOTALS_LIMIT_MS),
    ("communities as on a past day", f"/ledger/?tab=communities&on={PAST}", TOTALS_LIMIT_MS),
)


def measured() -> list[dict[str, float | str]]:
    """Ask each page of the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from linli.organisation.models import Person

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(Person.objects.get(username="planner"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    rows: list[dict[str, float | str]] = []
    for name, address, limit in ADDRESSES:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        # Counted now: the next request empties the log.
        n_queries = len(queries)
        times, busy = [], []
        for _run in range(RUNS):
            started, worked = time.perf_counter(), time.process_time()
            client.get(address)
            busy.append(1000 * (time.process_time() - worked))
            times.append(1000 * (time.perf_counter() - started))
        rows.append(
            {
                "name": name,
                "limit": limit,
                "median": statistics.median(times),
                "p95": statistics.quantiles(times, n=20)[-1],
                "busy": statistics.quantiles(busy, n=20)[-1],
                "queries": n_queries,
            }
        )
    return rows


def main() -> None:
    """Make the databases, ask, and write the result; or only ask, with ``--measure``."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--compounds", type=int, default=100_000)
    wanted.add_argument("--measure", action="store_true")
    wanted.add_argument("--database", choices=DATABASES, action="append")
    given = wanted.parse_args()
    if given.measure:
        print(json.dumps(measured()))
        return
    before = load()
    lines = ["# Lists of a large ledger, now and on past days", ""]
    for database in given.database or DATABASES:
        with desk(database) as environment:
            made = json.loads(
                python(
                    environment,
                    "benchmarks/_history.py",
                    str(given.compounds),
                    str(Path(environment["LINLI_VAR"])),
                    patience_s=3600,
                )
            )
            answers = json.loads(python(environment, "benchmarks/ledger_history.py", "--measure", patience_s=3600))
        lines += [
            f"## {database}: " + ", ".join(f"{count:,} {name}" for name, count in made.items()),
            "",
            "| page | median ms | p95 ms | p95 of processor ms | limit ms | queries |",
            "|---|---:|---:|---:|---:|---:|",
            *(
                f"| {row['name']} | {row['median']:.0f} | {row['p95']:.0f} | {row['busy']:.0f} | {row['limit']} "
                f"| {row['queries']} |"
                for row in answers
            ),
            "",
        ]
    lines += [
        "Whole pages for the district planner through Django's test client, middleware and session included, no "
        f"network; the processor time leaves out that of PostgreSQL itself; {RUNS} runs each after one that is not "
        "counted. Three years: the three counts of people are "
        "surveyed every half year, twelve further fields once.",
        machine_line(load_before=before),
    ]
    write_result("ledger_history", lines)


if __name__ == "__main__":
    main()
