"""Faults that people can act on: a code for machines, one Chinese sentence for people.

Every refusal of the house is a subclass of `LinliError`. Its sentence says what is so, what was expected and
what to do next. The code never changes, so that scripts and documents may lean on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9]+(-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"%\((\w+)\)")

_registered: dict[str, type[LinliError]] = {}


class LinliError(Exception):
    """A refusal with a stable code and a sentence for people.

    Subclasses set ``code`` (``app.reason-in-kebab``), ``text`` (Chinese, translated when shown, with
    ``%(name)s`` for each parameter and ``%%`` for a percent sign) and, where 422 is wrong, ``http_status``.

    Raises:
        TypeError: A parameter that the text names was not given, or a subclass has no valid or a taken code.

    Examples:
        >>> class CompoundUnknown(LinliError):
        ...     code = "registry.compound-unknown"
        ...     text = "没有编号为 %(number)s 的小区，请核对后重试"
        ...     http_status = 404
        >>> fault = CompoundUnknown(number="X-0001")
        >>> fault.message
        '没有编号为 X-0001 的小区，请核对后重试'
        >>> fault.as_problem()["code"], fault.as_problem()["status"]
        ('registry.compound-unknown', 404)
    """

    code: ClassVar[str] = "linli.fault"
    title: ClassVar[str | Promise] = _("未能办理")
    text: ClassVar[str | Promise] = _("未能办理，请稍后重试；仍不成功时请联系系统管理员")
    http_status: ClassVar[int] = 422

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return
        if not CODE.fullmatch(cls.code):
            raise TypeError(f"{cls.__qualname__}: the code {cls.code!r} is not app.reason-in-kebab")
        taken = _registered.get(cls.code)
        if taken is not None and (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__qualname__}: the code {cls.code!r} belongs to {taken.__qualname__}")
        _registered[cls.code] = cls

    def __init__(self, **params: Any) -> None:
        missing = [name for name in PLACEHOLDER.findall(str(self.text)) if name not in params]
        if missing:
            raise TypeError(f"{type(self).__name__} needs the parameters {', '.join(missing)}")
        self.params: dict[str, Any] = params
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return str(self.text) % self.params

    def __str__(self) -> str:
        return self.message

    def as_problem(self) -> dict[str, Any]:
        """Return the fault as a problem document (RFC 9457), ready for JSON."""
        return {
            "type": f"urn:linli:problem:{self.code}",
            "title": str(self.title),
            "status": self.http_status,
            "code": self.code,
            "detail": self.message,
            "params": {name: _plain(value) for name, value in self.params.items()},
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an uploaded file something is: file, sheet, row as the reader counts it, column heading."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = []
        if self.file:
            parts.append(_("文件“%s”") % self.file)
        if self.sheet:
            parts.append(_("工作表“%s”") % self.sheet)
        if self.row is not None:
            parts.append(_("第 %d 行") % self.row)
        if self.column:
            parts.append(_("“%s”列") % self.column)
        return "".join(str(part) for part in parts) or str(_("整个文件"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an upload, told as a sentence.

    Args:
        where: The place in the file.
        expected: What should stand there.
        found: What stands there; empty when nothing does.
        remedy: What to do next.
        code: The stable code of the kind of fault.

    Examples:
        >>> print(Fault(Place("小区.xlsx", "小区", 5, "户数"), "不小于 0 的整数", "很多", "请改为数字后重新上传"))
        文件“小区.xlsx”工作表“小区”第 5 行“户数”列：应为不小于 0 的整数，实际是“很多”。请改为数字后重新上传。
    """

    where: Place
    expected: str | Promise
    found: str = ""
    remedy: str | Promise = ""
    code: str = "tables.value-unexpected"

    @property
    def sentence(self) -> str:
        """The fault as one Chinese sentence: place, expected, found, next step."""
        found = _("实际是“%s”") % self.found if self.found else _("实际为空")
        words = _("%(where)s：应为%(expected)s，%(found)s。") % {
            "where": str(self.where),
            "expected": self.expected,
            "found": found,
        }
        return str(words) + (f"{self.remedy}。" if self.remedy else "")

    def __str__(self) -> str:
        return self.sentence

    def as_dict(self) -> dict[str, Any]:
        """Return the fault for JSON."""
        return {
            "code": self.code,
            "file": self.where.file,
            "sheet": self.where.sheet,
            "row": self.where.row,
            "column": self.where.column,
            "expected": str(self.expected),
            "found": self.found,
            "remedy": str(self.remedy),
            "sentence": self.sentence,
        }


class ValidationFaults(LinliError):
    """An upload or form was refused whole, with every fault that was found.

    Args:
        faults: At least one fault.

    Raises:
        ValueError: No fault was given.
    """

    code = "foundation.validation-faults"
    title = _("内容需要改正")
    text = _("共发现 %(count)s 处问题，没有写入任何内容。第一处：%(first)s")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        if not self.faults:
            raise ValueError("at least one fault is needed")
        super().__init__(count=len(self.faults), first=self.faults[0].sentence)

    def as_problem(self) -> dict[str, Any]:
        """Return the problem document with one entry per fault under ``faults``."""
        return super().as_problem() | {"faults": [fault.as_dict() for fault in self.faults]}


def all_errors() -> Mapping[str, type[LinliError]]:
    """Return every error class loaded so far by code, in the order of the codes."""
    return dict(sorted(_registered.items()))


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it, text for everything else."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)
