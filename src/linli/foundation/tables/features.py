"""Maps from files: GeoJSON, GeoPackage and zipped shapefiles, read in a bounded way."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import warnings
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.foundation.errors import Place, ValidationFaults
from linli.foundation.tables.archives import open_archive, read_part
from linli.foundation.tables.cells import CONTROL, Cell
from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.reading import ZIP, bounded_bytes

SQLITE = b"SQLite format 3\x00"
SHAPEFILE = b"\x00\x00\x27\x0a"
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
DECLARES_CRS = re.compile(rb'"crs"\s*:\s*\{')


@dataclass(frozen=True, slots=True)
class Features:
    """One layer of a map file.

    Attributes:
        geometries: Two-dimensional geometries in the file's own coordinates; ``None`` where there is none.
        rows: The fields of each feature.
        crs_declared: EPSG code the file names; ``None`` when it names none, which tells nothing about the datum.
            GeoJSON counts as naming one only with an explicit ``crs``.
        layer: Name of the layer.
        crs: The system the file names, as PROJ reads it: an EPSG code or its whole text; empty for none.
        unknown_srs: Number of the system that a GeoPackage names and nobody knows; empty where there is no doubt.
        open_rings: Rows with a ring that does not end where it began; the geometry has it closed.
        has_z: The file holds heights, which are left out.
    """

    geometries: tuple[BaseGeometry | None, ...]
    rows: tuple[dict[str, Cell], ...]
    crs_declared: int | None
    layer: str
    crs: str = ""
    unknown_srs: str = ""
    open_rings: frozenset[int] = frozenset()
    has_z: bool = False


def read_features(
    content: bytes | Path, *, name: str = "", layer: str | None = None, limits: Limits | None = None
) -> Features:
    """Return one layer of a GeoJSON, GeoPackage or shapefile.

    Args:
        content: The bytes, or the path of the file; a shapefile comes as a ZIP, or as the path of its ``.shp``.
        name: Name of the file as the reader knows it; the path's name when not given.
        layer: Which layer; needed when the file has several with geometry.
        limits: Bounds.

    Raises:
        ValidationFaults: The file is refused; the fault says why and what to do.
    """
    within = limits or Limits()
    known_as = name or (content.name if isinstance(content, Path) else _("上传的文件"))
    found = bounded_bytes(content, name=known_as, limits=within)
    with tempfile.TemporaryDirectory(prefix="linli-map-") as folder:
        if isinstance(content, Path) and found.startswith(SHAPEFILE):
            path, encoding = _gathered_shapefile(content, Path(folder), name=known_as, limits=within)
        else:
            path, encoding = _unpacked(found, Path(folder), name=known_as, limits=within)
        with warnings.catch_warnings():
            # Open rings and unknown systems are told in our own words.
            warnings.simplefilter("ignore", RuntimeWarning)
            features = _read(path, name=known_as, layer=layer, encoding=encoding, limits=within)
    if path.suffix == ".geojson" and not DECLARES_CRS.search(found):
        return replace(features, crs_declared=None, crs="")
    return features


def _unpacked(content: bytes, folder: Path, *, name: str, limits: Limits) -> tuple[Path, str | None]:
    """Write the file under a name of our own and return it with the encoding of its text, if that is not told."""
    if content.startswith(SQLITE):
        return _written(folder / "map.gpkg", content), None
    if content.startswith(ZIP):
        return _unpacked_shapefile(content, folder, name=name, limits=limits)
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _written(folder / "map.geojson", content), None
    raise refused(
        name,
        code="map-unknown",
        expected=_("GeoJSON、GPKG 或打成 ZIP 的 SHP"),
        found=_("其他文件"),
        remedy=_("请从地图软件重新导出后上传"),
    )


def _unpacked_shapefile(content: bytes, folder: Path, *, name: str, limits: Limits) -> tuple[Path, str | None]:
    encoding: str | None = "GB18030"
    with open_archive(content, name=name, limits=limits) as archive:
        shapes = [part for part in archive.namelist() if part.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise refused(
                name,
                code="shapefile-count",
                expected=_("压缩包内恰有一个 SHP"),
                found=len(shapes),
                remedy=_("请每个图层单独打包，含 shp、shx、dbf、prj"),
            )
        stem = str(PurePosixPath(shapes[0]).with_suffix("")).lower()
        for part in archive.namelist():
            path = PurePosixPath(part)
            if str(path.with_suffix("")).lower() != stem or path.suffix.lower() not in SHAPEFILE_PARTS:
                continue
            inside = read_part(archive, part, name=name)
            # Only the known parts, under names of our own: no path of the archive reaches the disk.
            _written(folder / f"map{path.suffix.lower()}", inside)
            if path.suffix.lower() == ".dbf" and _is_utf8_table(inside):
                encoding = "UTF-8"
    return _whole_shapefile(folder, encoding, name=name)


def _gathered_shapefile(shape: Path, folder: Path, *, name: str, limits: Limits) -> tuple[Path, str | None]:
    """Copy a shapefile that lies unpacked in a folder of the reader."""
    encoding: str | None = "GB18030"
    for part in shape.parent.iterdir():
        if part.stem.lower() == shape.stem.lower() and part.suffix.lower() in SHAPEFILE_PARTS and part.stat().st_size:
            inside = bounded_bytes(part, name=name, limits=limits)
            _written(folder / f"map{part.suffix.lower()}", inside)
            if part.suffix.lower() == ".dbf" and _is_utf8_table(inside):
                encoding = "UTF-8"
    return _whole_shapefile(folder, encoding, name=name)


def _whole_shapefile(folder: Path, encoding: str | None, *, name: str) -> tuple[Path, str | None]:
    """Refuse a shapefile without its index or its table: what its shapes are could only be guessed."""
    missing = [part for part in (".shx", ".dbf") if not (folder / f"map{part}").exists()]
    if missing:
        raise refused(
            name,
            code="shapefile-part-missing",
            expected=_("同名的 shp、shx、dbf 放在一起"),
            found=_("缺少 %(parts)s") % {"parts": "、".join(missing)},
            remedy=_("请把同名的几个文件放在一起，或从地图软件重新导出"),
        )
    told = (folder / "map.cpg").exists()
    return folder / "map.shp", None if told else encoding


def _is_utf8_table(table: bytes) -> bool:
    header_length = int.from_bytes(table[8:10], "little")
    try:
        table[header_length:].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _read(path: Path, *, name: str, layer: str | None, encoding: str | None, limits: Limits) -> Features:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    try:
        chosen = _chosen_layer(pyogrio.list_layers(path), layer, name=name)
        about = pyogrio.read_info(path, layer=chosen, encoding=encoding)
        if len(about["fields"]) > limits.columns:
            raise too_large(name, what=_("字段数"), most=limits.columns, found=len(about["fields"]))
        meta, _fids, shapes, fields = pyogrio.raw.read(
            path, layer=chosen, encoding=encoding, max_features=limits.rows + 1, force_2d=True
        )
    except (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, UnicodeDecodeError) as fault:
        raise _unreadable(name) from fault
    if shapes is None:
        raise _unreadable(name)
    if len(shapes) > limits.rows:
        raise too_large(Place(name, chosen), what=_("图形数"), most=limits.rows, found=_("更多"))
    geometries, open_rings = _geometries(shapes)
    vertices = int(shapely.get_num_coordinates(geometries).sum())
    if vertices > limits.vertices:
        raise too_large(Place(name, chosen), what=_("图形顶点数"), most=limits.vertices, found=vertices)
    columns = {str(title): values for title, values in zip(meta["fields"], fields, strict=True)}
    return Features(
        geometries=tuple(None if shape is None or shape.is_empty else shape for shape in geometries),
        rows=tuple({title: _plain(values[i]) for title, values in columns.items()} for i in range(len(shapes))),
        crs_declared=_epsg_of(meta["crs"]),
        layer=chosen,
        crs=_crs_named(meta["crs"]),
        unknown_srs="" if meta["crs"] or path.suffix != ".gpkg" else _srs_number(path, chosen),
        open_rings=open_rings,
        has_z="Z" in str(about["geometry_type"] or ""),
    )


def _crs_named(crs: str | None) -> str:
    # What a GeoPackage writes for "none" comes back as a system of that name.
    return "" if crs is None or "Undefined" in crs else crs


def _geometries(shapes: Any) -> tuple[Any, frozenset[int]]:
    """Return geometries from their bytes, with the rows whose rings had to be closed."""
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    lost = np.flatnonzero(
        shapely.is_missing(geometries) & np.array([shape is not None for shape in shapes], dtype=bool)
    )
    geometries[lost] = shapely.from_wkb(shapes[lost], on_invalid="fix")
    return geometries, frozenset(lost[~shapely.is_missing(geometries[lost])].tolist())


def _srs_number(path: Path, layer: str) -> str:
    """Return the number of the system that a GeoPackage names; empty for the two that mean none."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as package:
        found = package.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)).fetchone()
    return str(found[0]) if found and found[0] not in (-1, 0) else ""


def _chosen_layer(layers: Any, wanted: str | None, *, name: str) -> str:
    spatial = [str(layer) for layer, kind in layers if kind is not None]
    if wanted in spatial:
        return str(wanted)
    if wanted is None and len(spatial) == 1:
        return spatial[0]
    raise refused(
        name,
        code="layer-unclear",
        expected=_("一个有图形的图层"),
        found="、".join(spatial),
        remedy=_("请指明图层，或只导出需要的一个"),
    )


def _epsg_of(crs: str | None) -> int | None:
    if not crs:
        return None
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        code = CRS.from_user_input(crs).to_epsg()
    except CRSError:
        return None
    return None if code is None else int(code)


def _plain(value: Any) -> Cell:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float):
        return value
    return CONTROL.sub("", str(value)).strip() or None


def _unreadable(name: str) -> ValidationFaults:
    return refused(
        name,
        code="map-unreadable",
        expected=_("能正常打开的地图文件"),
        found=_("文件损坏或缺少部分"),
        remedy=_("请从地图软件重新导出后上传"),
    )
