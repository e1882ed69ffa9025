"""A workbook of 50,000 rows and 15 columns: preview and commit, held against pandas with openpyxl in the same run.

Run: ``python benchmarks/import_workbook.py [rows]``; writes ``benchmarks/results/import_workbook.md``. Each side works
in a process of its own, so that the peak of its memory is its own. The rival only reads the sheet and turns units into
numbers: it judges nothing, matches nothing and writes nothing. Needs ``pip install pandas openpyxl``.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT), str(ROOT / "benchmarks")]
RESULT = ROOT / "benchmarks" / "results" / "import_workbook.md"
ROWS = 50_000
PREVIEW_S, COMMIT_S, PEAK_MB = 8.0, 15.0, 400.0
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEADINGS = [
    *["小区编码", "小区名称", "所属社区", "详细地址", "建成年份", "楼栋数", "单元数", "住宅套数", "总户数"],
    *["常住人口", "户籍人口", "60岁以上人数", "物业公司名称", "经度", "纬度"],
]


def main() -> None:
    from _machine import load, machine_line

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    before = load()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        file = Path(folder) / "小区.xlsx"
        write_workbook(file, rows)
        ours = in_a_process("ours", file, database=f"sqlite:///{folder}/bench.sqlite3")
        rival = in_a_process("rival", file, database="")
    write(rows, ours, rival, machine_line(load_before=before))


def in_a_process(side: str, file: Path, *, database: str) -> dict[str, float]:
    environment = {**os.environ, "LINLI_DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "linli.config.settings.test"}
    command = [sys.executable, __file__, "--side", side, str(file)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def write_workbook(file: Path, rows: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        page = book.add_worksheet("小区")
        page.write_row(0, 0, HEADINGS)
        for i in range(rows):
            homes = 100 + i % 900
            cells = [f"T-{i:05d}", f"试验{i}号院", "柳荫社区", f"晨光路{i}号", f"{1980 + i % 40}年建成"]
            cells += [f"{2 + i % 20}栋", 6 + i % 30, homes + 20, f"{homes}户", homes * 2 + i % 50, homes, homes // 3]
            cells += [f"物业公司{i % 300}", 117.2005 + (i % 100) * 1e-5, 31.7995 - (i // 100) * 1e-6]
            page.write_row(i + 1, 0, cells)


def ours(file: Path) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from tests.factories.organisation import make_cast
    from tests.factories.registry import grid_district

    from linli.organisation.rules import Role
    from linli.registry.operations.imports import commit_import, preview_import, upload_import

    call_command("migrate", verbosity=0)
    scope = make_cast().scope(Role.PLANNER)
    grid_district("AAAAB AAAAB AAAAC", "22222 22222 22222")
    begun = time.perf_counter()
    taken = upload_import(
        scope=scope,
        kind="compound",
        content=file.read_bytes(),
        file_name=file.name,
        system="CGCS2000",
        as_of_on=date(2026, 11, 1),
        now=NOW,
    )
    uploaded = time.perf_counter()
    card = preview_import(taken.number, scope=scope, now=NOW)
    previewed = time.perf_counter()
    commit_import(card.number, scope=scope, now=NOW)
    committed = time.perf_counter()
    assert card.counts["NEW"] == card.notes["rows"], card.counts
    return {
        "upload": uploaded - begun,
        "preview": previewed - uploaded,
        "commit": committed - previewed,
        "peak_mb": peak_mb(),
    }


def rival(file: Path) -> dict[str, float]:
    import pandas as pd

    begun = time.perf_counter()
    frame = pd.read_excel(file, engine="openpyxl")
    for heading in ("建成年份", "楼栋数", "总户数"):
        frame[heading] = frame[heading].astype(str).str.extract(r"(\d+)")[0].astype(int)
    assert int(frame["总户数"].min()) >= 100
    return {"read": time.perf_counter() - begun, "peak_mb": peak_mb()}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(rows: int, our: dict[str, float], other: dict[str, float], machine: str) -> None:
    is_met = our["preview"] <= PREVIEW_S and our["commit"] <= COMMIT_S and our["peak_mb"] <= PEAK_MB
    text = f"""# Import of a workbook

{rows:,} rows and {len(HEADINGS)} columns of XLSX, all new compounds, into an SQLite file; one run, each side in a
process of its own. The rival reads the sheet and turns the units of three columns into numbers, nothing else.

| step | seconds | peak memory, MB |
|---|---|---|
| upload: read, columns proposed, coordinates judged | {our["upload"]:.2f} | |
| preview: read again, every row judged, verdicts stored | **{our["preview"]:.2f}** | |
| commit: judged again, entries, figures, claims, trail | **{our["commit"]:.2f}** | {our["peak_mb"]:.0f} |
| pandas with openpyxl: read only | {other["read"]:.2f} | {other["peak_mb"]:.0f} |

Bar: preview ≤ {PREVIEW_S:.0f} s, commit ≤ {COMMIT_S:.0f} s, ≤ {PEAK_MB:.0f} MB: {"met" if is_met else "NOT met"}.
{machine}
"""
    RESULT.parent.mkdir(exist_ok=True)
    if rows == ROWS:
        RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        side = {"ours": ours, "rival": rival}[sys.argv[2]]
        sys.stdout.write(json.dumps(side(Path(sys.argv[3]))) + "\n")
    else:
        main()
