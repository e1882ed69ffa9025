"""Filters of a list (筛选条件): what the address may ask for, and which lines are left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.registry.queries.ledger.lines import Line, Text, Value

LONGEST_NUMBER = 9
BOUNDS = ("min", "max")


@dataclass(frozen=True, slots=True)
class Choices:
    """A filter that keeps lines with any of the chosen values.

    Args:
        key: Its name in the address and in `Line.facets`.
        heading: What is filtered.
        words: The words of the values that may be chosen, in the order shown.
        is_first: Whether it stands above the table before it is set.
        is_switch: Whether its one value is a switch, offered though there is nothing else to choose.
    """

    key: str
    heading: Text
    words: Mapping[str, Text]
    is_first: bool = True
    is_switch: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Names in the address."""
        return (self.key,)

    def sound(self, asked: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Return what is asked for and exists."""
        chosen = tuple(value for value in self.words if value in asked.get(self.key, ()))
        return {self.key: chosen} if chosen else {}

    def keeps(self, line: Line, chosen: Mapping[str, Sequence[str]]) -> bool:
        """Say whether a line is left."""
        wanted = chosen.get(self.key)
        return not wanted or any(value in wanted for value in line.facets.get(self.key, ()))


@dataclass(frozen=True, slots=True)
class Between:
    """A filter that keeps lines whose number lies between two bounds, both included; what is not known does not.

    Args:
        key: Key of the number in `Line.values`; the address has ``key_min`` and ``key_max``.
        heading: What is filtered.
        unit: Unit of the number.
        steps: Lower bounds offered at once.
    """

    key: str
    heading: Text
    unit: Text
    steps: tuple[int, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Names in the address."""
        return tuple(f"{self.key}_{bound}" for bound in BOUNDS)

    def sound(self, asked: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Return the bounds asked for that are whole numbers."""
        given = {name: asked.get(name, ("",))[-1].strip() for name in self.fields}
        return {
            name: (str(int(text)),)
            for name, text in given.items()
            if text.isdecimal() and text.isascii() and len(text) <= LONGEST_NUMBER
        }

    def bounds(self, chosen: Mapping[str, Sequence[str]]) -> tuple[int | None, int | None]:
        """Return the lower and the upper bound."""
        low, high = (int(chosen[name][0]) if name in chosen else None for name in self.fields)
        return low, high

    def keeps(self, line: Line, chosen: Mapping[str, Sequence[str]]) -> bool:
        """Say whether a line is left."""
        low, high = self.bounds(chosen)
        if low is None and high is None:
            return True
        number: Value = line.values.get(self.key)
        if not isinstance(number, int | float):
            return False
        return (low is None or number >= low) and (high is None or number <= high)


Filter = Choices | Between


def sound_filters(filters: Sequence[Filter], asked: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return what the address asks for, without names and values that no filter knows."""
    chosen: dict[str, tuple[str, ...]] = {}
    for one in filters:
        chosen |= one.sound(asked)
    return chosen


def left_by(lines: Sequence[Line], filters: Sequence[Filter], chosen: Mapping[str, Sequence[str]]) -> list[Line]:
    """Return the lines that every filter leaves."""
    at_work = [one for one in filters if any(name in chosen for name in one.fields)]
    return [line for line in lines if all(one.keeps(line, chosen) for one in at_work)]


def counts_of(
    choices: Choices, lines: Sequence[Line], filters: Sequence[Filter], chosen: Mapping[str, Sequence[str]]
) -> Counter[str]:
    """Return how many lines each value would show, the other filters kept."""
    others = [one for one in filters if one is not choices]
    return Counter(value for line in left_by(lines, others, chosen) for value in set(line.facets.get(choices.key, ())))
