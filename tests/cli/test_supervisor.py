"""The supervisor: all processes stop with it, children of children too; a taken port is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from linli.cli.supervisor import PortTaken, ProcessEnded, Supervisor, refuse_taken_port

#: A process with a child of its own; it prints the child's number and waits for good.
PARENT = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"


def is_alive(pid: int) -> bool:
    """A zombie, killed but not yet collected by its parent, is not alive."""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip()) and not answer.stdout.strip().startswith("Z")


class TestRefuseTakenPort:
    def test_names_the_port_and_another(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(PortTaken) as refusal:
                refuse_taken_port("127.0.0.1", port)
        assert refusal.value.params == {"port": port, "other": port + 1}
        assert str(port) in refusal.value.message

    def test_lets_a_free_port_pass(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        refuse_taken_port("127.0.0.1", port)


class TestSupervisor:
    def test_ends_children_and_their_children(self, tmp_path):
        numbers = tmp_path / "pid"
        script = PARENT.replace("print(p.pid, flush=True)", f"open({str(numbers)!r}, 'w').write(str(p.pid))")
        with Supervisor(environment={}) as supervisor:
            supervisor.start("家长", [sys.executable, "-c", script])
            while not (numbers.exists() and numbers.read_text()):
                supervisor.refuse_ended()
                os.sched_yield()
            grandchild = int(numbers.read_text())
            assert is_alive(grandchild)
        assert not is_alive(grandchild)

    def test_tells_which_process_ended(self):
        with Supervisor(environment={}) as supervisor:
            supervisor.start("短命", [sys.executable, "-c", "raise SystemExit(7)"])
            with pytest.raises(ProcessEnded) as refusal:
                supervisor.watch()
        assert refusal.value.params == {"name": "短命", "exit_code": 7}

    def test_gives_its_environment_to_the_processes(self, tmp_path):
        found = tmp_path / "found"
        script = f"import os; open({str(found)!r}, 'w').write(os.environ['LINLI_TRIAL'])"
        with Supervisor(environment={"LINLI_TRIAL": "甲"}) as supervisor:
            supervisor.start("读环境", [sys.executable, "-c", script])
            with pytest.raises(ProcessEnded):
                supervisor.watch()
        assert found.read_text() == "甲"
