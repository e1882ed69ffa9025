"""Anchor B5: of a thousand addresses one in twenty is declared in the wrong community; the audit names just those."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely
from tests.factories.organisation import NOW, make_cast
from tests.factories.registry import NAMES, grid_district

from linli.foundation.trail import SYSTEM
from linli.organisation.rules import Role
from linli.registry.models import Compound, Parcel
from linli.registry.operations.audit import run_audit
from linli.registry.operations.imports import commit_import, preview_import, upload_import

ROWS, COLUMNS = 25, 40
WRONG = 0.05


@pytest.mark.django_db
def test_names_the_addresses_declared_in_the_wrong_community_and_no_others() -> None:
    scope = make_cast().scope(Role.PLANNER)
    halves = ["A" * 20 + "B" * 20] * 13 + ["C" * 20 + "D" * 20] * 12
    district = grid_district("\n".join(halves), "\n".join(["0" * COLUMNS] * ROWS), west="CD")
    rng = np.random.default_rng(1)
    outlines = Parcel.objects.filter(district=district).order_by("code").values_list("outline", flat=True)
    true = "".join(halves)
    wrong = set(rng.choice(ROWS * COLUMNS, size=int(ROWS * COLUMNS * WRONG), replace=False).tolist())
    lines = ["小区编码,小区名称,所属社区,经度,纬度"]
    for row, outline in enumerate(outlines):
        declared = rng.choice([letter for letter in "ABCD" if letter != true[row]]) if row in wrong else true[row]
        west, south, east, north = shapely.bounds(outline)
        x, y = rng.uniform((west, south), (east, north))
        lines.append(f"D-{row:04d},{row}号院,{NAMES[declared]},{x:.8f},{y:.8f}")
    told = {"file_name": "地址.csv", "system": "CGCS2000", "now": NOW, "content": "\n".join(lines).encode()}
    number = upload_import(scope=scope, kind="compound", **told).number
    preview_import(number, scope=scope, now=NOW)
    commit_import(number, scope=scope, now=NOW)
    assert Compound.objects.count() == ROWS * COLUMNS
    run = run_audit(district=district.code, by=SYSTEM, now=NOW + timedelta(hours=1))
    named = set(run.findings.filter(kind="CLAIM_DIFFERS").values_list("subject_code", flat=True))
    assert named == {f"D-{row:04d}" for row in wrong}
