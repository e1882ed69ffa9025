"""Seals: the head of a chain written to an append-only file of JSON lines, each line keyed and chained."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from linli.foundation.trail.errors import SealFileUnreadable
from linli.foundation.trail.rules import GENESIS, keyed_hash


@dataclass(frozen=True, slots=True)
class Seal:
    """One line of a seal file: the head at a moment, chained to the seal before."""

    number: int
    district_code: str
    sequence: int
    hash: str
    sealed_at: str
    previous_mac: str
    mac: str = ""

    def expected_mac(self, *, key: bytes) -> str:
        """Return the keyed hash that belongs to the other fields."""
        parts = asdict(self)
        parts.pop("mac")
        return keyed_hash("seal", parts, key=key)


def seal_path(folder: Path, district: str) -> Path:
    """Return where a district's seals lie."""
    return folder / f"trail-{district}.jsonl"


def new_seal(
    *,
    number: int,
    district: str,
    sequence: int,
    head_hash: str,
    sealed_at: datetime,
    previous: Seal | None,
    key: bytes,
) -> Seal:
    """Return the seal of a head, chained to the one before."""
    parts = {
        "number": number,
        "district_code": district,
        "sequence": sequence,
        "hash": head_hash,
        "sealed_at": sealed_at.astimezone(UTC).isoformat(timespec="seconds"),
        "previous_mac": previous.mac if previous else GENESIS,
    }
    return Seal(**parts, mac=keyed_hash("seal", parts, key=key))  # type: ignore[arg-type]


def append_seal(path: Path, seal: Seal) -> None:
    """Add a line to the seal file and force it to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(asdict(seal), ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def cut_back(path: Path, length: int) -> None:
    """Shorten the seal file to an earlier length, taking back a line whose transaction failed."""
    if path.exists() and path.stat().st_size > length:
        os.truncate(path, length)


def read_seals(path: Path) -> tuple[Seal, ...]:
    """Return the seals of a file in its order; none when there is no file.

    Raises:
        SealFileUnreadable: A line is no seal.
    """
    if not path.exists():
        return ()
    seals = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            seals.append(Seal(**json.loads(line)))
        except (ValueError, TypeError) as fault:
            raise SealFileUnreadable(file=path.name, line=number) from fault
    return tuple(seals)
