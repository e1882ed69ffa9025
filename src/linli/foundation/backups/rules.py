"""What an archive says about itself: members with hashes, tables with counts, heads of the trail; keyed as a whole."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
#: Endings of environment variables whose values are never copied.
SECRET_ENDINGS = ("_KEY", "_PASSWORD", "_TOKEN")
LEFT_OUT = "（未复制）"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table at the moment of the backup: its rows, and what a restore needs to write them again.

    Args:
        rows: How many.
        columns: In the order of the copied lines; empty where the database was copied as a file.
        sequences: Column to the last number given and whether it was used.
    """

    rows: int
    columns: tuple[str, ...] = ()
    sequences: Mapping[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first thing a restore reads.

    Args:
        taken_at: Moment of the backup, ISO 8601.
        database: ``sqlite`` or ``postgresql``.
        trail_key: Fingerprint of the trail's key; the key itself stays where it is.
        migrations: Those applied, as ``app.name``.
        tables: By name.
        heads: District to sequence and hash of its newest trail entry.
        members: Every file of the archive except this one.
        mac: Keyed hash over all of the above.
        format: Version of the archive's form.
    """

    taken_at: str
    database: str
    trail_key: str
    migrations: tuple[str, ...]
    tables: Mapping[str, Table]
    heads: Mapping[str, tuple[int, str]]
    members: Mapping[str, Member]
    mac: str = ""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def signed(self, key: bytes) -> Manifest:
        """Return the manifest with its keyed hash."""
        return replace(self, mac=self.expected_mac(key))

    def expected_mac(self, key: bytes) -> str:
        """Return the keyed hash that belongs to the other fields."""
        return hmac.new(key, _canonical(asdict(replace(self, mac=""))), hashlib.sha256).hexdigest()

    def as_json(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest.

        Raises:
            ValueError: It is no JSON, or of another format.
            TypeError: A part is missing or unknown.
        """
        parts: dict[str, Any] = json.loads(text)
        if not isinstance(parts, dict) or parts.get("format") != FORMAT:
            raise ValueError(f"format {FORMAT} expected")
        parts["migrations"] = tuple(parts["migrations"])
        parts["tables"] = {
            name: Table(
                rows=table["rows"],
                columns=tuple(table["columns"]),
                sequences={column: (last, used) for column, (last, used) in table["sequences"].items()},
            )
            for name, table in parts["tables"].items()
        }
        parts["heads"] = {district: (sequence, hash_) for district, (sequence, hash_) in parts["heads"].items()}
        parts["members"] = {name: Member(**member) for name, member in parts["members"].items()}
        return cls(**parts)


def fingerprint(key: bytes) -> str:
    """Return the name of a key: enough to tell two apart, useless to find either.

    Examples:
        >>> fingerprint(b"the key of one district") == fingerprint(b"the key of another one")
        False
        >>> len(fingerprint(b"the key of one district"))
        16
    """
    return hmac.new(key, b"linli trail key", hashlib.sha256).hexdigest()[:16]


def without_secrets(variables: Mapping[str, str]) -> dict[str, str]:
    """Return our environment variables, secrets and the database's password left out.

    Examples:
        >>> without_secrets({"LINLI_SECRET_KEY": "s", "LINLI_HOSTS": "a", "HOME": "/"})
        {'LINLI_HOSTS': 'a', 'LINLI_SECRET_KEY': '（未复制）'}
        >>> without_secrets({"LINLI_DATABASE_URL": "postgres://me:secret@host:5432/linli"})
        {'LINLI_DATABASE_URL': 'postgres://me:（未复制）@host:5432/linli'}
    """
    kept = {name: value for name, value in sorted(variables.items()) if name.startswith("LINLI_")}
    return {name: LEFT_OUT if name.endswith(SECRET_ENDINGS) else _no_password(value) for name, value in kept.items()}


def newest_of_each_app(migrations: Iterable[str], children: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the migrations that lead to all the others: those without an applied child in their own app.

    Args:
        migrations: Those applied, as ``app.name``.
        children: Migration to those that build on it, of any app.

    Examples:
        >>> newest_of_each_app(["a.1", "a.2", "b.1"], {"a.1": ["a.2", "b.1"], "a.2": ["a.3"]})
        ('a.2', 'b.1')
    """
    applied = set(migrations)
    return tuple(
        one
        for one in sorted(applied)
        if not any(
            child in applied and child.partition(".")[0] == one.partition(".")[0] for child in children.get(one, ())
        )
    )


def _no_password(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    account, at, place = rest.rpartition("@")
    user, colon, _password = account.partition(":")
    return f"{scheme}://{user}:{LEFT_OUT}@{place}" if separator and at and colon else value


def _canonical(parts: Any) -> bytes:
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
