"""Rules of the organisation: which office stands under which, who may do what where. Pure, without database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

OFFICE_CODE = re.compile(r"[0-9a-z][0-9a-z-]{1,29}")
USERNAME = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
LONGEST_USERNAME = 40
#: What a browser calls itself, the more special first: most claim to be Chrome and Safari as well.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


class OfficeKind(StrEnum):
    """Kind of an office (单位类别)."""

    DISTRICT = "DISTRICT"
    SUBDISTRICT = "SUBDISTRICT"
    DEPARTMENT = "DEPARTMENT"
    COMMITTEE = "COMMITTEE"
    COMPANY = "COMPANY"


class Role(StrEnum):
    """What a post is there for (岗位职能)."""

    PLANNER = "PLANNER"
    ORGANISER = "ORGANISER"
    SUBDISTRICT = "SUBDISTRICT"
    DEPARTMENT = "DEPARTMENT"
    WORKER = "WORKER"
    LEADER = "LEADER"
    AUDITOR = "AUDITOR"
    ADMIN = "ADMIN"


class Permission(StrEnum):
    """What somebody may do."""

    READ = "READ"
    EDIT_LEDGER = "EDIT_LEDGER"
    VERIFY = "VERIFY"
    IMPORT = "IMPORT"
    AUDIT = "AUDIT"
    PLAN = "PLAN"
    READ_TRAIL = "READ_TRAIL"
    ADMINISTER = "ADMINISTER"


class TokenRight(StrEnum):
    """What an access token may be used for; never more than the post it stands for may do."""

    READ_LEDGER = "ledger:read"
    READ_LAYOUTS = "layouts:read"
    READ_PLANS = "plans:read"
    READ_TRAIL = "trail:read"
    WRITE_IMPORTS = "imports:write"


#: What the post must be permitted for a token to hold a right.
PERMISSION_OF_RIGHT: Mapping[TokenRight, Permission] = MappingProxyType(
    {
        TokenRight.READ_LEDGER: Permission.READ,
        TokenRight.READ_LAYOUTS: Permission.READ,
        TokenRight.READ_PLANS: Permission.READ,
        TokenRight.READ_TRAIL: Permission.READ_TRAIL,
        TokenRight.WRITE_IMPORTS: Permission.IMPORT,
    }
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a role may use a permission.

    Args:
        own: In the area of the post, that is its area office and every office below.
        other: In the rest of the district. Another district is never reached.
    """

    own: bool
    other: bool


NOWHERE = Reach(own=False, other=False)
OWN = Reach(own=True, other=False)
ALL = Reach(own=True, other=True)

#: Which office may stand directly under which; a district stands alone.
PARENT_KINDS: Mapping[OfficeKind, frozenset[OfficeKind]] = MappingProxyType(
    {
        OfficeKind.DISTRICT: frozenset(),
        OfficeKind.SUBDISTRICT: frozenset({OfficeKind.DISTRICT}),
        OfficeKind.DEPARTMENT: frozenset({OfficeKind.DISTRICT, OfficeKind.SUBDISTRICT}),
        OfficeKind.COMMITTEE: frozenset({OfficeKind.SUBDISTRICT}),
        OfficeKind.COMPANY: frozenset({OfficeKind.DISTRICT, OfficeKind.SUBDISTRICT}),
    }
)

_OF_DISTRICT = frozenset({OfficeKind.DISTRICT, OfficeKind.DEPARTMENT})

#: In which kind of office a role may be held.
OFFICE_KINDS_OF_ROLE: Mapping[Role, frozenset[OfficeKind]] = MappingProxyType(
    {
        Role.PLANNER: _OF_DISTRICT,
        Role.ORGANISER: _OF_DISTRICT,
        Role.SUBDISTRICT: frozenset({OfficeKind.SUBDISTRICT}),
        Role.DEPARTMENT: frozenset({OfficeKind.DEPARTMENT}),
        Role.WORKER: frozenset({OfficeKind.COMMITTEE, OfficeKind.SUBDISTRICT}),
        Role.LEADER: _OF_DISTRICT | {OfficeKind.SUBDISTRICT},
        Role.AUDITOR: _OF_DISTRICT,
        Role.ADMIN: _OF_DISTRICT,
    }
)

#: Who may do what where. A role that is not named may do nothing of the kind.
#: Auditors and leaders read everything and write nothing (separation of powers, 三权分立).
PERMISSIONS: Mapping[Permission, Mapping[Role, Reach]] = MappingProxyType(
    {
        Permission.READ: {
            Role.PLANNER: ALL,
            Role.ORGANISER: ALL,
            Role.SUBDISTRICT: OWN,
            Role.DEPARTMENT: ALL,
            Role.WORKER: OWN,
            Role.LEADER: ALL,
            Role.AUDITOR: ALL,
            Role.ADMIN: OWN,
        },
        Permission.EDIT_LEDGER: {
            Role.PLANNER: OWN,
            Role.ORGANISER: OWN,
            Role.SUBDISTRICT: OWN,
            Role.WORKER: OWN,
        },
        # Figures come up from the communities: the subdistrict looks first, the district after it.
        Permission.VERIFY: {Role.PLANNER: OWN, Role.ORGANISER: OWN, Role.SUBDISTRICT: OWN},
        Permission.IMPORT: {Role.PLANNER: OWN, Role.ORGANISER: OWN, Role.SUBDISTRICT: OWN},
        Permission.AUDIT: {Role.PLANNER: OWN, Role.ORGANISER: OWN, Role.SUBDISTRICT: OWN},
        Permission.PLAN: {Role.PLANNER: OWN, Role.ORGANISER: OWN, Role.SUBDISTRICT: OWN},
        Permission.READ_TRAIL: {Role.AUDITOR: ALL, Role.LEADER: ALL, Role.ADMIN: OWN},
        Permission.ADMINISTER: {Role.ADMIN: OWN},
    }
)


def reach_of(role: Role, permission: Permission) -> Reach:
    """Return where a role may use a permission.

    Examples:
        >>> reach_of(Role.SUBDISTRICT, Permission.PLAN)
        Reach(own=True, other=False)
        >>> reach_of(Role.AUDITOR, Permission.EDIT_LEDGER)
        Reach(own=False, other=False)
    """
    return PERMISSIONS[permission].get(role, NOWHERE)


def is_valid_on(day: date, *, valid_from_on: date, valid_to_on: date | None) -> bool:
    """Say whether a half-open interval of days holds a day.

    Examples:
        >>> is_valid_on(date(2026, 12, 31), valid_from_on=date(2026, 1, 1), valid_to_on=date(2026, 12, 31))
        False
        >>> is_valid_on(date(2026, 1, 1), valid_from_on=date(2026, 1, 1), valid_to_on=None)
        True
    """
    return valid_from_on <= day and (valid_to_on is None or day < valid_to_on)


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Say whether two half-open intervals share a day; ``None`` is an open end.

    Examples:
        >>> overlap((date(2026, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), None))
        False
        >>> overlap((date(2026, 1, 1), None), (date(2030, 1, 1), None))
        True
    """
    starts_before_end = second[1] is None or first[0] < second[1]
    ends_after_start = first[1] is None or second[0] < first[1]
    return starts_before_end and ends_after_start


def path_of(code: str, *, parent_path: str = "/") -> str:
    """Return the path of an office: the codes from the district down, so that a subtree is a prefix.

    Examples:
        >>> path_of("990101001", parent_path=path_of("990101"))
        '/990101/990101001/'
    """
    return f"{parent_path}{code}/"


def normal_username(typed: str) -> str:
    """Return a username as it is stored: half-width, lower case, no spaces around.

    Examples:
        >>> normal_username(" LJ-MZ-0217")
        'lj-mz-0217'
    """
    return unicodedata.normalize("NFKC", typed).strip().lower()


def browser_named(agent: str) -> str:
    """Return the browser and system that a request names, as people call them; empty where it names none known.

    Examples:
        >>> browser_named("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0")
        'Edge · Windows'
        >>> browser_named("curl/8.5")
        ''
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)


def is_username(text: str) -> bool:
    """Say whether a text can be a username (工号).

    It begins with a letter, so that no mobile or identity number can become one: usernames stand in the trail,
    which keeps no personal data.

    Examples:
        >>> is_username("lj-mz-0217"), is_username("13800000000")
        (True, False)
    """
    return len(text) <= LONGEST_USERNAME and USERNAME.fullmatch(text) is not None
