"""Draws ground until it is sound, settles it, and writes it down."""

from __future__ import annotations

import numpy as np

from linli.sample.dataset import SampleDistrict
from linli.sample.graph import Floats, Ints, neighbourhood_of
from linli.sample.names import SUBDISTRICTS
from linli.sample.partition import draw_communities, draw_subdistricts
from linli.sample.planting import Ground, plant_on_ground
from linli.sample.register import register
from linli.sample.settlement import Settlement
from linli.sample.terrain import Terrain, make_terrain
from linli.sample.uses import choose_uses, gather_compounds

N_PARCELS, N_COMMUNITIES = 1_040, 96
N_ATTEMPTS = 12


def generate(*, seed: int = 20261123, plant: bool = True) -> SampleDistrict:
    """Return the fictional district 临江区.

    Args:
        seed: Equal seeds give equal districts.
        plant: Whether the ills are planted; without them the key is empty and nothing is wrong.

    Raises:
        ValueError: No ground came out sound in a dozen drawings, which no seed is known to do.
    """
    for attempt in range(N_ATTEMPTS):
        try:
            ground = _draw_ground(np.random.default_rng([seed, attempt, 0]))
            if plant:
                plant_on_ground(ground, np.random.default_rng([seed, attempt, 1]))
        except ValueError:
            continue
        rng = np.random.default_rng([seed, attempt, 2])
        return register(Settlement(ground, seed=seed, plant=plant, rng=rng))
    raise ValueError(f"seed {seed} draws no sound ground")


def _draw_ground(rng: np.random.Generator) -> Ground:
    terrain = make_terrain(rng, n_parcels=N_PARCELS)
    near = neighbourhood_of(terrain)
    kinds = choose_uses(terrain, near, rng)
    weight = np.where(np.array(kinds) == "residential", np.sqrt(terrain.areas / np.median(terrain.areas)), 0.1)
    subdistrict = _ordered_subdistricts(
        terrain, draw_subdistricts(terrain, near, weight, wanted=len(SUBDISTRICTS)), weight
    )
    community = draw_communities(terrain, near, weight, subdistrict, wanted=N_COMMUNITIES)
    community = _in_reading_order(community, subdistrict)
    compound = gather_compounds(terrain, near, kinds, community, rng)
    return Ground(terrain, near, kinds, subdistrict, community, compound)


def _ordered_subdistricts(terrain: Terrain, label: Ints, weight: Floats) -> Ints:
    """Renumber subdistricts so that each lies where its name belongs."""
    n = len(SUBDISTRICTS)
    centre = np.array([np.average(terrain.centres[label == i], axis=0, weights=weight[label == i]) for i in range(n)])
    wanted = np.array([(east, north) for _, east, north in SUBDISTRICTS])
    distance = np.hypot(*(centre[:, None] - wanted[None]).transpose(2, 0, 1))
    renumbered = np.zeros_like(label)
    for _ in range(n):
        i, j = np.unravel_index(int(np.argmin(distance)), distance.shape)
        renumbered[label == i] = j
        distance[i, :] = distance[:, j] = np.inf
    return renumbered


def _in_reading_order(community: Ints, subdistrict: Ints) -> Ints:
    """Renumber communities along their subdistricts, each from north-west to south-east."""
    first = [int(np.flatnonzero(community == c)[0]) for c in range(int(community.max()) + 1)]
    order = sorted(range(len(first)), key=lambda c: (int(subdistrict[first[c]]), first[c]))
    renumbered = np.zeros_like(community)
    for new, old in enumerate(order):
        renumbered[community == old] = new
    return renumbered
