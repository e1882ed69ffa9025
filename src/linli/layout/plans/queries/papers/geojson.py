"""The layout of a plan as GeoJSON: communities and parcels after, in EPSG:4490."""

from __future__ import annotations

import json
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import community_shapes
from linli.layout.plans.queries.papers.source import PaperSource

#: Eight decimals are a millimetre.
DECIMALS: Final = 8
CRS: Final = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}


def plan_geojson(source: PaperSource) -> bytes:
    """Return communities and parcels after the plan, shaped after RFC 7946, rings anticlockwise outside.

    Coordinates are degrees in EPSG:4490 (CGCS2000), longitude first. The format knows WGS 84 only, so the system is
    named in ``crs``, as the parties have arranged.
    """
    features = [*_communities(source), *_parcels(source)]
    document = {
        "type": "FeatureCollection",
        "name": source.number,
        "crs": CRS,
        "plan": source.number,
        "hash": source.content_hash,
        "as_of": source.made_on.isoformat(),
        **({"warning": source.watermark} if source.watermark else {}),
        "features": features,
    }
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _communities(source: PaperSource) -> list[dict[str, Any]]:
    communities = source.figures.communities
    shapes = community_shapes(source.map.outlines_4490, source.map.after, n_communities=len(communities)).shapes
    return [
        _feature(
            one.code,
            shape,
            kind="community",
            name=source.names[one.code],
            subdistrict=one.subdistrict,
            households=one.after.households,
            people=one.after.people,
            area_m2=one.after.area_m2,
            compounds=len(one.after.compounds),
            is_new=one.before is None,
            is_changed=one.is_touched,
        )
        for one, shape in zip(communities, shapes, strict=True)
        if one.after is not None
    ]


def _parcels(source: PaperSource) -> list[dict[str, Any]]:
    codes = [*(one.code for one in source.figures.communities), None]
    drawn = source.map
    return [
        _feature(
            code,
            drawn.outlines_4490[row],
            kind="parcel",
            name=drawn.parcel_names[row],
            use=drawn.parcel_kinds[row],
            community=codes[drawn.after[row]],
            community_before=codes[drawn.before[row]],
            is_changed=bool(drawn.after[row] != drawn.before[row]),
        )
        for row, code in enumerate(drawn.parcel_codes)
    ]


def _feature(code: str, shape: BaseGeometry, **properties: Any) -> dict[str, Any]:
    rounded = shapely.transform(shapely.orient_polygons(shape), lambda points: points.round(DECIMALS))
    return {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, **properties},
        "geometry": shapely.geometry.mapping(rounded),
    }
