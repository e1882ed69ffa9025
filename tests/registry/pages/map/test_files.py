from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories.organisation import EAST, EAST_FIRST, EAST_SECOND, NOW, WEST, WEST_FIRST, Cast

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import District, Layout
from linli.registry.operations.archiving import archive_compounds, restore_compounds
from linli.registry.queries.map_files import layout_file, parcels_file

SignedInAs = Callable[[Role], Client]


def parcels_for(district: District, cast: Cast, role: Role) -> dict[str, dict[str, Any]]:
    area = area_of(cast.scope(role), now=NOW)
    _name, content = parcels_file(district, parcel_set=1, area=area)
    return {parcel["code"]: parcel for parcel in json.loads(content)["parcels"]}


def communities_for(district: District, cast: Cast, role: Role) -> dict[str, dict[str, Any]]:
    area = area_of(cast.scope(role), now=NOW)
    _name, content = layout_file(district, Layout.objects.get(), area=area)
    return {community["code"]: community for community in json.loads(content)["communities"]}


class TestParcelsFile:
    def test_gives_the_whole_district_its_figures(self, district: District, cast: Cast) -> None:
        parcels = parcels_for(district, cast, Role.PLANNER)
        assert [parcels[f"P-{n:06d}"].get("households", "none") for n in range(1, 10)] == [
            200, 500, "none", 300, None, 400, 600, 100, 200,
        ]  # fmt: skip

    def test_keeps_figures_outside_the_area_back_but_not_the_ground(self, district: District, cast: Cast) -> None:
        parcels = parcels_for(district, cast, Role.WORKER)
        assert len(parcels) == 9
        assert parcels["P-000001"]["households"] == 200
        assert parcels["P-000005"]["households"] is None
        for outside in ("P-000006", "P-000007", "P-000008"):
            assert parcels[outside]["shape"]
            assert {"households", "people", "age60", "property"}.isdisjoint(parcels[outside])

    def test_gives_a_blind_spot_to_the_subdistrict_beside_it(self, district: District, cast: Cast) -> None:
        parcels = parcels_for(district, cast, Role.PLANNER)
        assert parcels["P-000007"]["subdistrict"] in {EAST, WEST}
        assert parcels["P-000001"]["subdistrict"] == EAST

    def test_is_named_by_what_it_holds(self, district: District, cast: Cast) -> None:
        whole = parcels_file(district, parcel_set=1)
        assert parcels_file(district, parcel_set=1) == whole
        worker = parcels_file(district, parcel_set=1, area=area_of(cast.scope(Role.WORKER), now=NOW))
        assert worker[0] != whole[0]


class TestLayoutFile:
    def test_sums_communities_and_leaves_the_blind_spot_out(self, district: District, cast: Cast) -> None:
        found = communities_for(district, cast, Role.PLANNER)
        assert {code: (row["households"], row["people"]) for code, row in found.items()} == {
            EAST_FIRST: (1000, 2500),
            EAST_SECOND: (400, 1000),
            WEST_FIRST: (300, 750),
        }

    def test_shows_neither_name_place_nor_sums_of_other_areas(self, district: District, cast: Cast) -> None:
        found = communities_for(district, cast, Role.WORKER)
        assert found[EAST_FIRST]["households"] == 1000
        for outside in (EAST_SECOND, WEST_FIRST):
            assert {"households", "people", "label", "office"}.isdisjoint(found[outside])


class TestAddressesOfTheFiles:
    def config(self, client: Client) -> dict[str, Any]:
        config: dict[str, Any] = client.get("/map/").context["config"]
        return config

    @pytest.mark.usefixtures("district")
    def test_answer_for_good_and_packed(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        for name in ("parcels", "layout"):
            answer = client.get(self.config(client)[name], headers={"accept-encoding": "gzip"})
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
            assert answer.headers["Content-Encoding"] == "gzip"
            assert json.loads(gzip.decompress(answer.content))["version"] == 1

    @pytest.mark.usefixtures("district")
    def test_lead_from_an_old_name_to_the_present_one(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        answer = client.get("/map/files/1/parcels-0000000000000000.json")
        assert (answer.status_code, answer.headers["Location"]) == (302, self.config(client)["parcels"])
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.usefixtures("district")
    def test_give_a_guessed_name_of_the_whole_district_to_nobody_else(self, signed_in_as: SignedInAs) -> None:
        whole = self.config(signed_in_as(Role.PLANNER))["parcels"]
        answer = signed_in_as(Role.WORKER).get(whole)
        assert answer.status_code == 302
        assert answer.headers["Location"] != whole

    @pytest.mark.usefixtures("district")
    def test_know_no_other_layouts(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.PLANNER).get("/map/files/2/layout-0000000000000000.json").status_code == 404


def test_the_parcels_file_follows_what_is_archived_and_brought_back(district: District, cast: Cast) -> None:
    def compounds() -> set[str]:
        _name, content = parcels_file(district, parcel_set=1)
        return {parcel["compound"] for parcel in json.loads(content)["parcels"] if "compound" in parcel}

    before = compounds()
    archive_compounds(["X-0001"], reason="已拆除", by=cast.scope(Role.PLANNER), now=NOW)
    assert compounds() == before - {"X-0001"}
    restore_compounds(["X-0001"], by=cast.scope(Role.PLANNER), now=NOW + timedelta(hours=1))
    assert compounds() == before
