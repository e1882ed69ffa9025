"""Maps from files: GeoJSON, GeoPackage and zipped shapefiles, read in a bounded way."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.foundation.errors import Place, ValidationFaults
from linli.foundation.tables.archives import open_archive, read_part
from linli.foundation.tables.faults import refused, too_large
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.reading import ZIP, bounded_bytes
from linli.foundation.tables.sheets import CONTROL, Cell

SQLITE = b"SQLite format 3\x00"
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
    """

    geometries: tuple[BaseGeometry | None, ...]
    rows: tuple[dict[str, Cell], ...]
    crs_declared: int | None
    layer: str


def read_features(
    content: bytes | Path, *, name: str = "", layer: str | None = None, limits: Limits | None = None
) -> Features:
    """Return one layer of a GeoJSON, GeoPackage or zipped shapefile.

    Args:
        content: The bytes, or the path of the file.
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
        path, encoding = _unpacked(found, Path(folder), name=known_as, limits=within)
        features = _read(path, name=known_as, layer=layer, encoding=encoding, limits=within)
    if path.suffix == ".geojson" and not DECLARES_CRS.search(found):
        return Features(features.geometries, features.rows, None, features.layer)
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
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    vertices = int(shapely.get_num_coordinates(geometries).sum())
    if vertices > limits.vertices:
        raise too_large(Place(name, chosen), what=_("图形顶点数"), most=limits.vertices, found=vertices)
    columns = {str(title): values for title, values in zip(meta["fields"], fields, strict=True)}
    return Features(
        geometries=tuple(None if shape is None or shape.is_empty else shape for shape in geometries),
        rows=tuple({title: _plain(values[i]) for title, values in columns.items()} for i in range(len(shapes))),
        crs_declared=_epsg_of(meta["crs"]),
        layer=chosen,
    )


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
