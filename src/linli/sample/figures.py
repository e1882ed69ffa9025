"""Figures of a compound: consistent with one another by the tests that a survey row must pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from linli.sample.dataset import Figure, FigureValue

AS_OF_ON = date(2026, 11, 20)
PEOPLE_PER_HOUSEHOLD = 2.526

# key: meaning (口径), unit, source
MEANINGS: dict[str, tuple[str, str, str]] = {
    "household_count": ("实际入住户", "户", "社区摸排"),
    "dwelling_count": ("不动产登记住宅套数", "套", "住建部门"),
    "vacant_count": ("连续六个月无人居住", "套", "社区摸排"),
    "rented_count": ("登记出租户", "户", "社区摸排"),
    "residents_count": ("常住半年以上", "人", "社区摸排"),
    "registered_count": ("本区户籍且在住", "人", "公安部门"),
    "floating_count": ("非本区户籍且在住", "人", "公安部门"),
    "age_0_3": ("常住，截止日未满 4 周岁", "人", "卫健部门"),
    "age_60_plus": ("常住，截止日满 60 周岁", "人", "社区摸排"),
    "age_65_plus": ("常住，截止日满 65 周岁", "人", "社区摸排"),
    "age_80_plus": ("常住，截止日满 80 周岁", "人", "民政部门"),
    "building_count": ("含非住宅楼栋", "栋", "住建部门"),
    "stairwell_count": ("住宅单元", "个", "住建部门"),
    "floor_area": ("地上建筑面积", "m2", "住建部门"),
    "land_area": ("用地红线内", "m2", "自然资源部门"),
    "party_members": ("组织关系在本小区党支部", "人", "组织部门"),
    "car_spaces": ("地上地下合计", "个", "物业服务人"),
    "lift_count": ("在用登记", "部", "市场监管部门"),
}


def compound_figures(
    *,
    households: int,
    dwellings: int,
    buildings: int,
    stairwells: int,
    lifts: int,
    land_area: float,
    floor_area: float,
    completion_year: int,
    rng: np.random.Generator,
) -> dict[str, Figure]:
    """Return all figures of one compound, none missing and none impossible."""
    age = 2026 - completion_year
    people = round(households * float(np.clip(rng.normal(PEOPLE_PER_HOUSEHOLD, 0.17), 1.85, 3.25)))
    floating = round(people * float(np.clip(rng.beta(2.2, 6.5), 0.03, 0.7)))
    old = round(people * float(np.clip(rng.normal(0.13 + 0.0042 * min(age, 40), 0.025), 0.06, 0.38)))
    older = round(old * float(rng.uniform(0.66, 0.76)))
    values: dict[str, FigureValue] = {
        "household_count": households,
        "dwelling_count": dwellings,
        "vacant_count": dwellings - households,
        "rented_count": round(households * floating / max(people, 1) * float(rng.uniform(0.5, 0.8))),
        "residents_count": people,
        "registered_count": people - floating,
        "floating_count": floating,
        "age_0_3": round(people * float(rng.uniform(0.017, 0.031))),
        "age_60_plus": old,
        "age_65_plus": older,
        "age_80_plus": round(older * float(rng.uniform(0.15, 0.23))),
        "building_count": buildings,
        "stairwell_count": stairwells,
        "floor_area": round(floor_area, 1),
        "land_area": round(land_area, 1),
        "party_members": round(people * float(rng.uniform(0.03, 0.085))),
        "car_spaces": round(dwellings * float(rng.uniform(0.15, 0.45) if age > 22 else rng.uniform(0.6, 1.1))),
        "lift_count": lifts,
    }
    collected = AS_OF_ON - timedelta(days=int(rng.integers(0, 9)))
    found: dict[str, Figure] = {}
    for key, value in values.items():
        meaning, unit, source = MEANINGS[key]
        as_of = collected if source == "社区摸排" else AS_OF_ON - timedelta(days=int(rng.integers(9, 52)))
        found[key] = Figure(value, meaning, unit, source, as_of)
    return found


def with_value(figures: dict[str, Figure], key: str, value: FigureValue) -> dict[str, Figure]:
    """Return the figures with one value put in place of another."""
    return figures | {key: replace(figures[key], value=value)}


def with_people(figures: dict[str, Figure], people: int) -> dict[str, Figure]:
    """Return the figures with another number of people and every part of them scaled to it.

    The parts keep their order (80+ ≤ 65+ ≤ 60+ ≤ people), so the ratio to the households is the
    only thing that cannot be.
    """
    before = figures["residents_count"].value or 1
    changed = figures
    for key in ("floating_count", "age_0_3", "age_60_plus", "age_65_plus", "age_80_plus", "party_members"):
        changed = with_value(changed, key, int((figures[key].value or 0) * people / before))
    floating = int(changed["floating_count"].value or 0)
    changed = with_value(changed, "registered_count", people - floating)
    return with_value(changed, "residents_count", people)
