"""Taking lists of the ledger out for other systems: CSV, JSON lines or GeoJSON, each with its watermark."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from linli.foundation import clock, trail
from linli.foundation.tables import Column, OutSheet, write_csv
from linli.organisation.access import Scope
from linli.registry.operations.exports import ExportedFile, watermark

#: Good to a centimetre or so.
DECIMALS = 7


class BulkForm(StrEnum):
    """The forms of a bulk export."""

    CSV = "csv"
    JSONL = "jsonl"
    GEOJSON = "geojson"

    @property
    def content_type(self) -> str:
        """The media type."""
        return {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "geojson": "application/geo+json"}[self]


@transaction.atomic
def export_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    resource: str,
    form: BulkForm,
    shapes: Mapping[str, BaseGeometry] | None = None,
    conditions: str,
    by: Scope,
    now: datetime,
) -> ExportedFile:
    """Write rows into a file for another system, and tell the trail (成批导出).

    The watermark stands in the last row of CSV, in the last line of JSON lines, beside the features of GeoJSON.

    Args:
        rows: Plain values; each row has the same keys, ``code`` among them.
        resource: What they are, such as ``compounds``.
        form: The form of the file.
        shapes: Shape per code, for GeoJSON.
        conditions: What was asked for.
        by: Who takes it.
        now: The moment.
    """
    line = watermark(by=by, conditions=conditions, count=len(rows), now=now)
    writer = {BulkForm.CSV: _csv, BulkForm.JSONL: _json_lines}.get(form)
    content = _geojson(rows, shapes or {}, line) if writer is None else writer(rows, line)
    trail.record(
        "registry.ledger.exported",
        subject=trail.Subject(kind="registry.ledger", code=resource),
        by=by,
        at=now,
        district=by.district_code,
        rows=len(rows),
        form=str(form),
        conditions=conditions,
    )
    return ExportedFile(f"{resource}-{clock.today(now).isoformat()}.{form}", content, form.content_type)


def _csv(rows: Sequence[Mapping[str, Any]], line: str) -> bytes:
    keys = list(rows[0]) if rows else ["code"]
    cells = [[_cell(row[key]) for key in keys] for row in rows]
    cells.append([line, *[None] * (len(keys) - 1)])
    return write_csv(OutSheet(name="rows", columns=[Column(key) for key in keys], rows=cells))


def _json_lines(rows: Sequence[Mapping[str, Any]], line: str) -> bytes:
    return "".join(f"{_json(row)}\n" for row in [*rows, {"watermark": line}]).encode()


def _geojson(rows: Sequence[Mapping[str, Any]], shapes: Mapping[str, BaseGeometry], line: str) -> bytes:
    features = [feature_of(row["code"], row, shapes.get(row["code"])) for row in rows]
    return _json({"type": "FeatureCollection", "watermark": line, "features": features}).encode()


def feature_of(identity: str, properties: Mapping[str, Any], shape: BaseGeometry | None) -> dict[str, Any]:
    """Return a GeoJSON feature (RFC 7946): longitude first, outer rings counter-clockwise."""
    geometry = None
    if shape is not None:
        rounded = shapely.set_precision(shapely.orient_polygons(shape), 10**-DECIMALS, mode="pointwise")
        geometry = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": dict(properties)}


def _cell(value: Any) -> str | int | float | date | None:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return int(value)
    plain: str | int | float | date | None = value
    return plain


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda one: one.isoformat())
