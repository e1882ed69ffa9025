"""What is known of the process that holds a run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from linli.foundation.jobs import workers

TELL = "from linli.foundation.jobs.workers import identity; print(identity(), flush=True); input()"
PARTS = ("machine", "boot", "namespace", "process", "started")


def changed(**parts: str) -> str:
    here = dict(zip(PARTS, workers.identity().split("|"), strict=True))
    return "|".join({**here, **parts}.values())


class TestIsGone:
    def test_not_of_a_process_that_lives(self) -> None:
        assert not workers.is_gone(workers.identity())

    def test_of_a_process_that_has_ended(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as p:
            assert p.stdout is not None
            other = p.stdout.readline().strip()
            assert not workers.is_gone(other)
            p.kill()
            p.wait()
        assert other != workers.identity()
        assert workers.is_gone(other)

    def test_of_an_earlier_process_of_the_same_number(self) -> None:
        assert workers.is_gone(changed(started="1"))

    def test_of_whatever_ran_before_the_machine_was_started_anew(self) -> None:
        assert workers.is_gone(changed(boot="another-boot"))

    @pytest.mark.parametrize(
        "worker",
        ["", "nonsense", changed(machine="another/machine", started="1"), changed(namespace="1", started="1")],
        ids=["unknown", "malformed", "another-machine", "another-container"],
    )
    def test_not_where_nothing_can_be_known(self, worker: str) -> None:
        assert not workers.is_gone(worker)

    def test_not_where_the_machine_tells_nothing_of_processes(self, monkeypatch, tmp_path) -> None:
        monkeypatch.setattr(workers, "LINUX_PROCESSES", tmp_path)
        assert not workers.is_gone(workers.identity())
