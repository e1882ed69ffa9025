"""What approvals state of each touched community: bounds, compounds, figures, office, maps before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from linli.foundation.documents.official import Block, Figure, Heading, PageBreak, Paragraph, Table
from linli.layout.plans.queries.papers.drawings import Drawings
from linli.layout.plans.queries.papers.source import Move, PaperSource
from linli.layout.plans.queries.papers.tallies import balance, change_words, moves_with, stated_bands
from linli.layout.plans.queries.papers.words import (
    amount,
    bounds_words,
    households_words,
    joined,
    land_words,
    people_words,
    square_km,
)
from linli.layout.plans.rules.figures import CommunityFigures, Side

EVERY = 10_000
NO_OFFICE = "待落实"


def community_blocks(source: PaperSource, drawings: Drawings) -> Iterator[Block]:
    """Return a table and a pair of maps for each community that the plan touches."""
    yield Paragraph(
        f"户数为实际入住户，数据日期{source.made_on.isoformat()}。"
        "示意图中粗线为本社区界线，斜线为划出或划入的地块，虚线为撤销的界线，方块为办公用房。"
        + ("标（估）的户数含假设。" if source.watermark else "")
    )
    yield _overview(source)
    for one in source.touched:
        # One page each: bounds, figures and maps are read together.
        yield PageBreak()
        yield Heading(1, source.names[one.code] + _fate(one))
        caption = f"{source.names[one.code]}调整前后示意图"
        yield Figure(drawings.pair(one.code), f"{caption}（{source.watermark}）" if source.watermark else caption)
        yield Table(
            columns=("项目", "调整前", "调整后"),
            rows=tuple(_rows(source, one)),
            widths=(1.3, 7.0, 7.0),
            note=_land_note(source, one),
        )


def _overview(source: PaperSource) -> Table:
    return Table(
        columns=("序号", "社区", "街道", "调整前\n户数", "调整后\n户数", "变动"),
        rows=[
            (
                str(number),
                source.names[one.code].removesuffix("社区"),
                source.figures.subdistrict_names.get(one.subdistrict, one.subdistrict),
                "—" if one.before is None else households_words(source, one.before),
                "—" if one.after is None else households_words(source, one.after),
                change_words(source, one),
            )
            for number, one in enumerate(source.touched, start=1)
        ],
        widths=(0.9, 2.0, 2.1, 1.7, 1.7, 5.0),
        alignment=("center", "left", "left", "right", "right", "left"),
        caption="有关社区一览",
    )


def _fate(one: CommunityFigures) -> str:
    return "（新设）" if one.before is None else "（撤销）" if one.after is None else ""


def _rows(source: PaperSource, one: CommunityFigures) -> Iterator[tuple[str, str, str]]:
    before, after = one.before, one.after

    def row(name: str, words: tuple[str, str]) -> tuple[str, str, str]:
        return (name, words[0], "同左" if before and after and words[0] == words[1] else words[1])

    def pair(tell: Callable[[Side], str]) -> tuple[str, str]:
        return "—" if before is None else tell(before), "—" if after is None else tell(after)

    yield row("四至", pair(lambda side: bounds_words(side.bounds)))
    yield row("小区", pair(lambda side: _compounds(source, side)))
    yield row("规模", pair(lambda side: _size(source, side)))
    yield row("面积", pair(lambda side: f"{square_km(side.area_m2)}平方公里{_parts(side)}"))
    yield row("办公", pair(_office))
    yield row("用房", pair(_rooms))
    yield row("人员", (_staff(before, source.grids_before, one.code), _staff(after, source.grids_after, one.code)))
    given = _moved(source, moves_with(source, one.code, is_taker=False), is_taker=False)
    gained = _moved(source, moves_with(source, one.code, is_taker=True), is_taker=True)
    yield ("进出", f"划出：{given}", f"划入：{gained}")


def _compounds(source: PaperSource, side: Side) -> str:
    names = [source.figures.compounds[code].name for code in side.compounds]
    return f"{len(names)}个：{joined(names, most=EVERY)}" if names else "无"


def _size(source: PaperSource, side: Side) -> str:
    return f"{households_words(source, side)}户，{_band(source, side)}；{people_words(side)}"


def _band(source: PaperSource, side: Side) -> str:
    return stated_bands(side, low=source.wishes.low, high=source.wishes.high)


def _parts(side: Side) -> str:
    return f"，分成{side.parts}片" if side.parts > 1 else ""


def _office(side: Side) -> str:
    if not side.office_address and side.office_m2 is None:
        return NO_OFFICE
    return f"{side.office_address or '地址缺'}，办公用房{amount(side.office_m2, digits=1, unit='平方米')}"


def _rooms(side: Side) -> str:
    rate = amount(side.room_m2_per_100_households, digits=1, unit="平方米")
    return f"服务用房{amount(side.service_m2, digits=1, unit='平方米')}，每百户{rate}"


def _moved(source: PaperSource, moves: tuple[Move, ...], *, is_taker: bool) -> str:
    told = []
    for move in moves:
        other = move.giver if is_taker else move.taker
        side = source.names[other] if other else "原无社区管理" if is_taker else "不再归属"
        told.append(f"{'由' if is_taker else '往'}{side}，{land_words(source, move)}")
    return "\n".join(told) or "无"


def _staff(side: Side | None, grids: Mapping[str, int] | None, code: str) -> str:
    if side is None:
        return "—"
    drawn = "" if grids is None else f"，网格{grids.get(code, 0)}个"
    return f"工作者{amount(side.workers, unit='人')}{drawn}"


def _land_note(source: PaperSource, one: CommunityFigures) -> str:
    before, given, gained, after = (_area(area) for area in balance(source, one))
    return f"土地平衡：原{before}，划出{given}，划入{gained}，调整后{after}（平方公里）。"


def _area(area_m2: float) -> str:
    return square_km(area_m2) if area_m2 else "0"
