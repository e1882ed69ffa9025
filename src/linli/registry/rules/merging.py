"""Which of two values a merged record takes (合并取值)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from linli.registry.rules.verifying import Stage


class Side(StrEnum):
    """One of the two records of a merger."""

    KEPT = "kept"
    ABSORBED = "absorbed"


@dataclass(frozen=True, slots=True)
class Worth:
    """What speaks for a value.

    Args:
        stage: How far it has come.
        as_of_on: Day that it is of.
        recorded_at: When it was filled in.
    """

    stage: str
    as_of_on: date | None
    recorded_at: datetime


def proposed_side(kept: Worth | None, absorbed: Worth | None) -> Side:
    """Return which record's value is proposed: the verified one, of two alike the newer, in doubt the kept one's.

    A value that was returned is only proposed where there is no other.

    Args:
        kept: The value of the record that stays; None where it has none.
        absorbed: The value of the other one.

    Examples:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
        >>> old = Worth(Stage.VERIFIED, date(2025, 1, 1), noon)
        >>> new = Worth(Stage.WAITING, date(2026, 1, 1), noon)
        >>> proposed_side(old, new), proposed_side(new, old), proposed_side(None, new), proposed_side(old, old)
        (<Side.KEPT: 'kept'>, <Side.ABSORBED: 'absorbed'>, <Side.ABSORBED: 'absorbed'>, <Side.KEPT: 'kept'>)
    """
    if absorbed is None:
        return Side.KEPT
    if kept is None:
        return Side.ABSORBED
    return Side.ABSORBED if _rank(absorbed) > _rank(kept) else Side.KEPT


def _rank(worth: Worth) -> tuple[int, date, datetime]:
    standing = {Stage.VERIFIED: 2, Stage.RETURNED: 0}.get(Stage(worth.stage), 1)
    return standing, worth.as_of_on or date.min, worth.recorded_at
