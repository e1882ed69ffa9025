"""Colours of communities on the map: neighbours differ, a community keeps its own for life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FIRST_CHOICE = range(1, 7)
SECOND_CHOICE = range(7, 13)


def choose_colours(neighbours: Mapping[str, set[str]], *, held: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return a colour 1–12 per community such that neighbours differ wherever twelve colours suffice.

    Those with most neighbours choose first, each the least used of colours 1–6 that no neighbour has; 7–12 come
    in only where six do not suffice.

    Args:
        neighbours: Codes of the neighbours of each community.
        held: Colours that communities keep from before.

    Examples:
        >>> choose_colours({"a": {"b"}, "b": {"a", "c"}, "c": {"b"}})
        {'b': 1, 'a': 2, 'c': 3}
    """
    chosen = {code: colour for code, colour in (held or {}).items() if code in neighbours}
    waiting = sorted(
        (code for code in neighbours if code not in chosen), key=lambda code: (-len(neighbours[code]), code)
    )
    for code in waiting:
        taken = {chosen[other] for other in neighbours[code] if other in chosen}
        free = _free(FIRST_CHOICE, taken) or _free(SECOND_CHOICE, taken) or [*FIRST_CHOICE, *SECOND_CHOICE]
        used = list(chosen.values())
        chosen[code] = min(free, key=lambda colour: (used.count(colour), colour))
    return chosen


def _free(colours: Sequence[int], taken: set[int]) -> list[int]:
    return [colour for colour in colours if colour not in taken]
