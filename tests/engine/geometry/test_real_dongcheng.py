"""Known answers stand in the README of the data folder."""

import csv

import numpy as np
import pytest
import shapely

from linli.engine.geometry import (
    CoordinateSystem,
    bd09_to_wgs84,
    detect_system,
    from_zone,
    geometries_to_cgcs2000,
    geometries_to_zone,
    tessellate,
    three_degree_zone,
    to_zone,
)

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def outline(real_data_folder) -> shapely.Polygon:
    ring = shapely.from_geojson((real_data_folder / "dongcheng" / "outline_gcj02.json").read_text())
    return geometries_to_cgcs2000([ring], CoordinateSystem.GCJ02)[0]


def places(path, level: str | None = None) -> np.ndarray:
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if level is None or row["level"] == level]
    return np.array([(float(row["longitude"]), float(row["latitude"])) for row in rows if row["longitude"]])


@pytest.fixture(scope="module")
def compounds(real_data_folder) -> np.ndarray:
    return places(real_data_folder / "dongcheng" / "compounds.csv")


class TestDongcheng:
    def test_compounds_are_seen_to_be_in_bd09(self, compounds, outline):
        verdict = detect_system(compounds, outline)
        assert verdict.is_clear
        assert verdict.best.system is CoordinateSystem.BD09
        assert verdict.best.share == 508 / 512
        assert verdict.share_of(CoordinateSystem.GCJ02) == 354 / 512
        assert verdict.share_of(CoordinateSystem.WGS84) == 265 / 512

    def test_swapped_axes_and_metres_are_seen_too(self, compounds, outline):
        assert detect_system(compounds[:, ::-1], outline).best.swapped
        metres = detect_system(to_zone(bd09_to_wgs84(compounds), 4548), outline).best
        assert (metres.epsg, metres.share) == (4548, 508 / 512)

    def test_community_centres_are_seen_to_be_in_gcj02(self, real_data_folder, outline):
        verdict = detect_system(places(real_data_folder / "dongcheng" / "communities_2016.csv", "village"), outline)
        assert verdict.is_clear
        assert (verdict.best.system, verdict.best.share) == (CoordinateSystem.GCJ02, 1.0)
        assert verdict.share_of(CoordinateSystem.BD09) == 101 / 123
        assert verdict.share_of(CoordinateSystem.WGS84) == 103 / 123

    def test_derived_parcels_cover_the_outline_exactly_and_stay_sound_when_stored(self, compounds, outline):
        zone = three_degree_zone(outline.centroid.x)
        (district,) = geometries_to_zone([outline], zone)
        made = tessellate(district, to_zone(bd09_to_wgs84(compounds), zone))
        assert len(made.cells) == 510
        assert (made.is_shared.sum(), made.is_snapped.sum(), made.is_refused.sum()) == (4, 4, 0)
        assert shapely.coverage_is_valid(made.cells)
        assert shapely.symmetric_difference(shapely.coverage_union_all(made.cells), district).area < 1e-6
        stored = shapely.transform(made.cells, lambda xy: from_zone(xy, zone).round(8))
        assert shapely.is_valid(stored).all()
        assert shapely.coverage_is_valid(stored)
