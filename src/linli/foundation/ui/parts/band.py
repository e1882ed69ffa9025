"""Communities against a band of households, drawn with SVG attributes only."""

from __future__ import annotations

from dataclasses import dataclass


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
