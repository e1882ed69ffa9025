import numpy as np
import pytest
import shapely

from linli.engine.geometry import datum
from linli.engine.geometry.datum import CoordinateSystem
from linli.engine.geometry.detection import detect_system


@pytest.fixture
def outline() -> shapely.Polygon:
    return shapely.box(116.38, 39.88, 116.44, 39.96)


@pytest.fixture
def homes(outline) -> np.ndarray:
    """A lattice that reaches close to the outline on all sides."""
    west, south, east, north = outline.bounds
    lon, lat = np.meshgrid(np.linspace(west + 1e-4, east - 1e-4, 20), np.linspace(south + 1e-4, north - 1e-4, 20))
    return np.column_stack((lon.ravel(), lat.ravel()))


class TestDetection:
    @pytest.mark.parametrize("system", [CoordinateSystem.CGCS2000, CoordinateSystem.GCJ02, CoordinateSystem.BD09])
    @pytest.mark.parametrize("swapped", [False, True])
    def test_names_degrees_of_each_system_and_order(self, homes, outline, system, swapped):
        written = datum.from_cgcs2000(homes, system)
        verdict = detect_system(written[:, ::-1] if swapped else written, outline)
        assert (verdict.best.system, verdict.best.swapped, verdict.best.epsg) == (system, swapped, None)
        assert verdict.best.share == 1.0
        assert verdict.is_clear

    @pytest.mark.parametrize("epsg", [4548, 4527, 4509, 4498, 3857])
    @pytest.mark.parametrize("swapped", [False, True])
    def test_names_metres_of_each_zone(self, homes, outline, epsg, swapped):
        # 4509 has the metres of 4548: 117 degrees east is a meridian of both series.
        written = datum.to_zone(homes, epsg)
        verdict = detect_system(written[:, ::-1] if swapped else written, outline)
        assert verdict.best.is_projected
        assert (verdict.best.epsg, verdict.best.swapped) == ({4509: 4548}.get(epsg, epsg), swapped)
        assert verdict.is_clear

    def test_gives_the_share_of_every_reading(self, homes, outline):
        verdict = detect_system(datum.wgs84_to_bd09(homes), outline)
        assert verdict.share_of(CoordinateSystem.BD09) == 1.0
        assert 0.5 < verdict.share_of(CoordinateSystem.GCJ02) < 0.95
        assert verdict.share_of(CoordinateSystem.WGS84) == verdict.share_of(CoordinateSystem.CGCS2000)
        assert verdict.share_of(CoordinateSystem.PROJECTED, epsg=4548) == 0.0

    def test_is_not_clear_deep_inside_a_large_district(self):
        verdict = detect_system([(116.4, 39.9)], shapely.box(116.0, 39.5, 117.0, 40.5))
        assert verdict.best.system is CoordinateSystem.CGCS2000
        assert not verdict.is_clear

    def test_is_not_clear_for_another_city(self, outline):
        verdict = detect_system([(104.07, 30.67), (104.08, 30.66)], outline)
        assert verdict.best.share == 0.0
        assert not verdict.is_clear

    def test_leaves_out_rows_without_numbers(self, homes, outline):
        with_blanks = np.vstack((homes, [[np.nan, 39.9], [np.nan, np.nan]]))
        assert detect_system(with_blanks, outline).best.share == 1.0

    def test_refuses_a_file_without_any_number(self, outline):
        with pytest.raises(ValueError, match="no point has two finite coordinates"):
            detect_system([(np.nan, np.nan)], outline)
