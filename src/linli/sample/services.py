"""Offices, service facilities, property management, Party branches and owners' committees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from linli.sample.dataset import Compound, Facility, LonLat, OwnersCommittee, PartyOrganisation, PropertyManagement
from linli.sample.graph import Floats
from linli.sample.planting import Ground

# kind, how many in the district, name ending, floor area from, to, places per 100 m²
FACILITIES: tuple[tuple[str, int, str, float, float, float], ...] = (
    ("日间照料", 52, "日间照料中心", 260, 720, 5.0),
    ("养老院", 8, "养老院", 3200, 7800, 3.2),
    ("托育", 28, "托育园", 220, 620, 11.0),
    ("幼儿园", 34, "幼儿园", 2600, 4500, 8.0),
    ("卫生服务站", 40, "卫生服务站", 120, 270, 6.0),
    ("文化活动", 36, "文化活动站", 250, 1100, 18.0),
    ("体育场地", 34, "健身场地", 300, 1300, 9.0),
    ("助餐", 24, "助餐点", 90, 260, 34.0),
    ("法律服务", 18, "公共法律服务站", 30, 80, 9.0),
    ("儿童之家", 16, "儿童之家", 60, 180, 20.0),
    ("菜市场", 18, "菜市场", 800, 2400, 6.0),
    ("警务室", 8, "警务室", 40, 110, 5.0),
)
ROOMS_M2_PER_100_HOUSEHOLDS, WORKERS_PER_10_000 = 30.0, 18.0
TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Place:
    """A building in which an office or a facility may sit."""

    parcel: int
    community: int
    point: LonLat
    local: tuple[float, float]


def choose_offices(ground: Ground, places: list[Place], weight: Floats) -> list[Place]:
    """Return for each community the building from which its households are nearest.

    Args:
        ground: Who belongs where.
        places: Buildings of all communities.
        weight: Households per parcel.
    """
    found: list[Place] = []
    for community in range(int(ground.community.max()) + 1):
        parcels = ground.near.pieces(ground.parcels_of(community))[0]
        inside = set(parcels)
        own = [place for place in places if place.parcel in inside]
        at = np.array([place.local for place in own])
        away = np.hypot(*(at[:, None, :] - ground.terrain.centres[None, parcels, :]).transpose(2, 0, 1))
        found.append(own[int(np.argmin(away @ (weight[parcels] + 1.0)))])
    return found


def rooms_and_workers(households: int, people: int, rng: np.random.Generator) -> tuple[float, float, int]:
    """Return office m², service m² and workers near the norms of 30 m² per 100 households and 18 per 10,000 people."""
    service = round(max(300.0, households / 100 * ROOMS_M2_PER_100_HOUSEHOLDS) * float(rng.uniform(0.82, 1.3)), 1)
    workers = max(6, round(people / 10_000 * WORKERS_PER_10_000 * float(rng.uniform(0.78, 1.02))))
    return round(service * float(rng.uniform(0.24, 0.4)), 1), service, workers


def open_facilities(
    places: list[Place],
    offices: list[Place],
    rooms: list[float],
    names: list[str],
    codes: list[str],
    addresses: list[str],
    rng: np.random.Generator,
) -> tuple[Facility, ...]:
    """Return the service centre of each community and the other facilities, spread over the district."""
    found = [
        _facility(i + 1, f"{names[i]}党群服务中心", "党群服务中心", codes[i], offices[i], addresses, rooms[i], 9.0, rng)
        for i in range(len(codes))
    ]
    taken = {place.point for place in offices}
    free = [places[i] for i in rng.permutation(len(places)).tolist() if places[i].point not in taken]
    for kind, count, ending, low, high, density in FACILITIES:
        wanted = rng.permutation(len(codes))[:count].tolist()
        for community in sorted(wanted):
            place = next(p for p in free if p.community == community)
            free.remove(place)
            area = round(float(rng.uniform(low, high)), 1)
            name = f"{names[community].removesuffix('社区')}{ending}"
            found.append(_facility(len(found) + 1, name, kind, codes[community], place, addresses, area, density, rng))
    return tuple(found)


def _facility(
    number: int,
    name: str,
    kind: str,
    code: str,
    place: Place,
    addresses: list[str],
    area: float,
    density: float,
    rng: np.random.Generator,
) -> Facility:
    opened = date(2009, 1, 1) + timedelta(days=int(rng.integers(0, 6200)))
    capacity = max(2, round(area / 100 * density))
    return Facility(f"F-{number:04d}", name, kind, code, place.point, addresses[place.parcel], area, capacity, opened)


def hire_property_management(compounds: list[Compound], rng: np.random.Generator) -> tuple[PropertyManagement, ...]:
    """Return a running contract for each compound that has property management."""
    found: list[PropertyManagement] = []
    for compound in compounds:
        start = TODAY - timedelta(days=int(rng.integers(60, 900)))
        end = TODAY + timedelta(days=int(rng.integers(120, 1000)))
        grade = str(rng.choice(["一级", "二级", "三级", "四级"], p=[0.15, 0.35, 0.35, 0.15]))
        charge = round(float(rng.uniform(0.3, 0.8) if compound.old_compound else rng.uniform(1.1, 2.9)), 2)
        staff = max(2, round(float(compound.figures["dwelling_count"].value or 150) / 45))
        if compound.property_form == "无物业":
            continue
        kind = "前期物业合同" if (compound.completion_year or 0) in range(2023, 2027) else "物业服务合同"
        found.append(
            PropertyManagement(compound.code, compound.property_company_name, kind, start, end, charge, staff, grade)
        )
    return tuple(found)


def found_party_organisations(
    compounds: list[Compound], home: dict[str, str | None], names: dict[str, str], rng: np.random.Generator
) -> tuple[PartyOrganisation, ...]:
    """Return one committee per community and the branches below it, joint ones for small compounds."""
    found: list[PartyOrganisation] = []

    def add(name: str, kind: str, community: str | None, parent: str | None, covered: list[Compound], area: str) -> str:
        code = f"D-{len(found) + 1:04d}"
        members = sum(max(0, int(c.figures["party_members"].value or 0)) for c in covered)
        members = members if covered else int(rng.integers(18, 60))
        founded = date(2001, 7, 1) + timedelta(days=int(rng.integers(0, 8000)))
        covers = tuple(c.code for c in covered)
        found.append(PartyOrganisation(code, name, kind, area, community, parent, covers, members, founded))
        return code

    for community, name in names.items():
        area = community[:9]
        own = [c for c in compounds if home[c.code] == community and c.party_branch_formed != "未成立"]
        kind = "党委" if sum(int(c.figures["party_members"].value or 0) for c in own) > 300 else "党总支"
        top = add(f"{name}{kind}", kind, community, None, [], area)
        joint = [c for c in own if c.party_branch_formed == "联合"]
        if joint:
            add(f"{name}联合党支部", "联合支部", community, top, joint, area)
        for compound in own:
            if compound.party_branch_formed == "单独":
                add(f"{compound.name}党支部", "党支部", community, top, [compound], area)
    for compound in compounds:
        if home[compound.code] is None and compound.party_branch_formed != "未成立":
            add(f"{compound.name}党支部", "党支部", None, None, [compound], compound.subdistrict_code)
    return tuple(found)


def elect_owners_committees(compounds: list[Compound], rng: np.random.Generator) -> tuple[OwnersCommittee, ...]:
    """Return the owners' committees that were formed; terms of five years."""
    found: list[OwnersCommittee] = []
    for compound in compounds:
        founded = TODAY - timedelta(days=int(rng.integers(200, 1700)))
        members = int(rng.choice([5, 7, 9]))
        if compound.owners_committee_formed == "已成立":
            filed = founded + timedelta(days=int(rng.integers(10, 30)))
            end = founded.replace(year=founded.year + 5, day=min(founded.day, 28))
            found.append(OwnersCommittee(compound.code, "已成立", founded, filed, end, members))
    return tuple(found)
