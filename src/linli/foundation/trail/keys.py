"""The key of the chain, kept outside the database."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from linli.foundation.trail.errors import TrailKeyMissing

SHORTEST_KEY_BYTES = 16


def trail_key() -> bytes:
    """Return the key from ``settings.LINLI_TRAIL_KEY``, else from the file ``settings.LINLI_TRAIL_KEY_FILE``.

    Raises:
        TrailKeyMissing: Neither is there, or the key is shorter than 16 bytes.
    """
    key: str | bytes = getattr(settings, "LINLI_TRAIL_KEY", "") or ""
    found = key.encode() if isinstance(key, str) else bytes(key)
    file: Path | None = getattr(settings, "LINLI_TRAIL_KEY_FILE", None)
    if not found and file is not None and Path(file).is_file():
        found = Path(file).read_bytes().strip()
    if len(found) < SHORTEST_KEY_BYTES:
        raise TrailKeyMissing()
    return found
