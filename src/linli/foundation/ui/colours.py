"""Colours of communities on the map: neighbours always differ, a community keeps its colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

FIRST: Final = range(1, 7)
FURTHER: Final = range(7, 13)


def community_colours(neighbours: Sequence[set[int]], *, kept: Mapping[int, int] | None = None) -> list[int]:
    """Return a colour from 1 to 12 per community.

    Communities with most neighbours come first; each takes the least used of 1-6 that no
    neighbour has, and one of 7-12 only where six do not suffice. The script of the map follows
    the same rule where a file names no colours.

    Args:
        neighbours: For each community the places of those it touches.
        kept: Colours that some communities keep from the layout before.

    Examples:
        >>> community_colours([{1, 2}, {0, 2}, {0, 1}, set()])
        [1, 2, 3, 4]
        >>> community_colours([{1}, {0}], kept={1: 1})
        [2, 1]
    """
    colours = dict(kept or {})
    used = Counter(colours.values())
    for place in sorted(range(len(neighbours)), key=lambda i: (-len(neighbours[i]), i)):
        if place in colours:
            continue
        taken = {colours[i] for i in neighbours[place] if i in colours}
        free = [c for c in FIRST if c not in taken] or [c for c in FURTHER if c not in taken] or [FIRST[0]]
        colours[place] = min(free, key=lambda c: (used[c], c))
        used[colours[place]] += 1
    return [colours[i] for i in range(len(neighbours))]
