"""What an officer asks of a plan: area, scale, seed, borders, exceptions, locks, assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.layout.plans.rules.assumptions import Assumption, assumption_from

MOST_SEED = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Wishes:
    """One request to the engine in the words of the house.

    Attributes:
        subdistrict: Code of the subdistrict that the plan is limited to, empty for the whole district.
        low: Fewest households of a community.
        high: Most households of a community.
        band_source: The paper that the scale comes from, or 本次填写.
        seed: Seed of every random choice.
        crosses_subdistricts: Whether communities may reach over the border of a subdistrict.
        exceptions: Reason per community that may stay out of the scale in this plan.
        locks: Reason, perhaps empty, per community, compound or parcel that must not move (锁定不动).
        assumption: The officer's assumption for missing counts.
    """

    subdistrict: str
    low: int
    high: int
    band_source: str
    seed: int
    crosses_subdistricts: bool = False
    exceptions: Mapping[str, str] = field(default_factory=dict)
    locks: Mapping[str, str] = field(default_factory=dict)
    assumption: Assumption | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for storing; the assumption is stored apart."""
        return {
            "subdistrict": self.subdistrict,
            "low": self.low,
            "high": self.high,
            "band_source": self.band_source,
            "seed": self.seed,
            "crosses_subdistricts": self.crosses_subdistricts,
            "exceptions": dict(sorted(self.exceptions.items())),
            "locks": dict(sorted(self.locks.items())),
        }


def wishes_from(parameters: Mapping[str, Any], assumption: Mapping[str, Any]) -> Wishes:
    """Return stored wishes."""
    # A database may keep the names of an object in an order of its own.
    ordered = {name: dict(sorted(parameters.get(name, {}).items())) for name in ("exceptions", "locks")}
    return Wishes(**{**parameters, **ordered}, assumption=assumption_from(assumption))
