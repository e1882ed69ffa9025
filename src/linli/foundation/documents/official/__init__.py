"""Official papers (公文) after GB/T 9704-2012 as Word files."""

from __future__ import annotations

from linli.foundation.documents.official.paper import (
    Alignment,
    Attachment,
    Block,
    Figure,
    Heading,
    OfficialPaper,
    PageBreak,
    Paragraph,
    Signature,
    Table,
)
from linli.foundation.documents.official.titles import broken_title
from linli.foundation.documents.official.writer import write_docx

__all__ = [
    "Alignment",
    "Attachment",
    "Block",
    "Figure",
    "Heading",
    "OfficialPaper",
    "PageBreak",
    "Paragraph",
    "Signature",
    "Table",
    "broken_title",
    "write_docx",
]
