"""The sample district as files, as an office would hand them over."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import shapely

from linli.sample.dataset import Compound, SampleDistrict

# Column headings of the ledger, in the order of the sheet.
FIGURE_HEADINGS: Mapping[str, str] = {
    "household_count": "入住户数",
    "dwelling_count": "住宅套数",
    "vacant_count": "空置户数",
    "rented_count": "出租户数",
    "residents_count": "常住人口",
    "registered_count": "户籍人口",
    "floating_count": "流动人口",
    "age_0_3": "0-3岁人数",
    "age_60_plus": "60岁以上人数",
    "age_65_plus": "65岁以上人数",
    "age_80_plus": "80岁以上人数",
    "building_count": "楼栋数",
    "stairwell_count": "单元数",
    "floor_area": "建筑面积",
    "land_area": "占地面积",
    "party_members": "党员数",
    "car_spaces": "停车位数",
    "lift_count": "电梯数",
}
COMPOUND_HEADINGS = (
    "小区编码", "小区名称", "所属街道", "所属社区", "归属情形", "详细地址", "经度", "纬度", "产权类型", "是否老旧小区",
    "建成年份", "封闭情况", "物业管理形式", "物业公司名称", "是否成立业委会", "是否成立小区党支部",
)  # fmt: skip
COMMUNITY_HEADINGS = (
    "统计用区划代码", "社区名称", "所属街道", "设立日期", "办公地址", "经度", "纬度", "办公用房面积",
    "综合服务设施面积", "社区工作者人数",
)  # fmt: skip


def write_files(district: SampleDistrict, folder: Path) -> tuple[Path, ...]:
    """Write the district's compounds, parcels, communities and answer key into a folder.

    The layer's coordinates are EPSG:4490, longitude first; tables are UTF-8 with a byte order
    mark, which spreadsheets ask for. A compound claimed by several communities has a row for each.

    Args:
        district: What to write.
        folder: Where to; made when it is not there.

    Returns:
        The files: ``compounds.csv``, ``communities.csv``, ``parcels.geojson``, ``answer_key.csv``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in ("compounds.csv", "communities.csv", "parcels.geojson", "answer_key.csv"))
    _write_table(paths[0], (*COMPOUND_HEADINGS, *FIGURE_HEADINGS.values(), "调查日期"), _compound_rows(district))
    _write_table(paths[1], COMMUNITY_HEADINGS, _community_rows(district))
    paths[2].write_text(json.dumps(_parcel_layer(district), ensure_ascii=False), encoding="utf-8")
    _write_table(paths[3], ("kind", "subject_code"), district.answer_key)
    return paths


def _write_table(path: Path, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(headings)
        table.writerows(rows)


def _compound_rows(district: SampleDistrict) -> Iterable[tuple[object, ...]]:
    area = {s.code: s.name for s in district.subdistricts}
    community = {c.code: c.name for c in district.communities}
    claimed: dict[str, list[str]] = {}
    for claim in district.claims:
        if claim.kind == "COMPOUND":
            claimed.setdefault(claim.subject_code, []).append(community[claim.community_code])
    for compound in district.compounds:
        said = claimed.get(compound.code, [])
        for name in said or [""]:
            kind = "未归属" if not said else "已归属" if len(said) == 1 else "争议"
            yield (
                compound.code, compound.name, area[compound.subdistrict_code], name, kind, compound.address,
                *compound.point, compound.ownership_kind, "是" if compound.old_compound else "否",
                compound.completion_year, compound.enclosed, compound.property_form, compound.property_company_name,
                compound.owners_committee_formed, compound.party_branch_formed, *_figure_cells(compound),
            )  # fmt: skip


def _figure_cells(compound: Compound) -> tuple[object, ...]:
    values = [compound.figures[key].value for key in FIGURE_HEADINGS]
    surveyed = max(figure.as_of_on for figure in compound.figures.values())
    return (*("" if value is None else value for value in values), surveyed.isoformat())


def _community_rows(district: SampleDistrict) -> Iterable[tuple[object, ...]]:
    area = {s.code: s.name for s in district.subdistricts}
    for c in district.communities:
        yield (
            c.code, c.name, area[c.subdistrict_code], c.founded_date.isoformat(), c.office_address, *c.office_point,
            c.office_area, c.service_area, c.workers_total,
        )  # fmt: skip


def _parcel_layer(district: SampleDistrict) -> dict[str, object]:
    compound_of = {parcel: c.code for c in district.compounds for parcel in c.parcel_codes}
    return {
        "type": "FeatureCollection",
        "name": f"{district.name}地块",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "code": parcel.code,
                    "name": parcel.name,
                    "kind": parcel.kind,
                    "compound_code": compound_of.get(parcel.code),
                    "community_code": district.membership[parcel.code][0],
                    "grid_code": district.membership[parcel.code][1],
                },
                "geometry": shapely.geometry.mapping(parcel.polygon),
            }
            for parcel in district.parcels
        ],
    }
