"""Graphs of parcels from files: NPZ rows, adjacency JSON of networkx and GerryChain, polygon layers."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from linli.engine.graph import ParcelGraph, graph_from_csr, graph_from_edges
from linli.foundation.errors import LinliError

#: Fields that hold people where none is named.
PEOPLE_FIELDS = ("pop", "POP", "TOTPOP", "POP20", "population", "people")


class GraphUnreadable(LinliError):
    """A file holds no graph that can be read."""

    code = "cli.graph-unreadable"
    text = _("读不懂 %(file)s：%(reason)s。请给 NPZ（indptr、indices、pop）、邻接表 JSON 或面图层")


class FieldUnknown(LinliError):
    """A file has no field of that name."""

    code = "cli.field-unknown"
    text = _("%(file)s 里没有字段 %(field)s，有的是：%(known)s。请核对字段名")


@dataclass(frozen=True, eq=False)
class GraphFile:
    """A graph with the fields of its parcels.

    Attributes:
        name: Name of the file.
        graph: The parcels.
        ids: Public id per parcel.
        fields: Values per parcel, each of shape ``(n,)``.
    """

    name: str
    graph: ParcelGraph
    ids: tuple[str, ...]
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def column(self, name: str) -> NDArray[Any]:
        """Return the values of a field.

        Raises:
            FieldUnknown: The file has no such field.
        """
        if name not in self.fields:
            raise FieldUnknown(file=self.name, field=name, known="、".join(sorted(self.fields)) or "-")
        return self.fields[name]

    def people(self, name: str) -> NDArray[Any]:
        """Return the people per parcel, from the field named, or from the first of the usual ones."""
        found = name or next((usual for usual in PEOPLE_FIELDS if usual in self.fields), PEOPLE_FIELDS[0])
        return numbers(self.column(found))

    def groups(self, name: str) -> NDArray[np.int32]:
        """Return a number per distinct value of a field; empty values get -1."""
        values = ["" if value is None or value != value else str(value) for value in self.column(name).tolist()]
        known = {value: at for at, value in enumerate(sorted(set(values) - {""}))}
        return np.array([known.get(value, -1) for value in values], dtype=np.int32)


def numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values as numbers; what is none becomes NaN, which the engine refuses by row."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    read = np.full(len(values), np.nan)
    for at, value in enumerate(values.tolist()):
        try:
            read[at] = float(value)
        except (TypeError, ValueError):
            continue
    return read


def read_graph(file: Path, *, id_field: str = "", barriers: Path | None = None) -> GraphFile:
    """Read a graph of parcels.

    Args:
        file: NPZ, adjacency JSON, or a polygon layer.
        id_field: Field with the public id; the usual one, else the row, where left out.
        barriers: Lines that cut borders without joining anything, for a layer only.

    Raises:
        GraphUnreadable: The file is none of these, or broken.
        EngineError: What it says is no undirected graph.
    """
    if barriers is not None and file.suffix.lower() in (".npz", ".json"):
        raise GraphUnreadable(file=barriers.name, reason=_("屏障线只能与面图层一起用"))
    if file.suffix.lower() == ".npz":
        return _from_npz(file, id_field)
    if file.suffix.lower() == ".json":
        return _from_adjacency(file, id_field)
    return _from_layer(file, id_field, barriers)


def _from_npz(file: Path, id_field: str) -> GraphFile:
    try:
        with np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile, EOFError) as fault:
        raise GraphUnreadable(file=file.name, reason=str(fault)) from fault
    lacking = [name for name in ("indptr", "indices") if name not in arrays]
    if lacking:
        raise GraphUnreadable(file=file.name, reason=_("缺少数组 %(names)s") % {"names": "、".join(lacking)})
    graph = graph_from_csr(
        arrays["indptr"],
        arrays["indices"],
        border_m=arrays.get("shared"),
        x=arrays.get("x"),
        y=arrays.get("y"),
        area_m2=arrays.get("area"),
    )
    fields = {name: array for name, array in arrays.items() if array.shape == (graph.n,) and name != "indptr"}
    return GraphFile(file.name, graph, _ids(file, graph.n, fields, id_field or "ids"), fields)


def _from_adjacency(file: Path, id_field: str) -> GraphFile:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        nodes, adjacency = document["nodes"], document["adjacency"]
        place = {node["id"]: at for at, node in enumerate(nodes)}
        arcs = [(at, place[end["id"]], end) for at, row in enumerate(adjacency) for end in row]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as fault:
        raise GraphUnreadable(
            file=file.name, reason=_("不是 networkx 或 GerryChain 的邻接表（nodes、adjacency）")
        ) from fault
    if len(place) != len(nodes) or len(adjacency) != len(nodes):
        raise GraphUnreadable(file=file.name, reason=_("nodes 与 adjacency 行数不同，或 id 重复"))
    arcs.sort(key=lambda arc: arc[:2])
    tails = np.array([tail for tail, _head, _end in arcs], dtype=np.int64)
    shared = [float(end.get("shared_perim") or 1.0) for _tail, _head, end in arcs]
    names = sorted({name for node in nodes for name in node})
    fields = {name: _column([node.get(name) for node in nodes]) for name in names}
    graph = graph_from_csr(
        np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=len(nodes))))),
        np.array([head for _tail, head, _end in arcs], dtype=np.int64),
        border_m=shared,
        x=_first(fields, ("C_X", "x", "INTPTLON20")),
        y=_first(fields, ("C_Y", "y", "INTPTLAT20")),
    )
    return GraphFile(file.name, graph, _ids(file, graph.n, fields, id_field or "id"), fields)


def _from_layer(file: Path, id_field: str, barriers: Path | None) -> GraphFile:
    import shapely

    from linli.engine.geometry import barrier_edges, rook_adjacency
    from linli.engine.geometry.planes import plane_of
    from linli.foundation.tables import Limits, read_features

    limits = Limits(file_bytes=300 * 1024 * 1024, rows=500_000, vertices=20_000_000)
    features = read_features(file, limits=limits)
    shapes: list[Any] = list(features.geometries)
    for row, shape in enumerate(shapes, start=1):
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise GraphUnreadable(file=file.name, reason=_("第 %(row)s 个图形不是面") % {"row": row})
        if not shape.is_valid:
            why = shapely.is_valid_reason(shape)
            told = _("第 %(row)s 个图形不合格（%(why)s），请先用 linli inspect layer 修补") % {"row": row, "why": why}
            raise GraphUnreadable(file=file.name, reason=told)
    plane = plane_of(shapes, _system(features.crs))
    flat = plane.onto(shapes)
    adjacency = rook_adjacency(flat)
    walls = np.zeros(len(adjacency.indices), dtype=np.bool_)
    if barriers is not None:
        lines = read_features(barriers, limits=limits)
        if _system(lines.crs) != _system(features.crs):
            raise GraphUnreadable(file=barriers.name, reason=_("坐标系与面图层不同，请先换算"))
        walls = barrier_edges(adjacency, plane.onto([line for line in lines.geometries if line is not None]))
    points = shapely.get_coordinates(shapely.point_on_surface(flat))
    once = adjacency.sources < adjacency.indices
    graph = graph_from_edges(
        len(shapes),
        np.column_stack((adjacency.sources[once], adjacency.indices[once])),
        border_m=adjacency.length_m[once],
        barrier=walls[once],
        x=points[:, 0],
        y=points[:, 1],
        area_m2=shapely.area(flat),
    )
    names = sorted({name for row in features.rows for name in row})
    fields = {name: _column([row.get(name) for row in features.rows]) for name in names}
    return GraphFile(file.name, graph, _ids(file, graph.n, fields, id_field), fields)


def _system(crs: str) -> Any:
    from pyproj import CRS

    return CRS.from_user_input(crs) if crs else None


def _column(values: Sequence[object]) -> NDArray[Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _first(fields: Mapping[str, NDArray[Any]], names: Sequence[str]) -> NDArray[np.float64] | None:
    found = next((numbers(fields[name]) for name in names if name in fields), None)
    return None if found is None or not np.isfinite(found).all() else found


def _ids(file: Path, n: int, fields: Mapping[str, NDArray[Any]], name: str) -> tuple[str, ...]:
    """Return public ids; rows are counted with leading zeros, so that their order by text is that of the file."""
    if name not in fields:
        return tuple(f"{row:0{len(str(n))}d}" for row in range(n))
    ids = tuple(str(value) for value in fields[name].tolist())
    if len(set(ids)) != n:
        raise GraphUnreadable(file=file.name, reason=_("字段 %(field)s 的编号有重复") % {"field": name})
    return ids
