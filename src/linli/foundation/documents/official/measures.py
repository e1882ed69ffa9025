"""Measures of GB/T 9704-2012 (党政机关公文格式), in the units of Word files.

Source: GB/T 9704-2012 sections 5 and 7. A4, margins 37 mm above, 28 mm left, hence 26 mm right and 35 mm below for a
print area of 156 mm × 225 mm with 22 lines of 28 characters.
"""

from __future__ import annotations

from typing import Final

TWIPS_PER_MM: Final = 1440 / 25.4

PAGE_MM: Final = (210, 297)
MARGINS_MM: Final = {"top": 37, "bottom": 35, "left": 28, "right": 26}
PRINT_WIDTH_MM: Final = 156
PRINT_HEIGHT_MM: Final = 225
LINES: Final = 22
CHARACTERS: Final = 28

# Rounded down: one twip more and the 22nd line falls on the next page.
LINE: Final = int(PRINT_HEIGHT_MM * TWIPS_PER_MM / LINES)
TEXT_POINTS: Final = 16
# 28 characters of 16 pt are 2 mm wider than the print area: each gives way by a quarter point.
TIGHTEN: Final = -5
CHARACTER: Final = TEXT_POINTS * 20 + TIGHTEN
PRINT_WIDTH: Final = int(PRINT_WIDTH_MM * TWIPS_PER_MM)

FONT_TEXT: Final = "仿宋_GB2312"
FONT_TITLE: Final = "方正小标宋简体"
FONT_HEAD: Final = "黑体"
FONT_KAI: Final = "楷体_GB2312"
FONT_SONG: Final = "宋体"
RED: Final = "FF0000"

# Named fonts are often absent; the second name is what readers find on most machines.
FONTS: Final = {
    FONT_TEXT: ("仿宋", "modern", "02010609030101010101"),
    FONT_TITLE: ("小标宋", "script", "03000509000000000000"),
    FONT_HEAD: ("SimHei", "modern", "02010609060101010101"),
    FONT_KAI: ("楷体", "modern", "02010609030101010101"),
    FONT_SONG: ("SimSun", "auto", "02010600030101010101"),
}


def twips(millimetres: float) -> int:
    """Return millimetres as twentieths of a point.

    Examples:
        >>> twips(37)
        2098
    """
    return round(millimetres * TWIPS_PER_MM)
