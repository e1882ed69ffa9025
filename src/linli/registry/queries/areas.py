"""The places that a post covers: what every scoped read takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _


class Hidden(str):
    """Stands where a small count (小数) would let its reader know who is meant: words, so that nothing adds it up."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Area:
    """The places a post covers at a moment; ids are for this room's own queries.

    Args:
        district_id: The district.
        is_whole_district: Whether nothing of the district is left out, blind spots included.
        subdistrict_ids: Subdistricts covered whole.
        community_ids: All communities covered.
        layout_id: The layout in force; None before the first take-over.
        small_below: Counts of people from 1 to below this are hidden; None for who keeps the figures.
        at: The past moment that is asked about; None for what stands now.
    """

    district_id: int
    is_whole_district: bool
    subdistrict_ids: frozenset[int]
    community_ids: frozenset[int]
    layout_id: int | None
    small_below: int | None = None
    at: datetime | None = None

    def hides(self, count: float | None) -> bool:
        """Say whether a count of people is too small to be shown; none at all is not.

        Examples:
            >>> area = Area(1, True, frozenset(), frozenset(), None, small_below=5)
            >>> [area.hides(count) for count in (None, 0, 1, 4, 5)]
            [False, False, True, True, False]
        """
        return self.small_below is not None and count is not None and 0 < count < self.small_below

    def known(self, count: int | None) -> int | None:
        """Return a count, or None where it is hidden: sums are made of these, so that no difference tells it."""
        return None if self.hides(count) else count

    def shown(self, count: int | None) -> int | Hidden | None:
        """Return a count as a list shows it."""
        return Hidden(_("少于 %(count)d") % {"count": self.small_below}) if self.hides(count) else count


def recorded_by(at: datetime | None) -> Q:
    """Return the condition that a row was held at a past moment, or is held now."""
    if at is None:
        return Q(replaced_at=None)
    return Q(recorded_at__lte=at) & (Q(replaced_at=None) | Q(replaced_at__gt=at))


def standing_at(at: datetime | None) -> Q:
    """Return the condition that an entry stood at a past moment, or stands now."""
    if at is None:
        return Q(ended_at=None)
    return Q(founded_at__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))
