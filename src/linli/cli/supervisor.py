"""One small supervisor for the processes of a running Linli: all start together, all stop together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError

GRACE_S = 5.0


class PortTaken(LinliError):
    """Another program listens on the port."""

    code = "cli.port-taken"
    text = _("端口 %(port)s 已被别的程序占用。请先停掉它，或换一个端口：PORT=%(other)s make demo")
    http_status = 409


class ProcessEnded(LinliError):
    """A process that should run for good has ended."""

    code = "cli.process-ended"
    text = _("%(name)s意外停止（退出码 %(exit_code)s），其余进程已一并停止；原因见上面的输出")


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on.

    Raises:
        PortTaken: The port answers, or cannot be bound.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(port=port, other=port + 1) from error


@dataclass
class Supervisor:
    """Starts child processes in sessions of their own and stops every one of them at the end.

    Use it as a context manager: leaving it, by whatever way, ends all children and their children.
    """

    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Supervisor:
        # A stop asked for by the system ends like Ctrl-C: through the finally blocks.
        signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(self, *_reason: object) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process.

        Args:
            name: What people call it.
            command: Program and arguments.
        """
        self._running[name] = subprocess.Popen(command, env={**os.environ, **self.environment}, start_new_session=True)

    def refuse_ended(self) -> None:
        """Refuse to go on when a process has ended.

        Raises:
            ProcessEnded: One has.
        """
        for name, process in self._running.items():
            if (exit_code := process.poll()) is not None:
                raise ProcessEnded(name=name, exit_code=exit_code)

    def watch(self) -> None:
        """Wait until a process ends or somebody presses Ctrl-C.

        Raises:
            ProcessEnded: A process ended by itself.
        """
        while True:
            self.refuse_ended()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop all processes: politely first, after five seconds for good."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            # Also those whose leader has gone: a worker may have left children behind.
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._running.clear()


def server_command(host: str, port: int) -> list[str]:
    """Return the command of the web server."""
    # Requests wait for the database, so there are more threads than processors, but no more than the server advises.
    threads = min(8, 2 * (os.cpu_count() or 1) + 1)
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning", "linli.config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the command of the background worker."""
    return [sys.executable, "-m", "linli", "worker"]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
