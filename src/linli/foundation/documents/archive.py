"""Archives whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile

# The earliest moment that a zip archive can hold.
FIXED_MOMENT = (1980, 1, 1, 0, 0, 0)


def without_moments(archive: bytes) -> bytes:
    """Return a zip archive with the same files in the same order, every one dated 1980-01-01.

    Raises:
        zipfile.BadZipFile: ``archive`` is no zip archive.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as sink,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, FIXED_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            sink.writestr(entry, source.read(name))
    return target.getvalue()
