"""A dated standard with the paper that demands it, and a profile of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from linli.foundation.bilingual import Bilingual
from linli.foundation.policies.errors import StandardMissing
from linli.foundation.units import unit_of

Number = int | float


class Grade(StrEnum):
    """How sure a standard is (来源等级)."""

    V = "V"
    S = "S"
    M = "M"
    I = "I"  # noqa: E741


class Level(StrEnum):
    """Whose rule a paper is (依据层级): of the whole country, of a place, or a default of this software."""

    NATIONAL = "national"
    LOCAL = "local"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Source:
    """The paper a standard comes from.

    Attributes:
        title: What it is called.
        level: Whose rule it is.
        number: Number of the document, as issued.
        date: Day, month or year it was issued.
        url: Where it can be read.
    """

    title: Bilingual
    level: Level
    number: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of a standard, in force from ``effective_from`` until the day before ``effective_to``.

    Attributes:
        key: Name used by the code.
        name: What it is about.
        value: A single number, a share as a fraction, or a rule in words.
        min: Lower bound, included.
        max: Upper bound, included.
        unit: Unit as the file writes it.
        applies_to: The kind of thing it is about.
        source: The paper.
        grade: How sure it is.
        note: What a reader should know.
        effective_from: First day; ``None`` when it always held.
        effective_to: First day after it; ``None`` while it holds.
    """

    key: str
    name: Bilingual
    value: Number | Fraction | Bilingual | None
    min: Number | None
    max: Number | None
    unit: str
    applies_to: str
    source: Source
    grade: Grade
    note: Bilingual
    effective_from: date | None
    effective_to: date | None

    def holds_on(self, on: date) -> bool:
        """Return whether it is in force on a day."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on < self.effective_to)

    @property
    def shown_unit(self) -> Bilingual:
        """The unit as readers see it."""
        return unit_of(self.unit)

    @property
    def number(self) -> float:
        """The one number of the standard: its value, else its only bound.

        Raises:
            ValueError: It has two bounds or none, or a rule in words.
        """
        known = [part for part in (self.value, self.min, self.max) if part is not None]
        first = self.value if self.value is not None else known[0] if len(known) == 1 else None
        if first is None or isinstance(first, Bilingual):
            raise ValueError(f"{self.key} is not one number")
        return float(first)

    @property
    def band(self) -> tuple[float, float]:
        """Both bounds.

        Raises:
            ValueError: A bound is missing.
        """
        if self.min is None or self.max is None:
            raise ValueError(f"{self.key} has no two bounds")
        return float(self.min), float(self.max)

    def allows(self, figure: float) -> bool:
        """Return whether a figure lies within the bounds; a missing bound is no bound."""
        return (self.min is None or figure >= self.min) and (self.max is None or figure <= self.max)


class StandardsOn(Mapping[str, Standard]):
    """The standards in force on one day, by key, in the order of the file."""

    def __init__(self, profile: str, on: date, standards: Mapping[str, Standard]) -> None:
        self.profile = profile
        self.on = on
        self._standards = standards

    def __getitem__(self, key: str) -> Standard:
        try:
            return self._standards[key]
        except KeyError:
            raise StandardMissing(key=key, on=self.on.isoformat(), profile=self.profile) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._standards)

    def __len__(self) -> int:
        return len(self._standards)


@dataclass(frozen=True)
class Profile:
    """A policy profile (政策参数): every version of every standard, those of its base included."""

    name: str
    title: Bilingual
    versions: Mapping[str, tuple[Standard, ...]]
    extends: str = ""
    own_keys: frozenset[str] = field(default_factory=frozenset)

    def at(self, on: date) -> StandardsOn:
        """Return the standards in force on a day."""
        found = self._found
        if on not in found:
            holding = {
                key: next((version for version in versions if version.holds_on(on)), None)
                for key, versions in self.versions.items()
            }
            found[on] = StandardsOn(self.name, on, {key: one for key, one in holding.items() if one is not None})
        return found[on]

    @cached_property
    def _found(self) -> dict[date, StandardsOn]:
        return {}
