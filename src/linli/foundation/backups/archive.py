"""The archive: a ZIP whose members are hashed as they are written and checked as they are read."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from linli.foundation.backups.errors import BackupUnreadable
from linli.foundation.backups.rules import MANIFEST, Manifest, Member

BLOCK = 1 << 20


class Writer:
    """Adds members to a new archive; the manifest comes last."""

    def __init__(self, path: Path) -> None:
        # Readable by the owner alone: it holds the whole district.
        path.touch(mode=0o600, exist_ok=False)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.members: dict[str, Member] = {}

    def add(self, name: str, blocks: Iterable[bytes | memoryview]) -> None:
        """Write a member block by block."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                size += len(block)
                member.write(block)
        self.members[name] = Member(size=size, sha256=digest.hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        """Write a file as a member."""
        with path.open("rb") as file:
            self.add(name, iter(lambda: file.read(BLOCK), b""))

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and end the archive."""
        self._zip.writestr(MANIFEST, manifest.as_json())
        self._zip.close()

    def abandon(self) -> None:
        """End without a manifest: what was written is no backup."""
        self._zip.close()


class Reader:
    """Reads an archive whose every member was compared with the manifest."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def names(self, folder: str) -> list[str]:
        """Return the members below a folder, such as ``files/``."""
        return [name for name in self.manifest.members if name.startswith(folder)]

    @contextmanager
    def member(self, name: str) -> Iterator[BinaryIO]:
        """Open a member."""
        with self._zip.open(name) as file:
            yield file  # type: ignore[misc]

    def extract(self, name: str, target: Path) -> Path:
        """Write a member to a path, making its folder."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.member(name) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, BLOCK)
        return target


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open an archive and compare every member with the manifest's size and hash.

    Raises:
        BackupUnreadable: It is no archive of ours, lacks or adds a member, or a member was changed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            try:
                manifest = Manifest.from_json(archive.read(MANIFEST))
            except (KeyError, ValueError, TypeError, AttributeError) as fault:
                raise BackupUnreadable(file=path.name, reason=f"{MANIFEST}: {fault}") from fault
            _compare(archive, manifest, path)
            yield Reader(archive, manifest)
    except (OSError, zipfile.BadZipFile) as fault:
        raise BackupUnreadable(file=path.name, reason=str(fault)) from fault


def _compare(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    there = [name for name in archive.namelist() if name != MANIFEST]
    if sorted(there) != sorted(manifest.members):
        odd = sorted(set(there) ^ set(manifest.members))
        raise BackupUnreadable(file=path.name, reason=f"{MANIFEST} ≠ {'、'.join(odd[:3])}")
    for name, member in manifest.members.items():
        # A member is written below a folder of ours at a restore; a name that leads elsewhere is none of ours.
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise BackupUnreadable(file=path.name, reason=name)
        digest, left = hashlib.sha256(), member.size
        with archive.open(name) as file:
            # Never more than the manifest promises: a member that unfolds without end stops here.
            while block := file.read(min(BLOCK, left + 1)):
                digest.update(block)
                left -= len(block)
                if left < 0:
                    break
        if left or digest.hexdigest() != member.sha256:
            raise BackupUnreadable(file=path.name, reason=f"sha256 {name}")
