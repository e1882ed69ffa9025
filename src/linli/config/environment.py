"""Readers for environment variables that fail loudly."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

#: The options that let eight writers work at once on SQLite without one lost request;
#: see docs/adr/0003-two-databases.md for the measurement.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-20000"
    ),
}


class BadSetting(RuntimeError):
    """An environment variable holds something that cannot be used."""


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no setting; accepts 1/0, true/false, yes/no, on/off.

    Raises:
        BadSetting: The variable holds any other word.
    """
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} must be yes or no, but holds {text!r}")


def number(name: str, *, default: int) -> int:
    """Return a whole number.

    Raises:
        BadSetting: The variable holds no whole number.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise BadSetting(f"{name} must be a whole number, but holds {text!r}") from error


def secret(name: str, *, file: Path) -> str:
    """Return a secret from the environment or, failing that, from ``file``.

    Raises:
        BadSetting: Neither the variable nor the file is there.
    """
    if text := os.environ.get(name, "").strip():
        return text
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    raise BadSetting(f"set {name}, or run `linli keys` to write {file}")


def database(url: str, *, var: Path) -> dict[str, Any]:
    """Return Django's description of the database named by ``url``.

    Args:
        url: ``sqlite:///path``, ``postgres:///name`` (local socket) or ``postgres://user:password@host:port/name``;
            empty for ``linli.sqlite3`` in ``var``.
        var: Folder for the default SQLite file.

    Raises:
        BadSetting: The scheme is neither.
    """
    if not url:
        return sqlite(var / "linli.sqlite3")
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
        }
    raise BadSetting(f"LINLI_DATABASE_URL must start with sqlite:// or postgres://, but is {url!r}")


def sqlite(path: Path) -> dict[str, Any]:
    """Return Django's description of a SQLite file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "CONN_MAX_AGE": 600, "OPTIONS": SQLITE_OPTIONS}


def compiled_kernels(package: Path, *, var: Path) -> Path:
    """Return the folder for compiled kernels, named by their sources.

    Numba's cache looks at the file of a function alone: it would miss a change in another file that the function calls.
    """
    digest = hashlib.sha256()
    for file in sorted((package / "engine" / "kernels").glob("*.py")):
        digest.update(file.read_bytes())
    return var / "kernels" / digest.hexdigest()[:16]
