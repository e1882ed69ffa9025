"""Canonical bytes, keyed hashes and the check of a chain: pure, without database or clock."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from linli.foundation.trail.errors import DetailNotPlain, PersonalDetailInTrail, TrailVerbMalformed

GENESIS = "0" * 64
SEALED = "trail.chain.sealed"
VERB = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9]+(-[a-z0-9]+)*){2}")
# A resident identity number has 18 places, a mobile number 11; codes of places have 12 digits and pass.
PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind (``person``, ``system``, …), code and the code of the post acted from. Never a name."""

    kind: str
    code: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """On what an act was done: kind (``registry.compound``) and public code."""

    kind: str
    code: str


@runtime_checkable
class ActsInTrail(Protocol):
    """Whatever can say who it is in the trail, such as a person."""

    def trail_actor(self) -> Actor:
        """Return the actor to write down."""


@runtime_checkable
class ShownInTrail(Protocol):
    """Whatever can say what it is in the trail, such as a model."""

    def trail_subject(self) -> Subject:
        """Return the subject to write down."""


SYSTEM = Actor(kind="system", code="linli")


@dataclass(frozen=True, slots=True)
class Record:
    """One link of the chain, as it goes into the hash."""

    district_code: str
    sequence: int
    verb: str
    subject_kind: str
    subject_code: str
    actor_kind: str
    actor_code: str
    actor_post: str
    at: datetime
    details_json: str
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Link:
    """A stored record with its stored hash."""

    record: Record
    hash: str


def check_verb(verb: str) -> None:
    """Refuse a verb that is not ``app.subject.past-tense``.

    Raises:
        TrailVerbMalformed: It is written otherwise.
    """
    if not VERB.fullmatch(verb):
        raise TrailVerbMalformed(verb=verb)


def canonical_details(details: Mapping[str, Any]) -> str:
    """Return the details as the one JSON text that is stored and hashed.

    Stored as text, because databases rewrite JSON numbers and the hash must see the same bytes again.

    Raises:
        DetailNotPlain: A value is of a kind JSON does not know.
        PersonalDetailInTrail: A value holds an identity or mobile number.

    Examples:
        >>> canonical_details({"rows": 3, "on": date(2026, 1, 1), "ok": True})
        '{"ok":true,"on":"2026-01-01","rows":3}'
    """
    plain = {name: _plain(name, value) for name, value in details.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained_hash(record: Record, *, key: bytes) -> str:
    """Return the HMAC-SHA256 of a record's canonical bytes, in hexadecimal."""
    parts = asdict(record) | {"at": record.at.astimezone(UTC).isoformat(timespec="microseconds")}
    return keyed_hash("entry", parts, key=key)


def keyed_hash(purpose: str, parts: Mapping[str, Any], *, key: bytes) -> str:
    """Return the HMAC-SHA256 of ``parts``; the purpose keeps entries and seals from standing in for each other."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hmac.new(key, f"linli.trail.{purpose}.1\n{text}".encode(), hashlib.sha256).hexdigest()


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if PERSONAL.search(value):
            raise PersonalDetailInTrail(name=name)
        return value
    if isinstance(value, int) and not isinstance(value, bool) and PERSONAL.fullmatch(str(value)):
        raise PersonalDetailInTrail(name=name)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and value == value and value not in (float("inf"), float("-inf")):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(part): _plain(f"{name}.{part}", inner) for part, inner in value.items()}
    if isinstance(value, list | tuple | Iterable) and not isinstance(value, bytes | set | frozenset):
        return [_plain(name, inner) for inner in value]
    raise DetailNotPlain(name=name, kind=type(value).__name__)
