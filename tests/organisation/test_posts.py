from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories.organisation import (
    CIVIL,
    DISTRICT,
    EAST,
    EAST_FIRST,
    EAST_SECOND,
    NOW,
    OTHER_DISTRICT,
    START,
    TODAY,
    WEST,
    make_person,
    make_post,
    told,
)

from linli.foundation.trail import SYSTEM
from linli.organisation.access import scope_of_post
from linli.organisation.errors import (
    AreaOutsideDistrict,
    IntervalEmpty,
    NotPermitted,
    OfficeClosed,
    OfficeUnknown,
    OutsideYourArea,
    PersonUnknown,
    PostEnded,
    PostHeldTwice,
    PostTitleMissing,
    PostUnknown,
    RoleMisplaced,
)
from linli.organisation.models import Office, Post
from linli.organisation.operations import appoint, close_office, end_post
from linli.organisation.queries import post_by_code, posts_in, posts_of
from linli.organisation.rules import Role

YESTERDAY = TODAY - timedelta(days=1)


def fill(**changes):
    wanted = {
        "username": "leader",
        "office": WEST,
        "role": Role.SUBDISTRICT,
        "title": "挂职",
        "valid_from_on": TODAY,
        "by": SYSTEM,
        "now": NOW,
    } | changes
    return appoint(wanted.pop("username"), **wanted)


class TestAppoint:
    def test_covers_the_office_itself(self, cast):
        post = fill()
        assert (post.code, post.name, post.role_name) == (f"{WEST}-01", "西园街道 挂职", "街道")
        assert post.area == cast.offices[WEST]
        assert post == post_by_code(post.code)

    def test_of_a_department_covers_what_stands_above_it(self, cast):
        post = fill(office=CIVIL, role=Role.DEPARTMENT)
        assert (post.office.code, post.area.code) == (CIVIL, DISTRICT)

    def test_covers_another_area_on_demand(self, cast):
        assert fill(office=CIVIL, role=Role.PLANNER, area=EAST).area.code == EAST

    def test_numbers_the_posts_of_an_office(self, cast):
        codes = [fill(username=make_person(name)).code for name in ("a1", "b2", "c3")]
        assert codes == [f"{WEST}-01", f"{WEST}-02", f"{WEST}-03"]

    def test_is_written_to_the_trail(self, cast):
        fill(valid_to_on=date(2027, 1, 1), by=cast.scope(Role.ADMIN))
        entry = told()[0]
        assert (entry.verb, entry.subject.code, entry.actor.code) == (
            "organisation.post.filled",
            f"{WEST}-01",
            "admin",
        )
        assert entry.details == {
            "person": "leader",
            "role": "SUBDISTRICT",
            "area": WEST,
            "valid_from_on": "2026-11-23",
            "valid_to_on": "2027-01-01",
        }

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            pytest.param({"username": "nobody"}, PersonUnknown, id="no such person"),
            pytest.param({"office": "990101009"}, OfficeUnknown, id="no such office"),
            pytest.param({"area": "990101009"}, OfficeUnknown, id="no such area"),
            pytest.param({"title": " "}, PostTitleMissing, id="no title"),
            pytest.param({"title": "长" * 41}, PostTitleMissing, id="title too long"),
            pytest.param({"valid_to_on": TODAY}, IntervalEmpty, id="no day"),
            pytest.param({"valid_from_on": START - timedelta(days=1)}, OfficeClosed, id="before the office"),
            pytest.param({"role": Role.WORKER, "office": CIVIL}, RoleMisplaced, id="worker in a department"),
            pytest.param({"role": Role.AUDITOR, "office": EAST}, RoleMisplaced, id="auditor in a subdistrict"),
            pytest.param({"office": "990102001"}, AreaOutsideDistrict, id="office of another district"),
            pytest.param({"area": OTHER_DISTRICT}, AreaOutsideDistrict, id="area of another district"),
            pytest.param(
                {"username": "subdistrict", "office": EAST, "valid_from_on": date(2025, 1, 1)},
                PostHeldTwice,
                id="held already",
            ),
        ],
    )
    def test_refuses_and_changes_nothing(self, cast, changes, refusal):
        before = (Post.objects.count(), told()[0].sequence)
        with pytest.raises(refusal):
            fill(**changes)
        assert (Post.objects.count(), told()[0].sequence) == before

    def test_refuses_an_office_that_closes_meanwhile(self, cast):
        close_office(EAST_SECOND, on=date(2027, 1, 1), by=SYSTEM, now=NOW)
        with pytest.raises(OfficeClosed):
            fill(office=EAST_SECOND, role=Role.WORKER)
        assert fill(office=EAST_SECOND, role=Role.WORKER, valid_to_on=date(2027, 1, 1)).office.code == EAST_SECOND

    def test_follows_on_an_ended_post(self, cast):
        end_post(cast.posts[Role.SUBDISTRICT].code, on=TODAY, by=SYSTEM, now=NOW)
        again = fill(username="subdistrict", office=EAST)
        assert again.code == f"{EAST}-02"

    def test_needs_the_admin(self, cast):
        with pytest.raises(NotPermitted):
            fill(by=cast.scope(Role.SUBDISTRICT))
        narrow = make_post(make_person("second"), Role.ADMIN, area=EAST)
        with pytest.raises(OutsideYourArea):
            fill(by=scope_of_post(narrow))


class TestEndPost:
    def test_keeps_it_on_record(self, cast):
        code = cast.posts[Role.WORKER].code
        assert end_post(code, on=TODAY, by=SYSTEM, now=NOW).valid_to_on == TODAY
        assert posts_of("worker", on=TODAY) == ()
        assert [post.code for post in posts_of("worker", on=YESTERDAY)] == [code]
        assert told()[0].verb == "organisation.post.ended"

    def test_can_be_brought_forward_but_not_put_off(self, cast):
        code = cast.posts[Role.WORKER].code
        end_post(code, on=TODAY, by=SYSTEM, now=NOW)
        with pytest.raises(PostEnded):
            end_post(code, on=TODAY + timedelta(days=1), by=SYSTEM, now=NOW)
        assert end_post(code, on=YESTERDAY, by=SYSTEM, now=NOW).valid_to_on == YESTERDAY

    def test_refuses_and_changes_nothing(self, cast):
        code = cast.posts[Role.WORKER].code
        with pytest.raises(PostUnknown):
            end_post("no-such-post", on=TODAY, by=SYSTEM, now=NOW)
        with pytest.raises(IntervalEmpty):
            end_post(code, on=START, by=SYSTEM, now=NOW)
        with pytest.raises(NotPermitted):
            end_post(code, on=TODAY, by=cast.scope(Role.WORKER), now=NOW)
        assert post_by_code(code).valid_to_on is None


class TestPostsOf:
    def test_is_by_appointment(self, cast):
        second = fill(username="planner")
        assert [post.code for post in posts_of("planner", on=TODAY)] == ["990101-mz-01", second.code]
        assert [post.code for post in posts_of("planner", on=YESTERDAY)] == ["990101-mz-01"]

    def test_leaves_out_posts_of_a_closed_office(self, cast):
        # Stored so on purpose: close_office would refuse.
        Office.objects.filter(code=EAST_FIRST).update(valid_to_on=TODAY)
        assert posts_of("worker", on=TODAY) == ()
        assert len(posts_of("worker", on=YESTERDAY)) == 1

    def test_costs_one_query(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            posts_of("planner", on=TODAY)

    def test_of_an_office_by_role(self, cast):
        assert [p.username for p in posts_in(CIVIL, on=TODAY)] == ["planner", "department", "admin"]
        assert [p.username for p in posts_in(CIVIL, on=TODAY, role=Role.ADMIN)] == ["admin"]


class TestStoredPost:
    @pytest.mark.parametrize(
        "changes", [{"role": "KING"}, {"valid_to_on": START}, {"code": "990101-mz-01"}, {}], ids=str
    )
    def test_the_database_refuses(self, cast, changes):
        held = Post.objects.get(code="990101-mz-01")
        wanted = {
            "code": "990101-mz-09",
            "person": held.person,
            "office": held.office,
            "area_office": held.area_office,
            "role": "PLANNER",
            "title": "布局规划岗",
            "valid_from_on": START,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.create(**(wanted | changes))
