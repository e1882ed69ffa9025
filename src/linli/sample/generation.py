"""Puts the sample district together, from the streets to the key of what was planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import shapely
from shapely import Polygon

from linli.sample.dataset import (
    Building,
    Claim,
    Community,
    Compound,
    Grid,
    LonLat,
    Parcel,
    SampleDistrict,
    Subdistrict,
)
from linli.sample.faults import Books, add_custody, other_side, plant_in_books
from linli.sample.figures import AS_OF_ON, compound_figures
from linli.sample.footprints import STYLE_OF_KIND, STYLES, building_land, place
from linli.sample.graph import NOBODY, Floats, Ints, neighbourhood_of
from linli.sample.grids import draw_grids
from linli.sample.homes import Home, address_book, build_homes, name_compounds, name_parcels
from linli.sample.households import Households, settle
from linli.sample.lines import draw_crossings, draw_lines, name_cuts
from linli.sample.names import SUBDISTRICTS, community_stems
from linli.sample.partition import draw_communities, draw_subdistricts
from linli.sample.planting import Ground, plant_on_ground
from linli.sample.services import (
    Place,
    choose_offices,
    elect_owners_committees,
    found_party_organisations,
    hire_property_management,
    open_facilities,
    rooms_and_workers,
)
from linli.sample.terrain import Terrain, make_terrain, to_lonlat
from linli.sample.uses import choose_uses, gather_compounds

DISTRICT_CODE, DISTRICT_NAME = "990101", "临江区"
N_PARCELS, N_COMMUNITIES = 1_040, 96
N_ATTEMPTS = 12
CUSTODY_END = date(2027, 6, 30)


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
        return _Settlement(ground, seed=seed, plant=plant, rng=np.random.default_rng([seed, attempt, 2])).district()
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


@dataclass(frozen=True, slots=True)
class _Built:
    """Footprints with the parcel and the compound of each."""

    local: list[Polygon]
    outlines: list[Polygon]
    parcel: Ints
    compound: Ints


class _Settlement:
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
        self.weight = self._households_per_parcel(capacity)
        self.cut_names = name_cuts(terrain, rng)
        self.addresses = address_book(ground, self.cut_names)
        self.places = self._places()

    def _areas(self) -> list[int]:
        ground = self.ground
        parts = [ground.near.pieces(ground.parcels_of(c))[0] for c in range(N_COMMUNITIES)]
        return [int(ground.subdistrict[part[0]]) for part in parts]

    def _communities_named(self) -> tuple[list[str], list[str]]:
        codes: list[str] = []
        stems: list[str] = []
        for area, (name, _, _) in enumerate(SUBDISTRICTS):
            count = self.area_of_community.count(area)
            codes += [f"{self.area_codes[area]}{i + 1:03d}" for i in range(count)]
            stems += community_stems(name, count, self.rng)
        return codes, stems

    def _build(self) -> _Built:
        ground = self.ground
        styles = [
            self.homes[int(ground.compound[p])].style if kind == "residential" else STYLE_OF_KIND.get(kind)
            for p, kind in enumerate(ground.kinds)
        ]
        local, parcel = place(building_land(ground.terrain), styles, self.rng)
        sizes = [len(shape.exterior.coords) for shape in local]
        lonlat = to_lonlat(np.concatenate([np.asarray(shape.exterior.coords) for shape in local]))
        outlines = [Polygon(part) for part in np.split(lonlat, np.cumsum(sizes)[:-1])]
        return _Built(local, outlines, parcel, ground.compound[parcel])

    def _capacity(self) -> Floats:
        """Return the homes that the buildings of each compound could hold."""
        homes = np.array([STYLES[home.style].homes for home in self.homes])
        n = len(self.homes)
        built = np.bincount(self.built.compound[self.built.compound >= 0], minlength=n)
        capacity: Floats = np.maximum(1, built) * homes
        return capacity

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
                found.append(Place(parcel, community, _pair(lonlat[i]), (float(at[0]), float(at[1]))))
        return found

    def district(self) -> SampleDistrict:
        """Return everything under codes."""
        ground, rng = self.ground, self.rng
        names = name_compounds(ground, self.homes, self.stems, rng)
        buildings = self._buildings()
        books = Books(self._compounds(names, buildings), self._claims(), [], [])
        self._book_custody_with_an_end(books)
        if self.plant:
            self._enter_ground_into_key(books)
            households = self.households.of_compound.tolist()
            plant_in_books(books, ground, self.community_codes, households, np.random.default_rng([self.seed, 3]))
        communities, offices = self._communities(books.compounds)
        home = {code: self._home_of(i) for i, code in enumerate(self.compound_codes)}
        facility_names = [community.name for community in communities]
        rooms = [community.service_area for community in communities]
        facilities = open_facilities(
            self.places, offices, rooms, facility_names, self.community_codes, self.addresses, rng
        )
        lines = draw_lines(ground.terrain, self.cut_names)
        membership, grids = self._membership()
        parcel_names = name_parcels(ground, names, rng)
        return SampleDistrict(
            code=DISTRICT_CODE,
            name=DISTRICT_NAME,
            as_of_on=AS_OF_ON,
            seed=self.seed,
            outline=ground.terrain.outline,
            subdistricts=self._subdistricts(communities),
            communities=communities,
            grids=grids,
            parcels=tuple(
                Parcel(code, kind, name, polygon)
                for code, kind, name, polygon in zip(
                    self.parcel_codes, ground.kinds, parcel_names, ground.terrain.outlines, strict=True
                )
            ),
            compounds=tuple(books.compounds),
            buildings=buildings,
            facilities=facilities,
            lines=lines,
            crossings=draw_crossings(ground.terrain, self.cut_names, lines),
            property_management=hire_property_management(books.compounds, rng),
            party_organisations=found_party_organisations(
                books.compounds, home, {c.code: c.name for c in communities}, rng
            ),
            owners_committees=elect_owners_committees(books.compounds, rng),
            membership=membership,
            claims=tuple(sorted(books.claims, key=lambda c: (c.kind, c.subject_code, c.community_code))),
            custodies=tuple(sorted(books.custodies, key=lambda c: c.compound_code)),
            answer_key=tuple(sorted(books.key)),
        )

    def _home_of(self, compound: int) -> str | None:
        community = int(self.ground.community[np.flatnonzero(self.ground.compound == compound)[0]])
        return None if community == NOBODY else self.community_codes[community]

    def _buildings(self) -> tuple[Building, ...]:
        rng = self.rng
        found: list[Building] = []
        counter: dict[str, int] = {}
        per_compound = np.bincount(self.built.compound[self.built.compound >= 0], minlength=len(self.homes))
        areas = shapely.area(np.array(self.built.local))
        for polygon, parcel, compound, area in zip(
            self.built.outlines, self.built.parcel.tolist(), self.built.compound.tolist(), areas.tolist(), strict=True
        ):
            lived_in = compound != NOBODY
            under = self.compound_codes[compound] if lived_in else self.parcel_codes[parcel]
            number = counter[under] = counter.get(under, 0) + 1
            if lived_in:
                home = self.homes[compound]
                share = self.households.of_compound[compound] / per_compound[compound]
                dwellings = max(1, round(float(share) * 1.1))
                per_floor = max(1, round(area / 88))
                floors = int(np.clip(-(-dwellings // per_floor), 2 if home.style == "cottage" else 4, 33))
                stairwells, year = max(1, round(per_floor / 2)), home.completion_year
            else:
                dwellings, stairwells = 0, 1
                floors, year = int(rng.integers(1, 6)), int(rng.integers(1985, 2024))
            found.append(
                Building(
                    code=f"{under}-{number:02d}",
                    name=f"{number}号楼",
                    compound_code=under if lived_in else None,
                    parcel_code=self.parcel_codes[parcel],
                    use_kind="住宅" if lived_in else "非住宅",
                    floors=floors,
                    stairwells=stairwells,
                    dwellings=dwellings,
                    floor_area=round(area * floors, 1),
                    built_year=year,
                    has_lift=floors > 7,
                    polygon=polygon,
                )
            )
        return tuple(found)

    def _compounds(self, names: list[str], buildings: tuple[Building, ...]) -> list[Compound]:
        ground, rng = self.ground, self.rng
        of_compound: dict[str, list[Building]] = {code: [] for code in self.compound_codes}
        for building in buildings:
            if building.compound_code:
                of_compound[building.compound_code].append(building)
        found: list[Compound] = []
        for i, (code, name, home) in enumerate(zip(self.compound_codes, names, self.homes, strict=True)):
            parcels = np.flatnonzero(ground.compound == i).tolist()
            main = max(parcels, key=lambda p: (float(self.weight[p]), -p))
            own = of_compound[code]
            households = int(self.households.of_compound[i])
            figures = compound_figures(
                households=households,
                buildings=len(own),
                stairwells=sum(b.stairwells for b in own),
                lifts=sum(b.stairwells for b in own if b.has_lift),
                land_area=float(ground.terrain.areas[parcels].sum()) * 0.78,
                completion_year=home.completion_year,
                rng=rng,
            )
            old = home.completion_year < 2000
            area = int(ground.subdistrict[main])
            form, company = self._cover(home, old, area)
            found.append(
                Compound(
                    code=code,
                    name=name,
                    parcel_codes=tuple(self.parcel_codes[p] for p in parcels),
                    subdistrict_code=self.area_codes[area],
                    point=_pair(to_lonlat(np.array([ground.terrain.shapes[main].centroid.coords[0]]))[0]),
                    address=self.addresses[main],
                    ownership_kind=home.ownership_kind,
                    old_compound=old,
                    completion_year=home.completion_year,
                    enclosed=str(rng.choice(["开放", "半封闭"] if old else ["封闭", "半封闭"])),
                    property_form=form,
                    property_company_name=company,
                    owners_committee_formed=str(
                        rng.choice(["已成立", "筹备中", "未成立"], p=[0.5, 0.1, 0.4])
                        if home.ownership_kind == "商品房"
                        else rng.choice(["未成立", "物管会"], p=[0.7, 0.3])
                    ),
                    party_branch_formed="单独" if households > 170 else "联合",
                    figures=figures,
                )
            )
            if i in ground.lost_compounds:
                found[-1] = _alone(found[-1])
        return found

    def _cover(self, home: Home, old: bool, area: int) -> tuple[str, str]:
        """Return the form of property management and who does it."""
        rng = self.rng
        if home.ownership_kind == "单位宿舍":
            return "单位自管", "产权单位后勤部门"
        if old or home.style == "cottage":
            if rng.random() < 0.45:
                return "社区托管", f"{SUBDISTRICTS[area][0]}街道物业服务中心"
            if rng.random() < 0.15:
                return "业主自管", "业主自管小组"
        stem = self.stems[int(rng.integers(0, len(self.stems)))]
        return "专业物业", f"临江{stem}物业服务有限公司"

    def _claims(self) -> list[Claim]:
        found: list[Claim] = []
        for i, code in enumerate(self.compound_codes):
            as_of = AS_OF_ON - timedelta(days=int(self.rng.integers(0, 9)))
            community = self._home_of(i)
            if community is not None:
                found.append(Claim("COMPOUND", code, community, "社区摸排", as_of))
        for parcel, code in enumerate(self.parcel_codes):
            community_index = int(self.ground.community[parcel])
            if self.ground.compound[parcel] == NOBODY and community_index != NOBODY:
                owner = self.community_codes[community_index]
                found.append(Claim("PARCEL", code, owner, "街道上报", AS_OF_ON - timedelta(days=20)))
        return found

    def _book_custody_with_an_end(self, books: Books) -> None:
        """Write down one sound custody, so that the clean district has one to show."""
        for i, compound in enumerate(books.compounds):
            owner, beyond = self._home_of(i), other_side(self.ground, i)
            if owner is not None and beyond != NOBODY:
                custodian = self.community_codes[beyond]
                add_custody(books, compound, owner, custodian, until=CUSTODY_END, reason="产权未定，到期收回")
                return

    def _enter_ground_into_key(self, books: Books) -> None:
        ground, codes = self.ground, self.community_codes
        books.key += [("COMPOUND_UNASSIGNED", self.compound_codes[c]) for c in ground.lost_compounds]
        books.key += [("AREA_UNASSIGNED", self.parcel_codes[p]) for p in ground.lost_areas]
        books.key += [("INTERLOCKED", "|".join(sorted((codes[a], codes[b])))) for a, b in ground.interlocked]
        books.key += [("EXCLAVE", codes[c]) for c in ground.exclaves]
        books.key += [("OVERSIZE", codes[c]) for c in self.households.oversize]
        books.key += [("UNDERSIZE", codes[c]) for c in self.households.undersize]

    def _communities(self, compounds: list[Compound]) -> tuple[tuple[Community, ...], list[Place]]:
        ground, rng = self.ground, self.rng
        offices = choose_offices(ground, self.places, self.weight)
        found: list[Community] = []
        for i, code in enumerate(self.community_codes):
            own = ground.compounds_of(i)
            households = int(self.households.of_compound[own].sum())
            office_m2, service_m2, workers = rooms_and_workers(households, round(households * 2.526), rng)
            village = any(compounds[c].ownership_kind == "村改居" for c in own)
            found.append(
                Community(
                    code=code,
                    name=f"{self.stems[i]}社区",
                    kind="VILLAGE_CONVERTED" if village else "RESIDENTS",
                    subdistrict_code=self.area_codes[self.area_of_community[i]],
                    founded_date=date(1998 if not village else 2006, 1, 1) + timedelta(days=int(rng.integers(0, 5200))),
                    office_point=offices[i].point,
                    office_address=self.addresses[offices[i].parcel],
                    office_area=office_m2,
                    service_area=service_m2,
                    workers_total=workers,
                )
            )
        return tuple(found), offices

    def _subdistricts(self, communities: tuple[Community, ...]) -> tuple[Subdistrict, ...]:
        found: list[Subdistrict] = []
        for code, (name, _, _) in zip(self.area_codes, SUBDISTRICTS, strict=True):
            own = [c for c in communities if c.subdistrict_code == code]
            middle = np.mean([c.office_point for c in own], axis=0)
            seat = min(own, key=lambda c: float(np.hypot(*(np.array(c.office_point) - middle))))
            found.append(Subdistrict(code, f"{name}街道", seat.office_point, seat.office_address))
        return tuple(found)

    def _membership(self) -> tuple[dict[str, tuple[str | None, str | None]], tuple[Grid, ...]]:
        membership: dict[str, tuple[str | None, str | None]] = dict.fromkeys(self.parcel_codes, (None, None))
        grids: list[Grid] = []
        for i, code in enumerate(self.community_codes):
            for number, parcels in enumerate(draw_grids(self.ground, i, self.weight), start=1):
                grid = f"{code}{number:02d}"
                kind = "基础网格" if self.weight[parcels].sum() > 0 else "专属网格"
                grids.append(Grid(grid, f"{self.stems[i]}第{number}网格", kind, code))
                membership |= {self.parcel_codes[p]: (code, grid) for p in parcels}
        return membership, tuple(grids)


def _pair(point: Floats) -> LonLat:
    return float(point[0]), float(point[1])


def _alone(compound: Compound) -> Compound:
    """Give a compound in no community a branch of its own, since there is none to join."""
    return replace(compound, party_branch_formed="单独")
