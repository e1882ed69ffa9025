"""对照表: every change in tables, compound by compound and community by community."""

from __future__ import annotations

from collections.abc import Iterator

from linli.foundation.documents.official import Block, Heading, OfficialPaper, Paragraph, Table
from linli.layout.plans.queries.papers.passages import assumption_words, lock_blocks, tally_table
from linli.layout.plans.queries.papers.request import as_of
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import balance, change_words, land
from linli.layout.plans.queries.papers.words import ESTIMATED, amount, households_words, people_words
from linli.layout.plans.rules.figures import CommunityFigures, Side

BLIND = "（无社区管理）"


def comparison_paper(source: PaperSource) -> OfficialPaper:
    """Return the tables before and after."""
    return OfficialPaper(
        title=f"{source.area}社区布局调整对照表",
        body=tuple(_body(source)),
        watermark=source.watermark,
        as_of=as_of(source),
    )


def _body(source: PaperSource) -> Iterator[Block]:
    if source.watermark:
        yield Paragraph(assumption_words(source))
    yield Heading(1, "总体情况")
    yield tally_table(source)
    yield Heading(1, "有关社区")
    yield _communities(source)
    yield Heading(1, "更换社区的小区")
    yield _compounds(source)
    yield Heading(1, "土地平衡")
    yield _land(source)
    if source.wishes.locks:
        yield Heading(1, "锁定不动")
        yield from lock_blocks(source)


def _communities(source: PaperSource) -> Table:
    return Table(
        columns=("社区", "户数\n调整前", "户数\n调整后", "人口\n调整前", "人口\n调整后", "变动"),
        rows=[
            (
                source.names[one.code].removesuffix("社区"),
                *(_households(source, side) for side in (one.before, one.after)),
                *(_people(side) for side in (one.before, one.after)),
                change_words(source, one),
            )
            for one in source.touched
        ],
        widths=(1.9, 1.7, 1.7, 1.9, 1.9, 4.3),
        alignment=("left", "right", "right", "right", "right", "left"),
        caption="有关社区调整前后户数和人口",
    )


def _households(source: PaperSource, side: Side | None) -> str:
    return "—" if side is None else households_words(source, side)


def _people(side: Side | None) -> str:
    if side is None:
        return "—"
    return people_words(side) if side.people_missing else amount(side.people)


def _compounds(source: PaperSource) -> Table:
    rows: list[tuple[str, ...]] = []
    for move in source.moves:
        for code in move.compounds:
            compound = source.figures.compounds[code]
            rows.append(
                (
                    str(len(rows) + 1),
                    compound.name,
                    amount(compound.households) + (ESTIMATED if compound.is_estimated else ""),
                    amount(compound.people),
                    _name(source, move.giver),
                    _name(source, move.taker),
                )
            )
    return Table(
        columns=("序号", "小区", "户数", "人口", "现社区", "拟归社区"),
        rows=rows,
        widths=(1.0, 3.8, 1.6, 1.6, 2.6, 2.6),
        alignment=("center", "left", "right", "right", "left", "left"),
        caption="小区归属变动",
        totals=(
            "合计",
            f"{len(rows)}个",
            amount(sum(move.households for move in source.moves)),
            amount(sum(move.people for move in source.moves)),
            "",
            "",
        ),
    )


def _land(source: PaperSource) -> Table:
    rows = [_land_row(source, one) for one in source.touched]
    blind = sum(move.area_m2 for move in source.moves if not move.giver)
    left = sum(move.area_m2 for move in source.moves if not move.taker)
    if blind or left:
        rows.append(("无社区管理", land(blind), land(blind), land(left), land(left)))
    sums = [sum(balance(source, one)[place] for one in source.touched) for place in range(4)]
    extra = (blind, blind, left, left)
    return Table(
        columns=("社区", "调整前", "划出", "划入", "调整后"),
        rows=rows,
        alignment=("left", "right", "right", "right", "right"),
        caption="划出、划入土地",
        unit="单位：平方公里",
        totals=("合计", *(land(total + more) for total, more in zip(sums, extra, strict=True))),
        note="划出合计等于划入合计，调整前合计等于调整后合计；无社区管理一行只列本次明确归属的地块。",
    )


def _land_row(source: PaperSource, one: CommunityFigures) -> tuple[str, str, str, str, str]:
    before, given, gained, after = balance(source, one)
    return (source.names[one.code].removesuffix("社区"), land(before), land(given), land(gained), land(after))


def _name(source: PaperSource, code: str) -> str:
    return source.names[code].removesuffix("社区") if code else BLIND
