"""Files that mean harm or cannot be meant, in their smallest telling form. Run as a program, it reads them all."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import shapely

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


def workbook() -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["小区编码", "户数"])
        sheet.write_row(1, 0, ["X-0001", 31])
    return target.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target.getvalue()


def claims_a_million_rows() -> bytes:
    def change(name: str, xml: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return xml
        far = b'<row r="1048576"><c r="GR1048576"><v>1</v></c></row></sheetData>'
        return xml.replace(b'ref="A1:B2"', b'ref="A1:GR1048576"').replace(b"</sheetData>", far)

    return rezipped(workbook(), change)


def locked() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt("邻里-2026", target)
    return target.getvalue()


def layer(shapes: list[object], ending: str, *, layers: int = 1) -> Mapping[str, bytes]:
    """Write shapes with a code and return the bytes of each file that makes up the layer."""
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"map.{ending}"
        for number in range(layers):
            pyogrio.raw.write(
                path,
                shapely.to_wkb(np.array(shapes, dtype=object), output_dimension=3),
                [np.array([f"X-{row}" for row in range(len(shapes))], dtype=object)],
                ["code"],
                layer=f"layer{number}" if ending == "gpkg" else None,
                geometry_type="Unknown",
                crs="EPSG:4490",
                append=path.exists(),
            )
        return {found.suffix: found.read_bytes() for found in Path(folder).iterdir()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in parts.items():
            archive.writestr(f"map{ending}", content)
    return target.getvalue()


def geojson(*geometries: object) -> bytes:
    features = [
        {"type": "Feature", "properties": {"小区编码": f"X-{row:04d}"}, "geometry": json.loads(shapely.to_geojson(one))}
        for row, one in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def unknown_system() -> bytes:
    """A GeoPackage whose layer names a system that the file does not describe and nobody knows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.gpkg"
        path.write_bytes(layer([shapely.box(117.2, 31.79, 117.21, 31.8)], "gpkg")[".gpkg"])
        with sqlite3.connect(path) as package:
            triggers = package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                package.execute(f'DROP TRIGGER "{name}"')
            package.execute("UPDATE gpkg_geometry_columns SET srs_id = 991122")
            package.execute("UPDATE gpkg_contents SET srs_id = 991122")
        package.close()
        return path.read_bytes()


SQUARE = shapely.box(117.2, 31.79, 117.21, 31.8)
SHAPEFILE = {ending: one for ending, one in layer([SQUARE], "shp").items() if ending in {".shp", ".shx"}}
#: Name of the file, its bytes, and the code of the refusal; made when asked for.
REFUSED: Mapping[str, tuple[str, Callable[[], bytes], str]] = {
    "five million rows": ("表.csv", lambda: "编号,户数\n".encode() + b"X,1\n" * 5_000_000, "tables.too-large"),
    "a sheet of 1,048,576 x 200": ("表.xlsx", claims_a_million_rows, "tables.too-large"),
    "a zip bomb": (
        "表.xlsx",
        lambda: rezipped(workbook(), lambda name, xml: xml + b" " * 60_000_000 if "theme" in name else xml),
        "tables.archive-bomb",
    ),
    "a bomb of entities in XLSX": (
        "表.xlsx",
        lambda: rezipped(workbook(), lambda _name, xml: re.sub(rb"(\?>\s*)", rb"\1" + LAUGHS, xml, count=1)),
        "tables.xml-entity",
    ),
    "a bomb of entities in KML": (
        "图.kml",
        lambda: b'<?xml version="1.0"?>' + LAUGHS + b"<kml><Placemark><name>&j;</name></Placemark></kml>",
        "tables.web-page-as-table",
    ),
    "an encrypted workbook": ("表.xlsx", locked, "tables.file-encrypted"),
    "a truncated workbook": ("表.xlsx", lambda: workbook()[: len(workbook()) // 2], "tables.archive-damaged"),
    "an SHP without its DBF": ("图.zip", lambda: zipped(SHAPEFILE), "tables.shapefile-part-missing"),
    "two layers of which none is chosen": (
        "图.gpkg",
        lambda: layer([SQUARE], "gpkg", layers=2)[".gpkg"],
        "tables.layer-unclear",
    ),
    "a truncated GPKG": ("图.gpkg", lambda: layer([SQUARE], "gpkg")[".gpkg"][:5000], "tables.map-unreadable"),
}


def main() -> None:
    """Read every file and print what became of it, with the seconds of processor time and the peak of memory."""

    from linli.foundation.errors import ValidationFaults
    from linli.registry.rules.importing.sources import read_source

    made = {what: (name, make()) for what, (name, make, _code) in REFUSED.items()}
    told = {}
    for what, (name, content) in made.items():
        started = time.process_time()
        try:
            read_source(content, file_name=name)
            code = ""
        except ValidationFaults as refusal:
            code = refusal.faults[0].code
        told[what] = [code, round(time.process_time() - started, 2)]
    # Not by getrusage: a process that was started by a large one would count its starter's memory as its own.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0])
    json.dump({"read": told, "peak_kb": peak}, sys.stdout)


if __name__ == "__main__":
    import django

    django.setup()
    main()
