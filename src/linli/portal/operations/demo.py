"""Founding the demo: the sample district with its offices and one account per role."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from linli.foundation import trail
from linli.organisation.operations import OfficeRow, load_offices
from linli.organisation.operations.demo import DemoAccount, create_demo_accounts
from linli.organisation.rules import OfficeKind, Role
from linli.registry.operations.sample_district import load_sample_district
from linli.sample import SampleDistrict

#: The departments of the story: their codes begin with the district's.
DEPARTMENTS = {
    "mz": "区民政局",
    "zz": "区委组织部",
    "sg": "区委社会工作部",
    "zj": "区住房和城乡建设局",
    "zg": "区自然资源和规划局",
    "sj": "区审计局",
}


@transaction.atomic
def found_demo_district(
    sample: SampleDistrict, *, password: str, accounts_file: Path, now: datetime
) -> tuple[DemoAccount, ...]:
    """Write the sample district with its offices and accounts, and the list of accounts beside the database.

    Args:
        sample: The district.
        password: The password of every account; empty for a random one each.
        accounts_file: Where the list of accounts goes, readable by the owner alone.
        now: The moment.

    Raises:
        DistrictTaken: The district is there already.
    """
    offices = load_offices(_offices_of(sample), by=trail.SYSTEM, now=now)
    keys = {place: offices[code].id for place, code in _office_codes(sample).items()}
    load_sample_district(sample, offices=keys, by=trail.SYSTEM, now=now)
    accounts = create_demo_accounts(
        _places_of_roles(sample),
        passwords={role: password or secrets.token_urlsafe(9) for role in Role},
        by=trail.SYSTEM,
        now=now,
    )
    accounts_file.parent.mkdir(parents=True, exist_ok=True)
    accounts_file.touch(mode=0o600)
    accounts_file.write_text(
        json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return accounts


def _office_codes(sample: SampleDistrict) -> Mapping[str, str]:
    places = [row.code for row in sample.subdistricts] + [row.code for row in sample.communities]
    return {place: f"o{place}" for place in places}


def _offices_of(sample: SampleDistrict) -> list[OfficeRow]:
    start = date(sample.as_of_on.year - 10, 1, 1)
    codes = _office_codes(sample)
    rows = [OfficeRow(code=sample.code, name=sample.name, kind=OfficeKind.DISTRICT, valid_from_on=start)]
    rows += [
        OfficeRow(
            code=f"{sample.code}-{short}",
            name=name,
            kind=OfficeKind.DEPARTMENT,
            parent=sample.code,
            valid_from_on=start,
        )
        for short, name in DEPARTMENTS.items()
    ]
    rows += [
        OfficeRow(
            code=codes[row.code],
            name=f"{row.name}办事处",
            kind=OfficeKind.SUBDISTRICT,
            parent=sample.code,
            valid_from_on=start,
        )
        for row in sample.subdistricts
    ]
    rows += [
        OfficeRow(
            code=codes[row.code],
            name=f"{row.name}居民委员会",
            kind=OfficeKind.COMMITTEE,
            parent=codes[row.subdistrict_code],
            valid_from_on=start,
        )
        for row in sample.communities
    ]
    return rows


def _places_of_roles(sample: SampleDistrict) -> dict[Role, str]:
    codes = _office_codes(sample)
    first = sample.subdistricts[0]
    community = next(row for row in sample.communities if row.subdistrict_code == first.code)
    return {
        Role.PLANNER: f"{sample.code}-mz",
        Role.ORGANISER: f"{sample.code}-zz",
        Role.SUBDISTRICT: codes[first.code],
        Role.DEPARTMENT: f"{sample.code}-zj",
        Role.WORKER: codes[community.code],
        Role.LEADER: sample.code,
        Role.AUDITOR: f"{sample.code}-sj",
        Role.ADMIN: sample.code,
    }
