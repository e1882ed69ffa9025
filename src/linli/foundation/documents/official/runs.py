"""Runs of text that Word sets in the Chinese font, quotation marks included."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from linli.foundation.documents.official.measures import FONT_TEXT
from linli.foundation.documents.text import printable


def add_text(paragraph: WordParagraph, text: str, *, font: str = "", is_plain: bool = False) -> Run:
    """Append ``text`` to a paragraph; line ends become line breaks.

    Args:
        paragraph: Where to.
        text: Any text; unprintable characters are left out.
        font: Another font than the style's.
        is_plain: Set in the voice of the text whatever the style says.
    """
    run = paragraph.add_run(printable(text))
    name = font or (FONT_TEXT if is_plain else "")
    named = f' w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"' if name else ""
    # Without the hint Word sets “ ” … — in the Latin font, at half width.
    properties = run._r.get_or_add_rPr()
    properties.append(parse_xml(f'<w:rFonts {nsdecls("w")} w:hint="eastAsia"{named}/>'))
    if is_plain:
        properties.append(parse_xml(f'<w:b {nsdecls("w")} w:val="0"/>'))
    return run
