"""When a figure counts: filled in (填报), verified (核实) or returned (退回), and by whom it may be verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """How far a figure has come (数据状态)."""

    WAITING = "WAITING"
    VERIFIED = "VERIFIED"
    RETURNED = "RETURNED"
    #: The edit or the import that brought it was undone.
    TAKEN_BACK = "TAKEN_BACK"
    #: Nothing stands here, and nothing verified is replaced by that: nobody has to look.
    EMPTY = "EMPTY"


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand an act on a figure was.

    Args:
        person: Username; empty where no person acted.
        body: Code of the office acted for (`body_of`); empty where no office acted.
    """

    person: str
    body: str


def body_of(*, office: str, area: str, is_whole_district: bool) -> str:
    """Return the body that a post acts for: the place it covers, and within the district its own office.

    A community worker employed by the subdistrict fills in for the community; the bureaus of a district all cover
    the same district and are still different bodies.

    Examples:
        >>> body_of(office="990101001", area="990101001004", is_whole_district=False)
        '990101001004'
        >>> body_of(office="990101-mz", area="990101", is_whole_district=True)
        '990101-mz'
    """
    return office if is_whole_district else area


def is_second_look(*, checker: Hand, filler: Hand) -> bool:
    """Say whether verifying would be a second look by another body (核验), and not one's own figure.

    Examples:
        >>> worker, officer = Hand("worker", "990101001004"), Hand("officer", "990101001")
        >>> is_second_look(checker=officer, filler=worker)
        True
        >>> is_second_look(checker=officer, filler=Hand("colleague", "990101001"))
        False
        >>> is_second_look(checker=officer, filler=Hand("", ""))
        True
    """
    return not (filler.person and checker.person == filler.person) and checker.body != filler.body


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """A total as it is published: all that counts, and beside it the part that is verified (其中已核实).

    Args:
        value: Sum of what counts; what is missing adds nothing.
        verified: The part of it that is verified.
        n_known: How many entries know the figure.
        n_verified: How many of them have it verified.
        n: How many entries there are.
    """

    value: int
    verified: int
    n_known: int
    n_verified: int
    n: int


def published_total(figures: Iterable[tuple[int | None, bool]]) -> PublishedTotal:
    """Return the total of figures, each with whether it is verified; one below zero cannot be and is missing.

    Examples:
        >>> total = published_total([(462, True), (120, False), (None, False), (-3, True)])
        >>> total.value, total.verified, total.n_known, total.n_verified, total.n
        (582, 462, 2, 1, 4)
    """
    rows = list(figures)
    known = [(value, is_verified) for value, is_verified in rows if value is not None and value >= 0]
    confirmed = [value for value, is_verified in known if is_verified]
    return PublishedTotal(
        value=sum(value for value, _is_verified in known),
        verified=sum(confirmed),
        n_known=len(known),
        n_verified=len(confirmed),
        n=len(rows),
    )


def counted_values(
    current: Mapping[str, Any], verified: Mapping[str, Any], stages: Mapping[str, str]
) -> dict[str, Any]:
    """Return what counts of each field: the newest verified value; without one the newest, unless it was returned.

    Args:
        current: The newest value of each field that holds one.
        verified: The newest verified value of each field that has one; None where emptiness was verified.
        stages: How far the newest value of each field has come.

    Examples:
        >>> counted_values({"a": 470, "b": 12, "c": 3}, {"a": 462}, {"a": "WAITING", "b": "RETURNED", "c": "WAITING"})
        {'a': 462, 'c': 3}
    """
    counted = {key: value for key, value in current.items() if stages.get(key) != Stage.RETURNED} | dict(verified)
    return {key: value for key, value in counted.items() if value is not None}


def share_verified(current: Mapping[str, Any], stages: Mapping[str, str], *, expected: tuple[str, ...]) -> int:
    """Return how much of what is filled in of the expected fields is verified (核实率), in whole percent.

    Nothing filled in is nothing verified: 0.

    Examples:
        >>> share_verified({"a": 1, "b": 2, "x": 3}, {"a": "VERIFIED", "b": "WAITING"}, expected=("a", "b", "c"))
        50
    """
    filled = [key for key in expected if key in current]
    return round(100 * sum(stages.get(key) == Stage.VERIFIED for key in filled) / len(filled)) if filled else 0
