from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories.organisation import (
    DISTRICT,
    EAST,
    EAST_FIRST,
    EAST_SECOND,
    NOW,
    OFFICES,
    OTHER_DISTRICT,
    START,
    TODAY,
    WEST,
    WEST_FIRST,
    make_offices,
    told,
)

from linli.foundation.trail import SYSTEM
from linli.organisation.errors import (
    IntervalEmpty,
    NotPermitted,
    OfficeClosed,
    OfficeCodeMalformed,
    OfficeCodeTaken,
    OfficeInUse,
    OfficeMisplaced,
    OfficeNameMissing,
    OfficeUnknown,
    OutsideYourArea,
)
from linli.organisation.models import Office
from linli.organisation.operations import OfficeRow, close_office, end_post, found_office, load_offices
from linli.organisation.queries import office_by_code, offices_below, offices_of
from linli.organisation.rules import OfficeKind, Role

NEW = "990101001003"


def found(**changes):
    wanted = {
        "code": NEW,
        "name": "新桥社区",
        "kind": OfficeKind.COMMITTEE,
        "parent": EAST,
        "valid_from_on": TODAY,
        "by": SYSTEM,
        "now": NOW,
    }
    return found_office(**(wanted | changes))


class TestFoundOffice:
    def test_stands_under_its_parent(self, cast):
        office = found()
        assert office == office_by_code(NEW)
        assert (office.path, office.parent_code, office.district_code) == (
            f"/{DISTRICT}/{EAST}/{NEW}/",
            EAST,
            DISTRICT,
        )
        assert (office.valid_from_on, office.valid_to_on) == (TODAY, None)

    def test_is_written_to_the_trail(self, cast):
        found(by=cast.scope(Role.ADMIN))
        entry = told()[0]
        assert (entry.verb, entry.subject.code) == ("organisation.office.founded", NEW)
        assert (entry.actor.code, entry.actor.post) == ("admin", cast.posts[Role.ADMIN].code)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            pytest.param({"code": "新桥"}, OfficeCodeMalformed, id="code malformed"),
            pytest.param({"code": EAST_FIRST}, OfficeCodeTaken, id="code taken"),
            pytest.param({"name": "  "}, OfficeNameMissing, id="no name"),
            pytest.param({"name": "长" * 61}, OfficeNameMissing, id="name too long"),
            pytest.param({"parent": "990101009"}, OfficeUnknown, id="no such parent"),
            pytest.param({"parent": DISTRICT}, OfficeMisplaced, id="committee under a district"),
            pytest.param({"parent": None}, OfficeMisplaced, id="committee under nothing"),
            pytest.param({"kind": OfficeKind.DISTRICT}, OfficeMisplaced, id="district under a subdistrict"),
            pytest.param({"valid_from_on": START - timedelta(days=1)}, OfficeClosed, id="before its parent"),
        ],
    )
    def test_refuses_and_changes_nothing(self, cast, changes, refusal):
        before = (Office.objects.count(), len(told()))
        with pytest.raises(refusal):
            found(**changes)
        assert (Office.objects.count(), len(told())) == before

    def test_tells_where_it_may_stand(self, cast):
        with pytest.raises(OfficeMisplaced) as refusal:
            found(parent=DISTRICT)
        assert refusal.value.message == (
            f"单位 {NEW} 的类别是“社区居民委员会”，上级应是街道办事处，实际是区。请改上级单位"
        )

    def test_needs_the_admin_of_the_district(self, cast):
        with pytest.raises(NotPermitted):
            found(by=cast.scope(Role.PLANNER))
        with pytest.raises(OutsideYourArea):
            found(code="990103", kind=OfficeKind.DISTRICT, parent=None, by=cast.scope(Role.ADMIN))
        with pytest.raises(OutsideYourArea):
            found(parent="990102001", by=cast.scope(Role.ADMIN))
        assert not Office.objects.filter(code__in=[NEW, "990103"]).exists()


class TestLoadOffices:
    def test_takes_rows_in_any_order(self, db):
        loaded = load_offices(reversed(OFFICES), by=SYSTEM, now=NOW)
        assert set(loaded) == {row.code for row in OFFICES}
        assert loaded[WEST_FIRST].path == f"/{DISTRICT}/{WEST}/{WEST_FIRST}/"
        assert loaded[WEST_FIRST] == office_by_code(WEST_FIRST)

    def test_tells_once_per_district(self, db):
        make_offices()
        newest = [told(district)[0] for district in (DISTRICT, OTHER_DISTRICT)]
        assert [(entry.verb, entry.subject.code, entry.details) for entry in newest] == [
            ("organisation.offices.loaded", DISTRICT, {"offices": 9}),
            ("organisation.offices.loaded", OTHER_DISTRICT, {"offices": 2}),
        ]

    def test_adds_to_a_district_that_exists(self, cast):
        row = OfficeRow(code=NEW, name="新桥社区", kind=OfficeKind.COMMITTEE, parent=EAST, valid_from_on=TODAY)
        assert load_offices([row], by=SYSTEM, now=NOW)[NEW].parent_code == EAST

    @pytest.mark.parametrize(
        ("rows", "refusal"),
        [
            pytest.param([OFFICES[0], OFFICES[0]], OfficeCodeTaken, id="a code twice"),
            pytest.param([OFFICES[1]], OfficeUnknown, id="a parent missing"),
            pytest.param(
                [
                    OFFICES[0],
                    OfficeRow(code="x1", name="甲", kind=OfficeKind.DEPARTMENT, parent="x2", valid_from_on=START),
                    OfficeRow(code="x2", name="乙", kind=OfficeKind.DEPARTMENT, parent="x1", valid_from_on=START),
                ],
                OfficeUnknown,
                id="a ring",
            ),
            pytest.param(
                [
                    OFFICES[0],
                    OfficeRow(code="x1", name="", kind=OfficeKind.DEPARTMENT, parent=DISTRICT, valid_from_on=START),
                ],
                OfficeNameMissing,
                id="a bad row among good ones",
            ),
        ],
    )
    def test_loads_all_or_none(self, db, rows, refusal):
        with pytest.raises(refusal):
            load_offices(rows, by=SYSTEM, now=NOW)
        assert Office.objects.count() == 0

    def test_refuses_to_repeat(self, cast):
        with pytest.raises(OfficeCodeTaken):
            make_offices()


class TestCloseOffice:
    def test_keeps_it_on_record(self, cast):
        closed = close_office(EAST_SECOND, on=TODAY, by=SYSTEM, now=NOW)
        assert closed.valid_to_on == TODAY
        assert office_by_code(EAST_SECOND) == closed
        assert EAST_SECOND not in {office.code for office in offices_of(DISTRICT, on=TODAY)}
        assert EAST_SECOND in {office.code for office in offices_of(DISTRICT, on=TODAY - timedelta(days=1))}

    def test_stays_in_the_scope_of_its_subdistrict(self, cast):
        close_office(EAST_SECOND, on=TODAY, by=SYSTEM, now=NOW)
        assert cast.scope(Role.SUBDISTRICT).covers(EAST_SECOND)

    def test_refuses_while_a_post_lasts(self, cast):
        with pytest.raises(OfficeInUse) as refusal:
            close_office(EAST_FIRST, on=TODAY, by=SYSTEM, now=NOW)
        assert refusal.value.params["posts"] == 1
        assert office_by_code(EAST_FIRST).valid_to_on is None

    def test_refuses_while_offices_below_last(self, cast):
        end_post(cast.posts[Role.SUBDISTRICT].code, on=TODAY, by=SYSTEM, now=NOW)
        end_post(cast.posts[Role.WORKER].code, on=TODAY, by=SYSTEM, now=NOW)
        with pytest.raises(OfficeInUse) as refusal:
            close_office(EAST, on=TODAY, by=SYSTEM, now=NOW)
        assert (refusal.value.params["offices"], refusal.value.params["posts"]) == (2, 0)

    def test_refuses_twice_and_backwards(self, cast):
        with pytest.raises(IntervalEmpty):
            close_office(WEST_FIRST, on=START, by=SYSTEM, now=NOW)
        close_office(WEST_FIRST, on=TODAY, by=SYSTEM, now=NOW)
        with pytest.raises(OfficeClosed):
            close_office(WEST_FIRST, on=TODAY, by=SYSTEM, now=NOW)
        with pytest.raises(OfficeUnknown):
            close_office("990101009", on=TODAY, by=SYSTEM, now=NOW)


class TestOfficesBelow:
    def test_is_the_subtree_in_order(self, cast):
        below = offices_below(cast.offices[EAST])
        assert [office.code for office in below] == [EAST, EAST_FIRST, EAST_SECOND]

    def test_a_code_that_begins_alike_is_no_child(self, cast):
        found(code="99010100", name="桥头街道", kind=OfficeKind.SUBDISTRICT, parent=DISTRICT)
        assert [o.code for o in offices_below(office_by_code("99010100"))] == ["99010100"]

    def test_on_a_day_leaves_out_the_closed(self, cast):
        close_office(EAST_SECOND, on=TODAY, by=SYSTEM, now=NOW)
        assert [o.code for o in offices_below(cast.offices[EAST], on=TODAY)] == [EAST, EAST_FIRST]


class TestStoredOffice:
    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": "GUILD"},
            {"valid_to_on": START},
            {"parent_id": None},
            {"kind": "DISTRICT"},
            {"code": EAST_FIRST},
            {"path": f"/{DISTRICT}/{EAST}/{EAST_FIRST}/"},
        ],
        ids=lambda changes: next(iter(changes)) + "-" + str(next(iter(changes.values()))),
    )
    def test_the_database_refuses(self, cast, changes):
        sound = {
            "code": NEW,
            "name": "新桥社区",
            "kind": "COMMITTEE",
            "district_code": DISTRICT,
            "parent_id": cast.offices[EAST].id,
            "path": f"/{DISTRICT}/{EAST}/{NEW}/",
            "valid_from_on": START,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Office.objects.create(**(sound | changes))
        Office.objects.create(**sound)

    def test_says_its_kind(self, cast):
        assert cast.offices[EAST].kind_name == "街道办事处"
        assert str(Office.objects.get(code=EAST)) == "东桥街道"
        assert date(2020, 1, 1) == cast.offices[EAST].valid_from_on
