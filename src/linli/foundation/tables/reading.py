"""The one door for uploaded tables: the content decides what a file is, not its name."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _

from linli.foundation.tables.delimited import read_delimited
from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.protection import OLE, unlocked
from linli.foundation.tables.sheets import Sheet
from linli.foundation.tables.spreadsheets import read_spreadsheet

ZIP = b"PK\x03\x04"
#: How web pages and XML begin, maps in KML or GML among them: no line of a table does.
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[a-z!?]", re.IGNORECASE)


def read_sheets(
    content: bytes | Path, *, name: str = "", password: str = "", limits: Limits | None = None
) -> tuple[Sheet, ...]:
    """Return the tables of an XLSX, XLS or CSV file.

    Args:
        content: The bytes, or the path of the file.
        name: Name of the file as the reader knows it; the path's name when not given.
        password: Opens a protected workbook.
        limits: Bounds.

    Raises:
        ValidationFaults: The file is refused; the fault says why and what to do.
    """
    within = limits or Limits()
    known_as = name or (content.name if isinstance(content, Path) else _("上传的文件"))
    found = unlocked(bounded_bytes(content, name=known_as, limits=within), name=known_as, password=password)
    if found.startswith((ZIP, OLE)):
        return read_spreadsheet(found, name=known_as, limits=within)
    if MARKUP.match(found[:200]):
        raise refused(
            known_as,
            code="web-page-as-table",
            expected=_("XLSX、XLS 或 CSV 表格"),
            found=_("网页或 XML 文件"),
            remedy=_("请用表格软件打开，另存为 XLSX 后上传"),
        )
    return read_delimited(found, name=known_as, limits=within)


def bounded_bytes(content: bytes | Path, *, name: str, limits: Limits) -> bytes:
    """Return the bytes of a file that is neither empty nor too large.

    Raises:
        ValidationFaults: It is.
    """
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    if size > limits.file_bytes:
        raise too_large(name, what=_("文件字节数"), most=limits.file_bytes, found=size)
    if size == 0:
        raise refused(name, code="file-empty", expected=_("有内容的文件"), found="", remedy=_("请检查文件后重新上传"))
    return content.read_bytes() if isinstance(content, Path) else content
