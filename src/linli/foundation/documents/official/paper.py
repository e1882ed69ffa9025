"""What an official paper (公文) consists of, as plain frozen descriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from linli.foundation.documents.errors import DescriptionUnfit

Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text; the number (一、（一） 1. （1）) is counted by the writer.

    Args:
        level: 1 to 4.
        text: The words without their number.
        lead: Sentences that follow on the same line, in the voice of the text.
        is_numbered: Whether the heading carries a number.
    """

    level: Literal[1, 2, 3, 4]
    text: str
    lead: str = ""
    is_numbered: bool = True

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise DescriptionUnfit(part="标题层次", expected=" 1 至 4", found=f" {self.level}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; each line of ``text`` becomes a paragraph, its first line two characters in."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose head is repeated on every page it reaches.

    Args:
        columns: Headings, at least one.
        rows: Cells as printed, each row as long as ``columns``.
        widths: Relative widths; equal when empty.
        alignment: Per column; left when empty.
        caption: Line above the table.
        unit: Printed above at the right, such as "单位：户".
        totals: Last row, printed bold.
        note: Line under the table: 口径, date, source.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    alignment: Sequence[Alignment] = ()
    caption: str = ""
    unit: str = ""
    totals: Sequence[str] = ()
    note: str = ""

    def __post_init__(self) -> None:
        wanted = len(self.columns)
        if not wanted:
            raise DescriptionUnfit(part="表格", expected="至少一列", found="没有列")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != wanted:
                raise DescriptionUnfit(part=f"表格第 {number} 行", expected=f" {wanted} 格", found=f" {len(row)} 格")
        for part, cells in (("表格合计行", self.totals), ("表格列宽", self.widths), ("表格对齐", self.alignment)):
            if cells and len(cells) != wanted:
                raise DescriptionUnfit(part=part, expected=f" {wanted} 个", found=f" {len(cells)} 个")
        if any(width <= 0 for width in self.widths):
            raise DescriptionUnfit(part="表格列宽", expected="大于 0 的数", found=f" {min(self.widths)}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption below.

    Args:
        picture: PNG bytes, or an SVG as text or bytes, which is drawn as PNG.
        caption: Line under the picture, also its description for screen readers.
        width_mm: Printed width; the height follows, and both shrink to fit the page.
    """

    picture: bytes | str
    caption: str
    width_mm: float = 156.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page."""


Block = Heading | Paragraph | Table | Figure | PageBreak


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment (附件): listed under the text and, when it has blocks, printed after it on its own pages."""

    title: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Signing office (署名) and date of writing (成文日期); the date is left open when ``on`` is missing."""

    office: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """One official paper after GB/T 9704-2012.

    Args:
        title: Full title; a line end breaks it where the author wants, otherwise it is broken evenly.
        body: The text.
        issuer: Issuer mark (发文机关标志) in red, "文件" included; without it the paper has no red head.
        number: Document number such as 临民〔2026〕12号; blank keeps its line open.
        signer: Signer (签发人) of an up-going paper; moves the number to the left.
        is_upgoing: Whether a line for the signer is printed even while the signer is not known.
        addressee: Main addressee (主送机关), without the colon.
        closing: Closing words such as "妥否，请批示。".
        attachments: Listed and, when they have blocks, printed after the text.
        signature: Office and date.
        contact: Note (附注) under the date; brackets are added.
        copies_to: 抄送, in the imprint at the foot of the text's last page.
        printed_by: Printing office (印发机关), in the imprint.
        printed_on: Printing date (印发日期), in the imprint.
        watermark: Warning in the head of every page and below the title, such as "估算，不得报批".
        as_of: Date and 口径 of the figures, in the foot of every page.
    """

    title: str
    body: Sequence[Block]
    issuer: str = ""
    number: str = ""
    signer: str = ""
    is_upgoing: bool = False
    addressee: str = ""
    closing: str = ""
    attachments: Sequence[Attachment] = ()
    signature: Signature | None = None
    contact: str = ""
    copies_to: Sequence[str] = ()
    printed_by: str = ""
    printed_on: date | None = None
    watermark: str = ""
    as_of: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise DescriptionUnfit(part="公文标题", expected="不为空的文字", found="空白")
