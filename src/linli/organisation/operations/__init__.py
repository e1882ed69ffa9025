"""The acts of the organisation, the only writers of offices, people and posts.

Whoever acts is written to the trail. Where a `Scope` acts, it needs the permission to administer; a command of
the machine's owner acts as `SYSTEM`.
"""

from linli.organisation.operations.offices import OfficeRow, close_office, found_office, load_offices
from linli.organisation.operations.people import (
    change_password,
    create_person,
    lock_person,
    set_password,
    unlock_person,
)
from linli.organisation.operations.posts import appoint, end_post
from linli.organisation.operations.second_factor import Enrolment, enrol_second_factor, withdraw_second_factor
from linli.organisation.operations.tokens import MadeToken, admit, end_token, make_token

__all__ = [
    "Enrolment",
    "MadeToken",
    "OfficeRow",
    "admit",
    "appoint",
    "change_password",
    "close_office",
    "create_person",
    "end_post",
    "end_token",
    "enrol_second_factor",
    "found_office",
    "load_offices",
    "lock_person",
    "make_token",
    "set_password",
    "unlock_person",
    "withdraw_second_factor",
]
