"""Writing an official paper: red head, title, text, signature, attachments, imprint."""

from __future__ import annotations

import io
from datetime import date, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.xmlchemy import BaseOxmlElement

from linli.foundation.documents.archive import without_moments
from linli.foundation.documents.official.blocks import add_blocks
from linli.foundation.documents.official.frame import add_attachment_list, add_imprint, add_red_head, add_sign_off
from linli.foundation.documents.official.measures import FONT_KAI
from linli.foundation.documents.official.page import set_page
from linli.foundation.documents.official.paper import Attachment, OfficialPaper
from linli.foundation.documents.official.runs import add_text
from linli.foundation.documents.official.styles import font_table, settings, styles
from linli.foundation.documents.official.titles import broken_title
from linli.foundation.documents.text import one_line

UNDATED = date(1980, 1, 1)
# Parts of python-docx's own template that an official paper has no use for.
UNUSED = frozenset(
    {
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
        RELATIONSHIP_TYPE.CUSTOM_XML,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.WEB_SETTINGS,
        RELATIONSHIP_TYPE.THUMBNAIL,
    }
)


def write_docx(paper: OfficialPaper) -> bytes:
    """Return an official paper as a Word file laid out after GB/T 9704-2012.

    Fonts are named and not embedded: readers without 仿宋_GB2312 or 方正小标宋简体 see the nearest they have.
    The same paper gives the same bytes.

    Raises:
        PictureUnreadable: A figure is neither PNG nor SVG.
    """
    document = _blank(paper)
    set_page(document, watermark=one_line(paper.watermark), as_of=one_line(paper.as_of))
    if paper.issuer:
        add_red_head(document, paper)
    _add_title(document, paper.title, watermark=paper.watermark, blank_lines=2 if paper.issuer else 1)
    if paper.addressee:
        add_text(document.add_paragraph(style="Addressee"), one_line(paper.addressee).rstrip("：:") + "：")
    add_blocks(document, paper.body)
    if paper.closing:
        add_text(document.add_paragraph(style="Body Text"), one_line(paper.closing))
    add_attachment_list(document, paper.attachments)
    if paper.signature:
        add_sign_off(document, paper.signature)
    if paper.contact:
        note = one_line(paper.contact)
        add_text(document.add_paragraph(style="Contact Note"), note if note.startswith("（") else f"（{note}）")
    for number, attachment in enumerate(paper.attachments, start=1):
        if attachment.blocks:
            _add_attachment(document, attachment, number=number if len(paper.attachments) > 1 else None)
    if paper.copies_to or paper.printed_by:
        add_imprint(document, paper)
    buffer = io.BytesIO()
    document.save(buffer)
    return without_moments(buffer.getvalue())


def _blank(paper: OfficialPaper) -> Document:
    """Return an empty document with our styles, settings, fonts and fixed properties."""
    document: Document = docx.Document()
    _replace(document.styles.element, styles())
    _replace(document.settings.element, settings())
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype in UNUSED]:
            del rels[key]
    for rel in document.part.rels.values():
        if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            rel.target_part._blob = font_table()
    written = (paper.signature.on if paper.signature else None) or UNDATED
    properties = document.core_properties
    properties.title = " ".join(broken_title(paper.title)) if "\n" in paper.title else one_line(paper.title)
    properties.author = one_line(paper.signature.office) if paper.signature else ""
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.language = "zh-CN"
    properties.revision = 1
    properties.created = properties.modified = datetime(written.year, written.month, written.day)
    return document


def _replace(old: BaseOxmlElement, new: BaseOxmlElement) -> None:
    """Give ``old`` the children of ``new``; the part keeps its root."""
    for child in list(old):
        old.remove(child)
    old.extend(list(new))


def _add_title(document: Document, title: str, *, watermark: str, blank_lines: int) -> None:
    for _ in range(blank_lines):
        document.add_paragraph(style="Blank Line").paragraph_format.keep_with_next = True
    for line in broken_title(title):
        add_text(document.add_paragraph(style="Title"), line)
    if watermark:
        warning = document.add_paragraph(style="Addressee")
        warning.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_text(warning, f"（{one_line(watermark)}）", font=FONT_KAI)
    document.add_paragraph(style="Blank Line").paragraph_format.keep_with_next = True


def _add_attachment(document: Document, attachment: Attachment, *, number: int | None) -> None:
    """Print an attachment on its own pages: mark on the first line, title on the third."""
    mark = document.add_paragraph(style="Attachment Mark")
    mark.paragraph_format.page_break_before = True
    add_text(mark, "附件" if number is None else f"附件{number}")
    _add_title(document, attachment.title, watermark="", blank_lines=1)
    add_blocks(document, attachment.blocks)
