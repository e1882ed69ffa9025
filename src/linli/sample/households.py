"""How many households live in each compound, so that communities have the sizes they are meant to have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.sample.graph import Floats, Ints
from linli.sample.planting import Ground

TOTAL_HOUSEHOLDS = 190_000
LEAST, MOST = 1_000, 3_000
N_OVERSIZE, N_UNDERSIZE = 9, 12
OVERSIZE = (3_140, 3_210, 3_290, 3_380, 3_480, 3_659, 3_900, 4_250, 5_180)
UNDERSIZE = (362, 455, 538, 610, 668, 724, 771, 812, 846, 879, 903, 938)
LARGEST_COMPOUND = 2_960
MOST_PER_BUILDING = 270


@dataclass(frozen=True, slots=True)
class Households:
    """Households per compound, and the communities outside the band of the law (1,000 to 3,000)."""

    of_compound: Ints
    oversize: tuple[int, ...]
    undersize: tuple[int, ...]


def settle(ground: Ground, capacity: Floats, buildings: Ints, rng: np.random.Generator, *, plant: bool) -> Households:
    """Spread the district's households over communities, and each community's over its compounds.

    Args:
        ground: Who belongs where.
        capacity: Homes that the buildings of each compound could hold.
        buildings: Buildings of each compound; none holds more than ``MOST_PER_BUILDING`` households.
        rng: Source of chance.
        plant: Whether some communities come out too large or too small.
    """
    n_communities = int(ground.community.max()) + 1
    members = [ground.compounds_of(number) for number in range(n_communities)]
    sizes = np.bincount(ground.compound[ground.compound >= 0])
    mega = next(n for n, compounds in enumerate(members) if int(np.argmax(sizes)) in compounds)
    room = np.array([capacity[compounds].sum() for compounds in members])
    fixed = _out_of_band(ground, room, mega, rng) if plant else {}
    wish = 1_980 + 560 * rng.standard_normal(n_communities) + 300 * (room / room.mean() - 1)
    wish[mega] = fixed.get(mega, 2_930)
    lost = {compound: int(n) for compound, n in zip(ground.lost_compounds, (462, 163, 318, 96, 241, 407), strict=False)}
    goal = _meet_total(wish, {mega: int(wish[mega]), **fixed}, TOTAL_HOUSEHOLDS - sum(lost.values()))
    found = np.zeros(len(capacity), dtype=np.int64)
    for compound, households in lost.items():
        found[compound] = households
    for number, compounds in enumerate(members):
        found[compounds] = _within_community(int(goal[number]), compounds, capacity, sizes, buildings, rng)
    return Households(
        found,
        tuple(sorted(n for n, size in fixed.items() if size > MOST)),
        tuple(sorted(n for n, size in fixed.items() if size < LEAST)),
    )


def _out_of_band(ground: Ground, room: Floats, mega: int, rng: np.random.Generator) -> dict[int, int]:
    """Choose the communities that are too large where much was built, too small where little was."""
    order = np.argsort(room * np.exp(rng.normal(0, 0.2, len(room))), kind="stable").tolist()
    order.remove(mega)
    free = [n for n in order if n not in ground.exclaves]
    large = [*rng.permutation(free[-(N_OVERSIZE - 1) :]).tolist(), mega]
    small = rng.permutation(free[:N_UNDERSIZE]).tolist()
    return dict(zip(large, OVERSIZE, strict=True)) | dict(zip(small, UNDERSIZE, strict=True))


def _meet_total(wish: Floats, fixed: dict[int, int], total: int) -> Ints:
    """Shift the communities that are free, inside the band, until all add up to the total."""
    free = np.array([n for n in range(len(wish)) if n not in fixed])
    low, high = -900.0, 900.0
    rest = total - sum(fixed.values())
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside_band(wish[free] + middle).sum() < rest else (low, middle)
    goal = wish.copy()
    goal[free] = _inside_band(wish[free] + high)
    goal[list(fixed)] = list(fixed.values())
    return np.round(goal).astype(np.int64)


def _inside_band(wish: Floats) -> Floats:
    """Bend sizes so that none leaves the band, without a heap at its ends."""
    bent: Floats = 1_990 + 930 * np.tanh((wish - 1_990) / 930)
    return bent


def _within_community(
    total: int, compounds: list[int], capacity: Floats, sizes: Ints, buildings: Ints, rng: np.random.Generator
) -> Ints:
    share = capacity[compounds] ** 0.85 * np.exp(rng.normal(0, 0.5, len(compounds)))
    is_mega = sizes[compounds] == sizes.max()
    if is_mega.sum() == 1 and sizes.max() > 3:
        least = 45 * (len(compounds) - 1)
        mega = min(LARGEST_COMPOUND, total - least - 40)
        share = np.where(is_mega, 0.0, share)
        share = np.where(is_mega, mega / (total - mega), share / share.sum())
    exact = share / share.sum() * total
    most = np.minimum(LARGEST_COMPOUND, MOST_PER_BUILDING * buildings[compounds])
    found: Ints = np.minimum(np.maximum(28, np.floor(exact)), most).astype(np.int64)
    for i in np.argsort(found - most, kind="stable").tolist():
        found[i] += int(np.clip(total - int(found.sum()), 28 - found[i], most[i] - found[i]))
    return found
