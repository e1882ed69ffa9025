"""A map sheet: A3 across, map at the left, table and boundary text at the right, signatures below."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from linli.foundation.documents.errors import DescriptionUnfit
from linli.foundation.documents.official.paper import Alignment
from linli.foundation.documents.sheets.drawing import MapDrawing, frame_of
from linli.foundation.documents.sheets.map import map_svg, scale_bar_svg, swatch_svg
from linli.foundation.documents.sheets.styles import STYLES
from linli.foundation.documents.text import one_line, printable, width_of
from linli.foundation.documents.typesetting import typeset_pdf

# Millimetres on the A3 sheet of 420 × 297; the template has the same measures.
INNER_WIDTH: Final = 396.0
SIDE_WIDTH: Final = 111.0
GUTTER: Final = 5.0
BODY_HEIGHT: Final = 244.0
SIGNATURE_HEIGHT: Final = 23.0
LEGEND_LINE: Final = 7.0
LEGEND_PADDING: Final = 5.0
LEGEND_CHARACTER: Final = 3.71
SCALE_WIDTH: Final = 68.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: a name of `STYLES` and what it stands for."""

    style: str
    text: str

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise DescriptionUnfit(part="图例样式", expected="、".join(STYLES), found=self.style)


@dataclass(frozen=True, slots=True)
class SideTable:
    """The table beside the map; rows that do not fit go on to the next page under the same head.

    Args:
        heading: Bold line above.
        columns: Headings.
        rows: Cells as printed.
        note: Small print beside the heading: 口径, date, source.
        alignment: Per column; left when empty.
        strong: Indices of rows printed bold.
        totals: Last row.
        widths: Relative widths; as wide as the text when empty, the last column taking the rest.
    """

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    alignment: Sequence[Alignment] = ()
    strong: frozenset[int] = frozenset()
    totals: Sequence[str] = ()
    widths: Sequence[float] = ()

    def __post_init__(self) -> None:
        wanted = len(self.columns)
        if not wanted:
            raise DescriptionUnfit(part="图侧表格", expected="至少一列", found="没有列")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != wanted:
                raise DescriptionUnfit(
                    part=f"图侧表格第 {number} 行", expected=f" {wanted} 格", found=f" {len(row)} 格"
                )
        for part, cells in (("合计行", self.totals), ("列宽", self.widths), ("对齐", self.alignment)):
            if cells and len(cells) != wanted:
                raise DescriptionUnfit(part=f"图侧表格{part}", expected=f" {wanted} 个", found=f" {len(cells)} 个")


@dataclass(frozen=True, slots=True)
class Passage:
    """A name and the text below it, such as a place and its four bounds (四至)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class MapSheet:
    """One map sheet.

    Args:
        title: Printed large at the top left of every page.
        drawing: The map.
        subtitle: Under the title.
        legend: Signs that need a word.
        table: Beside the map.
        passages_heading: Heading of the passages.
        passages: Texts beside the map, below the table.
        signatures: Words in the signature boxes; a box for the date is added when there are any.
        stamp: In the box at the top right.
        part: Beside the page number, such as "附件 2".
        as_of: Date of the figures, in the foot.
        caliber: 口径, source, system of coordinates, in the foot.
    """

    title: str
    drawing: MapDrawing
    subtitle: str = ""
    legend: Sequence[LegendEntry] = ()
    table: SideTable | None = None
    passages_heading: str = ""
    passages: Sequence[Passage] = ()
    signatures: Sequence[str] = ()
    stamp: str = "内部工作用图"
    part: str = ""
    as_of: str = ""
    caliber: str = ""
    name_mm: float = field(default=4.0)


def write_map_sheet(sheet: MapSheet) -> bytes:
    """Return a map sheet as PDF: A3 across, black ink, the font embedded.

    The scale is the largest customary one at which the map fits; it holds when the sheet is printed at full size,
    the bar always. The same sheet gives the same bytes.

    Raises:
        MapEmpty: There is nothing to draw.
        DescriptionUnfit: A coordinate makes no sense.
    """
    has_side = sheet.table is not None or bool(sheet.passages)
    map_width = INNER_WIDTH - (SIDE_WIDTH + GUTTER if has_side else 0.0)
    strip = legend_height([entry.text for entry in sheet.legend], room_mm=map_width - SCALE_WIDTH)
    block = BODY_HEIGHT - (SIGNATURE_HEIGHT if sheet.signatures else 0.0)
    map_height = block - strip
    svg = map_svg(sheet.drawing, width_mm=map_width, height_mm=map_height, name_mm=sheet.name_mm, has_furniture=False)
    scale = frame_of(sheet.drawing, width_mm=map_width, height_mm=map_height).scale
    swatches = {f"swatch-{entry.style}.svg": swatch_svg(entry.style).encode() for entry in sheet.legend}
    described = _described(sheet) | {
        "map_width": map_width,
        "map_height": map_height,
        "block": block,
        "strip": strip,
        "has_side": has_side,
    }
    return typeset_pdf(
        _template(),
        {
            "map.svg": svg.encode(),
            "scale.svg": scale_bar_svg(scale).encode(),
            "sheet.json": json.dumps(described, ensure_ascii=False).encode(),
            **swatches,
        },
    )


def legend_height(texts: Sequence[str], *, room_mm: float) -> float:
    """Return the height in millimetres of the strip that holds the legend, beside the scale bar.

    Examples:
        >>> legend_height(["社区界线", "撤销的界线"], room_mm=212.0)
        12.0
    """
    lines, used = 1, 0.0
    for text in texts:
        width = 8.0 + 2.0 + width_of(text) * LEGEND_CHARACTER + 6.0
        if used and used + width > room_mm:
            lines, used = lines + 1, 0.0
        used += width
    return lines * LEGEND_LINE + LEGEND_PADDING


def _described(sheet: MapSheet) -> dict[str, object]:
    table = sheet.table
    return {
        "title": one_line(sheet.title),
        "subtitle": one_line(sheet.subtitle),
        "description": one_line(sheet.drawing.description or sheet.title),
        "stamp": one_line(sheet.stamp),
        "part": one_line(sheet.part),
        "foot": "。".join(one_line(text).rstrip("。") for text in (sheet.caliber, sheet.as_of) if text.strip()),
        "legend": [{"file": f"swatch-{entry.style}.svg", "text": one_line(entry.text)} for entry in sheet.legend],
        "table": None
        if table is None
        else {
            "heading": one_line(table.heading),
            "note": one_line(table.note),
            "columns": [one_line(text) for text in table.columns],
            "rows": [[printable(cell) for cell in row] for row in table.rows],
            "strong": sorted(table.strong),
            "totals": [printable(cell) for cell in table.totals],
            "alignment": list(table.alignment or ["left"] * len(table.columns)),
            "widths": list(table.widths),
        },
        "passages_heading": one_line(sheet.passages_heading),
        "passages": [{"name": one_line(one.name), "text": printable(one.text)} for one in sheet.passages],
        "signatures": [one_line(text) for text in sheet.signatures],
    }


@cache
def _template() -> str:
    return files(__package__).joinpath("map_sheet.typ").read_text(encoding="utf-8")
