"""Names as people write them, brought to one form for comparing and searching.

Keys are for matching only; what is shown and stored stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NOISE = re.compile(r"[\s·•・.,、，。\-_—–~“”\"'‘’()\[\]{}<>〔〕【】〖〗《》「」『』]+")
COMMUNITY_ENDING = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|社区委员会|居委会|社区)$")
COMPOUND_ENDING = re.compile(r"(?:住宅小区|生活小区|小区|住宅区|花园|花苑)$")
COMPOUND_PHASE_ENDING = re.compile(r"(?:住宅小区|生活小区|小区|住宅区|花园|花苑)(?=\d+期$)")
COUNTED = re.compile(
    r"第?([〇零一二两三四五六七八九十]+|viii|vii|vi|iv|iii|ii|ix|i|v|x)(?=期|区|号|组团|组|栋|幢|街|村|院)"
)
PHASE = re.compile(r"(.+?)(\d+)期(?:小区)?$")
DIGIT_OF = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


def plain_name(name: str) -> str:
    """Return a name without spaces, brackets and punctuation, full-width forms made narrow, in lower case.

    Examples:
        >>> plain_name(" 阳光１００（北区） ")
        '阳光100北区'
    """
    return NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()


def community_key(name: str) -> str:
    """Return the key under which a community's many spellings meet.

    Examples:
        >>> {community_key(n) for n in ("幸福社区", "幸福社区居委会", "幸福 社区居民委员会", "幸福居委会")}
        {'幸福'}
        >>> community_key("社区")
        '社区'
    """
    plain = plain_name(name)
    return COMMUNITY_ENDING.sub("", plain) or plain


def compound_key(name: str) -> str:
    """Return the key under which a compound's many spellings meet; equal keys are a reason to ask, no proof.

    The words 小区, 住宅区, 花园 and 花苑 at the end (or before the phase) fall away; counted parts take digits.

    Examples:
        >>> {compound_key(n) for n in ("金桂花园", "金桂花苑小区", "金桂 小区", "金桂")}
        {'金桂'}
        >>> compound_key("天域名流（一期）") == compound_key("天域名流小区Ⅰ期") == "天域名流1期"
        True
    """
    plain = COUNTED.sub(lambda found: str(_counted(found[1])), plain_name(name))
    key = COMPOUND_PHASE_ENDING.sub("", plain) or plain
    while (shorter := COMPOUND_ENDING.sub("", key)) and shorter != key:
        key = shorter
    return key


def phase_of(name: str) -> tuple[str, int | None]:
    """Return the key of the whole compound and the number of the phase (期); parts of one compound share the key.

    Examples:
        >>> phase_of("天域名流二期"), phase_of("金桂花园")
        (('天域名流', 2), ('金桂', None))
    """
    key = compound_key(name)
    found = PHASE.fullmatch(key)
    return (compound_key(found[1]), int(found[2])) if found else (key, None)


def pinyin(name: str) -> str:
    """Return the pinyin without tones and spaces, for searching.

    Examples:
        >>> pinyin("幸福小区2期")
        'xingfuxiaoqu2qi'
    """
    return "".join(_syllables(name))


def pinyin_initials(name: str) -> str:
    """Return the first letters of the pinyin; digits and letters stay.

    Examples:
        >>> pinyin_initials("幸福小区2期")
        'xfxq2q'
    """
    return "".join(part if part.isdigit() else part[0] for part in _syllables(name) if part)


# Full pinyin and initials are asked for one after the other.
@lru_cache(maxsize=16)
def _syllables(name: str) -> tuple[str, ...]:
    # Half a second to import, and only searching needs it.
    from pypinyin import lazy_pinyin

    return tuple(str(part) for part in lazy_pinyin(plain_name(name)))


def _counted(text: str) -> int:
    """Return the number of a Chinese numeral up to 99 or a Roman one up to ten.

    Examples:
        >>> [_counted(text) for text in ("三", "十", "十二", "二十", "二十一", "iv")]
        [3, 10, 12, 20, 21, 4]
    """
    if text in ROMAN:
        return ROMAN[text]
    if "十" in text:
        tens, _ten, ones = text.partition("十")
        return DIGIT_OF.get(tens, 1) * 10 + DIGIT_OF.get(ones, 0)
    return int("".join(str(DIGIT_OF[digit]) for digit in text))
