"""Bounded look into zip archives: bombs, paths that climb out, hidden entities."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits

RATIO_COUNTS_FROM = 1024 * 1024
SYMLINK = 0o120000


def open_archive(content: bytes, *, name: str, limits: Limits) -> zipfile.ZipFile:
    """Return an archive whose declared sizes and paths are within bounds.

    Reading a part with `read_part` also holds the declared size against what really comes out.

    Raises:
        ValidationFaults: It is damaged, encrypted, too large, a bomb, or has a path that leaves its folder.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError) as fault:
        raise refused(
            name,
            code="archive-damaged",
            expected=_("完整的压缩文件"),
            found=_("文件损坏"),
            remedy=_("请重新导出后上传"),
        ) from fault
    parts = archive.infolist()
    if len(parts) > limits.zip_parts:
        raise too_large(name, what=_("压缩包内文件数"), most=limits.zip_parts, found=len(parts))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise too_large(name, what=_("解压后字节数"), most=limits.unpacked_bytes, found=unpacked)
    for part in parts:
        _check_part(part, name=name, limits=limits)
    return archive


def read_part(archive: zipfile.ZipFile, part: str, *, name: str) -> bytes:
    """Return the bytes of one part.

    Raises:
        ValidationFaults: More comes out than was declared, or its checksum is wrong.
    """
    declared = archive.getinfo(part).file_size
    try:
        with archive.open(part) as file:
            content = file.read(declared + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise refused(
            name,
            code="archive-damaged",
            expected=_("完整的压缩文件"),
            found=part,
            remedy=_("请重新导出后上传"),
        ) from fault
    if len(content) > declared:
        raise too_large(name, what=_("解压后字节数"), most=declared, found=part)
    return content


def _check_part(part: zipfile.ZipInfo, *, name: str, limits: Limits) -> None:
    path = PurePosixPath(part.filename.replace("\\", "/"))
    climbs = path.is_absolute() or ".." in path.parts or ":" in part.filename
    if climbs or (part.external_attr >> 16) & 0o170000 == SYMLINK:
        raise refused(
            name,
            code="archive-path-unsafe",
            expected=_("压缩包内只有普通文件"),
            found=part.filename,
            remedy=_("请重新打包，不要包含上级目录或链接"),
        )
    if part.flag_bits & 1:
        raise refused(
            name,
            code="file-encrypted",
            expected=_("没有密码的文件"),
            found=part.filename,
            remedy=_("请去掉密码后重新上传"),
        )
    if part.file_size > RATIO_COUNTS_FROM and part.file_size > limits.zip_ratio * max(part.compress_size, 1):
        raise refused(
            name,
            code="archive-bomb",
            expected=_("压缩比不超过 %d 倍") % limits.zip_ratio,
            found=part.filename,
            remedy=_("请用表格软件重新另存后上传"),
        )
