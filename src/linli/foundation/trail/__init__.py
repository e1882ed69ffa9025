"""Trail (留痕): who did what, when, on what, in a chain of keyed hashes per district.

`record` is called by operations inside their transaction; `seal` and `verify` by commands and jobs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from linli.foundation.trail.rules import SYSTEM, Actor, Subject

if TYPE_CHECKING:
    from linli.foundation.trail.operations import record, seal
    from linli.foundation.trail.queries import entries, verify

__all__ = ["SYSTEM", "Actor", "Subject", "entries", "record", "seal", "verify"]

_ROOM_OF = {"record": "operations", "seal": "operations", "entries": "queries", "verify": "queries"}


def __getattr__(name: str) -> Any:
    # Django imports this package before its models may load, so they are reached on first use.
    if name not in _ROOM_OF:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
