"""Text fit for paper: no invisible characters, widths in characters, Chinese numerals."""

from __future__ import annotations

import re
import unicodedata

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters: XML 1.0 forbids most of them
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # invisible, or turning the reading order round
    "\ud800-\udfff\ufffe\uffff]"
)
DIGITS = "〇一二三四五六七八九"


def printable(text: str) -> str:
    r"""Return ``text`` without characters that cannot be printed or that disguise what is read.

    Removed are control characters, zero-width characters, marks that reverse the reading order and lone halves of
    surrogate pairs. Tabs become spaces, line ends become ``\n``.

    Examples:
        >>> printable("户数\x00\u202e１２\r\n人口\t3")
        '户数１２\n人口 3'
    """
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def one_line(text: str) -> str:
    r"""Return ``text`` printable and without line ends.

    Examples:
        >>> one_line(" 临江区\n民政局 ")
        '临江区 民政局'
    """
    return " ".join(printable(text).split("\n")).strip()


def width_of(text: str) -> float:
    """Return the width of ``text`` in Chinese characters; a Latin letter or digit counts half.

    Examples:
        >>> width_of("2026年11月23日")
        7.0
    """
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def numeral(number: int) -> str:
    """Return a count from 1 to 999 in Chinese, as headings and lists use it.

    Raises:
        ValueError: The number lies outside 1 to 999.

    Examples:
        >>> [numeral(number) for number in (1, 10, 12, 20, 99)]
        ['一', '十', '十二', '二十', '九十九']
        >>> [numeral(number) for number in (100, 101, 110, 112, 250, 999)]
        ['一百', '一百零一', '一百一十', '一百一十二', '二百五十', '九百九十九']
    """
    if not 1 <= number <= 999:
        raise ValueError(f"a numeral from 1 to 999 is needed, not {number}")
    hundreds, below = divmod(number, 100)
    tens, ones = divmod(below, 10)
    words = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else DIGITS[tens] + "十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")
