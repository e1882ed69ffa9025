"""Rows between the records that are no records: totals, notes, a heading printed once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from linli.foundation.tables.cells import Cell

TOTAL = re.compile(r"(?:本页|全[区街镇市]|各?社区|[一二三四五六七八九十]+)?(?:合|总|小|共|累)\s*计|总\s*数|平均[值数]?")
NOTE = re.compile(
    r"(?:(?:注|备\s*注|附\s*注|说\s*明|填[表报]说明|(?:数据|资料)?来源)\s*(?:[:：]|[0-9一二三]*[、.．])"
    r"|(?:填[表报]|制[表图]|审核|复核|校对|联系|负责|经办|统计|单位负责)(?:人|单位|日期|时间|电话)?\s*[:：]"
    r"|[*※＊])"
)
#: How many cells of a row are looked at for the word of a total.
LOOKED_AT = 3
#: A note fills few cells; a record whose remarks begin with 注 fills more.
MOST_OF_A_NOTE = 4


class Aside(StrEnum):
    """What a row is that is no record."""

    TOTAL = "TOTAL"
    NOTE = "NOTE"
    SECTION = "SECTION"
    HEADING_AGAIN = "HEADING_AGAIN"


def aside_of(cells: Sequence[Cell]) -> Aside | None:
    """Return what a row is that is no record; None for a record.

    Examples:
        >>> [aside_of(row) for row in (["合 计", None, 1200], ["注：数据截至十月", None, None], [None, "总计：", 9])]
        [<Aside.TOTAL: 'TOTAL'>, <Aside.NOTE: 'NOTE'>, <Aside.TOTAL: 'TOTAL'>]
        >>> aside_of(["合计花园", 12]), aside_of(["1", "金桂花园", "注：已拆除", "2", "3"])
        (None, None)
    """
    filled = [cell for cell in cells if cell is not None]
    for cell in filled[:LOOKED_AT]:
        if isinstance(cell, str) and TOTAL.fullmatch(cell.rstrip(":： ")):
            return Aside.TOTAL
    first = filled[0] if filled else None
    if isinstance(first, str) and len(filled) <= MOST_OF_A_NOTE and NOTE.match(first):
        return Aside.NOTE
    return None
