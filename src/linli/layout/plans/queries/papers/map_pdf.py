"""The map of a plan to print: one A3 sheet before, one or more after."""

from __future__ import annotations

import json
import re
from typing import Final

from linli.foundation.documents.sheets import LegendEntry, MapSheet, Passage, SideTable, write_map_sheet
from linli.foundation.documents.typesetting import typeset_pdf
from linli.layout.plans.queries.papers.drawings import Drawings
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import change_words, verb_counts
from linli.layout.plans.queries.papers.words import amount, bounds_words, households_words, square_km

# Four bounds of more communities stand in the 方案, not beside the map.
MOST_PASSAGES: Final = 24
# With more communities than this, names are written smaller.
MANY_COMMUNITIES: Final = 40
# Joins sheets without touching what is drawn on them; the typesetter takes binary files as numbers only.
BINDER: Final = """#set document(date: none)
#set page(paper: "a3", flipped: true, margin: 0mm)
#for sheet in json("sheets.json") {
  let pdf = bytes(sheet.bytes)
  for number in range(sheet.pages) { page(image(pdf, format: "pdf", page: number + 1, width: 100%)) }
}
"""
_PAGES = re.compile(rb"<<[^<>]*/Type\s*/Pages\b[^<>]*")
_COUNT = re.compile(rb"/Count\s+(\d+)")


def map_pdf(source: PaperSource, drawings: Drawings) -> bytes:
    """Return the sheets before and after in one PDF, each with its own numbering."""
    sheets = [write_map_sheet(_before(source, drawings)), write_map_sheet(_after(source, drawings))]
    described = [{"bytes": list(pdf), "pages": page_count(pdf)} for pdf in sheets]
    return typeset_pdf(BINDER, {"sheets.json": json.dumps(described).encode()})


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF that the typesetter made; the root of its page tree counts them all."""
    return max(int(count) for node in _PAGES.findall(pdf) for count in _COUNT.findall(node))


def _before(source: PaperSource, drawings: Drawings) -> MapSheet:
    return MapSheet(
        title=f"{_place(source)}社区布局现状图",
        drawing=drawings.whole(is_after=False),
        subtitle=f"截至{source.made_on.isoformat()}，{_count(source, is_after=False)}个社区",
        legend=(
            LegendEntry("border", "现社区界线"),
            LegendEntry("hatch-crossed", "无社区管理的地块"),
            LegendEntry("mark-square", "社区办公用房"),
            LegendEntry("rail", "铁路"),
            LegendEntry("water", "水域"),
        ),
        stamp=source.watermark or "内部工作用图",
        part="附图 1",
        as_of=f"数据日期 {source.made_on.isoformat()}",
        caliber="。".join(filter(None, (_caliber(source), source.taken))),
        name_mm=_name_mm(source),
    )


def _after(source: PaperSource, drawings: Drawings) -> MapSheet:
    figures = source.figures
    chosen = source.touched if source.subdistrict else figures.communities
    rows = [
        (
            source.names[one.code].removesuffix("社区"),
            "—" if one.before is None else households_words(source, one.before),
            "—" if one.after is None else households_words(source, one.after),
            change_words(source, one),
        )
        for one in chosen
    ]
    told = [one for one in source.touched if one.after is not None]
    return MapSheet(
        title=f"{_place(source)}社区布局调整图",
        drawing=drawings.whole(is_after=True),
        subtitle=f"{verb_counts(figures.adjustments)}；换社区 {amount(figures.moved)} 户",
        legend=(
            LegendEntry("border", "调整后社区界线"),
            LegendEntry("border-abolished", "撤销的界线"),
            LegendEntry("hatch-rising", "换社区或明确归属的地块"),
            LegendEntry("mark-square", "社区办公用房"),
            LegendEntry("rail", "铁路"),
            LegendEntry("water", "水域"),
        ),
        table=SideTable(
            heading="一、户数对照",
            note=f"实际入住户，截至 {source.made_on.isoformat()}",
            columns=("社区", "调整前", "调整后", "变动"),
            rows=rows,
            alignment=("left", "right", "right", "left"),
            strong=frozenset(row for row, one in enumerate(chosen) if one.is_touched),
        ),
        passages_heading="二、变动社区的四至" if len(told) <= MOST_PASSAGES else "",
        passages=[
            Passage(
                source.names[one.code] + ("（新设）" if one.before is None else ""),
                f"{bounds_words(one.after.bounds)}。{len(one.after.compounds)} 个小区，"
                f"{households_words(source, one.after)} 户，{square_km(one.after.area_m2)} km²，"
                f"办公用房{one.after.office_address or '待落实'}。",
            )
            for one in told
            if one.after is not None
        ]
        if len(told) <= MOST_PASSAGES
        else (),
        signatures=("制图", "校核", "街道办事处（章）", "区民政局（章）"),
        stamp=source.watermark or "内部工作用图",
        part="附图 2",
        as_of=f"数据日期 {source.made_on.isoformat()}",
        caliber="。".join(filter(None, (_caliber(source), source.taken))),
        name_mm=_name_mm(source),
    )


def _name_mm(source: PaperSource) -> float:
    return 3.2 if len(source.figures.communities) > MANY_COMMUNITIES else 4.0


def _place(source: PaperSource) -> str:
    return source.district + source.subdistrict


def _count(source: PaperSource, *, is_after: bool) -> int:
    return sum((one.after if is_after else one.before) is not None for one in source.figures.communities)


def _caliber(source: PaperSource) -> str:
    return (
        "界线由地块归属推算，以批复文字为准；坐标 CGCS2000。"
        f"方案 {source.number}，哈希 {source.content_hash[:8]}，种子 {source.wishes.seed}"
    )
