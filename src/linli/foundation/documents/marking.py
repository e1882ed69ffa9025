"""Files that say who took them out of the house, beside what they are about."""

from __future__ import annotations

import io
import json
import zipfile
from xml.sax.saxutils import escape

CORE = "docProps/core.xml"
END_OF_CORE = "</cp:coreProperties>"
DESCRIPTION = "dc:description"


def marked(name: str, content: bytes, words: str) -> bytes:
    """Return a file with who took it written into it: remarks of DOCX and XLSX, a member of GeoJSON.

    The text of an official paper has a form of its own (GB/T 9704) that knows no such line, so it stands in the
    remarks of the file. Any other file is returned as it is.

    Args:
        name: Its name, whose ending says what it is.
        content: Its bytes.
        words: What is written.
    """
    ending = name.rpartition(".")[2]
    if ending in {"docx", "xlsx"}:
        return _marked_office(content, words)
    if ending == "geojson":
        held = json.loads(content)
        return json.dumps({"type": held.pop("type"), "watermark": words, **held}, ensure_ascii=False).encode()
    return content


def _marked_office(content: bytes, words: str) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as sink,
    ):
        for entry in source.infolist():
            held = source.read(entry)
            sink.writestr(entry, _described(held, words) if entry.filename == CORE else held)
    return target.getvalue()


def _described(core: bytes, words: str) -> bytes:
    """Return the properties of an office file with a description instead of the one they had."""
    text = core.decode("utf-8")
    begin, end = f"<{DESCRIPTION}>", f"</{DESCRIPTION}>"
    if begin in text:
        head, _begin, rest = text.partition(begin)
        text = head + rest.partition(end)[2]
    text = text.replace(f"<{DESCRIPTION}/>", "")
    return text.replace(END_OF_CORE, f"{begin}{escape(words)}{end}{END_OF_CORE}").encode("utf-8")
