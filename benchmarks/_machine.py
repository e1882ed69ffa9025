"""What every result says about the run: machine, versions, day, and how busy the machine was."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
DATA = Path(os.environ.get("LINLI_REAL_DATA") or ROOT.parent / "shared" / "data")


def processor() -> str:
    """Return the name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="ascii", errors="replace").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def load() -> float:
    """Return how many processes wanted a core in the last minute, on average."""
    return os.getloadavg()[0]


def machine_line(*, load_before: float) -> str:
    """Return the line on the machine and the run.

    Args:
        load_before: `load` before the first measurement.
    """
    return (
        f"Machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"run on {datetime.date.today():%Y-%m-%d}; load of the machine before the run {load_before:.1f}, "
        f"after it {load():.1f}."
    )


def write_result(name: str, lines: Sequence[str]) -> None:
    """Write ``results/<name>.md`` and show it."""
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
