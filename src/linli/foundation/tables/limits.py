"""How much of an upload is read at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload; beyond them the file is refused before it is unpacked or parsed.

    Attributes:
        file_bytes: Size of the file as it came.
        unpacked_bytes: Size of everything inside an archive.
        zip_ratio: Unpacked to packed size of one part above a megabyte; honest tables stay below 60.
        zip_parts: Parts of an archive.
        sheets: Sheets of a workbook.
        rows: Rows of a sheet or features of a layer.
        columns: Columns of a sheet or fields of a layer.
        cell_characters: Length of one cell.
        vertices: Corners of all geometries of a layer together.
    """

    file_bytes: int = 30 * 1024 * 1024
    unpacked_bytes: int = 300 * 1024 * 1024
    zip_ratio: int = 200
    zip_parts: int = 500
    sheets: int = 30
    rows: int = 100_000
    columns: int = 200
    cell_characters: int = 5_000
    vertices: int = 5_000_000
