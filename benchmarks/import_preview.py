"""How long the preview of an import of 10,000 rows takes, read to verdict, rows stored.

Run: ``python benchmarks/import_preview.py``; writes ``benchmarks/results/import_preview.md``. The rows are made here:
half of them meet compounds that the ledger holds, half are new; ten columns, coordinates among them.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "import_preview.md"
ROWS = 10_000
RUNS = 5
LIMIT_S = 3.0
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEADINGS = "小区编码,小区名称,所属社区,详细地址,建成年份,楼栋数,总户数,常住人口,60岁以上人数,经度,纬度"


def main() -> None:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    os.environ["LINLI_DATABASE_URL"] = os.environ.get("LINLI_DATABASE_URL", "")
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings.test"
    import django

    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        figures = measure()
    finally:
        teardown_databases(databases, verbosity=0)
    write(figures)


def measure() -> dict[str, float]:
    from tests.factories.organisation import make_cast
    from tests.factories.registry import grid_district

    from linli.organisation.rules import Role
    from linli.registry.operations.imports import commit_import, discard_import, preview_import, upload_import

    scope = make_cast().scope(Role.PLANNER)
    grid_district("AAAAB AAAAB AAAAC", "22222 22222 22222")

    def upload(content: bytes) -> str:
        return upload_import(
            scope=scope,
            kind="compound",
            content=content,
            file_name="小区.csv",
            system="CGCS2000",
            as_of_on=date(2026, 11, 1),
            now=NOW,
        ).number

    first = upload(table(ROWS // 2, shift=0))
    preview_import(first, scope=scope, now=NOW)
    commit_import(first, scope=scope, now=NOW)
    content = table(ROWS, shift=3)
    reading, judging, working = [], [], []
    for _run in range(RUNS):
        begun = time.perf_counter()
        number = upload(content)
        read, worked = time.perf_counter(), time.process_time()
        card = preview_import(number, scope=scope, now=NOW)
        done = time.perf_counter()
        working.append(time.process_time() - worked)
        assert (card.counts["NEW"], card.counts["CHANGED"]) == (ROWS // 2, ROWS // 2), card.counts
        reading.append(read - begun)
        judging.append(done - read)
        discard_import(number, scope=scope, now=NOW)
    return {
        "upload": statistics.median(reading),
        "preview": statistics.median(judging),
        "worst": max(judging),
        "processor": statistics.median(working),
    }


def table(rows: int, *, shift: int) -> bytes:
    lines = [HEADINGS]
    for i in range(rows):
        households = 100 + i % 900 + shift
        place = f"{117.2005 + (i % 100) * 1e-5:.6f},{31.7995 - (i // 100) * 1e-5:.6f}"
        lines.append(
            f"T-{i:05d},试验{i}号院,柳荫社区,晨光路{i}号,{1980 + i % 40}年建成,{2 + i % 20}栋,{households}户,"
            f"{households * 2 + i % 50},{households // 3},{place}"
        )
    return ("\n".join(lines) + "\n").encode("utf-8")


def write(figures: dict[str, float]) -> None:
    is_met = figures["preview"] <= LIMIT_S
    RESULT.parent.mkdir(exist_ok=True)
    spread = f"worst {figures['worst']:.2f}, processor {figures['processor']:.2f}"
    text = f"""# Import preview

{ROWS:,} rows of CSV, 11 columns, half of them changes of compounds that the ledger holds, half new;
median of {RUNS} runs. Processor time tells the work itself where other programs share the machine.

| step | seconds |
|---|---|
| upload: read, columns proposed, coordinates judged | {figures["upload"]:.2f} |
| preview: read again, every row judged, verdicts stored | **{figures["preview"]:.2f}** ({spread}) |

Bar: preview ≤ {LIMIT_S:.0f} s: {"met" if is_met else "NOT met"}. {platform.machine()}, {os.cpu_count()} cores, \
Python {platform.python_version()}, {"PostgreSQL" if os.environ.get("LINLI_DATABASE_URL") else "SQLite"}.
"""
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    if not is_met:
        sys.exit(1)


if __name__ == "__main__":
    main()
