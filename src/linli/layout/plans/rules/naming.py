"""Names for communities that a plan would establish, by the rules for place names.

Source: 地名管理条例 (2022), article 9: true to the place, common characters, no company or brand, and within one
county-level area no committee's name that equals another or sounds like it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum

from linli.foundation.names import community_key

ENDING = "社区"
LONGEST = 8
#: Words of developers and chains that stand in the names of compounds; the naming office has the last word.
BRAND_WORDS = (
    "万科", "万达", "保利", "恒大", "碧桂园", "绿地", "绿城", "龙湖", "融创", "中海", "华润", "世茂", "招商", "金地",
    "雅居乐", "富力", "远洋", "首开", "金茂", "旭辉", "新城", "阳光城", "佳兆业", "合生", "珠江", "建业", "荣盛",
    "华侨城", "卓越", "中粮", "首创", "苏宁", "吾悦", "大悦城", "万象",
)  # fmt: skip
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WAY_ENDING = re.compile(r"(?:大道|大街|公路|快速路|高架|路|街|巷|弄|道|里)$")
_LANE_OF_WAY = re.compile(r"(?<=[路街道])[一二三四五六七八九十0-9]*[巷弄里]$")
_WAY_SIDE = re.compile(r"[东西南北中](?:一|二|三|四|五|六|七|八|九|十)?$")
_PLACE_ENDING = re.compile(
    r"(?:住宅小区|小区|花园|花苑|家园|新村|新苑|公寓|公园|广场|中学|小学|学校|大学|学院|体育场|市场|医院|厂)$"
)
_PHASE = re.compile(r"[（(].*?[)）]|第?[0-9一二三四五六七八九十]+(?:期|区|号院|组团|栋)$")
_COUNTERS = "一二三四五六七八九十"


class NameFault(StrEnum):
    """Why a name may not stand."""

    LENGTH = "LENGTH"
    CHARACTERS = "CHARACTERS"
    BRAND = "BRAND"
    SAME_NAME = "SAME_NAME"
    SAME_SOUND = "SAME_SOUND"


def name_fault(name: str, *, taken: Collection[str], sound: Callable[[str], str]) -> tuple[NameFault, str] | None:
    """Return the first rule that a name breaks, with the word or the other name that it concerns.

    Args:
        name: The name with its ending 社区.
        taken: Names that stand in the district.
        sound: Returns the pinyin without tones.

    Examples:
        >>> spell = {"青年": "qingnian", "清年": "qingnian", "映月": "yingyue"}.__getitem__
        >>> name_fault("青年社区", taken=["清年社区"], sound=spell)
        (<NameFault.SAME_SOUND: 'SAME_SOUND'>, '清年社区')
        >>> name_fault("映月社区", taken=["清年社区"], sound=spell) is None
        True
    """
    stem = community_key(name)
    if not name.endswith(ENDING) or not 2 <= len(stem) <= LONGEST:
        return NameFault.LENGTH, name
    if not _HAN.fullmatch(stem):
        return NameFault.CHARACTERS, name
    brand = next((word for word in BRAND_WORDS if word in stem), None)
    if brand is not None:
        return NameFault.BRAND, brand
    for other in sorted(taken):
        if community_key(other) == stem:
            return NameFault.SAME_NAME, other
    heard = sound(stem)
    for other in sorted(taken):
        if sound(community_key(other)) == heard:
            return NameFault.SAME_SOUND, other
    return None


def proposed_name(
    *, ways: Iterable[str], places: Iterable[str], parent: str, taken: Collection[str], sound: Callable[[str], str]
) -> str:
    """Return the first name that keeps the rules, taken from what lies there.

    Roads and rivers come first, then parks and schools, then compounds; where none fits, the subdistrict's name
    with a side, at last with a number.

    Args:
        ways: Names of roads and rivers in or along the area, the longest first.
        places: Names of places in it, the most telling first.
        parent: Name of its subdistrict.
        taken: Names that stand in the district or in the plan.
        sound: Returns the pinyin without tones.

    Examples:
        >>> proposed_name(ways=["映月路"], places=[], parent="澄波街道", taken=[], sound=str)
        '映月社区'
    """
    stems = [*map(stem_of_way, ways), *map(stem_of_place, places)]
    # Short enough that a side or a counted number still fits behind it.
    root = re.sub(r"(?:街道办事处|街道|镇|乡|地区)$", "", parent)[: LONGEST - 4]
    stems += [root + side for side in "东南西北中"]
    for stem in stems:
        name = stem + ENDING
        if 2 <= len(stem) <= 4 and name_fault(name, taken=taken, sound=sound) is None:
            return name
    counted = (f"{root}第{_counted(number)}{ENDING}" for number in range(2, 100))
    return next(name for name in counted if name_fault(name, taken=taken, sound=sound) is None)


def stem_of_way(name: str) -> str:
    """Return a road's or river's name without its ending.

    Examples:
        >>> stem_of_way("青年东路"), stem_of_way("芙蓉路一巷"), stem_of_way("柳叶河")
        ('青年', '芙蓉', '柳叶河')
    """
    stem = _WAY_ENDING.sub("", _LANE_OF_WAY.sub("", name))
    shorter = _WAY_SIDE.sub("", stem)
    return shorter if len(shorter) >= 2 else stem


def stem_of_place(name: str) -> str:
    """Return a place's own name without what kind of place it is.

    Examples:
        >>> stem_of_place("听澜花园二期"), stem_of_place("棠梨小学")
        ('听澜', '棠梨')
    """
    return _PLACE_ENDING.sub("", _PHASE.sub("", name))


def _counted(number: int) -> str:
    if number <= 10:
        return _COUNTERS[number - 1]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _COUNTERS[tens - 1]) + "十" + (_COUNTERS[ones - 1] if ones else "")
