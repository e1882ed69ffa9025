"""Cells as people fill them in, brought to the canonical text of a field; the original is kept beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from linli.foundation.names import plain_name
from linli.foundation.tables import Cell, text_of
from linli.registry.rules.fields import LedgerField
from linli.registry.rules.importing.remarks import Remark, remark

#: Words by which tables say that nothing is known; they are 未填, never zero.
UNKNOWN = frozenset(
    {"暂无信息", "暂无", "暂无数据", "未知", "不详", "不明", "待定", "待核", "无信息", "-", "—", "--", "/", "\\"}
    | {"n/a", "na", "null", "none", "nan", "?", "？", "缺", "未填"}
)
#: 无 says "there is none" of a name; of a number it says nothing that may be counted.
NOTHING = frozenset({"无", "没有"})
YES = frozenset({"是", "有", "对", "y", "yes", "true", "1", "√", "已"})
NO = frozenset({"否", "无", "没有", "不是", "n", "no", "false", "0", "×", "未"})
MOST_CHARACTERS = 400

AMOUNT = r"[-+]?\d[\d,]*(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?:共计?|合计|计)?(?P<about>约|大约|近)?(?P<number>{AMOUNT})(?P<times>[万亿千]?)(?P<more>余|多|左右)?(?P<unit>\D*)"
)
RANGE = re.compile(rf"(?P<low>{AMOUNT})\D{{0,4}}?(?:至|到|-|~|～|—|–)(?P<high>\d[\d,]*(?:\.\d+)?)(?P<unit>\D*)")
TIMES: Mapping[str, int] = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}
DATES = (
    re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T].*)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
CHINESE_DATE = re.compile(
    r"[〇○零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}[日号])?)?"
)
NUMERALS = re.compile(r"[一二三四五六七八九十]+")
CHINESE_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
#: Days as spreadsheets count them, from 1954 to 2064: a number in a column of dates that lost its format.
DAY_ZERO = date(1899, 12, 30)
SERIAL_DAYS = range(20_000, 60_001)
YEAR = re.compile(
    r"(?P<year>\d{4})(?:年(?:建成|竣工|建造|建|交付)?|[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|月)?(?:[ T].*)?"
)
IN_BRACKETS = re.compile(r"[(（](?P<inside>[^()（）]*)[)）]$")
#: A cell of nothing but blanks and punctuation says nothing.
SAYS_SOMETHING = re.compile(r"[^\W_]|[√×]")
PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")

#: Words for each unit of the catalogue, with what they count in that unit. 亩 comes from the policy profile.
UNIT_WORDS: Mapping[str, Mapping[str, float]] = {
    "m2": {"m2": 1, "平方米": 1, "平米": 1, "平": 1, "公顷": 10_000, "ha": 10_000, "km2": 1e6, "平方公里": 1e6},
    "km2": {"km2": 1, "平方公里": 1, "平方千米": 1, "公顷": 0.01, "平方米": 1e-6, "m2": 1e-6},
    "m": {"m": 1, "米": 1, "km": 1000, "公里": 1000, "千米": 1000},
    "万元": {"万元": 1, "元": 1e-4, "亿元": 10_000},
    "元": {"元": 1},
    "元/m2·月": {
        "元/平米/月": 1,
        "元/平方米/月": 1,
        "元/m2/月": 1,
        "元/m2·月": 1,
        "元/平方米·月": 1,
        "元/平米·月": 1,
        "元": 1,
    },
    "%": {"%": 1},
    "户": {"户": 1, "户人家": 1, "住户": 1, "户居民": 1},
    "栋": {"栋": 1, "幢": 1, "座": 1, "栋楼": 1, "幢楼": 1, "号楼": 1},
    "套": {"套": 1, "套房": 1},
    "人": {"人": 1, "名": 1, "位": 1, "个": 1},
    "个": {"个": 1, "处": 1, "口": 1},
    "部": {"部": 1, "台": 1},
    "辆": {"辆": 1, "台": 1},
    "位": {"位": 1, "张": 1, "个": 1, "人": 1},
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cell as the ledger would take it.

    Attributes:
        value: Canonical text; empty for 未填 and for a cell with a fault.
        original: What stands in the file.
        fault: Why the cell is refused.
        warning: What a reader should know about the value.
    """

    value: str
    original: str
    fault: Remark | None = None
    warning: Remark | None = None
    #: Value and original as a row keeps them; rows with the same cell share it.
    kept: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", {"value": self.value, "original": self.original})


def parse_cell(cell: Cell, field: LedgerField, *, heading: str, mu_m2: float) -> Parsed:
    """Return a cell as canonical text of a field.

    Args:
        cell: What was read.
        field: The field of its column.
        heading: Heading of the column; a unit in brackets at its end counts for all its cells.
        mu_m2: Square metres of a 亩.

    Examples:
        >>> from linli.registry.rules.fields import fields_of
        >>> fields = fields_of("compound")
        >>> parse_cell("126户", fields["household_count"], heading="户数", mu_m2=666.67).value
        '126'
        >>> parse_cell("2009年建成", fields["completion_year"], heading="建成", mu_m2=666.67).value
        '2009'
        >>> parse_cell("30", fields["land_area"], heading="占地面积(亩)", mu_m2=666.67).value
        '20000.1'
        >>> parse_cell("暂无信息", fields["household_count"], heading="户数", mu_m2=666.67).value
        ''
    """
    original = text_of(cell)
    plain = unicodedata.normalize("NFKC", original).strip()
    if plain.lower() in UNKNOWN or not SAYS_SOMETHING.search(plain):
        return Parsed("", original)
    if field.type == "integer" and field.unit == "year":
        return _year(cell, plain, original, heading)
    if field.is_number:
        return _number(cell, plain, original, field, heading, mu_m2)
    if field.type == "date":
        return _date(cell, plain, original, heading)
    if field.type == "boolean":
        return _yes_or_no(plain, original, heading)
    if field.type == "choice" and field.choices:
        return _choice(plain, original, field, heading)
    return _text(plain, original, field, heading)


def unit_in(heading: str) -> str:
    """Return the unit that a heading names in brackets, if any.

    Examples:
        >>> unit_in("建筑面积（万平方米）"), unit_in("户数")
        ('万平方米', '')
    """
    found = IN_BRACKETS.search(unicodedata.normalize("NFKC", heading))
    return found["inside"].strip() if found else ""


def number_text(number: float) -> str:
    """Return a number as canonical text, no trailing zeros.

    Examples:
        >>> number_text(1284.0), number_text(2.380)
        ('1284', '2.38')
    """
    return str(int(number)) if float(number).is_integer() else repr(round(float(number), 6))


def _number(cell: Cell, plain: str, original: str, field: LedgerField, heading: str, mu_m2: float) -> Parsed:
    is_count = field.type == "integer"
    wrong = "NOT_A_COUNT" if is_count else "NOT_A_NUMBER"
    if isinstance(cell, bool | date) or plain in NOTHING:
        return Parsed("", original, fault=remark(wrong, heading, found=original))
    tight = re.sub(r"\s+", "", plain)
    between = RANGE.fullmatch(tight)
    if between:
        if is_count:
            return Parsed("", original, fault=remark("RANGE_FOR_COUNT", heading, found=original))
        factor = _factor(between["unit"], field, heading, mu_m2)
        if factor is None:
            return Parsed("", original, fault=remark("OTHER_UNIT", heading, unit=field.unit, found=original))
        middle = number_text((_amount(between["low"]) + _amount(between["high"])) / 2 * factor)
        return Parsed(middle, original, warning=remark("RANGE_TAKEN_AS_MIDDLE", heading, found=original, value=middle))
    found = NUMBER.fullmatch(tight)
    if found is None:
        return Parsed("", original, fault=remark(wrong, heading, found=original))
    factor = _factor(found["unit"], field, heading, mu_m2)
    if factor is None:
        return Parsed("", original, fault=remark("OTHER_UNIT", heading, unit=field.unit, found=original))
    number = _amount(found["number"]) * TIMES[found["times"]] * factor
    if is_count and not float(number).is_integer():
        return Parsed("", original, fault=remark(wrong, heading, found=original))
    value = number_text(number)
    is_about = found["about"] or found["more"]
    about = remark("ABOUT", heading, found=original, value=value) if is_about else None
    return Parsed(value, original, warning=about)


def _factor(words: str, field: LedgerField, heading: str, mu_m2: float) -> float | None:
    """Return what one of the written unit is in the field's unit; None for the unit of something else."""
    known = UNIT_WORDS.get(field.unit, {field.unit: 1.0} if field.unit else {})
    if field.unit in {"m2", "km2"}:
        known = {**known, "亩": mu_m2 if field.unit == "m2" else mu_m2 / 1e6}
    written = words or unit_in(heading)
    times = 1.0
    if not words and written[:1] in TIMES and len(written) > 1 and written not in known:
        times, written = float(TIMES[written[0]]), written[1:]
    if not written:
        return times
    factor = known.get(written)
    if factor is not None:
        return times * factor
    # A heading may name anything in brackets; only a unit beside the number itself must be the field's.
    return None if words else 1.0


def _amount(text: str) -> float:
    return float(text.replace(",", ""))


def _year(cell: Cell, plain: str, original: str, heading: str) -> Parsed:
    if isinstance(cell, date):
        return Parsed(str(cell.year), original)
    written = _in_digits(plain)
    found = YEAR.fullmatch(re.sub(r"\s+", "", written)) or YEAR.fullmatch(written)
    if found is None:
        return Parsed("", original, fault=remark("NOT_A_COUNT", heading, found=original))
    return Parsed(found["year"], original)


def _date(cell: Cell, plain: str, original: str, heading: str) -> Parsed:
    if isinstance(cell, datetime):
        return Parsed(cell.date().isoformat(), original)
    if isinstance(cell, date):
        return Parsed(cell.isoformat(), original)
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in SERIAL_DAYS:
        return Parsed((DAY_ZERO + timedelta(days=cell)).isoformat(), original)
    written = _in_digits(plain)
    for pattern in DATES:
        found = pattern.fullmatch(written)
        if found:
            try:
                return Parsed(date(*map(int, found.groups())).isoformat(), original)
            except ValueError:
                break
    return Parsed("", original, fault=remark("NOT_A_DATE", heading, found=original))


def _in_digits(plain: str) -> str:
    """Return a date written in Chinese numerals in digits; anything else unchanged.

    Examples:
        >>> _in_digits("二〇二六年十一月二十三日"), _in_digits("一九九八年建成"), _in_digits("二期")
        ('2026年11月23日', '1998年建成', '二期')
    """
    found = CHINESE_DATE.match(plain)
    if found is None:
        return plain
    year, rest = found[0][:4], found[0][5:]
    digits = "".join(str(CHINESE_DIGITS[numeral]) for numeral in year)
    return f"{digits}年{NUMERALS.sub(lambda part: str(_counted(part[0])), rest)}{plain[found.end() :]}"


def _counted(numerals: str) -> int:
    tens, ten, ones = numerals.rpartition("十")
    return (CHINESE_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (CHINESE_DIGITS[ones] if ones else 0)


def _yes_or_no(plain: str, original: str, heading: str) -> Parsed:
    word = plain.lower()
    if word in YES or word in NO:
        return Parsed("是" if word in YES else "否", original)
    return Parsed("", original, fault=remark("NOT_YES_OR_NO", heading, found=original))


def _choice(plain: str, original: str, field: LedgerField, heading: str) -> Parsed:
    if plain in field.choices:
        return Parsed(plain, original)
    key = plain_name(plain)
    near = [choice for choice in field.choices if plain_name(choice) in key or key in plain_name(choice)]
    # 有 and 无 stand in many choices; a word that fits several is not guessed at.
    if len(near) == 1:
        return Parsed(near[0], original, warning=remark("CHOICE_TAKEN_AS", heading, found=original, value=near[0]))
    return Parsed("", original, fault=remark("NOT_A_CHOICE", heading, found=original, choices="、".join(field.choices)))


def _text(plain: str, original: str, field: LedgerField, heading: str) -> Parsed:
    if plain in NOTHING:
        return Parsed("", original)
    # Codes are long digits by nature, and one thing whether typed wide or narrow.
    if field.key.endswith("_code"):
        return Parsed(plain, original)
    if PERSONAL.search(plain):
        return Parsed("", original="", fault=remark("PERSONAL", heading))
    if len(original) > MOST_CHARACTERS:
        return Parsed("", original, fault=remark("TOO_LONG", heading, most=MOST_CHARACTERS, found=len(original)))
    return Parsed(original, original)
