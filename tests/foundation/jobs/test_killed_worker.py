"""A real cluster in a process of its own, one of whose workers is killed in the middle of a job."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ASK = """
import django; django.setup()
from datetime import UTC, datetime
from linli.foundation.jobs import schedule
from linli.foundation.trail import SYSTEM
print(schedule("tests.foundation.jobs.chores.be_killed_once", by=SYSTEM, now=datetime.now(UTC), title="试",
               district="990101", name="甲").public_id)
"""


@pytest.fixture
def desk(tmp_path):
    """The environment of a fresh, migrated database."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.foundation.jobs.desk_settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        "LINLI_VAR": str(tmp_path),
        "LINLI_DATABASE_URL": "",
    }
    run(environment, "-m", "django", "migrate", "--verbosity", "0")
    return environment


def run(environment, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


@contextmanager
def cluster(environment):
    command = [sys.executable, "-m", "django", "qcluster"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def read(folder):
    (database,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return connection.execute("SELECT public_id, stage, attempts, result FROM jobs_jobrun").fetchone()


@contextmanager
def worker(environment):
    """``linli worker``, killed with all its processes at the end, as a power cut would."""
    command = [sys.executable, "-m", "linli", "worker"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(folder, stage, *, seconds):
    deadline = time.monotonic() + seconds
    while read(folder)[1] != stage and time.monotonic() < deadline:
        time.sleep(0.1)
    return read(folder)[1]


class TestStoppedWorker:
    def test_leaves_its_job_to_the_next_at_once(self, desk, tmp_path):
        # A silent worker would be given a minute.
        desk["LINLI_TEST_LOST_AFTER"] = "60"
        number = run(desk, "-c", ASK.replace("be_killed_once", "wait_once").replace(', name="甲"', ""))
        with worker(desk):
            assert wait_for(tmp_path, "RUNNING", seconds=30) == "RUNNING"
        with worker(desk):
            assert wait_for(tmp_path, "DONE", seconds=30) == "DONE"
        assert read(tmp_path)[::2] == (number, 2)


class TestKilledWorker:
    def test_is_followed_by_another_that_does_the_job(self, desk, tmp_path):
        number = run(desk, "-c", ASK)
        deadline = time.monotonic() + 45
        with cluster(desk):
            while read(tmp_path)[1] != "DONE" and time.monotonic() < deadline:
                time.sleep(0.3)
        found, stage, attempts, result = read(tmp_path)
        assert (found, stage, attempts) == (number, "DONE", 2)
        assert '"attempt": 2' in result
