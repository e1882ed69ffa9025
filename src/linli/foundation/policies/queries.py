"""Reads of policy profiles for pages."""

from __future__ import annotations

from datetime import date

from linli.foundation.policies.loader import NATIONAL, profile
from linli.foundation.policies.standards import Standard


def standards_on(on: date, *, name: str = NATIONAL) -> tuple[Standard, ...]:
    """Return the standards of a profile in force on a day, in the order of its file.

    Raises:
        ProfileUnknown: No profile of this name.
    """
    return tuple(profile(name).at(on).values())


def versions_of(key: str, *, name: str = NATIONAL) -> tuple[Standard, ...]:
    """Return every version of a standard, oldest first; nothing for an unknown key."""
    return profile(name).versions.get(key, ())
