"""The wording of official papers: amounts, bounds, and one sentence per adjustment in its verb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from linli.layout.plans.queries.papers.source import Move, PaperSource
from linli.layout.plans.rules.figures import AdjustmentFigures, Bounds, Side

MISSING: Final = "缺"
ESTIMATED: Final = "（估）"
VERBS: Final[dict[str, str]] = {
    "ESTABLISH": "新设",
    "ABOLISH": "撤销",
    "SPLIT": "拆分",
    "MERGE": "合并",
    "TRANSFER_WHOLE": "整建制划转",
    "TRANSFER": "划转",
    "ASSIGN": "明确归属",
    "RESIZE": "调整",
    "RENAME": "更名",
    "CUSTODY": "代管",
}
REQUIREMENTS: Final[dict[str, str]] = {
    "complete": "地块全部有社区管理，不留盲区，不重复",
    "compounds-whole": "小区不被社区界线切开",
    "contiguous": "社区连成一片，或者已登记例外",
    "band": "户数在规定范围内，或者已登记例外",
    "parents-kept": "社区不跨街道",
    "locks": "锁定的小区不变",
    "office-inside": "办公用房在本社区范围内",
}
NAMED_IN_A_SENTENCE: Final = 12


def amount(number: float | None, *, digits: int = 0, unit: str = "") -> str:
    """Return a figure with its unit; 缺 where it is not known.

    Examples:
        >>> amount(12345, unit="户"), amount(None), amount(0.482, digits=2)
        ('12,345户', '缺', '0.48')
    """
    return MISSING if number is None else f"{number:,.{digits}f}{unit}"


def square_km(area_m2: float) -> str:
    """Return an area in square kilometres, as papers state it.

    Examples:
        >>> square_km(482687.9)
        '0.483'
    """
    return amount(area_m2 / 1_000_000, digits=3)


def bounds_words(bounds: Bounds) -> str:
    """Return the four bounds (四至) in a sentence.

    Examples:
        >>> bounds_words(Bounds(("白马路",), ("苏州路", "杭州路"), (), ("青鱼路",)))
        '东至白马路，南至苏州路、杭州路，西以附图界线为准，北至青鱼路'
    """
    if not any((bounds.east, bounds.south, bounds.west, bounds.north)):
        return "以附图界线为准"
    sides = (("东", bounds.east), ("南", bounds.south), ("西", bounds.west), ("北", bounds.north))
    return "，".join(f"{side}至{'、'.join(names)}" if names else f"{side}以附图界线为准" for side, names in sides)


def joined(names: Sequence[str], *, most: int = NAMED_IN_A_SENTENCE, unit: str = "个小区") -> str:
    """Return names in a row; of a long row the first ones and the count.

    Examples:
        >>> joined(["甲院", "乙院"]), joined(["甲院", "乙院", "丙院"], most=2)
        ('甲院、乙院', '甲院、乙院等3个小区')
    """
    return "、".join(names) if len(names) <= most else f"{'、'.join(names[:most])}等{len(names)}{unit}"


def households_words(source: PaperSource, side: Side) -> str:
    """Return the households of a community, marked where an assumption is among them."""
    return amount(side.households) + (ESTIMATED if has_estimate(source, side.compounds) else "")


def has_estimate(source: PaperSource, compounds: Iterable[str]) -> bool:
    """Say whether the households of one of these compounds are an assumption."""
    return any(source.figures.compounds[code].is_estimated for code in compounds)


def people_words(side: Side) -> str:
    """Return the people of a community, with the number of compounds that lack the figure; 缺 where none has it."""
    if side.people_missing and not side.people:
        return MISSING
    return amount(side.people, unit="人") + (f"（{side.people_missing}个小区缺）" if side.people_missing else "")


def moves_of(source: PaperSource, act: AdjustmentFigures) -> tuple[Move, ...]:
    """Return the flows of land that an act consists of."""
    parcels = set(act.parcels)
    codes = source.map.parcel_codes
    return tuple(move for move in source.moves if move.rows and codes[move.rows[0]] in parcels)


def land_words(source: PaperSource, move: Move) -> str:
    """Return what moves: the compounds by name, or the parcels without homes."""
    if move.compounds:
        names = joined(list(dict.fromkeys(source.figures.compounds[code].name for code in move.compounds)))
        mark = ESTIMATED if has_estimate(source, move.compounds) else ""
        return f"{names}（{amount(move.households, unit='户')}{mark}、{moved_people(source, move)}）"
    named = [source.map.parcel_names[row] for row in move.rows if source.map.parcel_names[row]]
    names = joined(list(dict.fromkeys(named)), most=4, unit="个地块") if named else f"{len(move.rows)}个地块"
    return f"{names}（无住户，{square_km(move.area_m2)}平方公里）"


def moved_people(source: PaperSource, move: Move) -> str:
    """Return the people who move, with the number of compounds that lack the figure; 缺 where none has it."""
    missing = sum(source.figures.compounds[code].people is None for code in move.compounds)
    if missing == len(move.compounds):
        return f"人口{MISSING}"
    return amount(move.people, unit="人") + (f"，{missing}个小区人口{MISSING}" if missing else "")


def sentence(source: PaperSource, act: AdjustmentFigures) -> str:
    """Return what an act does, in the wording of approvals, both sides named.

    Source: wordings seen in approvals of districts (分设, 整合, 撤销, 划入, 更名, 代管).
    """
    names = source.names
    givers = "、".join(names[code] for code in act.from_ids)
    flows = moves_of(source, act)
    match act.verb:
        case "SPLIT":
            founded = "、".join(f"{names[code]}居民委员会" for code in act.founded_ids)
            rest = "" if act.ended_ids else f"，{givers}其余区域不变"
            ended = f"，撤销{'、'.join(names[code] for code in act.ended_ids)}建制" if act.ended_ids else ""
            return f"从{givers}管辖区域中分设{founded}{ended}：{_shares(source, flows)}{rest}。"
        case "ESTABLISH":
            founded = "、".join(f"{names[code]}居民委员会" for code in act.founded_ids or act.to_ids)
            return f"设立{founded}：{_shares(source, flows)}。"
        case "MERGE":
            kept = "、".join(names[code] for code in act.to_ids)
            ended = "、".join(names[code] for code in act.ended_ids)
            return f"将{givers}整合，撤销{ended}建制，保留{kept}建制：{_shares(source, flows)}。"
        case "ABOLISH":
            ended = "、".join(names[code] for code in act.ended_ids or act.from_ids)
            return f"撤销{ended}，将其原管辖区域划归相邻社区：{_shares(source, flows)}。"
        case "TRANSFER":
            return f"{_shares(source, flows)}。"
        case "ASSIGN":
            return "；".join(f"明确{land_words(source, move)}由{names[move.taker]}管理" for move in flows) + "。"
        case "RESIZE":
            return f"{_shares(source, flows)}。"
        case "TRANSFER_WHOLE":
            there = [source.figures.subdistrict_names.get(code, code) for code in (act.before, act.after)]
            return f"将{givers or names[act.to_ids[0]]}由{there[0]}整建制划转{there[1]}，社区名称和管辖范围不变。"
        case "RENAME":
            return f"{act.before}更名为{act.after}，管辖范围和办公地址不变。"
        case _:
            return _custody(source, act)


def _shares(source: PaperSource, flows: Iterable[Move]) -> str:
    """Return each flow with the side that gives and the side that receives."""
    told = []
    for move in flows:
        land = land_words(source, move)
        if not move.giver:
            told.append(f"将原无社区管理的{land}划入{source.names[move.taker]}")
        elif not move.taker:
            told.append(f"将{land}划出{source.names[move.giver]}")
        else:
            told.append(f"将原{source.names[move.giver]}管辖的{land}划入{source.names[move.taker]}")
    return "；".join(told)


def _custody(source: PaperSource, act: AdjustmentFigures) -> str:
    land = joined([source.figures.compounds[code].name for code in act.compounds]) or f"{len(act.parcels)}个地块"
    before = "、".join(source.names[code] for code in act.from_ids)
    if not act.to_ids:
        return f"{land}不再由{before}代管，由管辖社区管理。"
    until = f"，期限至{act.until}" if act.until else "，期限待定"
    reason = f"，理由：{act.reason}" if act.reason else ""
    return f"{land}由{'、'.join(source.names[code] for code in act.to_ids)}代管{until}{reason}。"


def reason(source: PaperSource, act: AdjustmentFigures) -> str:
    """Return why, in one sentence, from the figures before."""
    low, high = source.wishes.low, source.wishes.high
    sides = {one.code: one for one in source.figures.communities}
    before = {code: side for code in (*act.from_ids, *act.to_ids) if (side := sides[code].before) is not None}
    crowded = [code for code in before if code in act.from_ids and before[code].households > high]
    # A small community is a reason to give it homes, or to end it; never to take from one that stays.
    sparse = [
        code for code, side in before.items() if side.households < low and (code in act.ended_ids or code in act.to_ids)
    ]
    if act.verb == "RESIZE":
        crowded, sparse = [], []
    told = [f"{source.names[code]}现有{before[code].households:,}户，高于{high:,}户的上限" for code in crowded]
    told += [f"{source.names[code]}现有{before[code].households:,}户，低于{low:,}户的下限" for code in sparse]
    told += [f"{source.names[code]}现分成不相连的{side.parts}片" for code, side in before.items() if side.parts > 1]
    if act.verb == "ASSIGN":
        told.insert(0, "该处现无社区管理（管理盲区）")
    if act.verb == "CUSTODY":
        return "代管关系随管辖范围的调整相应变更。"
    if not told and act.verb == "RESIZE":
        return "与相邻社区的调整衔接，理顺界线，不涉及住户。"
    return "；".join(told or ["与相邻社区的调整衔接，使各社区户数和连片要求同时满足"]) + "。"
