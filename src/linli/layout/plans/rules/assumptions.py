"""The officer's assumption for compounds without a household count (估算)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AssumptionKind(StrEnum):
    """What the assumed number of households is counted by."""

    PER_COMPOUND = "PER_COMPOUND"
    PER_BUILDING = "PER_BUILDING"
    PER_DWELLING = "PER_DWELLING"
    PER_HECTARE = "PER_HECTARE"


@dataclass(frozen=True, slots=True)
class Assumption:
    """How many households stand for a count that is missing.

    Attributes:
        kind: What the number is counted by.
        households: Households per compound, building, dwelling or hectare.
        reason: Why, in the officer's words.
        signature: The post that answers for it, as typed.
    """

    kind: AssumptionKind
    households: float
    reason: str
    signature: str

    def as_dict(self) -> Mapping[str, str | float]:
        """Return plain values for storing."""
        return {
            "kind": self.kind.value,
            "households": self.households,
            "reason": self.reason,
            "signature": self.signature,
        }


def assumption_from(stored: Mapping[str, str | float]) -> Assumption | None:
    """Return a stored assumption; None for the empty mapping of a plan without one."""
    if not stored:
        return None
    return Assumption(
        kind=AssumptionKind(str(stored["kind"])),
        households=float(stored["households"]),
        reason=str(stored["reason"]),
        signature=str(stored["signature"]),
    )


def assumed_households(
    assumption: Assumption, *, buildings: int | None, dwellings: int | None, area_m2: float
) -> int | None:
    """Return the households that an assumption gives a compound; None where what it counts by is not known.

    Examples:
        >>> given = Assumption(AssumptionKind.PER_BUILDING, 48.0, "同期小区平均", "区民政局 布局规划岗")
        >>> assumed_households(given, buildings=6, dwellings=None, area_m2=0.0)
        288
        >>> assumed_households(given, buildings=None, dwellings=300, area_m2=0.0) is None
        True
    """
    basis: float | None = {
        AssumptionKind.PER_COMPOUND: 1.0,
        AssumptionKind.PER_BUILDING: buildings,
        AssumptionKind.PER_DWELLING: dwellings,
        AssumptionKind.PER_HECTARE: area_m2 / 10_000 or None,
    }[assumption.kind]
    return None if not basis else round(assumption.households * basis)
