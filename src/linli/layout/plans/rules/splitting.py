"""Sharing a compound's count out over the parcels it stands on."""

from __future__ import annotations

from collections.abc import Sequence


def shares_of(count: int, areas_m2: Sequence[float]) -> list[int]:
    """Return whole parts of a count in proportion to areas; they add up to the count.

    The largest remainders get the odd ones, the earlier parcel on a tie, so that the same input always gives the
    same parts.

    Args:
        count: What is shared, not negative.
        areas_m2: One area per parcel, at least one; equal parts where all are zero.

    Examples:
        >>> shares_of(10, [100.0, 100.0, 100.0])
        [4, 3, 3]
        >>> shares_of(7, [300.0, 100.0])
        [5, 2]
    """
    weights = list(areas_m2) if sum(areas_m2) > 0 else [1.0] * len(areas_m2)
    exact = [count * weight / sum(weights) for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda row: (parts[row] - exact[row], row))
    for row in by_remainder[: count - sum(parts)]:
        parts[row] += 1
    return parts
