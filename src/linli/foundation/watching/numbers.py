"""The number of what is being done: of a request, or of a job."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: What a proxy may send as ``X-Request-ID``; anything else could smuggle text into the log.
ACCEPTED = re.compile(r"[0-9A-Za-z-]{8,64}")

_number: ContextVar[str] = ContextVar("linli_number", default="")


def current_number() -> str:
    """Return the number of the request or job in whose course this is asked; empty outside of both."""
    return _number.get()


def number_of(sent: str) -> str:
    """Return the number that a proxy sent, or a new one.

    Examples:
        >>> number_of("7f3c9a52-0001")
        '7f3c9a52-0001'
        >>> len(number_of("张三 bought a house"))
        16
    """
    return sent if ACCEPTED.fullmatch(sent) else secrets.token_hex(8)


@contextmanager
def numbered(number: str) -> Iterator[None]:
    """Put a number on every log line of the block."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)
