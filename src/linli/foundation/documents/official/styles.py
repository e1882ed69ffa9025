"""Styles, fonts and settings of an official paper's Word file."""

from __future__ import annotations

from typing import Final

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

from linli.foundation.documents.official.measures import (
    CHARACTER,
    FONT_HEAD,
    FONT_KAI,
    FONT_SONG,
    FONT_TEXT,
    FONT_TITLE,
    FONTS,
    LINE,
    RED,
    TEXT_POINTS,
    TIGHTEN,
)

FLUSH: Final = '<w:ind w:left="0" w:firstLine="0"/>'
TWO_IN: Final = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHARACTER}"/>'
LOOSE: Final = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'


def _exact(line: int) -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/>'


def _style(
    name: str,
    *,
    font: str = FONT_TEXT,
    points: float = TEXT_POINTS,
    is_bold: bool = False,
    color: str = "",
    keep: str = "",
    is_on_grid: bool = True,
    spacing: str = "",
    indent: str = FLUSH,
    justify: str = "both",
    outline: int | None = None,
) -> str:
    """Return one paragraph style; its id is its name, so that blocks name it by what it is for."""
    is_default = ' w:default="1"' if name == "Normal" else ""
    based = "" if is_default else '<w:basedOn w:val="Normal"/>'
    tighten = TIGHTEN if points == TEXT_POINTS else 0
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    return (
        f'<w:style w:type="paragraph"{is_default} w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>{based}'
        f'<w:qFormat/><w:pPr>{keep}<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:snapToGrid w:val="{int(is_on_grid)}"/>{spacing or _exact(LINE)}{indent}<w:jc w:val="{justify}"/>{level}'
        "</w:pPr><w:rPr>"
        f'<w:rFonts w:ascii="{font}" w:eastAsia="{font}" w:hAnsi="{font}" w:cs="{font}"/>'
        + ("<w:b/>" if is_bold else '<w:b w:val="0"/>')
        + (f'<w:color w:val="{color}"/>' if color else "")
        + f'<w:spacing w:val="{tighten}"/><w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'
        "</w:rPr></w:style>"
    )


KEEP: Final = "<w:keepNext/><w:keepLines/>"


def styles() -> BaseOxmlElement:
    """Return the root of ``styles.xml``."""
    rows = [
        _style("Normal"),
        _style("Body Text", indent=TWO_IN),
        _style("heading 1", font=FONT_HEAD, keep=KEEP, indent=TWO_IN, outline=0),
        _style("heading 2", font=FONT_KAI, keep=KEEP, indent=TWO_IN, outline=1),
        _style("heading 3", is_bold=True, keep=KEEP, indent=TWO_IN, outline=2),
        _style("heading 4", keep=KEEP, indent=TWO_IN, outline=3),
        _style("Issuer Mark", font=FONT_TITLE, color=RED, points=42, is_on_grid=False, justify="center"),
        _style("Paper Number", keep="<w:keepNext/>", justify="left"),
        _style("Title", font=FONT_TITLE, points=22, keep=KEEP, is_on_grid=False, justify="center"),
        _style("Blank Line"),
        _style("Addressee", keep="<w:keepNext/>", justify="left"),
        _style("Attachment List", keep=KEEP, justify="left"),
        _style("Attachment Mark", font=FONT_HEAD, keep="<w:keepNext/>", justify="left"),
        _style("Sign Off", keep=KEEP, justify="right"),
        _style("Contact Note", keep="<w:keepLines/>", indent=TWO_IN, justify="left"),
        _style("Imprint", points=14, justify="left"),
        _style("Table Caption", font=FONT_HEAD, points=14, keep="<w:keepNext/>", justify="center"),
        _style("Table Unit", points=12, keep="<w:keepNext/>", justify="right"),
        _style("Table Head", font=FONT_HEAD, points=12, spacing=LOOSE, is_on_grid=False, justify="center"),
        _style("Table Cell", points=12, spacing=LOOSE, is_on_grid=False, justify="left"),
        _style("Small Print", points=12, spacing=_exact(400), is_on_grid=False, justify="left"),
        _style("Figure", keep="<w:keepNext/>", spacing=LOOSE, is_on_grid=False, justify="center"),
        _style("Figure Caption", points=14, justify="center"),
        _style("header", font=FONT_HEAD, points=12, spacing=_exact(320), is_on_grid=False, justify="right"),
        _style("footer", font=FONT_SONG, points=14, spacing=_exact(320), is_on_grid=False, justify="right"),
        _style("As Of", font=FONT_SONG, points=9, spacing=_exact(220), is_on_grid=False, justify="left"),
    ]
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return parse_xml(
        f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FONT_TEXT}" w:eastAsia="{FONT_TEXT}" w:hAnsi="{FONT_TEXT}" w:cs="{FONT_TEXT}"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>{''.join(rows)}{table}</w:styles>"
    )


def settings() -> BaseOxmlElement:
    """Return the root of ``settings.xml``: facing pages, squeezed punctuation, present-day layout rules."""
    return parse_xml(
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/>'
        "<w:balanceSingleByteDoubleByteWidth/>"
        "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/>"
        '<w:useFELayout/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )


def font_table() -> bytes:
    """Return ``fontTable.xml``: each named font with the name it goes by where it is missing."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:panose1 w:val="{panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{"auto" if family == "auto" else "fixed"}"/></w:font>'
        for name, (other, family, panose) in FONTS.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{rows}</w:fonts>'.encode()
