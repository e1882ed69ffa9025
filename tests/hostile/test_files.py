"""Hostile and impossible files: a clear word in Chinese, bounded memory, nothing written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from tests.factories.organisation import DISTRICT, NOW, START, Cast, make_cast
from tests.factories.registry import grid_district
from tests.hostile.files import REFUSED, SQUARE, geojson, unknown_system

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables import read_features
from linli.foundation.trail import SYSTEM
from linli.foundation.trail.models import Entry
from linli.organisation.errors import OfficeMisplaced, OfficeUnknown
from linli.organisation.models import Office
from linli.organisation.operations import OfficeRow, load_offices
from linli.organisation.rules import OfficeKind, Role
from linli.registry.errors import CoordinatesUndecided
from linli.registry.models import Compound, Fact, ImportBatch, ImportRow
from linli.registry.operations.imports import preview_import, upload_import

pytestmark = pytest.mark.django_db
#: Of the whole process, interpreter, Django and the files themselves included.
MOST_MEMORY_KB = 700 * 1024


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def district(cast: Cast):
    return grid_district("AAB.", "3240")


def held() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (ImportBatch, ImportRow, Fact, Compound, Entry))


def upload(cast: Cast, name: str, content: bytes, **more: object):
    return upload_import(
        scope=cast.scope(Role.PLANNER), kind="compound", content=content, file_name=name, now=NOW, **more
    )


@pytest.mark.parametrize("what", [what for what in REFUSED if what != "five million rows"])
def test_is_refused_with_a_clear_word_and_nothing_is_written(cast: Cast, district, what: str) -> None:
    name, make, code = REFUSED[what]
    before = held()
    with pytest.raises(ValidationFaults) as told:
        upload(cast, name, make())
    (fault, *_others) = told.value.faults
    assert fault.code == code
    assert re.search(r"应为.+，实际是.*。请", fault.sentence)
    assert held() == before


def test_all_are_refused_within_bounded_memory() -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
        "DJANGO_SETTINGS_MODULE": "linli.config.settings.test",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.files"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert {what: code for what, (code, _seconds) in told["read"].items()} == {
        what: code for what, (_name, _make, code) in REFUSED.items()
    }
    assert told["peak_kb"] < MOST_MEMORY_KB


class TestAMap:
    def test_with_heights_loses_them(self) -> None:
        high = shapely.force_3d(SQUARE, 12.5)
        read = read_features(geojson(high), name="图.geojson")
        assert read.has_z
        assert not shapely.has_z(read.geometries[0])

    def test_of_ten_thousand_parts_is_read_whole(self) -> None:
        parts = [shapely.box(117 + n * 1e-4, 31.7, 117 + n * 1e-4 + 5e-5, 31.71) for n in range(10_000)]
        read = read_features(geojson(shapely.MultiPolygon(parts)), name="图.geojson")
        assert shapely.get_num_geometries(read.geometries[0]) == 10_000

    def test_whose_system_nobody_knows_names_its_number_and_none_is_taken_from_it(self, cast: Cast, district) -> None:
        content = unknown_system()
        assert read_features(content, name="图.gpkg").unknown_srs == "991122"
        card = upload(cast, "图.gpkg", content)
        assert card.finding.declared == ""

    def test_in_two_systems_is_not_judged_until_a_person_decides(self, cast: Cast, district) -> None:
        west, south = 117.2012, 31.7990
        degrees = [shapely.Point(west + 0.0021 * n, south) for n in range(3)]
        metres = shapely.Point(519_000.0, 3_519_000.0)
        before = Fact.objects.count()
        card = upload(cast, "图.geojson", geojson(*degrees, metres), system="CGCS2000")
        with pytest.raises(CoordinatesUndecided) as told:
            preview_import(card.number, scope=cast.scope(Role.PLANNER), now=NOW + timedelta(minutes=1))
        assert "最多 75.0%" in str(told.value.message)
        assert Fact.objects.count() == before


class TestAnOfficeTree:
    @pytest.mark.parametrize("parents", [("990101009", "990101008"), ("990101008", "990101008")])
    def test_that_runs_in_a_circle_is_refused(self, cast: Cast, parents: tuple[str, str]) -> None:
        rows = [
            OfficeRow(code=code, name=f"单位{code}", kind=OfficeKind.DEPARTMENT, parent=parent, valid_from_on=START)
            for code, parent in zip(("990101008", "990101009"), parents, strict=True)
        ]
        before = list(Office.objects.order_by("pk").values())
        with pytest.raises((OfficeUnknown, OfficeMisplaced)) as told:
            load_offices(rows, by=SYSTEM, now=NOW)
        assert "请" in str(told.value.message)
        assert list(Office.objects.order_by("pk").values()) == before
        assert Office.objects.filter(district_code=DISTRICT, code="990101008").count() == 0
