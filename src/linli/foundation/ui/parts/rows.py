"""Rows and lines of lists: findings, requirements, acts, columns, filters, legends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["ok", "warn", "bad", "idle", "hold", ""]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a data table.

    Attributes:
        key: Name in the address, as in ``?sort=households``; empty for a column that does not sort.
        label: Head of the column.
        is_number: Aligned to the right.
        rank: 1 stays on every width; 2 leaves below 1240 px, 3 below 1440 px.
        note: Second line in the head, as the unit.
    """

    key: str
    label: str
    is_number: bool = False
    rank: int = 1
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter with its set value, empty where it is not set.

    Attributes:
        label: What is filtered, as in ``街道``.
        value: Set value in words.
        clear_url: Address without this filter.
        field: Name in the address.
        options: Value, word and whether it is set, for the menu of an unset chip.
    """

    label: str
    field: str
    value: str = ""
    clear_url: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding in a list: letter, sentence, people touched, evidence.

    Attributes:
        code: Stable identifier, shared with the map.
        letter: 盲 大 小 重 错 远 缺 代.
        tone: ``bad``, ``warn``, ``idle`` or ``hold``.
        title: Object and fact.
        people: People touched, None for unknown.
        evidence: One line.
        url: Address of its card or page.
        parcels: Codes of the parcels it concerns, for the map.
        is_current: Picked.
    """

    code: str
    letter: str
    tone: Tone
    title: str
    people: int | None
    evidence: str
    url: str = ""
    parcels: tuple[str, ...] = ()
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class RequirementRow:
    """A rule that a plan must keep.

    Attributes:
        sentence: The rule as a plain sentence.
        is_met: Kept or not; None where it cannot be judged yet.
        count: Figure at the right, as in ``14/14``.
        act: Word of the next step of a failing row.
        url: Address of the next step.
        parcels: Places the map flies to.
    """

    sentence: str
    is_met: bool | None
    count: str = ""
    act: str = ""
    url: str = ""
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """An act in a history, newest first.

    Attributes:
        sentence: Verb first.
        at: Date and time as text.
        by: Office and post, ``系统`` for acts of the system.
        tone: Colour of the dot: ``done``, ``bad``, ``now`` or none.
        icon: Icon in the dot.
        note: More in one line.
        url: Address of what was done.
    """

    sentence: str
    at: str
    by: str = ""
    tone: Literal["done", "bad", "now", ""] = ""
    icon: str = "point"
    note: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class LegendLine:
    """A line of a legend.

    Attributes:
        label: What the sign means.
        swatch: Classes of the swatch's rectangle, as in ``c1 m-soft`` or ``s3``.
        hatch: ``bad``, ``two``, ``move``, ``dot``, ``hold`` or none.
        line: Draws a line instead: ``edge``, ``sub`` or ``rail``.
        count: How many there are, None to leave it out.
    """

    label: str
    swatch: str = ""
    hatch: str = ""
    line: str = ""
    count: int | None = None
