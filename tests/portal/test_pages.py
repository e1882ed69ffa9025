"""Pages of the portal, per role: what waits, what may be seen, what is found, what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from tests.factories.organisation import DISTRICT, EAST_FIRST, NOW, Cast, make_cast
from tests.factories.registry import grid_district

from linli.foundation import clock, trail
from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.portal.web.interfaces import ABOUT
from linli.registry.models import Community
from linli.registry.operations.audit import run_audit
from linli.registry.operations.exemptions import Asked, register_exemption
from linli.registry.rules.exempting import ExemptionKind
from linli.registry.rules.searching import search_text

LAYOUT = """
    AABB
    AAB.
    CCDD
"""
#: A 900, B 1,200, C 1,700, D 900 households; one compound of 400 lies in no community.
HOUSEHOLDS = """
    3333
    1134
    8944
"""


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def audited(cast):
    district = grid_district(LAYOUT, HOUSEHOLDS, west="CD")
    for community in Community.objects.all():
        community.pinyin = search_text(community.name)
        community.save()
    run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW)
    return district


@pytest.fixture
def open_as(client, cast):
    def opened(role: Role, address: str, **headers):
        client.force_login(Person.objects.get(username=cast.posts[role].username))
        return client.get(address, headers=headers)

    return opened


class TestHome:
    @pytest.mark.parametrize("role", list(Role))
    def test_opens_for_every_role_without_a_district(self, open_as, role):
        answer = open_as(role, "/")
        assert answer.status_code == 200
        assert "还没有台账" in answer.content.decode()

    @pytest.mark.parametrize("role", list(Role))
    def test_opens_for_every_role(self, open_as, audited, role):
        answer = open_as(role, "/")
        assert answer.status_code == 200
        assert answer.context["home"].is_founded

    def test_says_in_its_title_how_many_problems_wait(self, open_as, audited):
        home = open_as(Role.PLANNER, "/").context["home"]
        assert home.title.startswith("有 ")
        assert home.todos[0].letter == "盲"
        assert home.todos[0].title == "盲区问题 1 个"
        assert home.overview.compounds == 12
        assert home.overview.assigned_compounds == 11

    def test_names_exceptions_that_end_soon_to_those_who_plan(self, open_as, audited, cast):
        until = clock.today(clock.now()) + timedelta(days=10)
        asked = Asked(ExemptionKind.BAND, EAST_FIRST, "古城保护区", until_on=until)
        register_exemption(asked, by=cast.scope(Role.PLANNER), now=clock.now())
        todos = {todo.title: todo for todo in open_as(Role.PLANNER, "/").context["home"].todos}
        todo = todos["快到期的例外 1 处"]
        assert todo.url == "/exemptions/?standing=EXPIRING"
        assert f"柳荫社区 户数规模，到 {until}" in todo.note
        assert not [todo for todo in open_as(Role.LEADER, "/").context["home"].todos if "例外" in todo.title]

    def test_shows_the_auditor_acts_and_nothing_to_do(self, open_as, audited):
        home = open_as(Role.AUDITOR, "/").context["home"]
        assert home.title == "最近的操作"
        assert all(not todo.act for todo in home.todos)
        assert not home.can_plan
        assert not home.can_import

    def test_gives_the_leader_at_most_five_matters_without_buttons(self, open_as, audited):
        home = open_as(Role.LEADER, "/").context["home"]
        assert len(home.todos) <= 5
        assert all(not todo.act for todo in home.todos)

    def test_counts_for_a_worker_only_their_own_community(self, open_as, audited):
        assert open_as(Role.WORKER, "/").context["home"].overview.communities == 1

    def test_leads_strangers_to_the_door(self, client, db):
        assert client.get("/").headers["Location"] == reverse("organisation:sign-in")


class TestSearch:
    def test_finds_by_name_code_and_initials(self, open_as, audited):
        for words in ("柳荫", "990101001001", "lysq"):
            rows = open_as(Role.PLANNER, f"/search/?q={words}").context["rows"]
            assert [row.name for row, _kind, _url in rows][:1] == ["柳荫社区"], words

    def test_answers_the_field_with_a_fragment(self, open_as, audited):
        answer = open_as(Role.PLANNER, "/search/?q=柳荫", hx_request="true")
        assert b"<html" not in answer.content
        assert "柳荫社区" in answer.content.decode()

    def test_keeps_others_places_from_a_worker(self, open_as, audited):
        assert open_as(Role.WORKER, "/search/?q=梅亭").context["rows"] == []

    def test_says_so_when_nothing_fits(self, open_as, audited):
        assert "没有找到" in open_as(Role.PLANNER, "/search/?q=不存在的地方").content.decode()


class TestOtherPages:
    def test_shows_every_standard_with_its_document(self, open_as):
        answer = open_as(Role.WORKER, "/standards/?q=社区户数")
        national = answer.context["levels"][0]
        assert (national.key, national.topics[0].name) == ("national", "社区规模与布局")
        assert [standard.key for standard, _limit in national.topics[0].rows][:1] == ["community_households"]
        assert "城市居民委员会组织法" in answer.content.decode()

    def test_shows_the_address_to_paste_into_a_map_program(self, open_as):
        answer = open_as(Role.WORKER, "/interfaces/")
        assert answer.context["features"] == "http://testserver/ogc/"
        assert '<code class="ll-secret" id="features-address">http://testserver/ogc/</code>' in answer.content.decode()
        assert reverse("organisation:tokens") in answer.content.decode()

    def test_explains_each_operation_that_the_descriptions_name(self, open_as, client):
        told = {
            (one.method, one.path)
            for chapter in open_as(Role.PLANNER, "/interfaces/").context["chapters"]
            for one in chapter.operations
        }
        described = set()
        for address, prefix in (("/api/v1/openapi.json", ""), ("/ogc/api", "/ogc")):
            for path, methods in client.get(address).json()["paths"].items():
                described |= {(method.upper(), f"{prefix}{path}") for method in methods}
        assert len(described) > 40
        assert told == described

    def test_explains_parameters_of_address_and_body(self, open_as):
        chapters = open_as(Role.PLANNER, "/interfaces/").context["chapters"]
        operations = {(one.method, one.path): one for chapter in chapters for one in chapter.operations}
        limit = operations["GET", "/ogc/collections/compounds/items"].parameters[0]
        assert (limit.name, limit.form, limit.is_required) == ("limit", "integer ≥ 1 ≤ 1000", False)
        upload = {one.name: one for one in operations["POST", "/api/v1/imports"].parameters}
        assert upload["kind"].is_required
        assert upload["kind"].form == "compound | community | facility | parcel | attributes"

    def test_names_what_each_operation_is_about(self, client):
        tags = {
            one["tags"][0]
            for methods in client.get("/api/v1/openapi.json").json()["paths"].values()
            for one in methods.values()
        }
        assert set(ABOUT) == tags

    def test_keeps_the_interfaces_to_who_has_signed_in(self, client, db):
        assert client.get("/interfaces/").headers["Location"].startswith(reverse("organisation:sign-in"))

    def test_parts_local_rules_from_national_ones(self, open_as):
        levels = {level.key: level for level in open_as(Role.WORKER, "/standards/").context["levels"]}
        assert list(levels) == ["national", "local", "own"]
        local = [standard for topic in levels["local"].topics for standard, _limit in topic.rows]
        assert "community_merge_floor" in {standard.key for standard in local}
        assert not [topic.name for level in levels.values() for topic in level.topics if topic.name == "其他"]

    def test_finds_a_standard_by_its_english_name(self, open_as):
        answer = open_as(Role.WORKER, "/standards/?q=hard upper limit")
        assert [level.count for level in answer.context["levels"]] == [1]

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.AUDITOR, 200), (Role.LEADER, 200), (Role.ADMIN, 200), (Role.PLANNER, 403), (Role.WORKER, 403)],
    )
    def test_opens_the_trail_to_those_who_may_read_it(self, open_as, audited, role, status):
        assert open_as(role, "/trail/").status_code == status

    def test_tells_the_trail_in_words(self, open_as, audited):
        content = open_as(Role.AUDITOR, "/trail/").content.decode()
        assert "核查" in content
        assert "接收现状布局" in content

    def test_names_the_post_behind_an_act(self, open_as, audited, cast):
        acting = cast.posts[Role.PLANNER]
        with transaction.atomic():
            trail.record("registry.ledger.exported", subject=trail.Subject("registry.ledger", "compounds"),
                         by=cast.scope(Role.PLANNER), at=NOW, district=DISTRICT)  # fmt: skip
        answer = open_as(Role.AUDITOR, "/trail/?verb=registry.ledger.exported")
        assert [(words, post) for _card, words, post in answer.context["rows"]] == [("导出台账", acting.name)]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("verb=registry.audit.finished", True),
            ("verb=plans.plan.made", False),
            ("since=2026-11-23&until=2026-11-23", True),
            ("since=2026-11-24", False),
            ("until=2026-11-22", False),
            ("since=someday", True),
        ],
    )
    def test_narrows_the_trail_by_act_and_days(self, open_as, audited, asked, found):
        verbs = [card.verb for card, _words, _post in open_as(Role.AUDITOR, f"/trail/?{asked}").context["rows"]]
        assert ("registry.audit.finished" in verbs) is found

    @pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.AUDITOR, 403), (Role.PLANNER, 403)])
    def test_shows_accounts_to_the_administrator_alone(self, open_as, role, status):
        assert open_as(role, "/accounts/").status_code == status

    def test_shows_an_empty_inbox_with_a_way_on(self, open_as, audited):
        assert "还没有消息" in open_as(Role.PLANNER, "/inbox/").content.decode()
