"""A file as rows with headings, whatever it was: a workbook, a text table, a map."""

from __future__ import annotations

import re
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from linli.foundation.errors import Fault
from linli.foundation.tables import Aside, Cell, Features, Sheet, read_features, read_sheets
from linli.registry.rules.importing.positions import name_of_epsg

MAP_ENDINGS = (".geojson", ".json", ".gpkg", ".zip")
SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of a file.

    Attributes:
        name: Sheet or layer.
        headings: Headings, each once.
        numbers: Number of each row as the reader's software shows it; of a map the feature's, from 1.
        rows: Cells, as long as the headings.
        shapes: Geometry of each row in the file's own coordinates; empty for tables.
        system: Coordinate system that the file names; empty for none.
        remarks: What was tidied on the way.
        left_out: Number of each row that is no record, with what it is.
        headed: Number of columns up to the last with a heading, where cells are parted by a separator that a cell
            may hold itself; 0 for workbooks and maps.
    """

    name: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shapes: tuple[BaseGeometry | None, ...] = ()
    system: str = ""
    remarks: tuple[Fault, ...] = ()
    left_out: tuple[tuple[int, Aside], ...] = ()
    headed: int = 0

    @property
    def is_map(self) -> bool:
        """Whether the rows carry geometry."""
        return bool(self.shapes)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """All tables of a file that hold anything."""

    tables: tuple[SourceTable, ...]

    def table(self, name: str) -> SourceTable:
        """Return the table of a name; the one with the most rows where no such is there."""
        for table in self.tables:
            if table.name == name:
                return table
        return max(self.tables, key=lambda table: len(table.rows))


def read_source(content: bytes, *, file_name: str, layer: str | None = None, password: str = "") -> SourceFile:
    """Return the tables of an uploaded file.

    Args:
        content: The bytes; they decide what the file is, the name only between two kinds of archives.
        file_name: Name of the file, for messages.
        layer: Layer of a map with several.
        password: Opens a protected workbook.

    Raises:
        ValidationFaults: The file is refused; the fault says why and what to do.
    """
    if looks_like_map(content, file_name):
        features = read_features(content, name=file_name, layer=layer or None)
        return SourceFile((_of_features(features),))
    return SourceFile(tuple(_of_sheet(sheet) for sheet in read_sheets(content, name=file_name, password=password)))


def looks_like_map(content: bytes, file_name: str) -> bool:
    """Say whether a file is to be read as a map.

    Examples:
        >>> looks_like_map(b'{"type": "Point"}', "a.txt"), looks_like_map(b"a,b", "a.csv")
        (True, False)
    """
    if content.startswith(SQLITE) or re.match(rb"(?:\xef\xbb\xbf)?\s*\{", content[:80]):
        return True
    return file_name.lower().endswith(MAP_ENDINGS) and content.startswith(b"PK")


def _of_features(features: Features) -> SourceTable:
    headings = tuple(features.rows[0]) if features.rows else ()
    return SourceTable(
        name=features.layer,
        headings=headings,
        numbers=tuple(range(1, len(features.rows) + 1)),
        rows=tuple(tuple(row.get(heading) for heading in headings) for row in features.rows),
        shapes=features.geometries,
        system=name_of_epsg(features.crs_declared),
    )


def _of_sheet(sheet: Sheet) -> SourceTable:
    return SourceTable(
        name=sheet.name,
        headings=sheet.header,
        numbers=sheet.row_numbers,
        rows=sheet.rows,
        remarks=sheet.remarks,
        left_out=sheet.left_out,
        headed=sheet.headed,
    )


def inner_point(shape: BaseGeometry | None) -> tuple[float, float] | None:
    """Return a point that stands for a shape: itself, or one that lies on it.

    Examples:
        >>> inner_point(shapely.box(0, 0, 2, 2))
        (1.0, 1.0)
        >>> inner_point(None) is None
        True
    """
    if shape is None or shape.is_empty:
        return None
    point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    return (float(point.x), float(point.y))
