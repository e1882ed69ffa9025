"""Ledger and layouts as features: OGC API - Features - Part 1: Core 1.0 (17-069r4), requirement by requirement."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
import shapely
from django.test import Client
from shapely.geometry import shape
from tests.factories.organisation import EAST, EAST_FIRST, EAST_SECOND, NOW, WEST_FIRST

from linli.organisation.rules import Role, TokenRight
from linli.registry.models import Facility, Layout, Parcel

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASSES = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
GEOJSON = "application/geo+json"
ALL = ["layouts", "communities", "compounds", "grids", "parcels", "facilities"]


@pytest.fixture
def planner(call):
    return call(Role.PLANNER)


def ask(api, address, **headers):
    return api.get(f"/ogc/{address}", **headers)


def links(document):
    return {link["rel"]: link for link in document["links"]}


def ids(answer):
    return [feature["id"] for feature in answer.json()["features"]]


def outline(code):
    return Parcel.objects.get(code=code.replace("X-", "P-00")).outline


class TestLandingPage:
    """Requirements 1 and 2: /req/core/root-op, root-success."""

    def test_leads_to_everything_without_a_token(self, db):
        answer = Client().get("/ogc/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        found = links(answer.json())
        assert {rel: link["href"] for rel, link in found.items()} == {
            "self": "http://testserver/ogc/",
            "service-desc": "http://testserver/ogc/api",
            "service-doc": "http://testserver/interfaces/",
            "conformance": "http://testserver/ogc/conformance",
            "data": "http://testserver/ogc/collections",
        }
        assert found["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"


class TestDescription:
    """Requirements 3 and 4, /req/core/api-definition-op, -success; class oas30."""

    @pytest.fixture
    def described(self, db):
        answer = Client().get("/ogc/api")
        assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
        return answer.json()

    def test_is_open_api_3_0(self, described):
        assert described["openapi"] == "3.0.3"
        # In 3.0 no type may be null: what JSON Schema says with a null type is said with nullable.
        assert '"null"' not in str(described).replace("'", '"')
        feature = described["components"]["schemas"]["compounds-item"]["properties"]
        people = feature["properties"]["properties"]["people"]
        assert (people["type"], people["nullable"]) == ("integer", True)

    def test_names_each_address_that_answers(self, described, planner):
        for path in described["paths"]:
            if "{" not in path:
                assert ask(planner, path.lstrip("/")).status_code == 200, path

    @pytest.mark.parametrize("name", ALL)
    def test_defines_the_parameters_of_items(self, described, name):
        """Requirements 20, 22 and 24: limit, bbox, datetime."""
        asked = described["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        known = described["components"]["parameters"]
        whole = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in asked]
        by_name = {one["name"]: one for one in whole}
        assert by_name["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
        assert by_name["bbox"]["schema"] == {
            "type": "array",
            "minItems": 4,
            "maxItems": 6,
            "items": {"type": "number"},
        }
        assert by_name["datetime"]["schema"] == {"type": "string"}
        for one in ("limit", "bbox", "datetime"):
            assert (by_name[one]["style"], by_name[one]["explode"]) == ("form", False)


class TestConformance:
    def test_names_the_classes(self, db):
        """Requirements 5 and 6: /req/core/conformance-op, -success."""
        assert Client().get("/ogc/conformance").json() == {
            "conformsTo": [f"{CLASSES}{name}" for name in ("core", "geojson", "oas30")]
        }


class TestParameters:
    """Requirements 8 and 9: /req/core/query-param-unknown, -invalid."""

    @pytest.mark.parametrize(
        "address",
        ["", "conformance", "api", "collections", "collections/compounds", "collections/compounds/items/X-0001"],
    )
    def test_unknown_ones_are_refused_everywhere(self, planner, address):
        answer = ask(planner, f"{address}?colour=red")
        assert (answer.status_code, answer.json()["code"]) == (400, "api.parameter-wrong")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["params"]["where"] == "colour"

    @pytest.mark.parametrize(
        "wrong",
        [
            "colour=red",
            "f=html",
            "limit=0",
            "limit=-1",
            "limit=few",
            "limit=",
            "limit=1.5",
            "limit=1&limit=2",
            "offset=-1",
            "offset=10000001",
            "bbox=",
            "bbox=1,2,3",
            "bbox=1,2,3,4,5",
            "bbox=1,2,3,north",
            "bbox=117,nan,118,32",
            "bbox=117,inf,118,32",
            "bbox=117,32,118,31",
            "bbox=117,31,118,91",
            "bbox=117,31,181,32",
            "bbox=117,31,118,32&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
            "datetime=",
            "datetime=yesterday",
            "datetime=2026-02-30",
            "datetime=2026-11-23T25:00:00Z",
            "datetime=2026-11-23T12:00:00",
            "datetime=2026-11-24/2026-11-23",
            "datetime=../..",
            "datetime=/",
            "datetime=2026-11-23/2026-11-24/2026-11-25",
            "datetime=0001-01-01T00:00:00%2B14:00",
            "community=%00",
            "q=%00",
            f"q={'长' * 61}",
        ],
    )
    def test_wrong_ones_are_refused(self, planner, wrong):
        answer = ask(planner, f"collections/compounds/items?{wrong}")
        assert (answer.status_code, answer.json()["code"]) == (400, "api.parameter-wrong"), answer.content.decode()
        assert answer.json()["params"]["where"] == wrong.partition("=")[0] or "bbox-crs" in wrong


class TestCollections:
    def test_are_listed_with_their_links(self, planner):
        """Requirements 11 to 16: /req/core/fc-md-op, -success, -links, -items, -items-links, -extent."""
        answer = ask(planner, "collections")
        assert answer.headers["Content-Type"] == "application/json"
        document = answer.json()
        assert links(document)["self"]["href"] == "http://testserver/ogc/collections"
        assert [one["id"] for one in document["collections"]] == ALL
        for one in document["collections"]:
            items = links(one)["items"]
            assert (items["href"], items["type"]) == (f"http://testserver/ogc/collections/{one['id']}/items", GEOJSON)
            assert (one["itemType"], one["crs"], one["extent"]["spatial"]["crs"]) == ("feature", [CRS84], CRS84)
            assert all(set(link) == {"href", "rel", "type", "title"} for link in one["links"])

    @pytest.mark.parametrize("name", ALL)
    def test_are_described_alone_as_in_the_list(self, planner, name):
        """Requirements 18 and 19: /req/core/sfc-md-op, sfc-md-success."""
        listed = ask(planner, "collections").json()["collections"]
        assert ask(planner, f"collections/{name}").json() == next(one for one in listed if one["id"] == name)

    def test_have_the_extent_of_what_is_in_them(self, planner):
        box = ask(planner, "collections/parcels").json()["extent"]["spatial"]["bbox"][0]
        whole = [shape(one["geometry"]) for one in ask(planner, "collections/parcels/items").json()["features"]]
        assert box == pytest.approx(list(shapely.union_all(whole).bounds), abs=1e-7)

    def test_of_layouts_begin_with_the_first(self, planner):
        temporal = ask(planner, "collections/layouts").json()["extent"]["temporal"]
        assert temporal["interval"] == [["2026-11-23T09:00:00+08:00", None]]
        assert "temporal" not in ask(planner, "collections/compounds").json()["extent"]

    @pytest.mark.parametrize("address", ["collections/roads", "collections/roads/items", "collections/roads/items/1"])
    def test_are_404_by_other_names(self, planner, address):
        answer = ask(planner, address)
        assert (answer.status_code, answer.json()["code"]) == (404, "api.nothing-here")


class TestItems:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("layouts", [f"1-{EAST_FIRST}", f"1-{EAST_SECOND}", f"1-{WEST_FIRST}"]),
            ("communities", [EAST_FIRST, EAST_SECOND, WEST_FIRST]),
            ("compounds", [f"X-000{n}" for n in (1, 2, 4, 5, 6, 7, 8, 9)]),
            ("parcels", [f"P-00000{n}" for n in range(1, 10)]),
            ("grids", []),
            ("facilities", []),
        ],
    )
    def test_are_a_feature_collection(self, planner, name, found):
        """Requirements 19, 26, 27 and 30 to 32: /req/core/fc-op, fc-response, fc-links, timeStamp, numbers; geojson."""
        answer = ask(planner, f"collections/{name}/items")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, GEOJSON)
        document = answer.json()
        assert (document["type"], ids(answer)) == ("FeatureCollection", found)
        assert (document["numberMatched"], document["numberReturned"]) == (len(found), len(found))
        assert document["timeStamp"] == "2026-11-23T10:00:00+08:00"
        assert links(document)["self"] == {
            "href": f"http://testserver/ogc/collections/{name}/items",
            "rel": "self",
            "type": GEOJSON,
            "title": "本页",
        }
        assert {"next", "prev"}.isdisjoint(links(document))

    def test_carry_shape_and_figures(self, planner):
        feature = ask(planner, f"collections/communities/items?code={EAST_FIRST}").json()["features"][0]
        assert (feature["type"], feature["properties"]["households"]) == ("Feature", 1000)
        union = shapely.union_all([outline(f"X-000{n}") for n in (1, 2, 4, 5)])
        assert shape(feature["geometry"]).symmetric_difference(union).area < 1e-9
        assert shape(feature["geometry"]).exterior.is_ccw

    def test_come_in_pages(self, planner):
        """Requirements 20, 21 and 28: limit; links to the neighbours."""
        seen, address = [], "http://testserver/ogc/collections/compounds/items?limit=3&community=" + EAST_FIRST
        while address:
            answer = planner.get(address)
            seen.append(ids(answer))
            document = answer.json()
            assert (document["numberMatched"], document["numberReturned"]) == (4, len(seen[-1]))
            address = links(document).get("next", {}).get("href")
        assert seen == [["X-0001", "X-0002", "X-0004"], ["X-0005"]]
        back = links(document)["prev"]
        assert (back["type"], ids(planner.get(back["href"]))) == (GEOJSON, seen[0])

    def test_give_the_most_where_more_is_asked(self, planner):
        """Requirement 21, /req/core/fc-limit-response-1: a limit beyond the most is no fault."""
        assert ask(planner, "collections/compounds/items?limit=999999").json()["numberReturned"] == 8

    def test_are_narrowed_by_a_box(self, planner):
        """Requirement 23, /req/core/fc-bbox-response A."""
        west, south, east, north = outline("X-0001").buffer(-1e-5).bounds
        assert ids(ask(planner, f"collections/compounds/items?bbox={west},{south},{east},{north}")) == ["X-0001"]
        assert ids(ask(planner, f"collections/communities/items?bbox={west},{south},{east},{north}")) == [EAST_FIRST]
        assert ids(ask(planner, f"collections/layouts/items?bbox={west},{south},{east},{north}")) == [f"1-{EAST_FIRST}"]
        six = f"{west},{south},0,{east},{north},100"
        assert ids(ask(planner, f"collections/parcels/items?bbox={six}&bbox-crs={CRS84}")) == ["P-000001"]
        assert ids(ask(planner, "collections/parcels/items?bbox=0,0,1,1")) == []

    def test_include_what_has_no_place_in_every_box(self, planner, district):
        """Requirement 23 C: the box matches features without a geometry, too."""
        for code, point in (("F-1", shapely.Point(117.2001, 31.7999)), ("F-2", None)):
            Facility.objects.create(district=district, code=code, name=code, kind="clinic", point=point, founded_at=NOW)
        assert ids(ask(planner, "collections/facilities/items?bbox=0,0,1,1")) == ["F-2"]
        found = ask(planner, "collections/facilities/items?bbox=117,31,118,32")
        assert ids(found) == ["F-1", "F-2"]
        assert [one["geometry"] for one in found.json()["features"]] == [
            {"type": "Point", "coordinates": [117.2001, 31.7999]},
            None,
        ]

    def test_take_a_box_across_the_antimeridian_as_two(self, planner):
        assert ids(ask(planner, "collections/parcels/items?bbox=170,-80,-170,80")) == []
        assert len(ids(ask(planner, "collections/parcels/items?bbox=117,-80,-170,80"))) == 9

    @pytest.mark.parametrize(
        ("moment", "layouts"),
        [
            ("2026-11-23T00:59:59Z", []),
            ("2026-11-23T09:00:00%2B08:00", [1]),
            ("2026-11-23T09:00:00+08:00", [1]),
            ("2026-11-22", []),
            ("2026-11-23", [1]),
            ("2026-11-24T00:00:00.5Z", [2]),
            ("2026-11-23/2026-12-31", [1, 2]),
            ("../2026-11-23T12:00:00%2B08:00", [1]),
            ("/2026-11-22", []),
            ("2026-11-24T00:00:00Z/..", [2]),
            ("2026-11-23T12:00:00Z/", [1, 2]),
        ],
    )
    def test_of_layouts_are_narrowed_by_time(self, planner, district, moment, layouts):
        """Requirement 25, /req/core/fc-time-response: instants, closed and half-open intervals."""
        first = Layout.objects.get(district=district)
        end = NOW + timedelta(hours=15)
        Layout.objects.filter(pk=first.pk).update(effective_until=end)
        second = Layout.objects.create(
            district=district,
            number=2,
            parcel_set=first.parcel_set,
            basis=first.basis,
            basis_text="测试",
            effective_from=end,
            content_hash="2" * 64,
        )
        second.members.bulk_create(
            [type(one)(layout=second, parcel=one.parcel, community=one.community) for one in first.members.all()]
        )
        found = ask(planner, f"collections/layouts/items?datetime={moment}&community={EAST_FIRST}").json()["features"]
        assert [one["properties"]["layout"] for one in found] == layouts

    def test_without_a_time_are_there_at_any(self, planner):
        """Requirement 25 C: the time matches features without a time, too."""
        assert len(ids(ask(planner, "collections/compounds/items?datetime=1999-01-01"))) == 8

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            (f"compounds/items?community={WEST_FIRST}", ["X-0008", "X-0009"]),
            (f"compounds/items?subdistrict={EAST}&q=X-0004", ["X-0004"]),
            ("compounds/items?community=none", ["X-0007"]),
            ("compounds/items?code=X-9999", []),
            (f"layouts/items?layout=1&community={EAST_SECOND}", [f"1-{EAST_SECOND}"]),
            ("layouts/items?layout=2", []),
        ],
    )
    def test_are_narrowed_by_properties(self, planner, asked, found):
        answer = ask(planner, f"collections/{asked}")
        assert (ids(answer), answer.json()["numberMatched"]) == (found, len(found))


class TestItem:
    @pytest.mark.parametrize(
        ("name", "identity"),
        [("layouts", f"1-{EAST_FIRST}"), ("communities", EAST_FIRST), ("compounds", "X-0001"), ("parcels", "P-000007")],
    )
    def test_is_as_in_the_list(self, planner, name, identity):
        """Requirements 33 to 35: /req/core/f-op, f-success, f-links."""
        answer = ask(planner, f"collections/{name}/items/{identity}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, GEOJSON)
        document = answer.json()
        found = links(document)
        assert found["self"]["href"] == f"http://testserver/ogc/collections/{name}/items/{identity}"
        assert found["collection"]["href"] == f"http://testserver/ogc/collections/{name}"
        del document["links"]
        listed = ask(planner, f"collections/{name}/items").json()["features"]
        assert document == next(one for one in listed if one["id"] == identity)

    @pytest.mark.parametrize("address", ["compounds/items/X-9999", "layouts/items/1", f"layouts/items/2-{EAST_FIRST}"])
    def test_is_404_by_other_names(self, planner, address):
        answer = ask(planner, f"collections/{address}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api.nothing-here")


class TestAccess:
    @pytest.mark.parametrize("address", ["collections", "collections/compounds", "collections/compounds/items"])
    def test_needs_a_token(self, db, address):
        answer = Client().get(f"/ogc/{address}")
        assert (answer.status_code, answer.json()["code"]) == (401, "organisation.token-refused")
        assert 'Basic realm="linli"' in answer.headers["WWW-Authenticate"]

    def test_takes_the_token_as_a_password(self, planner):
        secret = planner.headers["Authorization"].removeprefix("Bearer ")
        basic = "Basic " + b64encode(f"qgis:{secret}".encode()).decode()
        answer = Client().get("/ogc/collections/compounds/items", headers={"Authorization": basic})
        assert answer.json()["numberMatched"] == 8

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("layouts", [f"1-{EAST_FIRST}"]),
            ("communities", [EAST_FIRST]),
            ("compounds", ["X-0001", "X-0002", "X-0004", "X-0005"]),
            ("parcels", ["P-000001", "P-000002", "P-000004", "P-000005"]),
        ],
    )
    def test_keeps_to_the_area_of_the_post(self, call, name, found):
        api = call(Role.WORKER)
        assert ids(ask(api, f"collections/{name}/items")) == found
        assert ids(ask(api, f"collections/{name}/items?bbox=117,31,118,32")) == found
        outside = set(ids(ask(call(Role.PLANNER), f"collections/{name}/items"))) - set(found)
        answer = ask(api, f"collections/{name}/items/{max(outside)}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api.nothing-here")

    def test_keeps_to_the_rights_of_the_token(self, call):
        api = call(Role.PLANNER, TokenRight.READ_LAYOUTS)
        assert [one["id"] for one in ask(api, "collections").json()["collections"]] == ["layouts"]
        for address in ("compounds", "compounds/items", "compounds/items/X-0001"):
            answer = ask(api, f"collections/{address}")
            assert (answer.status_code, answer.json()["code"]) == (403, "organisation.token-right-lacking")

    def test_hides_small_counts(self, call, district):
        from linli.registry.operations.facts import NewValue, record_values

        count = [NewValue("X-0001", "residents_count", "3", source="摸底")]
        record_values(count, district=district, ledger="compound", by="岗", now=NOW)
        seen = ask(call(Role.DEPARTMENT), "collections/compounds/items/X-0001").json()["properties"]
        assert (seen["people"], seen["hidden"]) == (None, ["people"])
        assert ask(call(Role.PLANNER), "collections/compounds/items/X-0001").json()["properties"]["people"] == 3

    def test_says_when_to_come_back(self, planner, settings):
        settings.LINLI_API_RATE = 1
        answers = [ask(planner, "collections/compounds/items?limit=1") for _turn in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert (answers[1].headers["Retry-After"], answers[1].json()["code"]) == ("61", "organisation.token-too-busy")

    def test_only_reads(self, planner):
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/ogc/collections/compounds/items", headers=planner.headers)
        assert (answer.status_code, answer.json()["code"]) == (405, "api.method-wrong")
        assert answer.headers["Allow"] == "GET, HEAD"


class TestConditions:
    @pytest.mark.parametrize("address", ["", "api", "conformance", "collections", "collections/compounds/items"])
    def test_answer_304_to_who_has_the_same(self, planner, address):
        first = ask(planner, address)
        same = ask(planner, address, **{"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["ETag"] == first.headers["ETag"]

    def test_hold_until_something_happens(self, planner, call):
        mark = ask(planner, "collections/compounds/items").headers["ETag"]
        call(Role.WORKER)
        assert ask(planner, "collections/compounds/items", **{"If-None-Match": mark}).status_code == 200


class TestMapProgram:
    """The requests of QGIS in its order, with a user and a password."""

    def test_opens_a_layer_by_address(self, planner):
        secret = planner.headers["Authorization"].removeprefix("Bearer ")
        basic = {"Authorization": "Basic " + b64encode(f"linli:{secret}".encode()).decode()}
        client = Client()

        def get(address, accept):
            return client.get(address, headers=basic | {"Accept": accept})

        landing = links(get("/ogc/", "application/json").json())
        wants_description = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0"
        described = get(landing["service-desc"]["href"], wants_description).json()
        most = described["components"]["parameters"]["limit"]["schema"]["maximum"]
        assert f"{CLASSES}core" in get(landing["conformance"]["href"], "application/json").json()["conformsTo"]
        collections = get(landing["data"]["href"], "application/json").json()["collections"]
        items = links(next(one for one in collections if one["id"] == "compounds"))["items"]["href"]
        sample = get(f"{items}?limit=10", "application/geo+json, application/json").json()
        assert {shape(one["geometry"]).geom_type for one in sample["features"]} == {"Polygon"}
        west, south, east, north = outline("X-0009").bounds
        inner = f"{west + 1e-5},{south + 1e-5},{east - 1e-5},{north - 1e-5}"
        page = get(f"{items}?limit={most}&bbox={inner}", "application/geo+json, application/json")
        assert ids(page) == ["X-0009"]
