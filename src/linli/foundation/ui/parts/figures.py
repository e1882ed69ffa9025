"""Numbers with what stands behind them, and numbers held against a norm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
