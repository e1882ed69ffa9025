"""The long trials of ``make soak`` in their short form: scripts in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
IS_POSTGRES = os.environ.get("LINLI_DATABASE_URL", "").startswith("postgres")


@pytest.fixture
def database() -> str:
    """The kind of database that this run of the tests is about."""
    return "PostgreSQL" if IS_POSTGRES else "SQLite"


@pytest.fixture
def trial() -> Callable[..., Any]:
    """Run a trial in its short form and return what it found; a loss or a leftover fails here."""

    def ran(name: str, *words: str) -> Any:
        script = ROOT / "benchmarks" / "soak" / f"{name}.py"
        done = subprocess.run(
            [sys.executable, str(script), "--short", *words], cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ran
