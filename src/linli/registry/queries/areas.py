"""The places that a post covers: what every scoped read takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """The places a post covers at a moment; ids are for this room's own queries.

    Args:
        district_id: The district.
        is_whole_district: Whether nothing of the district is left out, blind spots included.
        subdistrict_ids: Subdistricts covered whole.
        community_ids: All communities covered.
        layout_id: The layout in force; None before the first take-over.
    """

    district_id: int
    is_whole_district: bool
    subdistrict_ids: frozenset[int]
    community_ids: frozenset[int]
    layout_id: int | None
