"""Jobs: slow work done beside the web pages, by name, with progress, cancelling and retry after a killed worker."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linli.foundation.jobs.operations import cancel, requeue_lost, schedule
    from linli.foundation.jobs.progress import Progress
    from linli.foundation.jobs.queries import JobCard, run_card, runs

__all__ = ["JobCard", "Progress", "cancel", "requeue_lost", "run_card", "runs", "schedule"]

_ROOM_OF = {
    "JobCard": "queries",
    "Progress": "progress",
    "cancel": "operations",
    "requeue_lost": "operations",
    "run_card": "queries",
    "runs": "queries",
    "schedule": "operations",
}


def __getattr__(name: str) -> Any:
    # Django imports this package before its models may load, so they are reached on first use.
    if name not in _ROOM_OF:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
