"""A district drawn with letters and digits, written into the ledger: square parcels on a grid of streets."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import numpy as np
import shapely
from tests.factories.organisation import DISTRICT, EAST, EAST_FIRST, EAST_SECOND, NOW, WEST, WEST_FIRST

from linli.engine.geometry import from_zone, three_degree_zone, to_zone
from linli.foundation.trail import SYSTEM
from linli.organisation.models import Office
from linli.registry.models import (
    Community,
    Compound,
    CompoundParcel,
    District,
    Parcel,
    Subdistrict,
    TerrainLine,
)
from linli.registry.operations.layouts import write_first_layout

CORNER = (117.2, 31.8)
SIDE_M = 200.0
NAMES = {"A": "柳荫社区", "B": "石井社区", "C": "梅亭社区", "D": "双桂社区"}
CODES = {"A": EAST_FIRST, "B": EAST_SECOND, "C": WEST_FIRST, "D": "990101002002"}
ROWS = ("晨光路", "望江路", "槐荫路", "映月路", "白沙路", "青石路")
COLUMNS = ("翠屏街", "文庙街", "石桥街", "荷塘街", "双井街", "观澜街", "钟楼街")
PEOPLE_PER_HOUSEHOLD = 2.5


def grid_district(
    layout: str,
    households: str,
    *,
    west: str = "",
    without_office: str = "",
    homes: Mapping[str, str] | None = None,
    unknown_people: str = "",
) -> District:
    """Write a drawn district with its first layout.

    Args:
        layout: One letter per parcel names its community, ``.`` is a blind spot.
        households: One digit per parcel: hundreds of households of the compound on it, ``0`` for a park without
            one, ``?`` for a compound without a count, ``+`` for a compound that reaches over from the left.
        west: Letters of the communities of the west subdistrict; all others lie in the east one.
        without_office: Letters of the communities that have no office.
        homes: Names per compound code, for those that need another than the usual.
        unknown_people: Codes of compounds whose people are not known, separated by spaces.
    """
    letters, digits = dedent(layout).split(), dedent(households).split()
    height, width = len(letters), len(letters[0])
    zone = three_degree_zone(CORNER[0])
    origin = to_zone([CORNER], zone)[0]
    corners = from_zone(
        [(origin[0] + c * SIDE_M, origin[1] - r * SIDE_M) for r in range(height + 1) for c in range(width + 1)], zone
    )
    corners = np.round(corners, 8).reshape(height + 1, width + 1, 2)
    district = District.objects.create(
        code=DISTRICT,
        name="临溪区",
        outline=shapely.Polygon([corners[0, 0], corners[-1, 0], corners[-1, -1], corners[0, -1]]),
        zone=zone,
        parcel_set=1,
    )
    communities = _communities(district, set("".join(letters)) - {"."}, west)
    parcels = _parcels(district, corners, digits)
    _compounds(district, parcels, digits, homes or {}, set(unknown_people.split()))
    _streets(district, corners)
    for letter, community in communities.items():
        if letter in without_office:
            continue
        first = next(code for code, at in zip(parcels, "".join(letters), strict=True) if at == letter)
        community.office_point = parcels[first].outline.centroid
        community.office_address = f"{community.name}办事点"
        community.current = {"service_area": 480.0, "office_area": 160.0, "workers_total": 9}
        community.save()
    membership = {
        parcels[code]: (communities.get(at), None) for code, at in zip(parcels, "".join(letters), strict=True)
    }
    write_first_layout(district, membership, basis_text="测试", by=SYSTEM, now=NOW)
    return district


def _communities(district: District, letters: set[str], west: str) -> dict[str, Community]:
    offices = {office.code: office for office in Office.objects.filter(district_code=district.code)}
    subdistricts = {
        code: Subdistrict.objects.create(
            district=district, code=code, name=name, office=offices.get(code), founded_at=NOW
        )
        for code, name in ((EAST, "东桥街道"), (WEST, "西园街道"))
    }
    return {
        letter: Community.objects.create(
            district=district,
            code=CODES[letter],
            name=NAMES[letter],
            subdistrict=subdistricts[WEST if letter in west else EAST],
            office=offices.get(CODES[letter]),
            founded_at=NOW,
        )
        for letter in sorted(letters)
    }


def _parcels(district: District, corners: np.ndarray, digits: list[str]) -> dict[str, Parcel]:
    zone = district.zone
    found = {}
    for number, digit in enumerate("".join(digits)):
        r, c = divmod(number, len(digits[0]))
        outline = shapely.Polygon([corners[r, c], corners[r + 1, c], corners[r + 1, c + 1], corners[r, c + 1]])
        found[f"P-{number + 1:06d}"] = Parcel(
            district=district,
            code=f"P-{number + 1:06d}",
            kind="park" if digit == "0" else "residential",
            outline=outline,
            area_m2=shapely.Polygon(to_zone(shapely.get_coordinates(outline), zone)).area,
            since_set=1,
        )
    # Backwards, so that nothing may lean on the order in which rows were written.
    Parcel.objects.bulk_create(list(found.values())[::-1])
    stored = {parcel.code: parcel for parcel in Parcel.objects.filter(district=district)}
    return {code: stored[code] for code in found}


def _compounds(
    district: District, parcels: Mapping[str, Parcel], digits: list[str], homes: Mapping[str, str], unknown: set[str]
) -> None:
    compound: Compound | None = None
    for parcel, digit in zip(parcels.values(), "".join(digits), strict=True):
        if digit == "0":
            continue
        if digit != "+":
            code = f"X-{int(parcel.code[2:]):04d}"
            count = None if digit == "?" else int(digit) * 100
            compound = Compound.objects.create(
                district=district,
                code=code,
                name=homes.get(code, f"{'甲乙丙丁戊己庚辛壬癸'[int(code[-1])]}字{int(code[2:])}号院"),
                household_count=count,
                residents_count=None if count is None or code in unknown else int(count * PEOPLE_PER_HOUSEHOLD),
                is_household_verified=digit != "1",
                current={"building_count": 4},
                founded_at=NOW,
            )
        CompoundParcel.objects.create(compound=compound, parcel=parcel)


def _streets(district: District, corners: np.ndarray) -> None:
    for names, lines in ((ROWS, corners), (COLUMNS, corners.transpose(1, 0, 2))):
        for name, line in zip(names, lines, strict=False):
            TerrainLine.objects.create(
                district=district, kind="road", name=name, width_m=18, course=shapely.LineString(line[[0, -1]])
            )
