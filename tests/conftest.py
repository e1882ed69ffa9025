"""What every test shares: which database, which tests belong to it, and where real input lies."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = Path(os.environ.get("LINLI_REAL_DATA") or ROOT.parent / "shared" / "data")
IS_POSTGRES = os.environ.get("LINLI_DATABASE_URL", "").startswith("postgres")


def pytest_report_header() -> list[str]:
    database = "PostgreSQL" if IS_POSTGRES else "SQLite"
    if REAL_DATA.is_dir():
        return [f"linli: {database}, real input found"]
    return [f"linli: {database}, NO real input (LINLI_REAL_DATA): tests/**/test_real_*.py are not collected"]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.name.startswith("test_real_") and not REAL_DATA.is_dir():
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of row locks to PostgreSQL, which has them: ``make test`` runs both databases."""
    if IS_POSTGRES:
        return
    elsewhere = [item for item in items if item.get_closest_marker("postgres_only")]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not item.get_closest_marker("postgres_only")]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input; tests that ask for it lie in files named ``test_real_*.py``."""
    return REAL_DATA


@pytest.fixture
def timetable(db: None) -> None:
    """Fill the queue's timetable as the migrations do; a test whose database was flushed may have run before."""
    for name in ("linli.foundation.jobs.migrations.0002_timetable", "linli.registry.migrations.0010_audit_timetable"):
        import_module(name).add_timetable(apps, SimpleNamespace(connection=connection))
