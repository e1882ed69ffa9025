"""The typesetter: typst with the open font that the wheel carries, never the machine's own fonts.

Data reach a template as files, never as markup, so that no text can become an instruction to the typesetter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import typst

FONT: Final = "Noto Sans SC"
# Any fixed moment does: the typesetter would otherwise write the present one into the file.
FIXED_MOMENT: Final = 0


@cache
def _fonts() -> typst.Fonts:
    import pylopdf_fonts_zh_cn
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
    )


def typeset_pdf(template: str, files: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a typst template.

    Args:
        template: Text of the template; it reads ``files`` by name.
        files: Data and pictures by file name.

    Raises:
        RuntimeError: The template or a picture cannot be set.
    """
    return _compile(template, files, kind="pdf", ppi=None)


def typeset_png(template: str, files: Mapping[str, bytes], *, ppi: float) -> bytes:
    """Return the only page of a typst template as PNG with ``ppi`` dots per inch.

    Raises:
        RuntimeError: The template or a picture cannot be set.
    """
    return _compile(template, files, kind="png", ppi=ppi)


def svg_to_png(svg: str, *, width_mm: float = 156.0, ppi: float = 220.0) -> bytes:
    """Return an SVG as PNG on white.

    Args:
        svg: The drawing; text in it is set in the open font.
        width_mm: Printed width for which the dots are counted.
        ppi: Dots per inch at that width.

    Raises:
        RuntimeError: The SVG cannot be drawn.
    """
    page = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f'#set text(font: "{FONT}")\n'
        f'#image("drawing.svg", width: {width_mm}mm)\n'
    )
    return typeset_png(page, {"drawing.svg": svg.encode()}, ppi=ppi)


def _compile(template: str, files: Mapping[str, bytes], *, kind: str, ppi: float | None) -> bytes:
    import typst

    # The stubs of typst 0.15 do not know that the input may be files by name.
    compile_files: Callable[..., object] = typst.compile
    made = compile_files(
        {"main.typ": template.encode(), **files},
        format=kind,
        ppi=ppi,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        timestamp=FIXED_MOMENT,
    )
    if not isinstance(made, bytes):
        raise RuntimeError("the template fills more than one page")
    return made
