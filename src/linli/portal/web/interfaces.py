"""The page of the interfaces (接口): which addresses other systems ask, and what each of them answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.portal.api import api
from linli.registry.api.features.description import description

Said = Mapping[str, Any]
#: What the operations are about, by their tags.
ABOUT: Mapping[str, str | Promise] = {
    "令牌": gettext_lazy("令牌"),
    "台账": gettext_lazy("台账"),
    "布局": gettext_lazy("布局"),
    "导入": gettext_lazy("导入"),
    "变更": gettext_lazy("变更"),
    "成批导出": gettext_lazy("成批导出"),
    "调整方案": gettext_lazy("调整方案"),
    "留痕": gettext_lazy("留痕"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: Its name.
        words: What it means.
        form: What a value looks like.
        is_required: Whether it must be given.
    """

    name: str
    words: str
    form: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with a method, and what it answers."""

    method: str
    path: str
    title: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Operations about one thing."""

    title: str
    operations: tuple[Operation, ...]


@signed_in
def interfaces(request: SignedInRequest) -> HttpResponse:
    """Show the addresses to hand to another system, and the reference of all operations."""
    features = request.build_absolute_uri(reverse("features:landing"))
    described = description(server=features.rstrip("/"))
    prefix = reverse("features:landing").rstrip("/")
    ogc = Chapter(_("要素（OGC API - Features）"), tuple(_operations(described, prefix=prefix)))
    seen = {
        "features": features,
        "base": request.build_absolute_uri(reverse("api:api-root")),
        "description": request.build_absolute_uri(reverse("api:openapi-json")),
        "features_description": request.build_absolute_uri(reverse("features:api")),
        "rate": settings.LINLI_API_RATE,
        "chapters": (ogc, *_chapters(api.get_openapi_schema())),
    }
    return render(request, "portal/interfaces.html", seen)


def _chapters(described: Said) -> tuple[Chapter, ...]:
    """Return the operations of a description by their first tag, in the order of the description."""
    found: dict[str, list[Operation]] = {}
    for tag, operation in zip(_tags(described), _operations(described), strict=True):
        found.setdefault(tag, []).append(operation)
    return tuple(Chapter(str(ABOUT.get(tag, tag)), tuple(operations)) for tag, operations in found.items())


def _tags(described: Said) -> Iterator[str]:
    for methods in described["paths"].values():
        for said in methods.values():
            yield said["tags"][0]


def _operations(described: Said, *, prefix: str = "") -> Iterator[Operation]:
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            parameters = [_parameter(_resolved(described, one)) for one in said.get("parameters", ())]
            for content in said.get("requestBody", {}).get("content", {}).values():
                parameters += _parts(described, _resolved(described, content["schema"]))
            yield Operation(method.upper(), f"{prefix}{path}", said["summary"], tuple(parameters))


def _parts(described: Said, body: Said) -> Iterator[Parameter]:
    for name, field in body.get("properties", {}).items():
        whole = _resolved(described, field)
        yield Parameter(name, whole.get("description", ""), _form(whole), name in body.get("required", ()))


def _parameter(said: Said) -> Parameter:
    return Parameter(said["name"], said.get("description", ""), _form(said["schema"]), bool(said.get("required")))


def _resolved(described: Said, said: Said) -> Said:
    """Return what a reference stands for; a description of its own is kept beside it."""
    if "$ref" not in said:
        return said
    found: Any = described
    for part in said["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return {**found, **{key: value for key, value in said.items() if key != "$ref"}}


def _form(schema: Said) -> str:
    """Return what a value looks like, in the words of JSON Schema.

    Examples:
        >>> _form({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]})
        'integer ≥ 0'
        >>> _form({"type": "array", "items": {"enum": ["a", "b"]}})
        'a | b …'
    """
    if "anyOf" in schema:
        return " | ".join(_form(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(str(one) or "“”" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"{_form(schema['items'])} …"
    bounds = [f"{sign} {schema[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in schema]
    return " ".join([schema.get("format") or schema.get("type", "object"), *bounds])
