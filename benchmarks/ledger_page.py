"""Time the ledger's pages over the sample district, from the request to the last byte.

Run from the checkout: ``python benchmarks/ledger_page.py``. Makes a database of its own in a temporary folder
(SQLite, or PostgreSQL where ``LINLI_DATABASE_URL`` names an empty one), takes over the sample district, audits
it, and writes ``benchmarks/results/ledger.md``.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "ledger.md"
RUNS = 60
LIMIT_MS = 100
ADDRESSES = (
    ("compounds, first page", "/ledger/"),
    ("compounds, filtered, sorted by community", "/ledger/?households_min=200&kind=商品房&sort=community"),
    ("compounds, searched by initials", "/ledger/?q=jl"),
    ("compounds, last page", "/ledger/?page=13"),
    ("communities", "/ledger/?tab=communities"),
    ("grids", "/ledger/?tab=grids"),
    ("facilities", "/ledger/?tab=facilities"),
    ("parcels", "/ledger/?tab=parcels"),
)


def start_django(folder: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings.test")
    os.environ["LINLI_VAR"] = folder
    os.environ.setdefault("LINLI_TRAIL_KEY", "benchmark" * 5)
    import django

    django.setup()


def found_district(folder: str) -> None:
    from django.core.management import call_command

    from linli.foundation import clock, trail
    from linli.portal.operations.demo import found_demo_district
    from linli.registry.operations.audit import run_audit
    from linli.sample import generate

    call_command("migrate", verbosity=0)
    sample, now = generate(), clock.now()
    found_demo_district(sample, password="benchmark-2026", accounts_file=Path(folder, "accounts.json"), now=now)
    run_audit(district=sample.code, by=trail.SYSTEM, now=now)


def times_ms(address: str) -> tuple[list[float], list[float], int, int]:
    """Return each run's time and processor time in milliseconds, the bytes of the page, its database queries."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from linli.organisation.models import Person

    client = Client()
    client.force_login(Person.objects.get(username="planner"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    n_queries = len(queries)
    if answer.status_code != 200:
        sys.exit(f"{address}: {answer.status_code}")
    times, busy = [], []
    for _ in range(RUNS):
        started, worked = time.perf_counter(), time.process_time()
        client.get(address)
        busy.append((time.process_time() - worked) * 1000)
        times.append((time.perf_counter() - started) * 1000)
    return times, busy, len(answer.content), n_queries


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder)
        found_district(folder)
        from django.db import connection

        from linli.registry.models import Compound

        rows, all_times, all_busy = [], [], []
        for name, address in ADDRESSES:
            times, busy, size, queries = times_ms(address)
            all_times += times
            all_busy += busy
            p95 = statistics.quantiles(times, n=20)[-1]
            rows.append(
                f"| {name} | {statistics.median(times):.0f} | {p95:.0f} | {statistics.quantiles(busy, n=20)[-1]:.0f} "
                f"| {queries} | {size:,} |"
            )
        p95, p95_busy = (statistics.quantiles(each, n=20)[-1] for each in (all_times, all_busy))
        lines = [
            "# Pages of the ledger",
            "",
            f"Sample district with {Compound.objects.count()} compounds, {connection.vendor}, whole pages for the "
            "district planner through Django's test client, middleware and session included, no network.",
            f"Machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; load average over "
            f"the last minute {os.getloadavg()[0]:.1f}. {RUNS} runs each, after one that is not counted.",
            "",
            "| page | median ms | p95 ms | p95 of processor ms | queries | bytes |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"All pages together: p95 {p95:.0f} ms, of processor time {p95_busy:.0f} ms; the limit is {LIMIT_MS} ms.",
            "Other work on the machine adds to the time, not to the processor time.",
        ]
    text = "\n".join(lines) + "\n"
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
