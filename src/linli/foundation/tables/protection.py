"""Workbooks that ask for a password before they open."""

from __future__ import annotations

import io
import re

from django.utils.translation import gettext as _

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables.faults import refused

OLE = b"\xd0\xcf\x11\xe0"
#: Rounds that turn a password into a key: offices write 100,000; far more would keep the server busy for hours.
MOST_ROUNDS = 500_000
ROUNDS = re.compile(rb'spinCount="(\d+)"')


def unlocked(content: bytes, *, name: str, password: str) -> bytes:
    """Return a workbook as it is without its password; any other file unchanged.

    Args:
        content: The bytes as they came.
        name: Name of the file, for messages.
        password: What the officer typed; empty for none.

    Raises:
        ValidationFaults: It asks for a password and none was given, the password is wrong, or the lock is unsound.
    """
    if not content.startswith(OLE):
        return content
    from xml.parsers.expat import ExpatError

    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    rounds = [int(found) for found in ROUNDS.findall(content)]
    try:
        book = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not book.is_encrypted():
            return content
        if not password:
            raise protected(name)
        if max(rounds, default=0) > MOST_ROUNDS:
            raise _unsound(name)
        plain = io.BytesIO()
        book.load_key(password=password)
        book.decrypt(plain)
    except (InvalidKeyError, DecryptionError) as fault:
        raise refused(
            name,
            code="password-wrong",
            expected=_("能打开这个文件的密码"),
            found=_("密码不对"),
            remedy=_("请核对密码，注意大小写，或去掉密码后重新上传"),
        ) from fault
    except (
        FileFormatError,
        ParseError,
        ExpatError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
    ) as fault:
        # No lock that can be told: whether it is a table at all is for its reader to say.
        if not rounds:
            return content
        raise _unsound(name) from fault
    return plain.getvalue()


def protected(name: str) -> ValidationFaults:
    """Return the refusal of a file that asks for a password."""
    return refused(
        name,
        code="file-encrypted",
        expected=_("打开密码，或没有密码的文件"),
        found=_("加密的表格"),
        remedy=_("请填写打开密码后重新上传，或去掉密码"),
    )


def _unsound(name: str) -> ValidationFaults:
    return refused(
        name,
        code="workbook-unreadable",
        expected=_("能正常打开的 XLSX 或 XLS 文件"),
        found=_("加密信息损坏"),
        remedy=_("请用表格软件打开，去掉密码，另存为 XLSX 后上传"),
    )
