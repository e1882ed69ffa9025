"""The description of the features by OpenAPI 3.0, as the standard asks for it, made from the catalogue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema

import linli
from linli.foundation.api import Problem
from linli.foundation.api.paging import MOST
from linli.foundation.api.problems import MEDIA_TYPE as PROBLEM
from linli.registry.api.features.catalogue import COLLECTIONS, Collection
from linli.registry.api.features.door import GEOJSON, JSON
from linli.registry.api.features.parameters import CRS84, FARTHEST, USUAL

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
#: Faults that any address may answer, and those of addresses that want a token.
OPEN_FAULTS = ("400",)
FAULTS = ("400", "401", "403", "404", "429")
Said = dict[str, Any]


def description(*, server: str) -> Said:
    """Return the description.

    Args:
        server: The address that all paths follow.
    """
    plain = _answer("document", JSON)
    paths: dict[str, Said] = {
        "/": _get(_("服务说明"), plain, is_open=True),
        "/conformance": _get(_("符合的标准"), plain, is_open=True),
        "/api": _get(_("本说明"), _answer("document", MEDIA_TYPE), is_open=True),
        "/collections": _get(_("要素集"), plain),
    }
    for one in COLLECTIONS.values():
        name = f"/collections/{one.id}"
        paths[name] = _get(str(one.title), plain)
        paths[f"{name}/items"] = _get(
            _("%(title)s：要素") % {"title": one.title}, _answer(f"{one.id}-items", GEOJSON), parameters=_window(one)
        )
        paths[f"{name}/items/{{featureId}}"] = _get(
            _("%(title)s：一个要素") % {"title": one.title},
            _answer(f"{one.id}-item", GEOJSON),
            parameters=[_reference("parameters", "featureId")],
        )
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("邻里：台账和布局"),
            "version": linli.__version__,
            "description": "OGC API - Features 1.0",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "schemas": _schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": _("令牌作为密码，用户名任意")},
            },
        },
    }


def _get(summary: str, good: Said, *, parameters: list[Said] | None = None, is_open: bool = False) -> Said:
    faults = {
        status: {"description": _("未能办理"), "content": {PROBLEM: {"schema": _reference("schemas", "problem")}}}
        for status in (OPEN_FAULTS if is_open else FAULTS)
    }
    said: Said = {
        "summary": summary,
        "parameters": [*(parameters or ()), _reference("parameters", "f")],
        "responses": {"200": good, **faults},
    }
    if not is_open:
        said["security"] = [{"bearer": []}, {"basic": []}]
    return {"get": said}


def _answer(schema: str, media_type: str) -> Said:
    return {"description": _("成功"), "content": {media_type: {"schema": _reference("schemas", schema)}}}


def _reference(part: str, name: str) -> Said:
    return {"$ref": f"#/components/{part}/{name}"}


def _window(one: Collection) -> list[Said]:
    shared = [_reference("parameters", name) for name in ("limit", "offset", "bbox", "bbox-crs", "datetime")]
    return shared + [
        _query(name, narrowing.words, {"type": "string", "pattern": narrowing.pattern})
        for name, narrowing in one.filters.items()
    ]


def _parameters() -> dict[str, Said]:
    return {
        "f": _query("f", _("写法"), {"type": "string", "enum": ["json"], "default": "json"}),
        "limit": _query(
            "limit",
            _("一页最多几个；更大的数按最大数给"),
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        ),
        "offset": _query("offset", _("跳过几个"), {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}),
        "bbox": _query(
            "bbox",
            _("范围：西、南、东、北，以度为单位；没有位置的要素总在内"),
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        ),
        "bbox-crs": _query("bbox-crs", _("范围的坐标系"), {"type": "string", "enum": [CRS84], "default": CRS84}),
        "datetime": _query("datetime", _("时刻、日期，或用 / 隔开的起止；一端可写 .."), {"type": "string"}),
        "featureId": {
            "name": "featureId",
            "in": "path",
            "required": True,
            "description": _("要素编号"),
            "schema": {"type": "string", "pattern": r"^[0-9A-Za-z-]{1,60}$"},
        },
    }


def _query(name: str, words: object, schema: Said) -> Said:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(words),
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _schemas() -> dict[str, Said]:
    found: dict[str, Said] = {"document": {"type": "object"}, "problem": _plain(Problem)}
    for one in COLLECTIONS.values():
        feature = _object(
            type={"type": "string", "enum": ["Feature"]},
            id={"type": "string"},
            geometry={"type": "object", "nullable": True},
            properties=_plain(one.properties),
        )
        found[f"{one.id}-item"] = feature
        found[f"{one.id}-items"] = _object(
            type={"type": "string", "enum": ["FeatureCollection"]},
            links={"type": "array", "items": {"type": "object"}},
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
            features={"type": "array", "items": _reference("schemas", f"{one.id}-item")},
        )
    return found


def _object(**properties: Said) -> Said:
    return {"type": "object", "required": list(properties), "properties": properties}


def _plain(schema: type[Schema]) -> Said:
    """Return a flat schema as OpenAPI 3.0 writes it: no type may be null, so that null is told beside the type."""
    whole = schema.model_json_schema(mode="serialization")
    fields = {name: _field(one) for name, one in whole["properties"].items()}
    return {"type": "object", "required": list(fields), "properties": fields}


def _field(field: Said) -> Said:
    kept = {key: value for key, value in field.items() if key not in {"title", "anyOf", "default"}}
    for one in field.get("anyOf", ()):
        kept |= {"nullable": True} if one.get("type") == "null" else one
    return kept
