"""Text tables: encoding and separator are found out, quoted line breaks kept."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.sheets import Sheet, build_sheets
from linli.foundation.tables.tidying import tidy_rows

SEPARATORS = (",", "\t", ";", "|", "，")
TRIED_ROWS = 60
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What our own CSV writing puts before text that a spreadsheet would take for a formula.
DISARMED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])")


def read_delimited(content: bytes, *, name: str, limits: Limits) -> tuple[Sheet, ...]:
    """Return the tables of a CSV or other text file.

    Args:
        content: Bytes of the file, UTF-8, UTF-16 with a mark, or GB18030.
        name: Name of the file.
        limits: Bounds.

    Raises:
        ValidationFaults: The encoding is unknown, or a bound is exceeded.
    """
    text = decoded(content, name=name)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
        disarmed = ([DISARMED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in row] for row in rows)
        tidy, remarks = tidy_rows(disarmed, file=name, name="", limits=limits)
    except csv.Error as fault:
        raise too_large(name, what=_("单元格字数"), most=limits.cell_characters, found=str(fault)) from fault
    return build_sheets(tidy, remarks, file=name, name="", is_delimited=True)


def decoded(content: bytes, *, name: str) -> str:
    """Return the text of a file.

    Raises:
        ValidationFaults: It is no text in a known encoding.

    Examples:
        >>> decoded("名称,户数".encode("gb18030"), name="甲.csv")
        '名称,户数'
    """
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refused(
        name,
        code="encoding-unknown",
        expected=_("UTF-8 或 GB18030 编码的文本表格，或 XLSX、XLS 文件"),
        found=_("无法识别的内容"),
        remedy=_("请用表格软件另存为 XLSX 后上传"),
    )


def separator_of(text: str) -> str:
    r"""Return the separator that cuts the first rows into the most columns of even number.

    Examples:
        >>> separator_of('a;b;c\n1;"2,5";3')
        ';'
        >>> separator_of("名称\n甲小区")
        ','
    """
    best, best_score = SEPARATORS[0], 0.0
    for separator in SEPARATORS:
        rows = [row for row in _first_rows(text, separator) if row]
        if not rows:
            continue
        columns, times = Counter(map(len, rows)).most_common(1)[0]
        score = (columns - 1) * times / len(rows)
        if score > best_score:
            best, best_score = separator, score
    return best


def _first_rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), TRIED_ROWS))
    except csv.Error:
        return []
