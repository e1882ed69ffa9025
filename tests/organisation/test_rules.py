from __future__ import annotations

from datetime import date

import pytest

from linli.organisation.rules import (
    OFFICE_CODE,
    OFFICE_KINDS_OF_ROLE,
    PARENT_KINDS,
    PERMISSIONS,
    OfficeKind,
    Permission,
    Role,
    is_username,
    is_valid_on,
    normal_username,
    overlap,
    reach_of,
)

# One table per permission: role -> (own area, other area of the district).
TABLES = {
    Permission.READ: {
        "PLANNER": (True, True),
        "ORGANISER": (True, True),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (True, True),
        "WORKER": (True, False),
        "LEADER": (True, True),
        "AUDITOR": (True, True),
        "ADMIN": (True, False),
    },
    Permission.EDIT_LEDGER: {
        "PLANNER": (True, False),
        "ORGANISER": (True, False),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (False, False),
        "WORKER": (True, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (False, False),
    },
    Permission.VERIFY: {
        "PLANNER": (True, False),
        "ORGANISER": (True, False),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (False, False),
    },
    Permission.IMPORT: {
        "PLANNER": (True, False),
        "ORGANISER": (True, False),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (False, False),
    },
    Permission.AUDIT: {
        "PLANNER": (True, False),
        "ORGANISER": (True, False),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (False, False),
    },
    Permission.PLAN: {
        "PLANNER": (True, False),
        "ORGANISER": (True, False),
        "SUBDISTRICT": (True, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (False, False),
    },
    Permission.READ_TRAIL: {
        "PLANNER": (False, False),
        "ORGANISER": (False, False),
        "SUBDISTRICT": (False, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (True, True),
        "AUDITOR": (True, True),
        "ADMIN": (True, False),
    },
    Permission.ADMINISTER: {
        "PLANNER": (False, False),
        "ORGANISER": (False, False),
        "SUBDISTRICT": (False, False),
        "DEPARTMENT": (False, False),
        "WORKER": (False, False),
        "LEADER": (False, False),
        "AUDITOR": (False, False),
        "ADMIN": (True, False),
    },
}
CELLS = [
    pytest.param(permission, Role(role), answer, id=f"{permission}-{role}")
    for permission, table in TABLES.items()
    for role, answer in table.items()
]


class TestReach:
    @pytest.mark.parametrize(("permission", "role", "answer"), CELLS)
    def test_is_the_table(self, permission, role, answer):
        reach = reach_of(role, permission)
        assert (reach.own, reach.other) == answer

    def test_every_permission_and_role_has_a_cell(self):
        assert set(TABLES) == set(Permission) == set(PERMISSIONS)
        assert all(set(table) == {role.value for role in Role} for table in TABLES.values())

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER], ids=str)
    def test_readers_of_everything_write_nothing(self, role):
        writes = set(Permission) - {Permission.READ, Permission.READ_TRAIL}
        assert [p for p in writes if reach_of(role, p).own or reach_of(role, p).other] == []


class TestOfficeKinds:
    def test_a_district_alone_stands_under_nothing(self):
        assert [kind for kind in OfficeKind if not PARENT_KINDS[kind]] == [OfficeKind.DISTRICT]

    def test_every_role_has_an_office(self):
        assert all(OFFICE_KINDS_OF_ROLE[role] for role in Role)

    @pytest.mark.parametrize("code", ["990101", "990101001001", "990101-mz", "a1"])
    def test_accepts_a_code(self, code):
        assert OFFICE_CODE.fullmatch(code)

    @pytest.mark.parametrize("code", ["", "1", "-mz", "MZ", "民政", "a/b", "x" * 31, "a b"])
    def test_refuses_what_would_break_a_path(self, code):
        assert not OFFICE_CODE.fullmatch(code)


class TestUsername:
    @pytest.mark.parametrize("text", ["a", "lj-mz-0217", "wang.li", "planner"])
    def test_accepts(self, text):
        assert is_username(text)

    @pytest.mark.parametrize(
        "text", ["", "13800000000", "11010119900307001X", "-a", "a-", "a--b", "A", "王", "a" * 41, "a\n"]
    )
    def test_refuses(self, text):
        assert not is_username(text)

    @pytest.mark.parametrize("typed", ["lj-0217", " LJ-0217 ", "ＬＪ-0217", "\tlj-0217"])
    def test_is_one_however_typed(self, typed):
        assert normal_username(typed) == "lj-0217"


class TestIntervals:
    @pytest.mark.parametrize(
        ("day", "answer"),
        [
            (date(2025, 12, 31), False),
            (date(2026, 1, 1), True),
            (date(2026, 6, 30), True),
            (date(2026, 7, 1), False),
        ],
    )
    def test_end_is_left_out(self, day, answer):
        assert is_valid_on(day, valid_from_on=date(2026, 1, 1), valid_to_on=date(2026, 7, 1)) is answer

    @pytest.mark.parametrize(
        ("second", "answer"),
        [
            ((date(2026, 7, 1), None), False),
            ((date(2026, 6, 30), None), True),
            ((date(2020, 1, 1), date(2026, 1, 1)), False),
            ((date(2020, 1, 1), date(2026, 1, 2)), True),
            ((date(2026, 2, 1), date(2026, 3, 1)), True),
        ],
    )
    def test_overlap_is_the_same_both_ways(self, second, answer):
        first = (date(2026, 1, 1), date(2026, 7, 1))
        assert overlap(first, second) is overlap(second, first) is answer
