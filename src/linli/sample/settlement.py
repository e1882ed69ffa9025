"""People, buildings and offices on a ground, and the codes that they carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from linli.sample.dataset import LonLat
from linli.sample.footprints import STYLE_OF_KIND, STYLES, building_land, place
from linli.sample.graph import NOBODY, Floats, Ints
from linli.sample.homes import Home, address_book, build_homes
from linli.sample.households import Households, settle
from linli.sample.lines import name_cuts
from linli.sample.names import SUBDISTRICTS, community_stems
from linli.sample.planting import Ground
from linli.sample.services import Place
from linli.sample.terrain import to_lonlat

DISTRICT_CODE = "990101"


@dataclass(frozen=True, slots=True)
class Built:
    """Footprints with the parcel and the compound of each."""

    local: list[Polygon]
    outlines: list[Polygon]
    parcel: Ints
    compound: Ints


class Settlement:
    """People, buildings and offices on a ground, and the codes that they carry."""

    def __init__(self, ground: Ground, *, seed: int, plant: bool, rng: np.random.Generator) -> None:
        self.ground, self.seed, self.plant, self.rng = ground, seed, plant, rng
        terrain = ground.terrain
        self.parcel_codes = [f"P-{i + 1:06d}" for i in range(len(terrain.shapes))]
        self.compound_codes = [f"X-{i + 1:04d}" for i in range(int(ground.compound.max()) + 1)]
        self.area_codes = [f"{DISTRICT_CODE}{i + 1:03d}" for i in range(len(SUBDISTRICTS))]
        self.area_of_community = self._areas()
        self.community_codes, self.stems = self._communities_named()
        self.homes: list[Home] = build_homes(ground, rng)
        self.built = self._build()
        capacity = self._capacity()
        per_compound = np.bincount(self.built.compound[self.built.compound >= 0], minlength=len(self.homes))
        self.households: Households = settle(ground, capacity, per_compound, rng, plant=plant)
        self.dwellings = self._dwellings()
        self.weight = self._households_per_parcel(capacity)
        self.cut_names = name_cuts(terrain, rng)
        self.addresses = address_book(ground, self.cut_names)
        self.places = self._places()

    def _areas(self) -> list[int]:
        ground = self.ground
        parts = [ground.near.pieces(ground.parcels_of(c))[0] for c in range(int(ground.community.max()) + 1)]
        return [int(ground.subdistrict[part[0]]) for part in parts]

    def _communities_named(self) -> tuple[list[str], list[str]]:
        codes: list[str] = []
        stems: list[str] = []
        for area, (name, _, _) in enumerate(SUBDISTRICTS):
            count = self.area_of_community.count(area)
            codes += [f"{self.area_codes[area]}{i + 1:03d}" for i in range(count)]
            stems += community_stems(name, count, self.rng)
        return codes, stems

    def _build(self) -> Built:
        ground = self.ground
        styles = [
            self.homes[int(ground.compound[p])].style if kind == "residential" else STYLE_OF_KIND.get(kind)
            for p, kind in enumerate(ground.kinds)
        ]
        local, parcel = place(building_land(ground.terrain), styles, self.rng)
        sizes = [len(shape.exterior.coords) for shape in local]
        lonlat = to_lonlat(np.concatenate([np.asarray(shape.exterior.coords) for shape in local]))
        outlines = [Polygon(part) for part in np.split(lonlat, np.cumsum(sizes)[:-1])]
        return Built(local, outlines, parcel, ground.compound[parcel])

    def _capacity(self) -> Floats:
        """Return the homes that the buildings of each compound could hold."""
        homes = np.array([STYLES[home.style].homes for home in self.homes])
        n = len(self.homes)
        built = np.bincount(self.built.compound[self.built.compound >= 0], minlength=n)
        capacity: Floats = np.maximum(1, built) * homes
        return capacity

    def _dwellings(self) -> Ints:
        """Return the dwellings of each compound: the homes that people live in and the vacant ones."""
        rng, lived_in = self.rng, self.households.of_compound
        usual = np.array([0.07 if home.completion_year < 2014 else 0.15 for home in self.homes])
        vacant = np.clip(rng.normal(usual, 0.035), 0.01, 0.35)
        return np.maximum(lived_in, np.round(lived_in / (1 - vacant)).astype(np.int64))

    def _households_per_parcel(self, capacity: Floats) -> Floats:
        n = len(self.parcel_codes)
        built = np.bincount(self.built.parcel, minlength=n).astype(float)
        compound = self.ground.compound
        per_compound = np.bincount(compound[compound >= 0], built[compound >= 0], len(capacity))
        share = np.where(compound >= 0, built / np.maximum(1, per_compound[compound]), 0.0)
        weight: Floats = share * np.where(compound >= 0, self.households.of_compound[compound], 0)
        return weight

    def _places(self) -> list[Place]:
        found: list[Place] = []
        points = shapely.centroid(np.array(self.built.local))
        lonlat = to_lonlat(shapely.get_coordinates(points))
        for i, parcel in enumerate(self.built.parcel.tolist()):
            community = int(self.ground.community[parcel])
            if community != NOBODY and self.ground.kinds[parcel] in ("residential", "commercial", "public"):
                at = points[i].coords[0]
                found.append(Place(parcel, community, pair(lonlat[i]), (float(at[0]), float(at[1]))))
        return found

    def home_of(self, compound: int) -> str | None:
        """Return the code of the community in which a compound lies."""
        community = int(self.ground.community[np.flatnonzero(self.ground.compound == compound)[0]])
        return None if community == NOBODY else self.community_codes[community]


def pair(point: Floats) -> LonLat:
    """Return a point as plain numbers."""
    return float(point[0]), float(point[1])
