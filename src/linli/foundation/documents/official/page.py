"""The sheet: margins, line grid, warning in the head, page number in the foot."""

from __future__ import annotations

from typing import Final, Literal

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from linli.foundation.documents.official.measures import LINE, MARGINS_MM, PAGE_MM
from linli.foundation.documents.official.runs import add_text

# One character of the page number, 14 pt, stays free at the outer edge.
OUTER: Final = Pt(14)


def set_page(document: Document, *, watermark: str, as_of: str) -> None:
    """Give the only section of ``document`` the standard's page, head and foot.

    Odd pages carry their number at the right, even pages at the left, each one character in from the edge.
    """
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(MARGINS_MM["top"]), Mm(MARGINS_MM["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS_MM["left"]), Mm(MARGINS_MM["right"])
    section.gutter = Mm(0)
    section.header_distance = Mm(24)
    # The dash stands 7 mm below the print area; a line of as-of text below it takes 4 mm more.
    section.footer_distance = Mm(18.5 if as_of else 22.5)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))

    sides: tuple[tuple[_Footer, Literal["left", "right"]], ...] = (
        (section.footer, "right"),
        (section.even_page_footer, "left"),
    )
    for foot, side in sides:
        _number_pages(_first_paragraph(foot), side=side)
        if as_of:
            add_text(foot.add_paragraph(style="As Of"), as_of)
    for head, alignment in (
        (section.header, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_header, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = _first_paragraph(head)
        paragraph.alignment = alignment
        if watermark:
            add_text(paragraph, watermark)


def _first_paragraph(part: _Header | _Footer) -> WordParagraph:
    part.is_linked_to_previous = False
    paragraph: WordParagraph = part.paragraphs[0]
    paragraph.style = "header" if isinstance(part, _Header) else "footer"
    return paragraph


def _number_pages(paragraph: WordParagraph, *, side: Literal["left", "right"]) -> None:
    """Write ``— 1 —`` with the page as a field."""
    shape = paragraph.paragraph_format
    if side == "right":
        shape.alignment, shape.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, OUTER
    else:
        shape.alignment, shape.left_indent = WD_ALIGN_PARAGRAPH.LEFT, OUTER
    add_text(paragraph, "— ")
    for content in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{content}</w:r>"))
    add_text(paragraph, " —")
