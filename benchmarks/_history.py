"""A district of many compounds and three years of facts, written straight into the database.

The sample district is taken over first, so that accounts, offices and subdistricts are real; then compounds,
parcels, facts and editions are added by the database itself.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

#: Every half year the three counts of people are surveyed anew; the other fields are registered once.
ROUNDS = 6
COUNTED = ("household_count", "residents_count", "age_60_plus")
REGISTERED = (
    "address",
    "ownership_kind",
    "completion_year",
    "building_count",
    "dwelling_count",
    "registered_count",
    "age_0_3",
    "age_80_plus",
    "property_form",
    "property_company_name",
    "owners_committee_formed",
    "party_branch_formed",
)
COMMUNITIES = 1000
KINDS, FORMS = ("商品房", "房改房", "安置房", "保障房"), ("专业物业", "业主自管", "单位自管", "无物业")
SYLLABLES = ("jin", "lan", "yun", "qi", "chen", "guang", "tang", "li", "hua", "yuan")
LETTERS = "锦澜云栖晨光棠梨华苑"


def add_history(compounds: int) -> dict[str, int]:
    """Add compounds with three years of half-yearly surveys to the sample district.

    Args:
        compounds: How many.

    Returns:
        How many rows of each kind there are then.
    """
    from django.db import connection, transaction

    from linli.registry.models import Compound, CompoundEdition, District, Fact

    district = District.objects.get()
    with transaction.atomic():
        homes = _communities(district)
        rounds = [datetime(2023, 11, 1, tzinfo=UTC) + timedelta(days=183 * number) for number in range(ROUNDS + 1)]
        _compounds(district, homes, compounds, rounds)
        _parcels(district, compounds)
        _facts(district, rounds)
        _editions(district, rounds)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "compounds": Compound.objects.count(),
        "facts": Fact.objects.count(),
        "editions": CompoundEdition.objects.count(),
    }


def _communities(district: Any) -> list[int]:
    from linli.registry.models import Community, Subdistrict

    subdistricts = list(Subdistrict.objects.filter(district=district))
    since = datetime(2023, 1, 1, tzinfo=UTC)
    Community.objects.bulk_create(
        Community(
            district=district,
            code=f"99{number:010d}",
            name=f"第{number}社区",
            pinyin=f"di{number}shequ d{number}sq",
            subdistrict=subdistricts[number % len(subdistricts)],
            founded_at=since,
        )
        for number in range(COMMUNITIES)
    )
    return list(Community.objects.filter(district=district, founded_at=since).values_list("pk", flat=True))


def _compounds(district: Any, homes: list[int], count: int, rounds: list[datetime]) -> None:
    from linli.registry.models import Compound

    def made(number: int) -> Any:
        name = "".join(LETTERS[number // 10**place % 10] for place in range(4)) + "小区"
        pinyin = "".join(SYLLABLES[number // 10**place % 10] for place in range(4))
        initials = "".join(SYLLABLES[number // 10**place % 10][0] for place in range(4))
        households = 40 + number * 7919 % 960
        current = {
            "address": f"晨光路{number}号",
            "ownership_kind": KINDS[number % 4],
            "completion_year": 1980 + number % 45,
            "building_count": 1 + number % 20,
            "dwelling_count": households + 12,
            "household_count": households,
            "residents_count": households * 5 // 2,
            "age_60_plus": households // 2,
            "registered_count": households * 2,
            "age_0_3": households // 20,
            "age_80_plus": households // 18,
            "property_form": FORMS[number % 5 % 4],
            "property_company_name": f"第{number % 300}物业",
            "owners_committee_formed": "已成立",
            "party_branch_formed": ("单独", "联合", "未成立")[number % 3],
        }
        return Compound(
            district=district,
            code=f"H-{number:06d}",
            name=name,
            pinyin=f"{pinyin} {initials}",
            current=current,
            as_of_on=rounds[-1].date(),
            founded_at=rounds[0],
            searched=f"{name}\nh-{number:06d}\n{pinyin} {initials}\n晨光路{number}号",
            completeness=100 if number % 3 else 93,
            home_id=homes[number % len(homes)] if number % 200 else None,
            is_household_verified=number % 4 == 0,
            **{key: current[key] for key in (*COUNTED, "address", "ownership_kind", "completion_year")},
            **{key: current[key] for key in ("property_form", "party_branch_formed")},
        )

    for start in range(0, count, 5000):
        Compound.objects.bulk_create(made(number) for number in range(start, min(start + 5000, count)))


def _parcels(district: Any, count: int) -> None:
    import shapely
    from django.db import connection

    from linli.registry.models import Layout, Parcel

    layout = Layout.objects.get(district=district)
    square = shapely.box(117.2, 31.8, 117.201, 31.801)
    for start in range(0, count, 5000):
        Parcel.objects.bulk_create(
            Parcel(
                district=district,
                code=f"Q-{number:06d}",
                kind="residential",
                outline=square,
                area_m2=10_000,
                since_set=district.parcel_set,
            )
            for number in range(start, min(start + 5000, count))
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_compoundparcel (compound_id, parcel_id, is_shared, is_snapped) "
            "SELECT c.id, p.id, %s, %s FROM registry_compound c "
            "JOIN registry_parcel p ON p.district_id = c.district_id AND p.code = replace(c.code, 'H-', 'Q-') "
            "WHERE c.code LIKE 'H-%%'",
            [False, False],
        )
        cursor.execute(
            "INSERT INTO registry_layoutmember (layout_id, parcel_id, community_id) "
            "SELECT %s, cp.parcel_id, c.home_id FROM registry_compoundparcel cp "
            "JOIN registry_compound c ON c.id = cp.compound_id WHERE c.code LIKE 'H-%%'",
            [layout.pk],
        )


def _text_of(field: str) -> str:
    """Return SQL for a value of the JSON column as text, on either database."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"(c.current ->> '{field}')"
    return f"CAST(json_extract(c.current, '$.{field}') AS TEXT)"


def _facts(district: Any, rounds: list[datetime]) -> None:
    from django.db import connection

    from linli.registry.models import Fact

    given = ("district_id", "ledger", "subject_code", "field", "value", "number", "as_of_on", "source", "stage")
    given += ("recorded_by", "recorded_at", "replaced_at")
    other = [field for field in Fact._meta.concrete_fields if field.column not in given and not field.primary_key]
    columns = ", ".join([*given, *(field.column for field in other)])
    rest = "".join(", NULL" if field.null else ", ''" for field in other)
    with connection.cursor() as cursor:
        for field in REGISTERED:
            cursor.execute(
                f"INSERT INTO registry_fact ({columns}) SELECT c.district_id, 'compound', c.code, '{field}', "
                f"{_text_of(field)}, NULL, %s, '摸底调查', 'WAITING', '社区经办', %s, NULL{rest} "
                "FROM registry_compound c WHERE c.code LIKE 'H-%%'",
                [rounds[0].date(), rounds[0]],
            )
        for number, since in enumerate(rounds):
            until = rounds[number + 1] if number < ROUNDS else None
            for field in COUNTED:
                cursor.execute(
                    f"INSERT INTO registry_fact ({columns}) SELECT c.district_id, 'compound', c.code, '{field}', "
                    f"CAST(c.{field} - {ROUNDS - number} AS VARCHAR), c.{field} - {ROUNDS - number}, %s, "
                    f"'半年更新', 'WAITING', '社区经办', %s, %s{rest} FROM registry_compound c "
                    "WHERE c.code LIKE 'H-%%'",
                    [since.date(), since, until],
                )


def _editions(district: Any, rounds: list[datetime]) -> None:
    from django.db import connection

    from linli.registry.models import STANDING

    same = (
        "district_id, code, name, pinyin, current, address, ownership_kind, completion_year, property_form, "
        "party_branch_formed, is_household_verified, is_residents_verified, completeness, verified_share, searched, "
        "home_id, grid_id"
    )
    with connection.cursor() as cursor:
        for number, since in enumerate(rounds):
            until = rounds[number + 1] if number < ROUNDS else STANDING
            cursor.execute(
                f"INSERT INTO registry_compoundedition (compound_id, {same}, {', '.join(COUNTED)}, as_of_on, "
                f"held_from, held_until) SELECT id, {same}, "
                f"{', '.join(f'{field} - {ROUNDS - number}' for field in COUNTED)}, %s, %s, %s "
                "FROM registry_compound WHERE code LIKE 'H-%%'",
                [since.date(), since, until],
            )


def main() -> None:
    """Found the district in the database that the environment names; the count is the first argument."""
    import django

    django.setup()
    from linli.foundation import clock
    from linli.portal.operations.demo import found_demo_district
    from linli.sample import generate

    found_demo_district(
        generate(), password="benchmark-2026", accounts_file=Path(sys.argv[2], "accounts.json"), now=clock.now()
    )
    print(json.dumps(add_history(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
