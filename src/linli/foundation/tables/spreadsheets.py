"""XLSX and XLS, checked before the parser sees them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from linli.foundation.errors import Place, ValidationFaults
from linli.foundation.tables.archives import open_archive, read_part
from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.protection import protected
from linli.foundation.tables.sheets import Sheet, build_sheets
from linli.foundation.tables.tidying import tidy_rows

WORKBOOK_PART = "xl/workbook.xml"
WORKSHEETS = "xl/worksheets/"
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d+)["']""")
DISGUISED_REFERENCE = re.compile(rb"""\sr\s*=\s*["'][^"'<>]{0,40}&""")


def read_spreadsheet(content: bytes, *, name: str, limits: Limits) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook that hold anything, hidden ones left out.

    Args:
        content: Bytes of an XLSX or XLS file.
        name: Name of the file.
        limits: Bounds.

    Raises:
        ValidationFaults: Damaged, encrypted, empty or beyond a bound.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    if content.startswith(b"PK"):
        check_parts(content, name=name, limits=limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        wanted = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if len(wanted) > limits.sheets:
            raise too_large(name, what=_("工作表数"), most=limits.sheets, found=len(wanted))
        return _filled_sheets(workbook, wanted, file=name, limits=limits)
    except PasswordError as fault:
        raise protected(name) from fault
    except (CalamineError, OSError, ValueError) as fault:
        raise refused(
            name,
            code="workbook-unreadable",
            expected=_("能正常打开的 XLSX 或 XLS 文件"),
            found=_("文件损坏或不是表格"),
            remedy=_("请用表格软件打开，另存为 XLSX 后上传"),
        ) from fault


def check_parts(content: bytes, *, name: str, limits: Limits) -> None:
    """Refuse an XLSX whose parts declare entities or whose cells lie beyond the bounds.

    The parser lays out the whole rectangle between the first and the last cell: one cell in the far corner of
    a tiny file would ask for hundreds of gigabytes. So the references are read first.

    Raises:
        ValidationFaults: Such a part was found, or the archive itself is refused.
    """
    with open_archive(content, name=name, limits=limits) as archive:
        if WORKBOOK_PART not in archive.namelist():
            raise refused(
                name,
                code="workbook-unreadable",
                expected=_("XLSX 表格"),
                found=_("其他压缩文件"),
                remedy=_("请用表格软件另存为 XLSX 后上传"),
            )
        for part in archive.namelist():
            if part.lower().endswith((".xml", ".rels", ".vml")):
                _check_xml(read_part(archive, part, name=name), part=part, name=name, limits=limits)


def _check_xml(xml: bytes, *, part: str, name: str, limits: Limits) -> None:
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in xml[:200] or ENTITY.search(xml):
        raise refused(
            name,
            code="xml-entity",
            expected=_("不含实体声明的表格"),
            found=part,
            remedy=_("请用表格软件重新另存后上传"),
        )
    if not part.startswith(WORKSHEETS):
        return
    if DISGUISED_REFERENCE.search(xml):
        raise refused(
            name, code="xml-entity", expected=_("直接写明的单元格位置"), found=part, remedy=_("请重新另存后上传")
        )
    columns: set[bytes] = set()
    last_row = 0
    for column, row in _references(xml):
        columns.add(column)
        last_row = max(last_row, int(row))
    where = Place(name, part.removeprefix(WORKSHEETS))
    if last_row > limits.rows:
        raise too_large(where, what=_("行数"), most=limits.rows, found=last_row)
    last_column = max(map(_column_number, columns), default=0)
    if last_column > limits.columns:
        raise too_large(where, what=_("列数"), most=limits.columns, found=last_column)


def _references(xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((found[1], found[2][:9]) for found in REFERENCE.finditer(xml))


def _column_number(letters: bytes) -> int:
    """Return the number of a column, 1 for A.

    Examples:
        >>> _column_number(b"A"), _column_number(b"AA"), _column_number(b"XFD")
        (1, 27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _filled_sheets(workbook: object, names: list[str], *, file: str, limits: Limits) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    empty: ValidationFaults | None = None
    for sheet_name in names:
        # The whole grid from A1, so that row numbers are those the reader sees.
        page = workbook.get_sheet_by_name(sheet_name)  # type: ignore[attr-defined]
        try:
            rows, remarks = tidy_rows(page.iter_rows(), file=file, name=sheet_name, limits=limits)
            sheets += build_sheets(rows, remarks, file=file, name=sheet_name, merges=page.merged_cell_ranges or ())
        except ValidationFaults as fault:
            if fault.faults[0].code != "tables.sheet-empty":
                raise
            empty = fault
    if not sheets:
        raise empty or refused(
            file,
            code="sheet-empty",
            expected=_("至少一张有数据的工作表"),
            found="",
            remedy=_("请检查是否选对了文件"),
        )
    return tuple(sheets)
