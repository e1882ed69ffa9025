"""Commands for anyone with a file: no database, nothing written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result
from shapely import box
from tests.factories.meshes import planted

from linli.cli.main import main
from linli.engine.geometry import wgs84_to_bd09
from linli.foundation.tables import read_features

ZONE = "EPSG:4548"


def inspected(*words: object) -> Result:
    return CliRunner().invoke(main, ["inspect", *map(str, words)])


def found(*words: object) -> dict:
    result = inspected(*words, "--json", "-")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def counted(answer: dict) -> dict[str, int]:
    return {kind: count for kind, count in answer["counts"].items() if count}


def block(column: int, row: int = 0, side: float = 100.0) -> shapely.Polygon:
    west, south = 500_000 + column * side, 4_400_000 + row * side
    return box(west, south, west + side, south + side)


@pytest.fixture
def layer(tmp_path):
    """Write polygons with codes and names and return the path."""

    def written(shapes, *, codes=None, names=None, crs: str | None = ZONE, file="图层.gpkg", kind="Polygon"):
        path = tmp_path / file
        count = len(shapes)
        columns = {
            "编码": codes or [f"C{i:03d}" for i in range(count)],
            "名称": names or [f"甲{i:03d}社区" for i in range(count)],
        }
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array(shapes, dtype=object)),
            [np.array(column, dtype=object) for column in columns.values()],
            list(columns),
            geometry_type=kind,
            crs=crs,
        )
        return path

    return written


class TestLayer:
    def test_answers_with_everything_that_was_asked(self, layer) -> None:
        shapes = [block(0), block(1), box(500_180, 4_400_000, 500_300, 4_400_100)]
        answer = found("layer", layer(shapes))
        assert (answer["features"], answer["units"], answer["crs"]) == (3, 3, ZONE)
        assert (answer["code_field"], answer["name_field"]) == ("编码", "名称")
        assert answer["thresholds"]["sliver_width_m"] == 1.0
        assert answer["thresholds"]["least_m2"] == 0.01
        assert answer["seconds"] > 0
        (finding,) = answer["findings"]
        assert (finding["kind"], finding["units"], finding["features"]) == ("overlap", ["C001", "C002"], [2, 3])
        # The zone's plane shows land on its middle meridian at its true size.
        assert finding["area_m2"] == pytest.approx(2_000, rel=1e-6)
        assert finding["place"] == pytest.approx([117.0022, 39.7345], abs=1e-3)

    def test_of_a_sound_layer_says_so(self, layer) -> None:
        path = layer([block(0), block(1)])
        assert counted(found("layer", path)) == {}
        assert "没有发现问题" in inspected("layer", path).stdout

    def test_tells_repeated_codes_and_names_and_units_in_parts(self, layer) -> None:
        path = layer(
            [block(0), block(1), block(2), block(3)],
            codes=["A", "B", "A", "D"],
            names=["甲社区", "乙社区", "甲社区", "乙社区"],
        )
        answer = found("layer", path)
        assert answer["units"] == 3
        assert counted(answer) == {"multipart_unit": 1, "repeated_code": 1, "repeated_name": 1}
        told = {finding["kind"]: finding for finding in answer["findings"]}
        assert told["repeated_code"]["features"] == [1, 3]
        assert (told["repeated_name"]["text"], told["repeated_name"]["units"]) == ("乙社区", ["B", "D"])

    def test_names_the_polygon_that_is_to_blame(self, layer) -> None:
        planted_layer = planted(12, grown=2)
        moved = shapely.transform(planted_layer.polygons, lambda xy: xy + np.array((500_000, 4_400_000)))
        answer = found("layer", layer(moved))
        assert {cause["feature"] - 1 for cause in answer["causes"]} == set(planted_layer.blamed)
        assert all("cause" in finding for finding in answer["findings"])
        cause = answer["causes"][0]
        assert {answer["findings"][i]["cause"] for i in cause["findings"]} == {0}
        assert "画错的图形" in inspected("layer", tmp := layer(moved, file="二.gpkg")).stdout, tmp

    def test_holds_it_against_an_outline_in_another_system(self, layer, tmp_path) -> None:
        outline = tmp_path / "区界.geojson"
        # Half a degree around the middle meridian holds the blocks, and far more.
        pyogrio.raw.write(
            outline, shapely.to_wkb([box(116.9, 39.6, 117.1, 39.8)]), [], [], geometry_type="Polygon", crs="EPSG:4326"
        )
        answer = found("layer", layer([block(0), block(1)]), "--outline", outline)
        assert counted(answer) == {"uncovered_outline": 1}
        assert answer["findings"][0]["area_m2"] == pytest.approx(17_128 * 22_205, rel=2e-3)

    def test_tells_null_geometries_and_open_rings(self, tmp_path) -> None:
        ring = [[116.4, 39.9], [116.41, 39.9], [116.41, 39.91], [116.4, 39.91]]
        shapes = [{"type": "Polygon", "coordinates": [ring]}, None]
        path = tmp_path / "甲.geojson"
        features = [{"type": "Feature", "properties": {"code": str(i)}, "geometry": s} for i, s in enumerate(shapes)]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        answer = found("layer", path)
        assert counted(answer) == {"null_geometry": 1, "open_ring": 1}
        assert answer["crs"] == "EPSG:4326"
        assert "没有写明坐标系" in answer["notes"][0]

    def test_says_that_heights_are_left_out(self, layer) -> None:
        raised = [shapely.force_3d(block(0), 50.0), shapely.force_3d(block(1), 60.0)]
        answer = found("layer", layer(raised, kind="Polygon Z"))
        assert (counted(answer), answer["notes"]) == ({}, ["图层有高程值，核查只看平面"])

    def test_bears_ten_thousand_parts_in_one_feature(self, layer) -> None:
        many = shapely.multipolygons(
            [block(column, row, side=20.0) for column in range(0, 200, 2) for row in range(0, 200, 2)]
        )
        answer = found("layer", layer([many, block(-300)], kind="MultiPolygon"))
        (finding,) = answer["findings"]
        assert (finding["kind"], finding["parts"], len(finding["parts_m2"])) == ("multipart_unit", 10_000, 20)
        assert answer["seconds"] < 5


class TestPoints:
    @pytest.fixture
    def outline(self, tmp_path):
        path = tmp_path / "区界.geojson"
        pyogrio.raw.write(
            path, shapely.to_wkb([box(116.40, 39.90, 116.41, 39.91)]), [], [], geometry_type="Polygon", crs="EPSG:4326"
        )
        return path

    @pytest.fixture
    def points(self, tmp_path):
        """Write a table of points well inside the outline, in BD-09, and one row without a position."""
        rng = np.random.default_rng(3)
        inside = wgs84_to_bd09(rng.uniform((116.4001, 39.9001), (116.4099, 39.9099), (200, 2)))
        path = tmp_path / "小区.csv"
        lines = ["名称,lng,lat", *(f"甲{i},{x:.6f},{y:.6f}" for i, (x, y) in enumerate(inside)), "乙,暂无,"]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def test_tell_the_system_and_warn_where_it_is_another(self, points, outline) -> None:
        words = ("points", points, "--x", "lng", "--y", "lat", "--outline", outline)
        answer = found(*words, "--declared", "wgs84")
        assert (answer["points"], answer["rows_without_position"]) == (200, [202])
        assert (answer["detected"], answer["shares"]["bd09"], answer["is_clear"]) == ("bd09", 1.0, True)
        assert answer["shares"]["wgs84"] < 0.5
        assert "写明是 WGS84" in answer["warning"]
        assert inspected(*words, "--declared", "wgs84", "--fail-on", "warning").exit_code == 3

    def test_agree_with_what_was_declared(self, points, outline) -> None:
        answer = found("points", points, "--x", "lng", "--y", "lat", "--outline", outline, "--declared", "bd09")
        assert (answer["declared"], answer["warning"]) == ("bd09", None)

    def test_need_their_columns(self, points, outline) -> None:
        result = inspected("points", points, "--x", "经度", "--y", "lat", "--outline", outline)
        assert result.exit_code == 1
        assert "有“经度”列的表格" in result.stderr

    def test_need_a_system_that_is_known(self, points, outline) -> None:
        result = inspected("points", points, "--x", "lng", "--y", "lat", "--outline", outline, "--declared", "火星")
        assert result.exit_code == 2


class TestTable:
    def test_tells_columns_and_refused_rows(self, tmp_path) -> None:
        path = tmp_path / "小区.csv"
        path.write_text("小区名称,户数,联系电话,杂项\n金桂花园,320户,1,a\n银杏里,很多,2,b\n", encoding="utf-8")
        answer = found("table", path, "--ledger", "compound")
        assert (answer["rows"], answer["parsed"], answer["refused_rows"]) == (2, 1, 1)
        assert [(one["field"], one["code"]) for one in answer["columns"]] == [
            ("compound_name", "EXACT"),
            ("household_count", "ALIAS"),
            (None, "RESTRICTED"),
            (None, "NONE"),
        ]
        (refused,) = answer["refused"]
        assert (refused["row"], refused["column"]) == (3, "户数")
        assert "很多" in refused["reason"]
        assert inspected("table", path, "--ledger", "compound", "--fail-on", "refused").exit_code == 3
        assert "第 3 行" in inspected("table", path, "--ledger", "compound").stdout


class TestMended:
    def test_layer_is_sound_where_nobody_had_to_choose(self, layer, tmp_path) -> None:
        source = planted(14, grown=2, shrunk=2, shifted=2, gone=1)
        path = layer(shapely.transform(source.polygons, lambda xy: xy + np.array((500_000, 4_400_000))))
        out = tmp_path / "修补.gpkg"
        answer = found("layer", path, "--mended", out)
        assert {one["feature"] - 1 for one in answer["repairs"] if one["feature"]} == set(source.blamed)
        again = found("layer", out)
        assert counted(again) == {"hole": 1}
        assert [one["because"] for one in again["repairs"]] == ["may_be_meant"]
        before, after = read_features(path), read_features(out)
        assert after.rows == before.rows
        assert after.crs_declared == 4548
        same = [a.wkb == b.wkb for a, b in zip(before.geometries, after.geometries, strict=True)]
        assert {row for row, is_same in enumerate(same) if not is_same} == set(source.blamed)

    def test_layer_of_degrees_is_sound_too(self, layer, tmp_path) -> None:
        source = planted(10, grown=2)
        path = layer(
            shapely.transform(source.polygons, lambda xy: np.round(xy * 1e-5 + np.array((116.4, 39.9)), 8)),
            crs="EPSG:4490",
        )
        out = tmp_path / "修补.gpkg"
        assert len(found("layer", path, "--mended", out)["causes"]) == 2
        assert counted(found("layer", out)) == {}

    def test_layer_never_takes_the_place_of_the_file(self, layer) -> None:
        path = layer([block(0)])
        before = path.read_bytes()
        assert inspected("layer", path, "--mended", path).exit_code == 2
        assert path.read_bytes() == before


class TestAlone:
    def test_needs_neither_settings_nor_database_nor_folder(self, layer, tmp_path) -> None:
        path = layer([block(0), block(1)])
        environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
        environment |= {"LINLI_VAR": str(tmp_path / "var"), "LINLI_DATABASE_URL": "postgres:///nowhere"}
        before = sorted(tmp_path.iterdir())
        done = subprocess.run(
            [sys.executable, "-m", "linli", "inspect", "layer", str(path)],
            env=environment, capture_output=True, check=True, text=True,
        )  # fmt: skip
        assert "没有发现问题" in done.stdout
        assert sorted(tmp_path.iterdir()) == before


class TestExit:
    def test_is_three_when_what_is_feared_is_there(self, layer) -> None:
        path = layer([block(0), box(500_099.5, 4_400_000, 500_200, 4_400_100)])
        assert inspected("layer", path).exit_code == 0
        assert inspected("layer", path, "--fail-on", "bad").exit_code == 0
        assert inspected("layer", path, "--fail-on", "any").exit_code == 3
        assert inspected("layer", path, "--fail-on", "sliver").exit_code == 3
        assert inspected("layer", path, "--fail-on", "sliver", "--sliver-width", "0.1").exit_code == 0

    def test_is_two_for_wrong_use(self, tmp_path) -> None:
        assert inspected("layer", tmp_path / "没有.gpkg").exit_code == 2
        assert inspected("layer").exit_code == 2


class TestRefusal:
    """Each hostile layer is refused with one Chinese sentence."""

    def refused(self, *words: object) -> str:
        result = inspected("layer", *words)
        assert result.exit_code == 1, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.stdout == ""
        return result.stderr

    def test_of_an_empty_file(self, tmp_path) -> None:
        path = tmp_path / "空.gpkg"
        path.touch()
        assert "有内容的文件" in self.refused(path)

    def test_of_a_layer_without_features(self, layer) -> None:
        assert "0 个图形" in self.refused(layer([]))

    def test_of_a_shapefile_without_its_table(self, layer) -> None:
        path = layer([block(0)], file="图层.shp")
        assert inspected("layer", path).exit_code == 0
        path.with_suffix(".dbf").unlink()
        assert "缺少 .dbf" in self.refused(path)

    def test_of_degrees_that_are_said_to_be_metres(self, layer) -> None:
        assert "像经纬度的数值" in self.refused(layer([box(116.4, 39.9, 116.41, 39.91)]))

    def test_of_metres_that_are_said_to_be_degrees(self, layer) -> None:
        path = layer([block(0)], crs="EPSG:4490")
        assert "超出经纬度范围" in self.refused(path)
        assert inspected("layer", path, "--crs", ZONE).exit_code == 0

    def test_of_a_system_that_nobody_knows(self, layer) -> None:
        path = layer([block(0)])
        package = sqlite3.connect(path)
        package.execute("UPDATE gpkg_geometry_columns SET srs_id = 987654")
        package.commit()
        package.close()
        assert "987654" in self.refused(path)
        assert "EPSG:9999999" in self.refused(path, "--crs", "EPSG:9999999")

    @pytest.mark.parametrize(
        "stranger", [box(116.4, 39.9, 116.41, 39.91), box(39_500_000, 4_400_000, 39_500_100, 4_400_100)]
    )
    def test_of_two_systems_in_one_file(self, layer, stranger) -> None:
        assert "第 3 个图形（共 1 个）与其余的不在一个坐标系" in self.refused(layer([block(0), block(1), stranger]))

    def test_of_shapes_that_mostly_lie_on_one_another(self, layer) -> None:
        assert "大约与 3000 个图形相叠" in self.refused(layer([block(0)] * 3_000))

    def test_of_a_field_that_is_not_there(self, layer) -> None:
        assert "PRECID" in self.refused(layer([block(0)]), "--code-field", "PRECID")

    def test_is_a_problem_document_for_machines(self, tmp_path) -> None:
        path = tmp_path / "坏.geojson"
        path.write_text("{broken", encoding="utf-8")
        result = inspected("layer", path, "--json", "-")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["status"] == 422
