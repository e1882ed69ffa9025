"""Ruled tables of an official paper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

from linli.foundation.documents.official.measures import PRINT_WIDTH
from linli.foundation.documents.official.paper import Alignment, Table
from linli.foundation.documents.text import printable

# From this many columns on the table is set in 五号 instead of 小四.
MANY_COLUMNS: Final = 6
SMALL: Final = '<w:sz w:val="21"/><w:szCs w:val="21"/>'
ROW_HEIGHT: Final = 454
LEFT: Alignment = "left"
CENTER: Alignment = "center"


def table_element(table: Table) -> BaseOxmlElement:
    """Return the ``w:tbl`` of a table: as wide as the print area, head repeated, rows never torn apart."""
    widths = column_widths(table)
    size = SMALL if len(table.columns) >= MANY_COLUMNS else ""
    sides = list(table.alignment) or [LEFT] * len(table.columns)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(table.columns, widths, [CENTER] * len(widths), size=size, style="TableHead", is_head=True)]
    rows += [_row(row, widths, sides, size=size) for row in table.rows]
    if table.totals:
        rows.append(_row(table.totals, widths, sides, size=size, is_bold=True))
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="000000"/>'
        for side, weight in (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
    )
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableNormal"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def column_widths(table: Table) -> list[int]:
    """Return the column widths in twips; they fill the print area exactly.

    Examples:
        >>> column_widths(Table(("社区", "户数"), (), widths=(2, 1)))
        [5896, 2948]
    """
    shares = list(table.widths) or [1.0] * len(table.columns)
    edges = [round(PRINT_WIDTH * sum(shares[:k]) / sum(shares)) for k in range(len(shares) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    sides: Sequence[Alignment],
    *,
    size: str,
    style: str = "TableCell",
    is_head: bool = False,
    is_bold: bool = False,
) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    bold = "<w:b/>" if is_bold else ""
    run = f'<w:rPr><w:rFonts w:hint="eastAsia"/>{bold}{size}</w:rPr>'
    built = []
    for cell, width, side in zip(cells, widths, sides, strict=True):
        text = f"{run}<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r><w:r>' for line in printable(cell).split("\n")
        ).removesuffix("<w:r>")
        built.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{side}"/></w:pPr><w:r>{run}{text}</w:p></w:tc>'
        )
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{ROW_HEIGHT}" w:hRule="atLeast"/>{head}</w:trPr>'
        f"{''.join(built)}</w:tr>"
    )
