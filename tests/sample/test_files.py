"""Files hold what the district holds."""

import csv
import json

import pytest
import shapely

from linli.sample.files import write_files


@pytest.fixture(scope="module")
def folder(planted, tmp_path_factory):
    where = tmp_path_factory.mktemp("district")
    paths = write_files(planted, where)
    assert [p.name for p in paths] == ["compounds.csv", "communities.csv", "parcels.geojson", "answer_key.csv"]
    return where


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


class TestWriteFiles:
    def test_writes_a_row_per_compound_and_a_second_for_each_double_claim(self, planted, folder):
        rows = rows_of(folder / "compounds.csv")
        assert len(rows) == 654
        assert {row["小区编码"] for row in rows} == {c.code for c in planted.compounds}
        assert [row["归属情形"] for row in rows].count("争议") == 8
        assert [row["归属情形"] for row in rows].count("未归属") == 6

    def test_leaves_missing_figures_empty_and_writes_zero_as_zero(self, planted, folder):
        row_of = {row["小区编码"]: row for row in rows_of(folder / "compounds.csv")}
        for kind, subject in planted.answer_key:
            code, _, field = subject.partition(":")
            if kind == "MISSING_FIGURE" and field == "residents_count":
                assert row_of[code]["常住人口"] == ""
            if kind == "IMPOSSIBLE_FIGURE" and field == "building_count":
                assert row_of[code]["楼栋数"] == "0"

    def test_writes_parcels_that_still_meet_exactly(self, folder):
        layer = json.loads((folder / "parcels.geojson").read_text(encoding="utf-8"))
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in layer["features"]]
        assert len(shapes) == 1040
        assert shapely.coverage_is_valid(shapes)

    def test_writes_the_key_row_by_row(self, planted, folder):
        rows = rows_of(folder / "answer_key.csv")
        assert [(row["kind"], row["subject_code"]) for row in rows] == list(planted.answer_key)
