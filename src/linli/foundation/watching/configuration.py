"""Settings of the log, free of Django so that settings modules may import them."""

from __future__ import annotations

from typing import Any

PLAIN, JSON = "plain", "json"


def logging_settings(*, form: str, level: str) -> dict[str, Any]:
    """Return ``LOGGING``: everything to standard error, for the service manager to keep.

    Args:
        form: ``plain`` for a desk, ``json`` for a server.
        level: Least level of everything but the line per request, which a server always writes.

    Raises:
        ValueError: Another form.
    """
    if form not in (PLAIN, JSON):
        raise ValueError(f"LINLI_LOG_FORMAT must be plain or json, but holds {form!r}")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            PLAIN: {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            JSON: {"()": "linli.foundation.watching.logs.JsonLines"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"linli.requests": {"level": "INFO" if form == JSON else level}},
    }
