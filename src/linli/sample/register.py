"""The settlement written down: records under codes, and the key of what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import shapely

from linli.sample.dataset import Building, Claim, Community, Compound, Grid, Parcel, SampleDistrict, Subdistrict
from linli.sample.faults import Books, add_custody, other_side, plant_in_books
from linli.sample.figures import AS_OF_ON, compound_figures
from linli.sample.graph import NOBODY
from linli.sample.grids import draw_grids
from linli.sample.homes import Home, name_compounds, name_parcels
from linli.sample.lines import draw_crossings, draw_lines
from linli.sample.names import SUBDISTRICTS
from linli.sample.services import (
    Place,
    choose_offices,
    elect_owners_committees,
    found_party_organisations,
    hire_property_management,
    open_facilities,
    rooms_and_workers,
)
from linli.sample.settlement import DISTRICT_CODE, Settlement, pair
from linli.sample.terrain import to_lonlat

DISTRICT_NAME = "临江区"
CUSTODY_END = date(2027, 6, 30)


def register(s: Settlement) -> SampleDistrict:
    """Return the settlement as records under codes, with the key of what was planted."""
    ground, rng = s.ground, s.rng
    names = name_compounds(ground, s.homes, s.stems, rng)
    buildings = _buildings(s)
    books = Books(_compounds(s, names, buildings), _claims(s), [], [])
    _book_custody_with_an_end(s, books)
    if s.plant:
        _enter_ground_into_key(s, books)
        plant_in_books(books, ground, s.community_codes, np.random.default_rng([s.seed, 3]))
    communities, offices = _communities(s, books.compounds)
    home = {code: s.home_of(i) for i, code in enumerate(s.compound_codes)}
    facility_names = [community.name for community in communities]
    rooms = [community.service_area for community in communities]
    facilities = open_facilities(s.places, offices, rooms, facility_names, s.community_codes, s.addresses, rng)
    lines = draw_lines(ground.terrain, s.cut_names)
    membership, grids = _membership(s)
    parcel_names = name_parcels(ground, names, rng)
    return SampleDistrict(
        code=DISTRICT_CODE,
        name=DISTRICT_NAME,
        as_of_on=AS_OF_ON,
        seed=s.seed,
        outline=ground.terrain.outline,
        subdistricts=_subdistricts(s, communities),
        communities=communities,
        grids=grids,
        parcels=tuple(
            Parcel(code, kind, name, polygon)
            for code, kind, name, polygon in zip(
                s.parcel_codes, ground.kinds, parcel_names, ground.terrain.outlines, strict=True
            )
        ),
        compounds=tuple(books.compounds),
        buildings=buildings,
        facilities=facilities,
        lines=lines,
        crossings=draw_crossings(ground.terrain, s.cut_names, lines),
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


def _buildings(s: Settlement) -> tuple[Building, ...]:
    rng = s.rng
    found: list[Building] = []
    counter: dict[str, int] = {}
    per_compound = np.bincount(s.built.compound[s.built.compound >= 0], minlength=len(s.homes))
    areas = shapely.area(np.array(s.built.local))
    for polygon, parcel, compound, area in zip(
        s.built.outlines, s.built.parcel.tolist(), s.built.compound.tolist(), areas.tolist(), strict=True
    ):
        lived_in = compound != NOBODY
        under = s.compound_codes[compound] if lived_in else s.parcel_codes[parcel]
        number = counter[under] = counter.get(under, 0) + 1
        if lived_in:
            home = s.homes[compound]
            each, more = divmod(int(s.dwellings[compound]), int(per_compound[compound]))
            dwellings = each + (number <= more)
            per_floor = max(1, round(area / 88))
            floors = int(np.clip(-(-dwellings // per_floor), 2 if home.style == "cottage" else 3, 33))
            stairwells, year = max(1, round(per_floor / 2)), home.completion_year
        else:
            dwellings, stairwells = 0, 1
            floors, year = int(rng.integers(1, 6)), int(rng.integers(1985, 2024))
        found.append(
            Building(
                code=f"{under}-{number:02d}",
                name=f"{number}号楼",
                compound_code=under if lived_in else None,
                parcel_code=s.parcel_codes[parcel],
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


def _compounds(s: Settlement, names: list[str], buildings: tuple[Building, ...]) -> list[Compound]:
    ground, rng = s.ground, s.rng
    of_compound: dict[str, list[Building]] = {code: [] for code in s.compound_codes}
    for building in buildings:
        if building.compound_code:
            of_compound[building.compound_code].append(building)
    found: list[Compound] = []
    for i, (code, name, home) in enumerate(zip(s.compound_codes, names, s.homes, strict=True)):
        parcels = np.flatnonzero(ground.compound == i).tolist()
        main = max(parcels, key=lambda p: (float(s.weight[p]), -p))
        own = of_compound[code]
        households = int(s.households.of_compound[i])
        figures = compound_figures(
            households=households,
            dwellings=int(s.dwellings[i]),
            buildings=len(own),
            stairwells=sum(b.stairwells for b in own),
            lifts=sum(b.stairwells for b in own if b.has_lift),
            land_area=float(ground.terrain.areas[parcels].sum()) * 0.78,
            floor_area=sum(b.floor_area for b in own),
            completion_year=home.completion_year,
            rng=rng,
        )
        old = home.completion_year < 2000
        area = int(ground.subdistrict[main])
        form, company = _cover(s, home, old, area)
        found.append(
            Compound(
                code=code,
                name=name,
                parcel_codes=tuple(s.parcel_codes[p] for p in parcels),
                subdistrict_code=s.area_codes[area],
                point=pair(to_lonlat(np.array([ground.terrain.shapes[main].centroid.coords[0]]))[0]),
                address=s.addresses[main],
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


def _cover(s: Settlement, home: Home, old: bool, area: int) -> tuple[str, str]:
    """Return the form of property management and who does it."""
    rng = s.rng
    if home.ownership_kind == "单位宿舍":
        return "单位自管", "产权单位后勤部门"
    if old or home.style == "cottage":
        if rng.random() < 0.45:
            return "社区托管", f"{SUBDISTRICTS[area][0]}街道物业服务中心"
        if rng.random() < 0.15:
            return "业主自管", "业主自管小组"
    stem = s.stems[int(rng.integers(0, len(s.stems)))]
    return "专业物业", f"临江{stem}物业服务有限公司"


def _claims(s: Settlement) -> list[Claim]:
    found: list[Claim] = []
    for i, code in enumerate(s.compound_codes):
        as_of = AS_OF_ON - timedelta(days=int(s.rng.integers(0, 9)))
        community = s.home_of(i)
        if community is not None:
            found.append(Claim("COMPOUND", code, community, "社区摸排", as_of))
    for parcel, code in enumerate(s.parcel_codes):
        community_index = int(s.ground.community[parcel])
        if s.ground.compound[parcel] == NOBODY and community_index != NOBODY:
            owner = s.community_codes[community_index]
            found.append(Claim("PARCEL", code, owner, "街道上报", AS_OF_ON - timedelta(days=20)))
    return found


def _book_custody_with_an_end(s: Settlement, books: Books) -> None:
    """Write down one sound custody, so that the clean district has one to show."""
    for i, compound in enumerate(books.compounds):
        owner, beyond = s.home_of(i), other_side(s.ground, i)
        if owner is not None and beyond != NOBODY:
            custodian = s.community_codes[beyond]
            add_custody(books, compound, owner, custodian, until=CUSTODY_END, reason="产权未定，到期收回")
            return


def _enter_ground_into_key(s: Settlement, books: Books) -> None:
    ground, codes = s.ground, s.community_codes
    books.key += [("COMPOUND_UNASSIGNED", s.compound_codes[c]) for c in ground.lost_compounds]
    books.key += [("AREA_UNASSIGNED", s.parcel_codes[p]) for p in ground.lost_areas]
    books.key += [("INTERLOCKED", "|".join(sorted((codes[a], codes[b])))) for a, b in ground.interlocked]
    books.key += [("EXCLAVE", codes[c]) for c in ground.exclaves]
    books.key += [("OVERSIZE", codes[c]) for c in s.households.oversize]
    books.key += [("UNDERSIZE", codes[c]) for c in s.households.undersize]


def _communities(s: Settlement, compounds: list[Compound]) -> tuple[tuple[Community, ...], list[Place]]:
    ground, rng = s.ground, s.rng
    offices = choose_offices(ground, s.places, s.weight)
    found: list[Community] = []
    for i, code in enumerate(s.community_codes):
        own = ground.compounds_of(i)
        households = int(s.households.of_compound[own].sum())
        office_m2, service_m2, workers = rooms_and_workers(households, round(households * 2.526), rng)
        village = any(compounds[c].ownership_kind == "村改居" for c in own)
        found.append(
            Community(
                code=code,
                name=f"{s.stems[i]}社区",
                kind="VILLAGE_CONVERTED" if village else "RESIDENTS",
                subdistrict_code=s.area_codes[s.area_of_community[i]],
                founded_date=date(1998 if not village else 2006, 1, 1) + timedelta(days=int(rng.integers(0, 5200))),
                office_point=offices[i].point,
                office_address=s.addresses[offices[i].parcel],
                office_area=office_m2,
                service_area=service_m2,
                workers_total=workers,
            )
        )
    return tuple(found), offices


def _subdistricts(s: Settlement, communities: tuple[Community, ...]) -> tuple[Subdistrict, ...]:
    found: list[Subdistrict] = []
    for code, (name, _, _) in zip(s.area_codes, SUBDISTRICTS, strict=True):
        own = [c for c in communities if c.subdistrict_code == code]
        middle = np.mean([c.office_point for c in own], axis=0)
        seat = min(own, key=lambda c: float(np.hypot(*(np.array(c.office_point) - middle))))
        found.append(Subdistrict(code, f"{name}街道", seat.office_point, seat.office_address))
    return tuple(found)


def _membership(s: Settlement) -> tuple[dict[str, tuple[str | None, str | None]], tuple[Grid, ...]]:
    membership: dict[str, tuple[str | None, str | None]] = dict.fromkeys(s.parcel_codes, (None, None))
    grids: list[Grid] = []
    for i, code in enumerate(s.community_codes):
        for number, parcels in enumerate(draw_grids(s.ground, i, s.weight), start=1):
            grid = f"{code}{number:02d}"
            kind = "基础网格" if s.weight[parcels].sum() > 0 else "专属网格"
            grids.append(Grid(grid, f"{s.stems[i]}第{number}网格", kind, code))
            membership |= {s.parcel_codes[p]: (code, grid) for p in parcels}
    return membership, tuple(grids)


def _alone(compound: Compound) -> Compound:
    """Give a compound in no community a branch of its own, since there is none to join."""
    return replace(compound, party_branch_formed="单独")
