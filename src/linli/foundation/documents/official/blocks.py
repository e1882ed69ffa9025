"""Blocks of the text: headings with their numbers, paragraphs, tables, figures."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm

from linli.foundation.documents.official.measures import PRINT_WIDTH_MM
from linli.foundation.documents.official.paper import Block, Figure, Heading, PageBreak, Paragraph, Table
from linli.foundation.documents.official.runs import add_text
from linli.foundation.documents.official.tables import table_element
from linli.foundation.documents.pictures import as_png, size_of_png
from linli.foundation.documents.text import numeral, one_line, printable

# A picture leaves room for its caption and a line of text.
TALLEST_MM = 190.0
NUMBERS: tuple[Callable[[int], str], ...] = (
    lambda count: f"{numeral(count)}、",
    lambda count: f"（{numeral(count)}）",
    lambda count: f"{count}.",
    lambda count: f"（{count}）",
)


def add_blocks(document: Document, blocks: Sequence[Block]) -> None:
    """Append ``blocks``; heading numbers start anew with each call and below each higher heading.

    Raises:
        PictureUnreadable: A figure is neither PNG nor SVG.
    """
    counts = [0, 0, 0, 0]
    for block in blocks:
        match block:
            case Heading():
                _add_heading(document, block, counts)
            case Paragraph():
                for line in printable(block.text).split("\n"):
                    if line.strip():
                        add_text(document.add_paragraph(style="Body Text"), line.strip())
            case Table():
                _add_table(document, block)
            case Figure():
                _add_figure(document, block)
            case PageBreak():
                _break_page(document)


def _add_heading(document: Document, heading: Heading, counts: list[int]) -> None:
    number = ""
    if heading.is_numbered:
        counts[heading.level - 1] += 1
        counts[heading.level :] = [0] * (4 - heading.level)
        number = NUMBERS[heading.level - 1](counts[heading.level - 1])
    paragraph = document.add_paragraph(style=f"heading {heading.level}")
    text = one_line(heading.text)
    if heading.lead:
        # A heading that runs on ends with a full stop of its own.
        add_text(paragraph, number + (text if text.endswith("。") else f"{text}。"))
        add_text(paragraph, one_line(heading.lead), is_plain=True)
        paragraph.paragraph_format.keep_with_next = False
        paragraph.paragraph_format.keep_together = False
    else:
        add_text(paragraph, number + text)


def _add_table(document: Document, table: Table) -> None:
    if table.caption:
        add_text(document.add_paragraph(style="Table Caption"), one_line(table.caption))
    if table.unit:
        add_text(document.add_paragraph(style="Table Unit"), one_line(table.unit))
    # Word needs a paragraph after every table; without one two tables in a row would grow together.
    below = document.add_paragraph(style="Small Print")
    below._p.addprevious(table_element(table))
    add_text(below, one_line(table.note))


def _add_figure(document: Document, figure: Figure) -> None:
    caption = one_line(figure.caption)
    png = as_png(figure.picture, caption=caption)
    across, down = size_of_png(png)
    width = min(figure.width_mm, PRINT_WIDTH_MM, TALLEST_MM * across / max(down, 1))
    paragraph = document.add_paragraph(style="Figure")
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(width))
    # Without these LibreOffice leaves 3 mm free on either side.
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")
    for named in shape._inline.iter(qn("wp:docPr"), qn("pic:cNvPr")):
        named.set("descr", caption)
        named.set("name", caption)
    if caption:
        add_text(document.add_paragraph(style="Figure Caption"), caption)


def _break_page(document: Document) -> None:
    """Start a new page without leaving an empty line on it."""
    paragraphs = document.paragraphs
    last = paragraphs[-1] if paragraphs else document.add_paragraph()
    last.add_run().add_break(WD_BREAK.PAGE)
