"""What each address of the features answers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.api.paging import address_with
from linli.organisation.api import TokenRequest
from linli.organisation.errors import TokenRightLacking
from linli.registry.api.features.catalogue import COLLECTIONS, Collection
from linli.registry.api.features.description import MEDIA_TYPE, description
from linli.registry.api.features.door import GEOJSON, JSON, answer, open_to_all, open_to_tokens
from linli.registry.api.features.finding import feature_by_id, features_of
from linli.registry.api.features.parameters import CRS84, only, wanted
from linli.registry.api.reading import area_for
from linli.registry.queries.areas import Area
from linli.registry.queries.features import extent_of, first_moment

CLASSES = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
CONFORMS_TO = tuple(f"{CLASSES}{name}" for name in ("core", "geojson", "oas30"))
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


@open_to_all
def landing(request: HttpRequest) -> HttpResponse:
    """Say what the service is and where to go on."""
    only(request)
    return answer(
        {
            "title": _("邻里：台账和布局"),
            "description": _("社区治理平台的台账和布局，作为地图上的要素。看到的不多于令牌的岗位"),
            "links": [
                _link(request, "self", "landing", JSON, _("本页")),
                _link(request, "service-desc", "api", MEDIA_TYPE, _("接口说明，供程序读")),
                _link(request, "service-doc", "portal:interfaces", "text/html", _("接口说明，供人读")),
                _link(request, "conformance", "conformance", JSON, _("符合的标准")),
                _link(request, "data", "collections", JSON, _("要素集")),
            ],
        }
    )


@open_to_all
def conformance(request: HttpRequest) -> HttpResponse:
    """Say which classes of the standard are kept."""
    only(request)
    return answer({"conformsTo": CONFORMS_TO})


@open_to_all
def api(request: HttpRequest) -> HttpResponse:
    """Describe the service by OpenAPI 3.0."""
    only(request)
    return answer(description(server=_to(request, "landing").rstrip("/")), MEDIA_TYPE)


@open_to_tokens
def collections(request: TokenRequest) -> HttpResponse:
    """List the collections that the token may read."""
    only(request)
    area = area_for(request)
    readable = [one for one in COLLECTIONS.values() if one.right in request.token.rights]
    return answer(
        {
            "links": [_link(request, "self", "collections", JSON, _("要素集"))],
            "collections": [_described(request, one, area) for one in readable],
        }
    )


@open_to_tokens
def collection(request: TokenRequest, name: str) -> HttpResponse:
    """Describe a collection."""
    only(request)
    return answer(_described(request, _collection(request, name), area_for(request)))


@open_to_tokens
def items(request: TokenRequest, name: str) -> HttpResponse:
    """Answer a page of features."""
    asked = _collection(request, name)
    window = wanted(request, asked.filters)
    found = features_of(asked, area_for(request), window)
    links = [
        {"href": request.build_absolute_uri(), "rel": "self", "type": GEOJSON, "title": _("本页")},
        _link(request, "collection", "collection", JSON, asked.title, name=name),
    ]
    after, before = window.offset + window.limit, max(window.offset - window.limit, 0)
    if after < found.matched:
        links.append(_neighbour(request, "next", _("下一页"), limit=window.limit, offset=after))
    if window.offset:
        links.append(_neighbour(request, "prev", _("上一页"), limit=window.limit, offset=before))
    return answer(
        {
            "type": "FeatureCollection",
            "links": links,
            "timeStamp": clock.now().astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
            "numberMatched": found.matched,
            "numberReturned": len(found.features),
            "features": found.features,
        },
        GEOJSON,
    )


@open_to_tokens
def item(request: TokenRequest, name: str, identity: str) -> HttpResponse:
    """Answer one feature."""
    only(request)
    asked = _collection(request, name)
    links = [
        {"href": request.build_absolute_uri(), "rel": "self", "type": GEOJSON, "title": identity},
        _link(request, "collection", "collection", JSON, asked.title, name=name),
    ]
    return answer({**feature_by_id(asked, area_for(request), identity), "links": links}, GEOJSON)


def _collection(request: TokenRequest, name: str) -> Collection:
    """Return the collection of a name.

    Raises:
        Http404: There is none.
        TokenRightLacking: The token was not made for it.
    """
    found = COLLECTIONS.get(name)
    if found is None:
        raise Http404
    if found.right not in request.token.rights:
        raise TokenRightLacking(number=request.token.number, right=found.right.value)
    return found


def _described(request: TokenRequest, one: Collection, area: Area) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    box = extent_of(area)
    if box is not None:
        extent["spatial"] = {"bbox": [box], "crs": CRS84}
    begin = first_moment(area) if one.tab is None else None
    if begin is not None:
        extent["temporal"] = {"interval": [[begin.astimezone(clock.SHANGHAI), None]], "trs": GREGORIAN}
    return {
        "id": one.id,
        "title": str(one.title),
        "description": str(one.description),
        "links": [
            _link(request, "self", "collection", JSON, one.title, name=one.id),
            _link(request, "items", "items", GEOJSON, one.title, name=one.id),
        ],
        "extent": extent,
        "itemType": "feature",
        "crs": [CRS84],
    }


def _link(request: HttpRequest, rel: str, address: str, media_type: str, title: object, **parts: str) -> dict[str, str]:
    return {"href": _to(request, address, **parts), "rel": rel, "type": media_type, "title": str(title)}


def _to(request: HttpRequest, address: str, **parts: str) -> str:
    named = address if ":" in address else f"features:{address}"
    return request.build_absolute_uri(reverse(named, kwargs=parts))


def _neighbour(request: HttpRequest, rel: str, title: str, **window: int) -> dict[str, str]:
    return {"href": address_with(request, **window), "rel": rel, "type": GEOJSON, "title": title}
