"""Where a sentence leads: the place, entry or form in which it can be dealt with. Pages turn it into an address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """What is opened."""

    MAP = "MAP"
    COMMUNITY = "COMMUNITY"
    COMPOUND = "COMPOUND"
    COMPOUNDS = "COMPOUNDS"
    EXCEPT_BAND = "EXCEPT_BAND"
    EXCEPT_PARTS = "EXCEPT_PARTS"
    CONDITIONS = "CONDITIONS"


@dataclass(frozen=True, slots=True)
class Lead:
    """A way to a place.

    Attributes:
        door: What is opened.
        codes: For what: parcels on the map, communities or compounds elsewhere.
        changes: Conditions of the plan that the form is opened with, as name and value.
    """

    door: Door
    codes: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


def to_exempt(door: Door, code: str) -> Lead | None:
    """Return the way to registering an exception; None for a community that is only proposed."""
    return None if not code or code.startswith("new-") else Lead(door, (code,))
