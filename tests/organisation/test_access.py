from __future__ import annotations

from datetime import date

import pytest
from tests.factories.organisation import (
    CIVIL,
    DISTRICT,
    EAST,
    EAST_FIRST,
    EAST_SECOND,
    OTHER_DISTRICT,
    OTHER_EAST,
    TODAY,
    WEST,
    WEST_FIRST,
    make_person,
    make_post,
)

from linli.foundation.trail import Actor
from linli.organisation import access
from linli.organisation.access import (
    office_ids_in_scope,
    only_scope_on,
    require,
    scope_of_post,
    scope_on,
)
from linli.organisation.errors import NotPermitted, NotSignedIntoPost, OutsideYourArea, PostUnknown
from linli.organisation.rules import Permission, Role

EVERY_OFFICE = {
    DISTRICT, CIVIL, "990101-zz", "990101-sj", EAST, WEST, EAST_FIRST, EAST_SECOND, WEST_FIRST,
}  # fmt: skip


class TestScope:
    @pytest.mark.parametrize(
        ("role", "area", "is_whole"),
        [
            (Role.PLANNER, EVERY_OFFICE, True),
            (Role.ORGANISER, EVERY_OFFICE, True),
            (Role.SUBDISTRICT, {EAST, EAST_FIRST, EAST_SECOND}, False),
            (Role.DEPARTMENT, EVERY_OFFICE, True),
            (Role.WORKER, {EAST_FIRST}, False),
            (Role.LEADER, EVERY_OFFICE, True),
            (Role.AUDITOR, EVERY_OFFICE, True),
            (Role.ADMIN, EVERY_OFFICE, True),
        ],
        ids=lambda value: str(value) if isinstance(value, Role) else "",
    )
    def test_covers_the_area_of_the_post(self, cast, role, area, is_whole):
        scope = cast.scope(role)
        assert scope.area_office_codes == area
        assert scope.area_office_ids == {cast.offices[code].id for code in area}
        assert scope.is_whole_district is is_whole
        assert scope.district_code == DISTRICT

    def test_acts_in_the_trail_without_a_name(self, cast):
        assert cast.scope(Role.PLANNER).trail_actor() == Actor(kind="person", code="planner", post="990101-mz-01")

    def test_costs_two_queries_at_most(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            scope_of_post(cast.posts[Role.PLANNER])
        with django_assert_num_queries(2):
            scope_of_post(cast.posts[Role.WORKER])


class TestScopeOfAPerson:
    def test_needs_a_post_that_is_held(self, cast):
        with pytest.raises(PostUnknown):
            scope_on("planner", post="990101-zz-01", on=TODAY)
        with pytest.raises(PostUnknown):
            scope_on("planner", post="990101-mz-01", on=date(2019, 12, 31))

    def test_is_found_alone_where_one_post_is_held(self, cast):
        assert only_scope_on("worker", on=TODAY) == cast.scope(Role.WORKER)

    def test_is_a_choice_where_several_are(self, cast):
        make_post("planner", Role.SUBDISTRICT, office=WEST)
        assert only_scope_on("planner", on=TODAY) is None

    def test_is_refused_where_none_is(self, cast):
        make_person("newcomer")
        with pytest.raises(NotSignedIntoPost) as refusal:
            only_scope_on("newcomer", on=TODAY)
        assert refusal.value.http_status == 403
        assert "newcomer" in refusal.value.message

    def test_office_ids_join_all_posts(self, cast):
        make_post("worker", Role.WORKER, office=WEST_FIRST)
        found = office_ids_in_scope("worker", on=TODAY)
        assert found == {cast.offices[EAST_FIRST].id, cast.offices[WEST_FIRST].id}


# Role -> what it may do at: its own area, elsewhere in the district, another district, anywhere at all.
MAY = {
    "can_read": {
        Role.PLANNER: "yes-yes", Role.ORGANISER: "yes-yes", Role.SUBDISTRICT: "yes-no", Role.DEPARTMENT: "yes-yes",
        Role.WORKER: "yes-no", Role.LEADER: "yes-yes", Role.AUDITOR: "yes-yes", Role.ADMIN: "yes-no",
    },
    "can_edit_ledger": {
        Role.PLANNER: "yes-no", Role.ORGANISER: "yes-no", Role.SUBDISTRICT: "yes-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "yes-no", Role.LEADER: "no-no", Role.AUDITOR: "no-no", Role.ADMIN: "no-no",
    },
    "can_import": {
        Role.PLANNER: "yes-no", Role.ORGANISER: "yes-no", Role.SUBDISTRICT: "yes-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "no-no", Role.LEADER: "no-no", Role.AUDITOR: "no-no", Role.ADMIN: "no-no",
    },
    "can_audit": {
        Role.PLANNER: "yes-no", Role.ORGANISER: "yes-no", Role.SUBDISTRICT: "yes-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "no-no", Role.LEADER: "no-no", Role.AUDITOR: "no-no", Role.ADMIN: "no-no",
    },
    "can_plan": {
        Role.PLANNER: "yes-no", Role.ORGANISER: "yes-no", Role.SUBDISTRICT: "yes-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "no-no", Role.LEADER: "no-no", Role.AUDITOR: "no-no", Role.ADMIN: "no-no",
    },
    "can_read_trail": {
        Role.PLANNER: "no-no", Role.ORGANISER: "no-no", Role.SUBDISTRICT: "no-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "no-no", Role.LEADER: "yes-yes", Role.AUDITOR: "yes-yes", Role.ADMIN: "yes-no",
    },
    "can_admin": {
        Role.PLANNER: "no-no", Role.ORGANISER: "no-no", Role.SUBDISTRICT: "no-no", Role.DEPARTMENT: "no-no",
        Role.WORKER: "no-no", Role.LEADER: "no-no", Role.AUDITOR: "no-no", Role.ADMIN: "yes-no",
    },
}  # fmt: skip
CELLS = [
    pytest.param(name, role, answer, id=f"{name}-{role}")
    for name, table in MAY.items()
    for role, answer in table.items()
]


class TestPredicates:
    """The area of every role is narrowed to the east, so that the west is elsewhere for each of them."""

    @pytest.mark.parametrize(("name", "role", "answer"), CELLS)
    def test_is_the_table(self, cast, name, role, answer):
        can = getattr(access, name)
        username = make_person("second")
        area = EAST_FIRST if role is Role.WORKER else EAST
        scope = scope_of_post(make_post(username, role, area=area))
        found = tuple(can(scope, office=office) for office in (EAST_FIRST, WEST_FIRST, OTHER_EAST))
        own, other = (word == "yes" for word in answer.split("-"))
        assert found == (own, other, False)
        assert can(scope) is (own or other)

    def test_a_whole_district_ends_at_its_border(self, cast):
        scope = cast.scope(Role.PLANNER)
        assert access.can_edit_ledger(scope, office=WEST_FIRST)
        assert not access.can_read(scope, office=OTHER_DISTRICT)
        assert not access.can_read(scope, office=OTHER_EAST)
        assert not access.can_read(scope, office="no-such-office")

    @pytest.mark.parametrize(
        ("role", "answer"),
        [
            (Role.PLANNER, True),
            (Role.ORGANISER, True),
            (Role.SUBDISTRICT, False),
            (Role.DEPARTMENT, True),
            (Role.WORKER, False),
            (Role.LEADER, True),
            (Role.AUDITOR, True),
            (Role.ADMIN, True),
        ],
        ids=str,
    )
    def test_reading_the_district(self, cast, role, answer):
        assert access.can_read_district(cast.scope(role)) is answer


class TestRequire:
    def test_passes_what_is_allowed(self, cast):
        require(cast.scope(Role.SUBDISTRICT), Permission.PLAN, office=EAST_SECOND)

    def test_says_that_the_place_is_wrong(self, cast):
        with pytest.raises(OutsideYourArea) as refusal:
            require(cast.scope(Role.SUBDISTRICT), Permission.PLAN, office=WEST_FIRST)
        assert refusal.value.message == (
            "“东桥街道 经办岗”可以编制调整方案，但只限东桥街道，单位 990101002001 不在其中。请交由所在范围的岗位办理"
        )

    def test_says_that_the_post_is_wrong(self, cast):
        with pytest.raises(NotPermitted) as refusal:
            require(cast.scope(Role.AUDITOR), Permission.EDIT_LEDGER, office=EAST)
        assert refusal.value.message == "“区审计局 经办岗”不能更新台账。需要时换用有此职责的岗位，或找本单位管理岗"
