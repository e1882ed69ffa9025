"""Whether a scale of communities can be met at all, by counting."""

from __future__ import annotations

from enum import StrEnum


class BandFault(StrEnum):
    """Why no layout can keep a scale."""

    BELOW_ONE = "BELOW_ONE"
    REVERSED = "REVERSED"
    AREA_TOO_SMALL = "AREA_TOO_SMALL"
    BETWEEN_COUNTS = "BETWEEN_COUNTS"


def band_fault(low: int, high: int, *, total: int | None) -> BandFault | None:
    """Return why a scale cannot be met, None where counting finds nothing against it.

    Args:
        low: Fewest households of a community.
        high: Most households of a community.
        total: Households of the whole area; None leaves the area out.

    Examples:
        >>> band_fault(3000, 1000, total=None)
        <BandFault.REVERSED: 'REVERSED'>
        >>> band_fault(1000, 1100, total=1500)
        <BandFault.BETWEEN_COUNTS: 'BETWEEN_COUNTS'>
        >>> band_fault(1000, 3000, total=4000) is None
        True
    """
    if low < 1:
        return BandFault.BELOW_ONE
    if low > high:
        return BandFault.REVERSED
    if total is None or total == 0:
        return None
    if total < low:
        return BandFault.AREA_TOO_SMALL
    fewest, most = -(-total // high), total // low
    return BandFault.BETWEEN_COUNTS if fewest > most else None
