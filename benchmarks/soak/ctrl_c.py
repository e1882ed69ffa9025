"""Start the demo and stop it by Ctrl-C at random moments: nothing may be left, and the demo must come up all the same.

Run from the checkout: ``python benchmarks/soak/ctrl_c.py``. Ten starts in one folder are ended after 0.2 to 12 s, most
of them in the middle of preparing; then a last one runs until its plan is made. After each stop no process of the demo
and no open port may be left. Writes ``benchmarks/results/soak_ctrl_c.md``; ``--short`` stops one start and writes
nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
from _trial import ROOT, load, machine_line, processes_of, write_result

LONGEST_S = 12.0
PATIENCE_S = 600
GRACE_S = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_planned(folder: str) -> bool:
    path = Path(folder) / "linli.sqlite3"
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
            kind = "linli.layout.plans.jobs.make_plan"
            rows = database.execute("SELECT stage FROM jobs_jobrun WHERE kind = ?", [kind]).fetchall()
    except sqlite3.OperationalError:
        return False
    return ("DONE",) in rows


def started(folder: str, port: int) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "linli", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"LINLI_VAR": folder},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stopped(process: subprocess.Popen[bytes], folder: str, port: int) -> dict[str, Any]:
    """Press Ctrl-C; return seconds until the command ended and what was left when it had."""
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_S)
    spent = time.monotonic() - began
    left = processes_of(folder)
    for number in left:
        os.kill(number, signal.SIGKILL)
    process.wait()
    return {"seconds": spent, "left": len(left), "open": is_open(port)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of stopping")
    parser.add_argument("--short", action="store_true", help="stop one start once it listens, write nothing")
    arguments = parser.parse_args()
    before = load()
    moments = np.random.default_rng(arguments.seed).uniform(0.2, LONGEST_S, arguments.starts).tolist()
    stops = []
    recovery = None
    with tempfile.TemporaryDirectory(prefix="linli-ctrl-c-") as folder:
        port = free_port()
        if arguments.short:
            process = started(folder, port)
            deadline = time.monotonic() + PATIENCE_S
            while not is_open(port) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            if not is_open(port):
                raise SystemExit("the demo did not come up")
            stops.append(stopped(process, folder, port))
        else:
            for moment in moments:
                process = started(folder, port)
                time.sleep(moment)
                stops.append(stopped(process, folder, port))
            began = time.monotonic()
            process = started(folder, port)
            while not is_planned(folder) and process.poll() is None and time.monotonic() - began < PATIENCE_S:
                time.sleep(0.5)
            recovery = time.monotonic() - began if is_planned(folder) else None
            stops.append(stopped(process, folder, port))
    left = sum(stop["left"] for stop in stops)
    open_ports = sum(stop["open"] for stop in stops)
    if arguments.short:
        print(json.dumps(stops))
    else:
        write_result(
            "soak_ctrl_c",
            [
                "# The demo, started and stopped by Ctrl-C",
                "",
                f"{arguments.starts} starts in one folder, ended after {min(moments):.1f}–{max(moments):.1f} s; "
                "then one that may finish.",
                machine_line(load_before=before),
                "",
                "| | |",
                "|---|---:|",
                f"| stops | {len(stops)} |",
                f"| processes left | {left} |",
                f"| ports left open | {open_ports} |",
                f"| slowest stop | {max(stop['seconds'] for stop in stops):.1f} s |",
                "| the last start had its plan after | "
                + (f"{recovery:.0f} s |" if recovery is not None else f"more than {PATIENCE_S} s |"),
            ],
        )
    if left or open_ports or (recovery is None and not arguments.short):
        raise SystemExit(f"{left} processes and {open_ports} open ports left; plan made after {recovery} s")


if __name__ == "__main__":
    main()
