"""Pictures for paper: PNG as it comes, SVG drawn as PNG."""

from __future__ import annotations

import struct

from linli.foundation.documents.errors import PictureUnreadable
from linli.foundation.documents.typesetting import svg_to_png

PNG_START = b"\x89PNG\r\n\x1a\n"


def as_png(picture: bytes | str, *, caption: str) -> bytes:
    """Return ``picture`` as PNG.

    Args:
        picture: PNG bytes, or an SVG as text or bytes.
        caption: Names the picture in a refusal.

    Raises:
        PictureUnreadable: It is neither, or the SVG cannot be drawn.
    """
    if isinstance(picture, bytes) and picture.startswith(PNG_START):
        return picture
    try:
        svg = picture if isinstance(picture, str) else picture.decode()
        if "<svg" not in svg[:1000]:
            raise PictureUnreadable(caption=caption)
        return svg_to_png(svg)
    except (UnicodeDecodeError, RuntimeError) as fault:
        raise PictureUnreadable(caption=caption) from fault


def size_of_png(png: bytes) -> tuple[int, int]:
    r"""Return width and height in pixels, read from the head of a PNG.

    Examples:
        >>> size_of_png(PNG_START + b"\0\0\0\rIHDR" + bytes([0, 0, 1, 0, 0, 0, 0, 32]))
        (256, 32)
    """
    width, height = struct.unpack(">II", png[16:24])
    return width, height
