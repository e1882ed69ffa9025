"""What stands round the text: red head, list of attachments, signature, imprint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph as WordParagraph

from linli.foundation.documents.official.measures import (
    CHARACTER,
    FONT_KAI,
    PRINT_WIDTH,
    RED,
    twips,
)
from linli.foundation.documents.official.paper import Attachment, OfficialPaper, Signature
from linli.foundation.documents.official.runs import add_text
from linli.foundation.documents.text import one_line, width_of

# A mark character is at most 15 mm wide, 42 pt; long names are set narrower before they are set smaller.
MARK_POINTS = 42
NARROWEST = 0.66
MARK_FROM_TOP_MM = 35.0
# One character of the imprint, 14 pt.
IMPRINT_CHARACTER = 280
OPEN_DATE = "　　　　年　月　日"


def chinese_date(on: date | None) -> str:
    """Return a date as papers write it, in full and without leading zeros; open when it is missing.

    Examples:
        >>> chinese_date(date(2026, 3, 5))
        '2026年3月5日'
    """
    return f"{on.year}年{on.month}月{on.day}日" if on else OPEN_DATE


def add_red_head(document: Document, paper: OfficialPaper) -> None:
    """Append issuer mark, document number, signer and the red line.

    The mark's upper edge lies 35 mm below the print area's; the number follows after two blank lines, the red line
    4 mm below it. Up-going papers carry the number at the left and the signer at the right.
    """
    name = one_line(paper.issuer)
    room = PRINT_WIDTH / 20 * 0.97
    stretch = min(1.0, room / (max(width_of(name), 1.0) * MARK_POINTS))
    scale = max(stretch, NARROWEST)
    points = MARK_POINTS * min(1.0, stretch / scale)
    mark = document.add_paragraph(style="Issuer Mark")
    line = round(points * 1.2 * 20)
    # Half of the line's surplus height lies above the letters.
    before = twips(MARK_FROM_TOP_MM) - round(points * 0.1 * 20)
    _set_spacing(mark, before=before, line=line)
    run = add_text(mark, name)
    properties = run._r.get_or_add_rPr()
    if scale < 1:
        properties.append(parse_xml(f'<w:w {nsdecls("w")} w:val="{int(scale * 100)}"/>'))
    size = int(points * 2)
    properties.append(parse_xml(f'<w:sz {nsdecls("w")} w:val="{size}"/>'))
    properties.append(parse_xml(f'<w:szCs {nsdecls("w")} w:val="{size}"/>'))
    for _ in range(2):
        document.add_paragraph(style="Blank Line").paragraph_format.keep_with_next = True

    below = document.add_paragraph(style="Paper Number")
    shape = below._p.get_or_add_pPr()
    _insert(
        shape,
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="6" w:color="{RED}"/></w:pBdr>',
    )
    number = one_line(paper.number)
    if paper.signer or paper.is_upgoing:
        right = PRINT_WIDTH - CHARACTER
        _insert(
            shape,
            f'<w:tabs {nsdecls("w")}><w:tab w:val="left" w:pos="{CHARACTER}"/><w:tab w:val="right" w:pos="{right}"/>'
            "</w:tabs>",
        )
        below.add_run("\t")
        add_text(below, number)
        below.add_run("\t")
        add_text(below, "签发人：")
        add_text(below, one_line(paper.signer) or "　　　", font=FONT_KAI)
    else:
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_text(below, number)


def add_attachment_list(document: Document, attachments: Sequence[Attachment]) -> None:
    """Append the list of attachments: one blank line, two characters in, names aligned under one another."""
    if not attachments:
        return
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(style="Blank Line").paragraph_format.keep_with_next = True
    many = len(attachments) > 1
    for number, attachment in enumerate(attachments, start=1):
        label = f"{number}." if many else ""
        paragraph = document.add_paragraph(style="Attachment List")
        hang = round((5 + width_of(label)) * CHARACTER)
        first = 2 * CHARACTER if number == 1 else 5 * CHARACTER
        _insert(
            paragraph._p.get_or_add_pPr(),
            f'<w:ind {nsdecls("w")} w:left="{hang}" w:hanging="{hang - first}"/>',
        )
        add_text(paragraph, ("附件：" if number == 1 else "") + label + one_line(attachment.title))


def add_sign_off(document: Document, signature: Signature) -> None:
    """Append office and date: date four characters in from the right, office centred over it, kept together."""
    office, on = one_line(signature.office), chinese_date(signature.on)
    surplus = (width_of(office) - width_of(on)) / 2
    # An office longer than the room beside its date pushes the date inwards instead of leaving the page.
    date_in = max(4.0, surplus)
    # The signature never stands alone on a page: the end of the text goes with it.
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    for _ in range(2):
        document.add_paragraph(style="Blank Line").paragraph_format.keep_with_next = True
    for text, inset in ((office, date_in - surplus), (on, date_in)):
        paragraph = document.add_paragraph(style="Sign Off")
        _insert(
            paragraph._p.get_or_add_pPr(),
            f'<w:ind {nsdecls("w")} w:rightChars="{round(inset * 100)}" w:right="{round(inset * CHARACTER)}" '
            'w:firstLine="0"/>',
        )
        add_text(paragraph, text)
        if text is on:
            paragraph.paragraph_format.keep_with_next = False


def add_imprint(document: Document, paper: OfficialPaper) -> None:
    """Append the imprint (版记) between rules at the foot of the last page.

    A floating table, because Word and LibreOffice agree on where it stands.
    """
    copies = "，".join(one_line(name) for name in paper.copies_to)
    lines = [("抄送：", f"{copies}。", "")] if copies else []
    if paper.printed_by:
        lines.append(("", one_line(paper.printed_by), f"{chinese_date(paper.printed_on)}印发"))
    # Heavy rules outside (0.35 mm), a fine one between (0.25 mm).
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="000000"/>'
        for side, weight in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableNormal"/><w:tblpPr w:leftFromText="0" '
        'w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpYSpec="bottom"/>'
        f'<w:tblOverlap w:val="never"/><w:tblW w:w="{PRINT_WIDTH}" w:type="dxa"/><w:tblBorders>{rules}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        f'</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{PRINT_WIDTH}"/></w:tblGrid></w:tbl>'
    )
    for label, text, right in lines:
        cell = f'<w:tcPr><w:tcW w:w="{PRINT_WIDTH}" w:type="dxa"/></w:tcPr><w:p/>'
        row = parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/></w:trPr><w:tc>{cell}</w:tc></w:tr>")
        table.append(row)
        paragraph = WordParagraph(row.find(f".//{qn('w:p')}"), document._body)
        paragraph.style = document.styles["Imprint"]
        hang = round(width_of(label) * IMPRINT_CHARACTER)
        shape = paragraph._p.get_or_add_pPr()
        _insert(
            shape,
            f'<w:tabs {nsdecls("w")}><w:tab w:val="right" w:pos="{PRINT_WIDTH - IMPRINT_CHARACTER}"/></w:tabs>',
        )
        _insert(
            shape,
            f'<w:ind {nsdecls("w")} w:left="{IMPRINT_CHARACTER + hang}" w:right="{IMPRINT_CHARACTER}" '
            f'w:hanging="{hang}"/>',
        )
        add_text(paragraph, label + text)
        if right:
            paragraph.add_run("\t")
            add_text(paragraph, right)
    # A floating table needs a paragraph to hang on; this one is too low to be seen.
    anchor = document.add_paragraph(style="Blank Line")
    _set_spacing(anchor, before=0, line=20)
    anchor._p.addprevious(table)


# The order in which Word demands the properties of a paragraph.
ORDER = [
    qn(f"w:{name}")
    for name in (
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr", "tabs"),
        *("autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl", "rPr"),
    )
]


def _insert(properties: BaseOxmlElement, xml: str) -> None:
    """Put one property where Word expects it, in the place of an older one."""
    new = parse_xml(xml)
    for old in properties.findall(new.tag):
        properties.remove(old)
    rank = ORDER.index(new.tag)
    at = sum(1 for child in properties if child.tag in ORDER and ORDER.index(child.tag) < rank)
    properties.insert(at, new)


def _set_spacing(paragraph: WordParagraph, *, before: int, line: int) -> None:
    _insert(
        paragraph._p.get_or_add_pPr(),
        f'<w:spacing {nsdecls("w")} w:before="{before}" w:after="0" w:line="{line}" w:lineRule="exact"/>',
    )
