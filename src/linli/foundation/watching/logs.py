"""Log lines as JSON, without personal data by construction.

Our own loggers say what they say. What others log may hold names, paths or values, so of their lines only the
template is written, without what was to be filled in; of an exception only its kind and where it came about, for its
words may quote a row.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from linli.foundation.watching.numbers import current_number

OURS = "linli"
MOST_FRAMES = 12


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, number of the request or job, message, further figures."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if _is_ours(record.name) else str(record.msg),
        }
        if number := current_number():
            line["number"] = number
        line.update(getattr(record, "figures", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = _fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _is_ours(name: str) -> bool:
    return name == OURS or name.startswith(OURS + ".")


def _fault(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "code": getattr(error, "code", None) if isinstance(getattr(error, "code", None), str) else None,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
