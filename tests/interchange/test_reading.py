"""What the API answers to whom: lists, pages, filters, conditions, faults."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories.organisation import DISTRICT, EAST, EAST_FIRST, NOW, WEST_FIRST

from linli.organisation.rules import Role, TokenRight
from linli.registry.operations.facts import NewValue, record_values


def codes(rows):
    return [row["code"] for row in rows]


def count_of(district, code, field, value):
    record_values([NewValue(code, field, value, source="摸底")], district=district, ledger="compound", by="岗", now=NOW)


class TestLists:
    def test_give_the_whole_district_to_a_planner(self, call):
        api = call(Role.PLANNER)
        assert codes(api.items("subdistricts")) == [EAST, "990101002"]
        assert codes(api.items("communities")) == [EAST_FIRST, "990101001002", WEST_FIRST]
        assert codes(api.items("compounds")) == [f"X-000{n}" for n in (1, 2, 4, 5, 6, 7, 8, 9)]
        assert len(api.items("parcels")) == 9
        assert api.items("grids") == api.items("facilities") == []

    def test_give_a_worker_only_the_own_community(self, call):
        api = call(Role.WORKER)
        assert codes(api.items("communities")) == [EAST_FIRST]
        assert codes(api.items("compounds")) == ["X-0001", "X-0002", "X-0004", "X-0005"]
        assert {row["community"] for row in api.items("parcels")} == {EAST_FIRST}

    def test_answer_each_figure(self, call):
        row = call(Role.PLANNER).get("compounds?code=X-0001").json()["items"][0]
        assert row["households"] == 200
        assert row["people"] == 500
        assert row["community"] == EAST_FIRST
        assert row["community_name"] == "柳荫社区"
        assert row["subdistrict"] == EAST
        assert row["hidden"] == []
        assert row["parcels"] == ["P-000001"]

    def test_sum_communities_over_their_compounds(self, call):
        row = call(Role.PLANNER).get(f"communities?code={EAST_FIRST}").json()["items"][0]
        assert (row["compounds"], row["households"], row["people"]) == (4, 1000, 2500)

    def test_come_in_pages_that_lead_on_and_back(self, call):
        api = call(Role.PLANNER)
        first = api.get("compounds?limit=3").json()
        assert (first["total"], len(first["items"]), first["previous"]) == (8, 3, None)
        assert first["next"] == "http://testserver/api/v1/compounds?limit=3&offset=3"
        assert codes(api.items("compounds?limit=3")) == codes(api.items("compounds"))
        last = api.get("compounds?limit=3&offset=6").json()
        assert last["next"] is None
        assert last["previous"] == "http://testserver/api/v1/compounds?limit=3&offset=3"

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            (f"community={WEST_FIRST}", ["X-0008", "X-0009"]),
            (f"subdistrict={EAST}&community={WEST_FIRST}", []),
            ("community=990101009009", []),
            ("households_min=400", ["X-0006", "X-0007"]),
            ("households_max=100", ["X-0008"]),
            ("order=-households&limit=2", ["X-0007", "X-0002"]),
            ("order=-code&limit=2", ["X-0009", "X-0008"]),
            ("code=X-0001&code=X-0009", ["X-0001", "X-0009"]),
            ("q=X-0004", ["X-0004"]),
        ],
    )
    def test_are_narrowed_and_ordered(self, call, asked, found):
        got = codes(call(Role.PLANNER).get(f"compounds?{asked}").json()["items"])
        assert got == (found if "households_min" not in asked else ["X-0002", *found])

    def test_show_findings_of_the_area(self, call):
        everything = call(Role.PLANNER).get("findings").json()
        assert everything["audited_at"] == "2026-11-23T09:00:00+08:00"
        assert everything["total"] == len(call(Role.PLANNER).items("findings"))
        blind = call(Role.PLANNER).items("findings?kind=COMPOUND_UNASSIGNED")
        assert [row["subject_code"] for row in blind] == ["X-0007"]
        assert call(Role.WORKER).items("findings?kind=COMPOUND_UNASSIGNED") == []


class TestEntries:
    def test_carry_facts_with_meaning_date_and_source(self, call):
        fact = call(Role.PLANNER).get("compounds/X-0001").json()["facts"][0]
        assert (fact["field"], fact["value"], fact["number"]) == ("household_count", "200", 200)
        assert (fact["as_of_on"], fact["source"], fact["is_verified"]) == ("2026-11-01", "摸底", False)
        assert fact["recorded_at"] == "2026-11-23T09:00:00+08:00"

    def test_carry_their_history_where_asked(self, call, district):
        record_values(
            [NewValue("X-0001", "household_count", "210", source="复核")],
            district=district,
            ledger="compound",
            by="台账岗",
            now=NOW + timedelta(minutes=5),
        )
        api = call(Role.PLANNER)
        assert [one["value"] for one in api.get("compounds/X-0001").json()["facts"]] == ["210", "500"]
        past = api.get("compounds/X-0001?history=true").json()["facts"]
        assert [one["value"] for one in past] == ["210", "200", "500"]
        assert past[1]["replaced_at"] == "2026-11-23T09:05:00+08:00"

    @pytest.mark.parametrize("address", ["compounds/X-0009", f"communities/{WEST_FIRST}", "compounds/X-9999"])
    def test_of_others_are_as_unknown_as_none(self, call, address):
        answer = call(Role.WORKER).get(address)
        assert answer.status_code == 404
        assert answer.json()["code"] == "api.nothing-here"


class TestSmallCounts:
    def test_are_hidden_from_who_does_not_keep_the_figures(self, call, district):
        count_of(district, "X-0001", "residents_count", "3")
        seen = {}
        for role in (Role.WORKER, Role.PLANNER, Role.DEPARTMENT, Role.AUDITOR):
            api = call(role)
            row = api.get("compounds?code=X-0001").json()["items"][0]
            fact = api.get("compounds/X-0001").json()["facts"][-1]
            seen[role] = (row["people"], row["hidden"], fact["value"], fact["number"], fact["is_hidden"])
        shown, masked = (3, [], "3", 3, False), (None, ["people"], None, None, True)
        assert seen == {Role.WORKER: shown, Role.PLANNER: shown, Role.DEPARTMENT: masked, Role.AUDITOR: masked}

    def test_cannot_be_told_by_subtracting(self, call, district):
        count_of(district, "X-0001", "residents_count", "3")
        api = call(Role.DEPARTMENT)
        whole = api.get(f"communities/{EAST_FIRST}").json()["people"]
        parts = sum(row["people"] or 0 for row in api.items(f"compounds?community={EAST_FIRST}"))
        assert whole == parts == 2000
        assert call(Role.WORKER).get(f"communities/{EAST_FIRST}").json()["people"] == 2003

    def test_cannot_be_told_by_asking_for_a_range_or_an_order(self, call, district):
        count_of(district, "X-0001", "household_count", "4")
        api = call(Role.DEPARTMENT)
        assert "X-0001" not in codes(api.items("compounds?households_max=4"))
        assert "X-0001" in codes(call(Role.PLANNER).items("compounds?households_max=4"))
        tail = codes(api.items("compounds?order=households"))[-2:]
        assert tail == ["X-0001", "X-0005"]


class TestLayouts:
    def test_tell_which_held_when(self, call):
        row = call(Role.PLANNER).items("layouts")[0]
        assert (row["number"], row["basis"], row["effective_until"]) == (1, "TAKE_OVER", None)
        assert (row["parcels"], row["blind_parcels"]) == (9, 1)

    def test_tell_where_each_parcel_belongs(self, call):
        rows = call(Role.PLANNER).items("layouts/1/members?limit=4")
        assert [row["parcel"] for row in rows] == [f"P-00000{n}" for n in range(1, 10)]
        assert rows[6] == {"parcel": "P-000007", "community": None, "grid": None}
        own = call(Role.WORKER).items("layouts/1/members")
        assert {row["community"] for row in own} == {EAST_FIRST}

    def test_know_no_other_number(self, call):
        assert call(Role.PLANNER).get("layouts/2/members").status_code == 404


class TestTrail:
    def test_is_read_by_the_auditor(self, call):
        page = call(Role.AUDITOR).get("trail?verb=registry.&limit=1").json()
        assert page["items"][0]["verb"] == "registry.audit.finished"
        assert page["items"][0]["words"] == "核查"
        api = call(Role.AUDITOR)
        everything = [row["sequence"] for row in api.items("trail?limit=5")]
        assert everything == list(range(len(everything), 0, -1))
        assert len(everything) == len(api.items("trail?verb=organisation.")) + len(api.items("trail?verb=registry."))

    def test_is_closed_to_tokens_of_other_posts(self, call, cast):
        answer = call(Role.PLANNER).get("trail")
        assert (answer.status_code, answer.json()["code"]) == (403, "organisation.token-right-lacking")


class TestConditions:
    def test_answer_304_until_something_happens(self, call, district):
        api = call(Role.PLANNER)
        first = api.get("compounds")
        mark = first.headers["ETag"]
        assert "Authorization" in first.headers["Vary"]
        same = api.get("compounds", **{"If-None-Match": mark})
        assert (same.status_code, same.content) == (304, b"")
        assert api.get("compounds?limit=5", **{"If-None-Match": mark}).status_code == 200
        call(Role.WORKER)  # a new token is an act, too
        assert api.get("compounds", **{"If-None-Match": mark}).status_code == 200

    def test_carry_their_mark_and_whom_they_are_for(self, call):
        api = call(Role.PLANNER)
        first = api.get("compounds")
        same = api.get("compounds", **{"If-None-Match": first.headers["ETag"]})
        assert (same.headers["ETag"], same.headers["Cache-Control"]) == (first.headers["ETag"], "private, no-cache")
        assert "Authorization" in same.headers["Vary"]

    def test_are_not_held_to_seconds(self, call):
        """A date counts seconds, and an act may follow another in the same one; only the mark tells them apart."""
        api = call(Role.PLANNER)
        assert "Last-Modified" not in api.get("compounds").headers
        assert api.get("compounds", **{"If-Modified-Since": "Mon, 31 Dec 2029 00:00:00 GMT"}).status_code == 200

    @pytest.mark.parametrize("address", ["token", "imports", "plans", "layouts", "findings", "changes", "openapi.json"])
    def test_hold_for_every_address(self, call, address):
        api = call(Role.PLANNER)
        mark = api.get(address).headers["ETag"]
        assert api.get(address, **{"If-None-Match": mark}).status_code == 304

    def test_differ_from_post_to_post(self, call):
        planner, leader = call(Role.PLANNER), call(Role.LEADER)
        marks = {caller.get("compounds").headers["ETag"] for caller in (planner, leader)}
        assert len(marks) == 2


class TestFaults:
    @pytest.mark.parametrize(
        "header", [None, "Bearer", "Bearer linli_guess", "Basic !!", "Basic bGlubGk6Z3Vlc3M=", "Digest x"]
    )
    def test_say_that_a_token_is_needed(self, db, header):
        headers = {} if header is None else {"Authorization": header}
        answer = Client().get("/api/v1/compounds", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "organisation.token-refused"
        assert sorted(answer.json()) == ["code", "detail", "params", "status", "title", "type"]

    def test_take_a_token_as_a_password_too(self, call):
        from base64 import b64encode

        secret = call(Role.PLANNER).headers["Authorization"].removeprefix("Bearer ")
        basic = "Basic " + b64encode(f"qgis:{secret}".encode()).decode()
        assert Client().get("/api/v1/token", headers={"Authorization": basic}).status_code == 200

    def test_name_each_wrong_parameter(self, call):
        answer = call(Role.PLANNER).get("compounds?limit=0&households_min=few&code=%00")
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "api.request-wrong")
        assert problem["params"]["count"] == 3
        assert {one["where"] for one in problem["params"]["faults"]} == {
            "limit",
            "households_min",
            "code.0",
        }

    def test_have_one_shape_for_unknown_addresses_and_methods(self, call):
        api = call(Role.PLANNER)
        unknown, wrong = api.get("nowhere"), api.post("compounds")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "api.nothing-here")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "api.method-wrong")
        assert "GET" in wrong.headers["Allow"]

    def test_say_when_to_come_back(self, call, settings):
        settings.LINLI_API_RATE = 2
        api = call(Role.PLANNER)
        answers = [api.get("token") for _turn in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"] == "61"
        assert answers[2].json()["code"] == "organisation.token-too-busy"

    def test_hold_a_token_to_its_rights(self, call):
        answer = call(Role.PLANNER, TokenRight.READ_LAYOUTS).get("compounds")
        assert (answer.status_code, answer.json()["code"]) == (403, "organisation.token-right-lacking")

    def test_answer_404_before_the_first_ledger(self, cast):
        from tests.factories.organisation import bearer_of

        headers = bearer_of(cast.posts[Role.PLANNER])
        assert Client().get("/api/v1/compounds", headers=headers).status_code == 404


class TestOwnToken:
    def test_tells_its_post_and_area(self, call):
        said = call(Role.WORKER).get("token").json()
        assert (said["district"], said["area"], said["area_name"]) == (DISTRICT, EAST_FIRST, "柳荫社区")
        assert said["rights"] == ["ledger:read", "layouts:read", "plans:read"]
