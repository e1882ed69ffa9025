from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.factories.organisation import NOW, Cast, make_cast
from tests.factories.registry import grid_district

from linli.foundation.tables import Column, OutSheet, write_xlsx
from linli.organisation.rules import Role
from linli.registry.models import Compound, District
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.imports import preview_import, upload_import
from linli.registry.queries.imports import ImportCard, RowCard, rows_of

#: A point in the middle of the first parcel of the drawn district, and the step to the next one east.
EAST_STEP, NORTH_STEP = 0.0021, 0.0018
FIRST = (117.20105, 31.7991)

Take = Callable[..., ImportCard]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def district(cast: Cast) -> District:
    """Four parcels in a row: 甲 and 乙 in 柳荫社区, 丙 in 石井社区, the last one a park in nobody's community."""
    return grid_district(
        "AAB.",
        "3240",
        homes={"X-0001": "金桂花园", "X-0002": "银杏里", "X-0003": "天域名流一期"},
    )


@pytest.fixture
def known(district, cast):
    """The figures of the drawn compounds as facts, so that the ledger stands on them."""
    for compound in Compound.objects.filter(district=district):
        record_values(
            [
                NewValue(compound.code, "household_count", str(compound.household_count), source="摸底"),
                NewValue(compound.code, "residents_count", str(compound.residents_count), source="摸底"),
            ],
            district=district,
            ledger="compound",
            by="测试",
            now=NOW - timedelta(days=30),
        )
    return district


@pytest.fixture
def take(cast: Cast) -> Take:
    """Upload a file as a role, CGCS2000 unless it says otherwise."""

    def taken(content: bytes | str, kind: str = "compound", role: Role = Role.PLANNER, **more: Any) -> ImportCard:
        data = content.encode() if isinstance(content, str) else content
        told = {"file_name": "摸底表.csv", "system": "CGCS2000", "now": NOW, **more}
        return upload_import(scope=cast.scope(role), kind=kind, content=data, **told)

    return taken


@pytest.fixture
def preview(cast: Cast, take: Take) -> Callable[..., tuple[ImportCard, list[RowCard]]]:
    """Upload and preview a file; return the card and the verdicts."""

    def previewed(content: bytes | str, kind: str = "compound", role: Role = Role.PLANNER, **more: Any):
        number = take(content, kind, role, **more).number
        card = preview_import(number, scope=cast.scope(role), now=NOW)
        return card, list(rows_of(number))

    return previewed


def workbook(headings: list[str], *rows: list[Any], name: str = "小区") -> bytes:
    columns = [Column(heading) for heading in headings]
    return write_xlsx([OutSheet(name=name, columns=columns, rows=rows)], now=NOW)
