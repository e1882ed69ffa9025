"""Sums and verdicts that several papers print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.layout.plans.queries.papers.source import Move, PaperSource
from linli.layout.plans.queries.papers.words import REQUIREMENTS, VERBS, amount, square_km
from linli.layout.plans.rules.figures import AdjustmentFigures, CommunityFigures, RequirementFigures, Side


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of the table before and after, as printed."""

    name: str
    before: str
    after: str
    change: str


def verb_counts(acts: Sequence[AdjustmentFigures]) -> str:
    """Return how many adjustments there are of each verb.

    Examples:
        >>> verb_counts([])
        '没有调整事项'
    """
    counts = {verb: sum(act.verb == verb for act in acts) for verb in VERBS}
    return "、".join(f"{VERBS[verb]} {count} 项" for verb, count in counts.items() if count) or "没有调整事项"


def tallies(source: PaperSource) -> tuple[Tally, ...]:
    """Return the table before and after: communities, households, people, land, rooms, workers, grids."""
    sides = [
        [side for one in source.figures.communities if (side := one.after if is_after else one.before) is not None]
        for is_after in (False, True)
    ]
    low, high, rooms = source.wishes.low, source.wishes.high, source.rooms_m2_per_100
    counted: list[tuple[str, Sequence[float | None], int]] = [
        ("社区（个）", [len(side) for side in sides], 0),
        (
            "户数（户，含估算）" if source.figures.estimated else "户数（户）",
            [sum(one.households for one in side) for side in sides],
            0,
        ),
        ("常住人口（人）", [sum(one.people for one in side) for side in sides], 0),
        ("面积（平方公里）", [sum(one.area_m2 for one in side) / 1e6 for side in sides], 3),
        ("小区（个）", [sum(len(one.compounds) for one in side) for side in sides], 0),
        ("社区工作者（人）", [_sum([one.workers for one in side]) for side in sides], 0),
        ("社区服务用房（平方米）", [_sum([one.service_m2 for one in side]) for side in sides], 1),
        ("网格（个）", _grid_sums(source), 0),
        (f"户数高于{high:,}户的社区（个）", [sum(one.households > high for one in side) for side in sides], 0),
        (f"户数低于{low:,}户的社区（个）", [sum(one.households < low for one in side) for side in sides], 0),
        ("分成几片的社区（个）", [sum(one.parts > 1 for one in side) for side in sides], 0),
        (f"每百户服务用房不足{rooms:g}平方米的社区（个）", [_short_of_rooms(side, rooms) for side in sides], 0),
    ]
    return tuple(_tally(name, before, after, digits) for name, (before, after), digits in counted)


def change_words(source: PaperSource, community: CommunityFigures) -> str:
    """Return in a few words what happens to a community."""
    if not community.is_touched:
        return "不变"
    if community.before is None:
        return "新设"
    gained = [move for move in source.moves if move.taker == community.code]
    given = [move for move in source.moves if move.giver == community.code]
    if community.after is None:
        return f"撤销，划归{'、'.join(dict.fromkeys(_name(source, move.taker) for move in given))}"
    told = []
    for word, moves in (("划入", gained), ("划出", given)):
        households = sum(move.households for move in moves)
        if moves:
            told.append(f"{word}{households:,}户" if households else f"{word}无住户地块")
    return "，".join(told)


def balance(source: PaperSource, community: CommunityFigures) -> tuple[float, float, float, float]:
    """Return a community's land before, given, received and after in square metres; the sum holds (土地平衡)."""
    given = sum(move.area_m2 for move in source.moves if move.giver == community.code)
    gained = sum(move.area_m2 for move in source.moves if move.taker == community.code)
    before = 0.0 if community.before is None else community.before.area_m2
    after = 0.0 if community.after is None else community.after.area_m2
    return before, given, gained, after


def moves_with(source: PaperSource, code: str, *, is_taker: bool) -> tuple[Move, ...]:
    """Return what a community receives, or what it gives."""
    return tuple(move for move in source.moves if (move.taker if is_taker else move.giver) == code)


def verdict(source: PaperSource, requirement: RequirementFigures) -> tuple[str, str, str]:
    """Return a requirement, whether it is met, and who misses it or is excused, as printed."""
    name = REQUIREMENTS[requirement.rule]
    if requirement.rule == "band":
        name = f"户数在{source.wishes.low:,}至{source.wishes.high:,}户，或者已登记例外"
    told = [f"未满足：{_listed(source, requirement.offenders)}"] if requirement.offenders else []
    told += [f"登记例外：{_listed(source, requirement.excused)}"] if requirement.excused else []
    return name, "满足" if requirement.is_met else "未满足", "；".join(told) or f"核对{requirement.total:,}个，全部满足"


def stated_bands(side: Side, *, low: int, high: int) -> str:
    """Return how a community stands against the scale."""
    if side.households > high:
        return f"高于上限{amount(side.households - high, unit='户')}"
    return f"低于下限{amount(low - side.households, unit='户')}" if side.households < low else "在范围内"


def _listed(source: PaperSource, codes: Sequence[str]) -> str:
    names = [source.names.get(code) or _compound(source, code) for code in codes]
    return "、".join(names[:20]) + (f"等{len(names)}个" if len(names) > 20 else "")


def _compound(source: PaperSource, code: str) -> str:
    compound = source.figures.compounds.get(code)
    return code if compound is None else compound.name


def _name(source: PaperSource, code: str) -> str:
    return source.names[code] if code else "（不再归属）"


def _sum(figures: Sequence[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _grid_sums(source: PaperSource) -> list[int | None]:
    return [None if counts is None else sum(counts.values()) for counts in (source.grids_before, source.grids_after)]


def _short_of_rooms(sides: Sequence[Side], least: float) -> int:
    rates = [side.room_m2_per_100_households for side in sides]
    return sum(rate is not None and rate < least for rate in rates)


def _tally(name: str, before: float | None, after: float | None, digits: int) -> Tally:
    change = "—"
    if before is not None and after is not None:
        difference = round(after - before, digits)
        change = "不变" if difference == 0 else f"{difference:+,.{digits}f}"
    return Tally(name, amount(before, digits=digits), amount(after, digits=digits), change)


def land(area_m2: float) -> str:
    """Return land in square kilometres for a table; a dash for none."""
    return square_km(area_m2) if area_m2 else "—"
