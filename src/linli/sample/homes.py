"""What a compound is: its age, its kind of property, its name and address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linli.sample.graph import NOBODY
from linli.sample.names import MARKETS, OFFICES, SCHOOLS, UNITS, WORKSHOPS, free_stems
from linli.sample.planting import Ground

LOST_NAMES = ("听澜花园", "机床厂北宿舍")
ENDINGS: dict[str, tuple[str, ...]] = {
    "商品房": ("花园", "苑", "府", "名苑", "雅居", "华庭", "公馆", "家园"),
    "房改房": ("里", "小区", "新村", "坊"),
    "保障性住房": ("家园", "公寓", "新居"),
    "安置房": ("新苑", "新村", "家园", "新居"),
    "村改居": ("村", "新村"),
    "自建房": ("村", "老街"),
    "混合": ("小区", "里", "苑"),
}


@dataclass(frozen=True, slots=True)
class Home:
    """Character of a compound before anybody is counted."""

    style: str
    completion_year: int
    ownership_kind: str


def build_homes(ground: Ground, rng: np.random.Generator) -> list[Home]:
    """Return the character of each compound: older in the middle, village houses at the rim."""
    found: list[Home] = []
    for compound in range(int(ground.compound.max()) + 1):
        parcels = np.flatnonzero(ground.compound == compound)
        centre = ground.terrain.centres[parcels].mean(axis=0)
        rim = float(np.hypot(centre[0] / 4000, centre[1] / 2700))
        if len(parcels) > 3:
            found.append(Home("tower", 2011, "商品房"))
            continue
        if rim > 0.72 and rng.random() < 0.11:
            found.append(
                Home("cottage", int(rng.integers(1982, 2004)), str(rng.choice(["自建房", "村改居"], p=[0.7, 0.3])))
            )
            continue
        year = int(np.clip(rng.normal(1994 + 15 * rim, 10), 1968, 2025))
        if year < 2000:
            style = str(rng.choice(["slab", "long_slab"], p=[0.7, 0.3]))
            kind = str(rng.choice(["房改房", "单位宿舍", "商品房", "混合"], p=[0.55, 0.2, 0.15, 0.1]))
        elif year < 2011:
            style = str(rng.choice(["slab", "long_slab", "tower"], p=[0.3, 0.4, 0.3]))
            kind = str(rng.choice(["商品房", "安置房", "混合", "保障性住房"], p=[0.68, 0.18, 0.08, 0.06]))
        else:
            style = str(rng.choice(["long_slab", "tower"], p=[0.25, 0.75]))
            kind = str(rng.choice(["商品房", "安置房", "保障性住房"], p=[0.72, 0.18, 0.1]))
        found.append(Home(style, year, kind))
    return found


def name_compounds(
    ground: Ground, homes: list[Home], stems_of_community: list[str], rng: np.random.Generator
) -> list[str]:
    """Return names; without their endings, too, no two are the same."""
    fresh = free_stems(rng)
    dormitories = iter([f"{unit}{end}" for end in ("家属院", "南宿舍", "东宿舍") for unit in UNITS])
    bare = {unit + side for unit in UNITS for side in ("", "东", "南", "北")}
    found: list[str] = []
    for compound, home in enumerate(homes):
        if compound in ground.lost_compounds[: len(LOST_NAMES)]:
            found.append(LOST_NAMES[ground.lost_compounds.index(compound)])
            continue
        if home.ownership_kind == "单位宿舍" and (dormitory := next(dormitories, "")):
            found.append(dormitory)
            continue
        ending = str(rng.choice(ENDINGS.get(home.ownership_kind, ("小区",))))
        community = int(ground.community[np.flatnonzero(ground.compound == compound)[0]])
        found.append(_named_after(stems_of_community, community, home, ending, bare, fresh, rng))
    return found


def _named_after(
    stems: list[str],
    community: int,
    home: Home,
    ending: str,
    bare: set[str],
    fresh: Iterator[str],
    rng: np.random.Generator,
) -> str:
    """Name old compounds after their community, with a side of the sky, the others freely."""
    if community != NOBODY and home.completion_year < 2005 and rng.random() < 0.45:
        stem = stems[community].removesuffix("里")
        for side in ("", "东", "西", "南", "北"):
            if stem + side not in bare:
                bare.add(stem + side)
                plain = "小区" if stem[-1] in "街巷" else "里" if home.ownership_kind == "房改房" else ending
                return f"{stem}{side}里" if side else stem + plain
    return next(fresh) + ending


def name_parcels(ground: Ground, compound_names: list[str], rng: np.random.Generator) -> list[str]:
    """Return a name for each parcel: its compound's, or what stands there."""
    fresh = free_stems(rng)
    found: list[str] = []
    for parcel, kind in enumerate(ground.kinds):
        if kind == "residential":
            found.append(compound_names[int(ground.compound[parcel])])
            continue
        stem = next(fresh)
        north, east = ground.terrain.centres[parcel][1], ground.terrain.centres[parcel][0]
        side = ("江北" if ground.terrain.is_north[parcel] else "江南") + ("东" if east > 0 else "西")
        endings: dict[str, tuple[str, ...]] = {
            "commercial": MARKETS,
            "campus": SCHOOLS,
            "public": OFFICES,
            "works": WORKSHOPS,
            "park": ("公园", "公园", "游园", "绿地"),
            "water": ("湖", "塘", "水库") if north > 1200 else ("湖", "塘"),
            "construction": ("片在建地块",),
        }
        found.append((side if kind == "construction" else "") + stem + str(rng.choice(endings[kind])))
    return found


def address_book(ground: Ground, cut_names: list[str]) -> list[str]:
    """Return one address per parcel: the widest named street along it and a number of its own."""
    used: set[tuple[str, int]] = set()
    found: list[str] = []
    for parcel, cuts in enumerate(ground.terrain.cuts_of):
        streets = [c for c in cuts if ground.terrain.cuts[c].kind in ("arterial", "road")]
        streets = streets or [c for c in cuts if ground.terrain.cuts[c].kind == "lane"] or list(cuts)
        name = cut_names[streets[0]]
        path = ground.terrain.local_paths[streets[0]]
        along = float(np.dot(ground.terrain.centres[parcel] - np.array(path.coords[0]), (0.83, -0.56))) if path else 0.0
        number = 2 * int(abs(along) / 14) + 1 + (parcel % 2)
        while (name, number) in used:
            number += 2
        used.add((name, number))
        found.append(f"{name}{number}号")
    return found
