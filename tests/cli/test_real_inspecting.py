"""Denver's precincts, Dongcheng's points, Chengdu's table: the README of the data folder gives the answers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.cli.main import main

pytestmark = pytest.mark.real_data
DATA = Path(os.environ.get("LINLI_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))


def found(*words: object) -> dict:
    result = CliRunner().invoke(main, ["inspect", *map(str, words), "--json", "-"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def precincts(layer: str) -> dict:
    path = DATA / "denver" / "precincts_2020.gpkg"
    if not path.exists():
        pytest.skip("no real data here")
    return found("layer", path, "--layer", layer, "--code-field", "PRECID")


def counted(answer: dict) -> dict[str, int]:
    return {kind: count for kind, count in answer["counts"].items() if count}


class TestPrecincts:
    def test_as_found_have_holes_slivers_and_one_unit_in_parts(self) -> None:
        answer = precincts("orig")
        assert counted(answer) == {"hole": 9, "sliver": 7, "multipart_unit": 1}
        assert (answer["features"], answer["units"], answer["crs"]) == (356, 356, "EPSG:2232")
        slivers = [finding for finding in answer["findings"] if finding["kind"] == "sliver"]
        (overlap,) = [finding for finding in slivers if finding["of"] == "overlap"]
        assert overlap["units"] == ["1310616650", "1310616651"]
        assert overlap["area_m2"] == pytest.approx(12.966, rel=1e-3)
        assert overlap["width_m"] < 0.06
        assert min(finding["area_m2"] for finding in answer["findings"] if finding["kind"] == "hole") > 1_000
        (parted,) = [finding for finding in answer["findings"] if finding["kind"] == "multipart_unit"]
        assert (parted["units"], parted["parts"]) == (["1310916901"], 4)

    def test_repaired_have_holes_and_two_units_in_parts_alone(self) -> None:
        assert counted(precincts("repaired")) == {"hole": 10, "multipart_unit": 2}


class TestPoints:
    def test_of_a_listing_are_in_the_system_of_its_portal(self) -> None:
        folder = DATA / "dongcheng"
        if not folder.exists():
            pytest.skip("no real data here")
        answer = found(
            "points", folder / "compounds.csv", "--x", "longitude", "--y", "latitude",
            "--outline", folder / "outline_gcj02.json", "--outline-crs", "gcj02", "--declared", "wgs84",
        )  # fmt: skip
        assert (answer["points"], answer["detected"], answer["is_clear"]) == (512, "bd09", True)
        assert answer["shares"] == {"bd09": 0.9922, "gcj02": 0.6914, "wgs84": 0.5176}
        assert answer["warning"]
        assert len(answer["outside"]) == 4


class TestTable:
    def test_that_is_messy_is_read_or_refused_row_by_row(self) -> None:
        path = DATA / "chengdu" / "xiaoqu_messy.csv"
        if not path.exists():
            pytest.skip("no real data here")
        answer = found("table", path, "--ledger", "compound")
        assert (answer["rows"], answer["parsed"], answer["refused_rows"]) == (865, 860, 5)
        shifted = {one["row"] for one in answer["refused"] if "错了列" in one["reason"]}
        assert len(shifted) == 3
