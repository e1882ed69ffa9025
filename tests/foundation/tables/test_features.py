"""Maps from files come as geometries and rows, with the system the file names, or none."""

import io
import json
import stat
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables import Limits, read_features

SHAPES = [shapely.box(116.0, 39.0, 116.1, 39.1), shapely.box(116.1, 39.0, 116.2, 39.1)]


@pytest.fixture
def written(tmp_path):
    """Write two squares with a name and a count in some format and return the path."""

    def _written(file, crs="EPSG:4490", layer=None, **options):
        path = tmp_path / file
        pyogrio.raw.write(
            path,
            shapely.to_wkb(SHAPES),
            [np.array(["甲小区", None], dtype=object), np.array([1200, 30], dtype=np.int64)],
            ["名称", "户数"],
            geometry_type="Polygon",
            crs=crs,
            layer=layer,
            append=path.exists(),
            **options,
        )
        return path

    return _written


def zipped(folder, names=None, *, extra=()):
    """Return a zip of a shapefile's parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.suffix in (names or (".shp", ".shx", ".dbf", ".prj", ".cpg")):
                archive.write(path, f"甲区/{path.name}")
        for name, content in extra:
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(content, **arguments):
    with pytest.raises(ValidationFaults) as caught:
        read_features(content, name="地图", **arguments)
    return caught.value.faults[0]


class TestReadFeatures:
    def test_reads_a_geopackage(self, written):
        found = read_features(written("map.gpkg"))
        assert [shape.equals(known) for shape, known in zip(found.geometries, SHAPES, strict=True)] == [True, True]
        assert found.rows == ({"名称": "甲小区", "户数": 1200}, {"名称": None, "户数": 30})
        assert (found.crs_declared, found.layer) == (4490, "map")

    def test_reads_geojson_which_names_no_system(self, written):
        found = read_features(written("map.geojson", crs="OGC:CRS84"))
        assert (len(found.geometries), found.rows[0]["名称"], found.crs_declared) == (2, "甲小区", None)

    def test_believes_geojson_that_names_its_system(self):
        content = {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "features": [{"type": "Feature", "properties": {"a": 1}, "geometry": None}],
        }
        found = read_features(json.dumps(content).encode(), name="甲.geojson")
        assert (found.geometries, found.crs_declared) == ((None,), 4490)

    @pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
    @pytest.mark.parametrize("told", [True, False])
    def test_reads_a_zipped_shapefile_in_either_encoding(self, written, encoding, told):
        path = written("map.shp", encoding=encoding)
        if told:
            path.with_suffix(".cpg").write_text(encoding)
        else:
            path.with_suffix(".cpg").unlink(missing_ok=True)
        found = read_features(zipped(path.parent), name="甲.zip")
        assert (found.rows[0], found.crs_declared) == ({"名称": "甲小区", "户数": 1200}, 4490)

    def test_reads_a_shapefile_without_a_system(self, written):
        path = written("map.shp")
        found = read_features(zipped(path.parent, (".shp", ".shx", ".dbf")), name="甲.zip")
        assert found.crs_declared is None

    def test_loses_the_third_dimension(self):
        point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [116, 39, 50]}}
        found = read_features(json.dumps({"type": "FeatureCollection", "features": [point]}).encode(), name="甲")
        assert found.geometries[0].wkt == "POINT (116 39)"

    def test_reads_a_shapefile_that_lies_in_a_folder(self, written):
        found = read_features(written("map.shp"))
        assert (found.rows[0], found.crs_declared) == ({"名称": "甲小区", "户数": 1200}, 4490)

    def test_closes_open_rings_and_names_them(self):
        rings = [[[0, 0], [1, 0], [1, 1], [0, 1]], [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
        features = [
            {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for ring in rings
        ]
        found = read_features(json.dumps({"type": "FeatureCollection", "features": features}).encode(), name="甲")
        assert found.open_rings == {0}
        assert found.geometries[0].equals(found.geometries[1])

    def test_tells_a_system_that_nobody_knows_from_none(self, written):
        import sqlite3

        path = written("map.gpkg")
        for number, told in ((987654, "987654"), (-1, "")):
            with sqlite3.connect(path) as package:
                package.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (number,))
            package.close()
            found = read_features(path)
            assert (found.crs, found.unknown_srs) == ("", told)

    def test_asks_which_layer(self, written):
        written("map.gpkg", layer="甲")
        path = written("map.gpkg", layer="乙")
        assert refusal(path).code == "tables.layer-unclear"
        assert read_features(path, layer="乙").layer == "乙"


class TestRefusal:
    @pytest.mark.parametrize("name", ["../../evil.shp", "/etc/evil.dbf", "a\\..\\..\\evil.shp", "C:evil.shp"])
    def test_of_paths_that_climb_out(self, written, name):
        path = written("map.shp")
        assert refusal(zipped(path.parent, extra=[(name, b"x")])).code == "tables.archive-path-unsafe"

    def test_of_links(self, written):
        link = zipfile.ZipInfo("map.prj")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        assert refusal(zipped(written("map.shp").parent, extra=[(link, b"/etc/passwd")])).code == (
            "tables.archive-path-unsafe"
        )

    def test_of_two_shapefiles(self, written):
        assert refusal(zipped(written("map.shp").parent, extra=[("b.shp", b"x")])).code == "tables.shapefile-count"

    @pytest.mark.parametrize("kept", [(".shp",), (".shp", ".shx"), (".shp", ".dbf")])
    def test_of_a_shapefile_in_pieces(self, written, kept):
        path = written("map.shp")
        assert refusal(zipped(path.parent, kept)).code == "tables.shapefile-part-missing"
        for part in path.parent.iterdir():
            if part.suffix not in kept:
                part.unlink()
        fault = refusal(path)
        assert fault.code == "tables.shapefile-part-missing"
        assert "缺少" in fault.found

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file-empty"),
            (b"<kml></kml>", "map-unknown"),
            (b"{broken", "map-unreadable"),
            (b'{"a": 1}', "map-unreadable"),
            (b"SQLite format 3\x00broken", "map-unreadable"),
        ],
    )
    def test_of_what_is_no_map(self, content, code):
        assert refusal(content).code == f"tables.{code}"

    @pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=1), Limits(vertices=9), Limits(file_bytes=10)])
    def test_beyond_each_bound(self, written, limits):
        assert refusal(written("map.gpkg"), limits=limits).code == "tables.too-large"
