"""Which process holds a run, and whether that process is known to be gone.

A silent worker is given a minute, as its machine may only be busy. Of a process on this very machine more can be
known at once: after a restart nothing is held by the processes of before.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

LINUX_PROCESSES = Path("/proc")
LONGEST = 200


def identity() -> str:
    """Return a name of this process that no other on any machine ever bears: machine, start of it, namespace, process.

    Parts that the machine does not tell are empty; nothing is then concluded from them.
    """
    parts = (_machine(), _boot(), _namespace(), str(os.getpid()), _started(os.getpid()))
    return "|".join(parts)[:LONGEST]


def is_gone(worker: str) -> bool:
    """Say whether the process of that name is known to have ended.

    Of other machines, and of other containers on this one, nothing is known: they are judged by their silence.
    """
    told, here = worker.split("|"), identity().split("|")
    if len(told) != len(here) or not all(told[:3]) or told[0] != here[0]:
        return False
    if told[1] != here[1]:
        # The machine has been started anew since.
        return True
    if told[2] != here[2] or not told[3].isdecimal():
        return False
    return _started(int(told[3])) != told[4]


def _machine() -> str:
    return f"{socket.gethostname()}/{_read(Path('/etc/machine-id'))[:12]}"


def _boot() -> str:
    return _read(LINUX_PROCESSES / "sys/kernel/random/boot_id")[:18]


def _namespace() -> str:
    try:
        return str((LINUX_PROCESSES / "self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _started(process: int) -> str:
    """Return when a process began, in ticks since the machine did; empty where there is no such process."""
    # The name in brackets may hold spaces and brackets of its own; a killed process waits as a zombie (Z).
    fields = _read(LINUX_PROCESSES / str(process) / "stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in ("Z", "X") else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
