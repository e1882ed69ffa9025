from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from tests.factories.organisation import DISTRICT, NOW, PASSWORD, told
from tests.factories.registry import grid_district

from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import request_plan
from linli.organisation.rules import Role


@pytest.fixture(autouse=True)
def bare_frame(settings):
    # The portal's navigation has tests of its own.
    settings.LINLI_NAVIGATION = ""
    # Keys repeat from test to test, as they never do in a database that is kept.
    cache.clear()


@pytest.fixture
def sign_in(client, cast):
    def signed_in(role: Role):
        # Who is signed in already would stay so.
        client.logout()
        assert client.post("/sign-in/", {"username": role.value.lower(), "password": PASSWORD}).status_code in (
            302,
            200,
        )
        return client

    return signed_in


class TestThePlanList:
    def test_says_what_to_do_while_it_is_empty(self, sign_in) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        page = sign_in(Role.PLANNER).get("/plans/").content.decode()
        assert "还没有调整方案" in page
        assert "/plans/new/" in page

    def test_shows_readers_no_button_that_writes(self, sign_in) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        page = sign_in(Role.AUDITOR).get("/plans/").content.decode()
        assert "/plans/new/" not in page

    def test_finds_a_plan_by_its_words(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        ask(title="方案甲：匀一匀")
        client = sign_in(Role.PLANNER)
        assert "方案甲" in client.get("/plans/", {"q": "匀一匀"}).content.decode()
        assert "没有符合条件的方案" in client.get("/plans/", {"q": "拆云栖"}).content.decode()


class TestANewPlan:
    def test_starts_with_the_band_of_the_policy_profile(self, sign_in) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        page = sign_in(Role.PLANNER).get("/plans/new/").content.decode()
        assert 'value="1000"' in page and 'value="3000"' in page
        assert "城市居民委员会组织法" in page

    def test_leads_to_the_plan(self, sign_in, django_capture_on_commit_callbacks) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        client = sign_in(Role.PLANNER)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/plans/new/", {"subdistrict": "district", "low": 1000, "high": 3000, "seed": 7})
        plan = AdjustmentPlan.objects.get()
        assert answer.headers["Location"] == f"/plans/{plan.number}/"
        assert plan.stage == AdjustmentPlan.Stage.DRAFT

    def test_names_what_is_missing_and_opens_the_assumption(self, sign_in) -> None:
        grid_district("AAAB AAAB", "66?3 6666")
        answer = sign_in(Role.PLANNER).post(
            "/plans/new/", {"subdistrict": "district", "low": 1000, "high": 3000, "seed": 7}
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "丁字3号院" in page
        assert '<details class="ll-more" open id="assumption">' in page
        assert not AdjustmentPlan.objects.exists()

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER, Role.WORKER, Role.DEPARTMENT])
    def test_is_not_for_posts_that_may_not_plan(self, sign_in, role) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        assert sign_in(role).get("/plans/new/").status_code == 403


class TestTheListOfPlans:
    def test_has_no_dead_pager_on_its_only_page(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        ask()
        page = sign_in(Role.PLANNER).get("/plans/").content.decode()
        assert "第 1–1 条，共 1 条" in page
        assert "下一页" not in page


class TestTheGovernanceMap:
    def test_offers_drafts_beside_the_layout_in_force(self, sign_in, ask) -> None:
        grid_district("AABB CCCC", "6666 5555", west="C")
        east, west = (ask(subdistrict=code, title=code).number for code in ("990101001", "990101002"))

        def offered(role: Role) -> list[tuple[str, str]]:
            choices = sign_in(role).get("/map/").context["layouts"].choices
            return [(choice.label, choice.url) for choice in choices]

        assert offered(Role.PLANNER) == [
            ("现状布局", "/map/"),
            ("草案：990101002", f"/plans/{west}/"),
            ("草案：990101001", f"/plans/{east}/"),
        ]
        assert offered(Role.SUBDISTRICT) == [("现状布局", "/map/"), ("草案：990101001", f"/plans/{east}/")]

    def test_offers_no_plan_that_did_not_come_about(self, sign_in, cast) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        request_plan(scope=cast.scope(Role.PLANNER), district=DISTRICT, seed=7, now=NOW)
        assert len(sign_in(Role.PLANNER).get("/map/").context["layouts"].choices) == 1


class TestThePlanPage:
    def test_tells_acts_requirements_and_provenance(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        page = sign_in(Role.PLANNER).get(f"/plans/{plan.number}/").content.decode()
        assert "600 户由柳荫社区划入石井社区；柳荫原超上限 600 户，3,600 户变 3,000 户，回到范围内；" in page
        assert "8 个小区全部有归属" in page
        assert "600 户换社区，占 13.3% · 种子 7" in page

    def test_gives_the_map_its_files_for_good(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        client = sign_in(Role.PLANNER)
        page = client.get(f"/plans/{plan.number}/").content.decode()
        config = json.loads(page.split('id="plan-map"')[1].split(">", 1)[1].split("</script>")[0])
        before, after = (client.get(config[side]) for side in ("before", "after"))
        assert "immutable" in after.headers["Cache-Control"]
        assert before.json()["member"] == [0, 0, 0, 1, 0, 0, 0, 1]
        assert sorted(after.json()["member"]) == [0, 0, 0, 0, 0, 1, 1, 1]
        assert [one["households"] for one in after.json()["communities"]] == [3000, 1500]
        assert len(client.get(config["parcels"]).json()["parcels"]) == 8
        assert client.get(config["after"].replace("layout-", "layout-0")).status_code == 404

    def test_shows_each_community_before_and_after(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666", unknown_people="X-0001")
        plan = ask()
        page = sign_in(Role.AUDITOR).get(f"/plans/{plan.number}/communities/").content.decode()
        assert "南至槐荫路" in page
        assert "缺 1 个小区" in page

    def test_shows_how_far_the_making_is_and_can_be_called_off(self, sign_in, cast) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = request_plan(scope=cast.scope(Role.PLANNER), district=DISTRICT, seed=7, now=NOW)
        client = sign_in(Role.PLANNER)
        assert "排队等候" in client.get(f"/plans/{plan.number}/").content.decode()
        assert "排队等候" in client.get(f"/plans/{plan.number}/progress/").content.decode()
        client.post(f"/plans/{plan.number}/cancel/")
        plan.refresh_from_db()
        assert plan.stage == AdjustmentPlan.Stage.CANCELLED
        assert "已取消" in client.get(f"/plans/{plan.number}/").content.decode()

    def test_shows_why_not_every_rule_is_kept(self, sign_in, ask) -> None:
        grid_district("AAAB", "6664", homes={"X-0004": "沁园"})
        from linli.registry.models import Compound

        Compound.objects.filter(code="X-0004").update(household_count=4000)
        plan = ask()
        page = sign_in(Role.PLANNER).get(f"/plans/{plan.number}/").content.decode()
        assert "沁园一个小区就有 4,000 户，超过上限 3,000 户" in page
        assert "为石井社区登记例外" in page

    @pytest.mark.parametrize(
        ("role", "east", "west"),
        [
            (Role.PLANNER, 200, 200),
            (Role.AUDITOR, 200, 200),
            (Role.LEADER, 200, 200),
            (Role.DEPARTMENT, 200, 200),
            (Role.SUBDISTRICT, 200, 404),
            (Role.WORKER, 200, 404),
        ],
    )
    def test_is_for_those_whose_area_it_touches(self, sign_in, ask, role, east, west) -> None:
        grid_district("AABB CCCC", "6666 5555", west="C")
        plans = [ask(subdistrict=code).number for code in ("990101001", "990101002")]
        client = sign_in(role)
        assert [client.get(f"/plans/{number}/").status_code for number in plans] == [east, west]

    def test_shows_a_subdistrict_its_own_communities_of_a_plan_over_the_district(self, sign_in, ask) -> None:
        grid_district("AABB CCCC", "6666 5555", west="C")
        plan = ask()
        page = sign_in(Role.SUBDISTRICT).get(f"/plans/{plan.number}/communities/").content.decode()
        assert "柳荫社区" in page
        assert "梅亭社区" not in page

    def test_leads_from_what_fails_to_where_it_is_dealt_with(self, sign_in, ask) -> None:
        grid_district("AAAB", "6664")
        from linli.registry.models import Compound

        Compound.objects.filter(code="X-0004").update(household_count=4000)
        number = ask().number
        page = sign_in(Role.PLANNER).get(f"/plans/{number}/").content.decode()
        register = '/exemptions/new/?kind=BAND&amp;subject=990101001002">'
        assert f'<a class="n lk" href="{register}登记例外</a>' in page
        assert f'<a href="{register}为石井社区登记例外</a>' in page
        assert f'<a href="/plans/new/?from={number}&amp;low=1000&amp;high=4000">把范围放宽到 1,000–4,000 户</a>' in page
        read_only = sign_in(Role.AUDITOR).get(f"/plans/{number}/").content.decode()
        assert "/exemptions/new/" not in read_only
        assert "为石井社区登记例外" in read_only

    def test_is_renamed_from_its_page(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        planner = sign_in(Role.PLANNER)
        assert f'action="/plans/{plan.number}/rename/"' in planner.get(f"/plans/{plan.number}/").content.decode()
        planner.post(f"/plans/{plan.number}/rename/", {"title": "方案乙"})
        assert "<h1>方案乙</h1>" in planner.get(f"/plans/{plan.number}/").content.decode()
        assert "/rename/" not in sign_in(Role.AUDITOR).get(f"/plans/{plan.number}/").content.decode()

    def test_names_an_act_once(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "9999 9991")
        cards = sign_in(Role.PLANNER).get(f"/plans/{ask().number}/").context["card"].adjustments
        assert [card.title for card in cards if card.title.startswith(card.verb_name)] == []


class TestTheExport:
    def test_makes_only_the_file_that_is_wanted(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        sign_in(Role.PLANNER).post(f"/plans/{plan.number}/export/", {"file": "tables.xlsx"})
        assert list(told()[0].details["files"]) == ["tables.xlsx"]

    def test_gives_one_paper_and_tells_the_trail(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        answer = sign_in(Role.PLANNER).post(f"/plans/{plan.number}/export/", {"file": "plan.json"})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{plan.number}-plan.json"'
        assert answer.content == bytes(plan.revisions.get().document)
        assert told()[0].verb == "plans.plan.exported"

    def test_knows_only_its_own_files(self, sign_in, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        assert sign_in(Role.PLANNER).post(f"/plans/{plan.number}/export/", {"file": "../x"}).status_code == 404
        assert "plans.plan.exported" not in {entry.verb for entry in told()}
