"""What lies beside the database and belongs to a backup: files, the district's own policies, seals, configuration."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from linli.foundation.backups.archive import Reader, Writer
from linli.foundation.backups.rules import without_secrets
from linli.foundation.trail.seals import read_seals

CONFIGURATION = "configuration.json"
TRAIL_KEY = "keys/trail.key"


def folders() -> dict[str, Path]:
    """Return the folders of a backup by their place in the archive."""
    found = {"files/": Path(settings.MEDIA_ROOT), "seals/": Path(settings.LINLI_SEALS)}
    if settings.LINLI_POLICY_FOLDERS:
        found["policies/"] = Path(settings.LINLI_POLICY_FOLDERS[0])
    return found


def copy_out(archive: Writer, *, heads: Mapping[str, tuple[int, str]], variables: Mapping[str, str]) -> None:
    """Write folders and configuration into an archive, after the database.

    A file is written before the transaction that names it ends, so that every file the copied database names is
    there by now. A seal made meanwhile would seal entries that the copied trail does not have: it stays out.
    """
    for place, folder in folders().items():
        for path in _files(folder):
            name = place + path.relative_to(folder).as_posix()
            if place == "seals/":
                archive.add(name, _seals_up_to(path, heads))
            else:
                archive.add_file(name, path)
    configuration = json.dumps(without_secrets(variables), ensure_ascii=False, indent=1, sort_keys=True)
    archive.add(CONFIGURATION, [configuration.encode()])


def occupied() -> list[str]:
    """Return the folders that hold files already."""
    return [str(folder) for folder in folders().values() if next(_files(folder), None) is not None]


def stage(archive: Reader, *, stamp: str) -> None:
    """Write the archive's files beside the folders they are meant for."""
    for place, folder in folders().items():
        for name in archive.names(place):
            archive.extract(name, _beside(folder, "restored", stamp) / name.removeprefix(place))


def adopt_staged(*, stamp: str) -> list[Path]:
    """Let the staged folders take their places; return where the old ones were put."""
    kept = []
    for folder in folders().values():
        staged, old = _beside(folder, "restored", stamp), _beside(folder, "before", stamp)
        if next(_files(folder), None) is not None:
            folder.rename(old)
            kept.append(old)
        elif folder.is_dir():
            shutil.rmtree(folder)
        if staged.is_dir():
            staged.rename(folder)
    return kept


def _seals_up_to(path: Path, heads: Mapping[str, tuple[int, str]]) -> Iterator[bytes]:
    lines = path.read_bytes().splitlines(keepends=True)
    for line, seal in zip(lines, read_seals(path), strict=False):
        if seal.sequence <= heads.get(seal.district_code, (0, ""))[0]:
            yield line


def _files(folder: Path) -> Iterator[Path]:
    for parent, _folders, names in os.walk(folder):
        yield from (Path(parent) / name for name in sorted(names) if not name.endswith(".part"))


def _beside(folder: Path, word: str, stamp: str) -> Path:
    return folder.with_name(f"{folder.name}.{word}-{stamp}")
