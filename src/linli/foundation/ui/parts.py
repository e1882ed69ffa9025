"""Typed shapes of the components that draw figures.

Queries and pages hand these to the fragments ``ui/_*.html``. Lengths and positions are computed
here, because templates under the strict content policy may only write SVG attributes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Tone = Literal["ok", "warn", "bad", "idle", "hold", ""]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with what stands behind it.

    Attributes:
        label: What is counted.
        value: The number, None for 缺.
        unit: Unit, as in ``户``.
        meaning: 口径 in words.
        as_of: Date of the number.
        source: Who reported it.
        verifier: Who checked it.
        before: Last value with its date, as text.
        is_stale: Older than its validity; the date is shown as 过期.
        digits: Digits after the point.
        note: Second line under the number; meaning and date where empty.
    """

    label: str
    value: float | None
    unit: str = ""
    meaning: str = ""
    as_of: date | None = None
    source: str = ""
    verifier: str = ""
    before: str = ""
    is_stale: bool = False
    digits: int = 0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Norm:
    """A figure held against its norm.

    Attributes:
        label: What is measured.
        value: Measured value, None for 缺.
        norm: Value demanded.
        unit: Unit of both.
        top: Value at the right end of the bar.
        as_of: Date of the measured value.
        rule: The norm in words with its source.
        digits: Digits after the point.
        more_is_better: The norm is a floor; False makes it a ceiling.
    """

    label: str
    value: float | None
    norm: float
    unit: str
    top: float
    as_of: date | None = None
    rule: str = ""
    digits: int = 0
    more_is_better: bool = True

    @property
    def is_missed(self) -> bool:
        """Tell whether the measured value misses the norm; a missing value does not.

        Examples:
            >>> Norm(label="", value=86.3, norm=90, unit="%", top=100).is_missed
            True
            >>> Norm(label="", value=None, norm=90, unit="%", top=100).is_missed
            False
        """
        if self.value is None:
            return False
        return self.value < self.norm if self.more_is_better else self.value > self.norm

    def _x(self, value: float) -> float:
        return round(max(0.0, min(1.0, value / self.top)) * 400, 1)

    @property
    def bar(self) -> float:
        """Return the length of the bar in a box 400 wide."""
        return 0.0 if self.value is None else self._x(self.value)

    @property
    def tick(self) -> float:
        """Return where the norm stands in a box 400 wide."""
        return self._x(self.norm)

    @property
    def gap_from(self) -> float:
        """Return where the difference between value and norm begins."""
        return min(self.bar, self.tick)

    @property
    def gap(self) -> float:
        """Return the length of the missed part, 0 where the norm is met.

        Examples:
            >>> Norm(label="", value=75, norm=90, unit="%", top=100).gap
            60.0
        """
        return round(abs(self.bar - self.tick), 1) if self.is_missed else 0.0


@dataclass(frozen=True, kw_only=True)
class BandRow:
    """One community in a band chart.

    Attributes:
        name: Name at the left.
        now: Value today, None where it is newly founded.
        plan: Value of the plan, None where no plan is shown or it is abolished.
        text: Numbers at the right, as in ``3,659 → 2,473``.
        url: Address of the community, empty for none.
    """

    name: str
    now: float | None
    plan: float | None = None
    text: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class DrawnBandRow:
    """A row of the band chart with its places in the picture."""

    row: BandRow
    y: float
    line_y: float
    now_x: float | None
    plan_x: float | None
    is_out: bool

    @property
    def text_y(self) -> float:
        """Return the base line of the words."""
        return self.y + 4


@dataclass(frozen=True, kw_only=True)
class BandChart:
    """Households (or another measure) of communities against a band.

    Attributes:
        label: What the picture shows, for those who cannot see it.
        rows: Communities from top to bottom.
        low: Lower edge of the band.
        high: Upper edge of the band.
        top: Value at the right end of the axis.
        step: Distance of the marks on the axis.
        unit: Unit at the end of the axis.
    """

    label: str
    rows: tuple[BandRow, ...]
    low: float
    high: float
    top: float
    step: float = 1000
    unit: str = "户"

    LEFT = 84.0
    RIGHT = 404.0
    PITCH = 21.0

    def x(self, value: float) -> float:
        """Return where ``value`` stands; values beyond the axis stand at its end."""
        return round(self.LEFT + max(0.0, min(1.0, value / self.top)) * (self.RIGHT - self.LEFT), 1)

    @property
    def drawn(self) -> tuple[DrawnBandRow, ...]:
        """Return the rows with their places."""
        return tuple(
            DrawnBandRow(
                row=row,
                y=round(10.5 + index * self.PITCH, 1),
                line_y=round(index * self.PITCH, 1),
                now_x=None if row.now is None else self.x(row.now),
                plan_x=None if row.plan is None else self.x(row.plan),
                is_out=row.now is not None and not self.low <= row.now <= self.high,
            )
            for index, row in enumerate(self.rows)
        )

    @property
    def band_x(self) -> float:
        """Return the left edge of the band."""
        return self.x(self.low)

    @property
    def band_width(self) -> float:
        """Return the width of the band."""
        return round(self.x(self.high) - self.x(self.low), 1)

    @property
    def band_end(self) -> float:
        """Return the right edge of the band."""
        return self.x(self.high)

    @property
    def floor(self) -> float:
        """Return where the rows end and the axis begins."""
        return round(len(self.rows) * self.PITCH, 1)

    @property
    def height(self) -> float:
        """Return the height of the picture."""
        return self.floor + 24

    @property
    def marks(self) -> tuple[tuple[float, float, bool], ...]:
        """Return place, value and whether it is the last, for each mark of the axis."""
        n = int(self.top // self.step)
        return tuple((self.x(i * self.step), i * self.step, i == n) for i in range(n + 1))


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
class Step:
    """A step of a wizard.

    Attributes:
        label: Name of the step.
        place: ``done``, ``cur`` or ``next``.
        url: Address to go back to, empty for steps ahead.
    """

    label: str
    place: Literal["done", "cur", "next"]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A way back: name and address of a higher page."""

    label: str
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


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """A long piece of work while it runs.

    Attributes:
        number: Identifier, part of the element's id.
        title: What is being done, as in ``正在核查``.
        done: Steps done.
        total: Steps in all, None where unknown.
        words: What is being done now, as in ``正在核查 412/650 个小区``.
        remaining: Time left in words, empty while unknown.
        poll_url: Address that answers this fragment anew; empty once it has ended.
        cancel_url: Address that stops it (POST).
        outcome: ``ok``, ``bad``, ``stopped`` or empty while it runs.
        result_url: Address of the result.
        result_label: Word of the link to the result.
    """

    number: str
    title: str
    done: int = 0
    total: int | None = None
    words: str = ""
    remaining: str = ""
    poll_url: str = ""
    cancel_url: str = ""
    outcome: Literal["ok", "bad", "stopped", ""] = ""
    result_url: str = ""
    result_label: str = ""


@dataclass(frozen=True, kw_only=True)
class PageOfRows:
    """Where a page of rows stands in the whole list.

    Examples:
        >>> page = PageOfRows(number=2, size=50, total=146)
        >>> page.first, page.last, page.pages, page.has_next
        (51, 100, 3, True)
    """

    number: int
    size: int
    total: int
    note: str = field(default="")

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the place of the first row shown, 0 in an empty list."""
        return 0 if self.total == 0 else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return min(self.number * self.size, self.total)

    @property
    def has_next(self) -> bool:
        """Tell whether rows follow."""
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        """Tell whether rows precede."""
        return self.number > 1

    @property
    def next_number(self) -> int:
        """Return the number of the next page."""
        return self.number + 1

    @property
    def previous_number(self) -> int:
        """Return the number of the page before."""
        return self.number - 1
