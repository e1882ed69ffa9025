"""Time ``make demo`` from a fresh clone with an empty package cache, and its second start.

Run from the checkout: ``python benchmarks/demo_start.py``. Clones the commit ``HEAD`` into a temporary folder, runs
``make demo`` there with ``PIP_NO_CACHE_DIR=1``, asks the address until the first page answers, waits until the plan is
made, stops by Ctrl-C, starts again. Fails where a process or an open port is left. Writes
``benchmarks/results/demo_start.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from _machine import ROOT, load, machine_line, write_result

PAGE_S, PLAN_S, AGAIN_S = 60, 90, 8
PATIENCE_S = 900
#: Asks the demo's own database: whether the plan of the first start is made.
IS_PLANNED = """
import sqlite3, sys
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=5) as database:
    rows = database.execute("SELECT stage FROM jobs_jobrun WHERE kind = 'linli.layout.plans.jobs.make_plan'").fetchall()
print(int(rows == [("DONE",)]))
"""


@dataclass(frozen=True)
class Start:
    """Seconds from the command until the first page, and until the plan (None where it was there)."""

    page: float
    plan: float | None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a page comes, after all redirects, with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def is_planned(database: Path) -> bool:
    if not database.is_file():
        return False
    asked = subprocess.run(
        [sys.executable, "-c", IS_PLANNED, str(database)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() == "1"


def processes_of(folder: Path) -> list[int]:
    """Return the processes that run in a folder or a program of it."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            here = str((place / "cwd").readlink())
            words = (place / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if here == str(folder) or here.startswith(f"{folder}/") or f"{folder}/" in words:
            found.append(int(place.name))
    return found


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command as a terminal would, and end it as Ctrl-C does; fails where it leaves anything."""
    log = (folder.parent / "demo.log").open("ab")
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        # Ctrl-C reaches every process of the terminal's foreground group.
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()
    deadline = time.monotonic() + 5
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if left:
        raise SystemExit(f"the stopped demo left processes behind: {left}")


def start(folder: Path, *, waits_for_plan: bool) -> Start:
    """Start the demo of a clone, time it, stop it."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}
    environment |= {"PIP_NO_CACHE_DIR": "1", "PYTHONDONTWRITEBYTECODE": ""}
    began = time.monotonic()
    page: float | None = None
    with running(["make", "demo", f"PORT={port}"], folder, environment) as process:
        while True:
            spent = time.monotonic() - began
            if page is None and answers(port):
                page = time.monotonic() - began
            if page is not None and (not waits_for_plan or is_planned(folder / "var" / "linli.sqlite3")):
                found = Start(page, time.monotonic() - began if waits_for_plan else None)
                break
            if process.poll() is not None or spent > PATIENCE_S:
                words = (folder.parent / "demo.log").read_text(errors="replace")
                raise SystemExit(f"the demo did not come up after {spent:.0f} s:\n{words[-3000:]}")
            time.sleep(0.1)
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"port {port} still answers after the demo was stopped")
    return found


def verdict(found: float | None, limit: int) -> str:
    assert found is not None
    return f"| {found:.1f} | {limit} | {'kept' if found <= limit else 'missed'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep-log", type=Path, help="where to keep what the demo wrote")
    arguments = parser.parse_args()
    before = load()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="linli-clone-") as home:
        folder = Path(home) / "linli"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)], check=True)
        try:
            first = start(folder, waits_for_plan=True)
            second = start(folder, waits_for_plan=False)
        finally:
            if arguments.keep_log:
                shutil.copy(Path(home) / "demo.log", arguments.keep_log)
    write_result(
        "demo_start",
        [
            "# `make demo` from a fresh clone",
            "",
            f"Commit {commit}, cloned into an empty folder; no package cache, the index that pip is set to.",
            machine_line(load_before=before),
            "",
            "| from the command until | s | bar s | |",
            "|---|---:|---:|---|",
            f"| the first page answers 200 {verdict(first.page, PAGE_S)}",
            f"| the plan is made {verdict(first.plan, PLAN_S)}",
            f"| the first page of a second start answers 200 {verdict(second.page, AGAIN_S)}",
            "",
            "Both starts were ended by Ctrl-C; no process and no open port was left.",
        ],
    )


if __name__ == "__main__":
    main()
