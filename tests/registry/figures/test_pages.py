from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories.organisation import NOW, Cast
from tests.registry.figures.conftest import Fill, standing

from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import Compound, Fact
from linli.registry.operations.verifying import return_figures, verify_figures
from linli.registry.queries.figures import FigureFilter, mark_of, standing_figures
from linli.registry.rules.verifying import Stage

SignedInAs = Callable[[Role], Client]
LIST = "/ledger/figures/"
JUDGE = "/ledger/figures/judge/"
HOUR = timedelta(hours=1)


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


class TestList:
    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.PLANNER, 200),
            (Role.ORGANISER, 200),
            (Role.SUBDISTRICT, 200),
            (Role.WORKER, 200),
            (Role.DEPARTMENT, 403),
            (Role.LEADER, 403),
            (Role.AUDITOR, 403),
            (Role.ADMIN, 403),
        ],
    )
    def test_is_for_those_who_fill_in_and_verify(
        self, district: object, signed_in_as: SignedInAs, role: Role, status: int
    ) -> None:
        assert signed_in_as(role).get(LIST).status_code == status

    def test_shows_what_waits_for_the_reader_and_no_more(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        fill("230")
        fill("777", field="residents_count", role=Role.SUBDISTRICT)
        fill("888", code="X-0008", role=Role.PLANNER)
        officer = text_of(signed_in_as(Role.SUBDISTRICT).get(LIST))
        assert "<b>230</b>" in officer
        assert "<b>777</b>" not in officer
        assert "<b>888</b>" not in officer
        assert 'name="figure"' in officer
        worker = text_of(signed_in_as(Role.WORKER).get(LIST))
        assert "<b>230</b>" in worker
        assert 'name="figure"' not in worker

    def test_filters_by_community_field_and_who_filled_in(self, cast: Cast, fill: Fill) -> None:
        fill("230")
        fill("3", field="building_count")
        fill("9", code="X-0006", role=Role.SUBDISTRICT)
        area = area_of(cast.scope(Role.PLANNER), now=NOW)

        def left(**asked: str) -> list[str]:
            return [fact.value for fact in standing_figures(area, FigureFilter(Stage.WAITING, **asked))]

        assert left() == ["3", "230", "9"]
        assert left(community="990101001001") == ["3", "230"]
        assert left(community="990101001002") == ["9"]
        assert left(ledger="compound", field="building_count") == ["3"]
        assert left(post=cast.posts[Role.WORKER].code) == ["3", "230"]
        assert left(body="990101001") == ["9"]

    def test_offers_an_undo_after_the_act(self, cast: Cast, signed_in_as: SignedInAs, fill: Fill) -> None:
        client, version = signed_in_as(Role.SUBDISTRICT), fill("230")
        answer = client.post(JUDGE, {"act": "verify", "figure": [str(version)]})
        assert answer.status_code == 302
        assert Compound.objects.get(code="X-0001").is_household_verified
        page = text_of(client.get(answer.headers["Location"]))
        assert "已核实 1 项" in page
        moment = answer.headers["Location"].split("done=")[1].split("&")[0]
        undone = client.post(f"/ledger/figures/undo/{moment}/")
        assert undone.status_code == 302
        assert Fact.objects.get().stage == "WAITING"

    def test_keeps_ticks_and_reason_when_it_refuses(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        gone, other = fill("230"), fill("3", field="building_count")
        fill("240", now=NOW + HOUR)
        answer = signed_in_as(Role.SUBDISTRICT).post(
            JUDGE, {"act": "return", "reason": "对不上", "figure": [str(gone), str(other)]}
        )
        page = text_of(answer)
        assert answer.status_code == 409
        assert 'value="对不上"' in page
        ticked = [line for line in re.findall(r'<input[^>]*name="figure"[^>]*>', page) if " checked" in line]
        assert len(ticked) == 1 and str(other) in ticked[0]
        assert not Fact.objects.filter(stage="RETURNED").exists()

    def test_judges_all_that_the_filter_leaves_while_it_leaves_the_same(
        self, cast: Cast, signed_in_as: SignedInAs, fill: Fill
    ) -> None:
        fill("230"), fill("3", field="building_count"), fill("9", code="X-0006", role=Role.PLANNER)
        client = signed_in_as(Role.SUBDISTRICT)
        area = area_of(cast.scope(Role.SUBDISTRICT), now=NOW)
        mark = mark_of(standing_figures(area, FigureFilter(Stage.WAITING, community="990101001001")))
        fill("240", now=NOW + HOUR)
        address = f"{JUDGE}?community=990101001001"
        assert client.post(address, {"act": "verify-all", "mark": mark}).status_code == 409
        assert not Fact.objects.filter(stage="VERIFIED").exists()
        mark = mark_of(standing_figures(area, FigureFilter(Stage.WAITING, community="990101001001")))
        assert client.post(address, {"act": "verify-all", "mark": mark}).status_code == 302
        verified = Fact.objects.filter(stage="VERIFIED").values_list("value", flat=True)
        assert sorted(verified) == ["240", "3"]

    @pytest.mark.parametrize("role", [Role.WORKER, Role.LEADER, Role.AUDITOR, Role.DEPARTMENT, Role.ADMIN])
    def test_is_judged_by_those_who_may(self, signed_in_as: SignedInAs, fill: Fill, role: Role) -> None:
        version = fill("230")
        assert signed_in_as(role).post(JUDGE, {"act": "verify", "figure": [str(version)]}).status_code == 403
        assert Fact.objects.get().stage == "WAITING"

    @pytest.mark.parametrize("key", ["", "x", "compound:X-0001:household_count:99999999999999999999", "a:b:c:d:1"])
    def test_refuses_keys_that_name_nothing(self, signed_in_as: SignedInAs, fill: Fill, key: str) -> None:
        fill("230")
        answer = signed_in_as(Role.SUBDISTRICT).post(JUDGE, {"act": "verify", "figure": [key]})
        assert answer.status_code == 422
        assert Fact.objects.get().stage == "WAITING"


class TestFigure:
    def test_tells_who_filled_in_verified_and_returned(self, cast: Cast, signed_in_as: SignedInAs, fill: Fill) -> None:
        officer = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=officer, now=NOW)
        return_figures([fill("260", now=NOW + HOUR)], reason="重复计数", by=officer, now=NOW + HOUR)
        page = text_of(signed_in_as(Role.WORKER).get("/ledger/figures/compound/X-0001/household_count/"))
        for words in (officer.post.name, cast.posts[Role.WORKER].name, "重复计数", "上一个核实过的数", "仍报此数"):
            assert words in page
        assert "<html" in page

    def test_answers_htmx_with_a_fragment(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        fill("230")
        address = "/ledger/figures/compound/X-0001/household_count/"
        page = text_of(signed_in_as(Role.WORKER).get(address, headers={"HX-Request": "true"}))
        assert "<html" not in page
        assert 'id="figure"' in page

    @pytest.mark.parametrize(
        ("role", "status"), [(Role.WORKER, 404), (Role.SUBDISTRICT, 404), (Role.PLANNER, 200), (Role.AUDITOR, 200)]
    )
    def test_keeps_to_the_area(self, district: object, signed_in_as: SignedInAs, role: Role, status: int) -> None:
        address = "/ledger/figures/compound/X-0008/household_count/"
        assert signed_in_as(role).get(address).status_code == status

    @pytest.mark.parametrize("path", ["compound/X-0001/shoe_size", "compound/X-9999/address", "cellar/X-0001/address"])
    def test_knows_no_other_fields(self, district: object, signed_in_as: SignedInAs, path: str) -> None:
        assert signed_in_as(Role.PLANNER).get(f"/ledger/figures/{path}/").status_code == 404

    def test_hides_small_counts_from_other_offices(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        fill("3", field="age_80_plus")
        address = "/ledger/figures/compound/X-0001/age_80_plus/"
        assert "少于 5" in text_of(signed_in_as(Role.DEPARTMENT).get(address))
        assert "<b>3</b>" in text_of(signed_in_as(Role.WORKER).get(address))

    def test_returns_with_its_reason_and_takes_the_same_number_again(
        self, signed_in_as: SignedInAs, fill: Fill
    ) -> None:
        version = fill("230")
        address = "/ledger/figures/compound/X-0001/household_count/judge/"
        officer, worker = signed_in_as(Role.SUBDISTRICT), signed_in_as(Role.WORKER)
        assert officer.post(address, {"act": "return", "figure": str(version), "reason": ""}).status_code == 422
        assert officer.post(address, {"act": "return", "figure": str(version), "reason": "偏大"}).status_code == 302
        assert Fact.objects.get().stage == "RETURNED"
        again = worker.post(address, {"act": "again", "figure": str(standing()), "reason": "含新楼"})
        assert again.status_code == 302
        assert Fact.objects.get(replaced_at=None).reason == "含新楼"

    def test_shows_both_values_to_who_judged_one_that_was_replaced(self, signed_in_as: SignedInAs, fill: Fill) -> None:
        seen = fill("230")
        fill("260", now=NOW + timedelta(minutes=5))
        address = "/ledger/figures/compound/X-0001/household_count/judge/"
        answer = signed_in_as(Role.SUBDISTRICT).post(address, {"act": "verify", "figure": str(seen)})
        assert answer.status_code == 409
        assert (answer.context["seen"].value, answer.context["standing"].value) == ("230", "260")
        assert "你看过的" in text_of(answer) and "现在的" in text_of(answer)
        assert set(Fact.objects.values_list("stage", flat=True)) == {"WAITING"}
        assert f'name="figure" value="{standing()}"' in answer.content.decode()
