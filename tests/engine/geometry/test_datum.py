import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.geometry import datum
from linli.engine.geometry.datum import CoordinateSystem

in_china = st.tuples(st.floats(73.5, 135.0), st.floats(18.0, 53.5))


class TestShiftedSystems:
    def test_give_the_published_values_for_a_point_in_beijing(self):
        wgs = [(116.404, 39.915)]
        assert datum.wgs84_to_gcj02(wgs)[0] == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)
        assert datum.gcj02_to_bd09(wgs)[0] == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-12)

    def test_leave_points_abroad_where_they_are(self):
        abroad = np.array([(2.35, 48.85), (-104.99, 39.74)])
        assert np.array_equal(datum.wgs84_to_gcj02(abroad), abroad)
        assert np.array_equal(datum.gcj02_to_wgs84(abroad), abroad)

    @given(st.lists(in_china, min_size=1, max_size=20))
    def test_are_inverted_far_better_than_a_millionth_of_a_degree(self, points):
        there = np.array(points)
        assert np.abs(datum.gcj02_to_wgs84(datum.wgs84_to_gcj02(there)) - there).max() < 1e-9
        assert np.abs(datum.bd09_to_gcj02(datum.gcj02_to_bd09(there)) - there).max() < 1e-9
        assert np.abs(datum.bd09_to_wgs84(datum.wgs84_to_bd09(there)) - there).max() < 1e-9

    @given(st.lists(in_china, min_size=2, max_size=20), st.randoms())
    def test_treat_each_point_by_itself(self, points, random):
        order = list(range(len(points)))
        random.shuffle(order)
        there = np.array(points)
        assert np.array_equal(datum.bd09_to_wgs84(there)[order], datum.bd09_to_wgs84(there[order]))

    def test_take_no_points_at_all(self):
        assert datum.bd09_to_wgs84([]).shape == (0, 2)

    def test_refuse_points_of_another_shape(self):
        with pytest.raises(ValueError, match=r"shape \(n, 2\), got \(3,\)"):
            datum.wgs84_to_gcj02([1.0, 2.0, 3.0])


class TestThreeDegreeZone:
    @pytest.mark.parametrize(
        ("lon", "epsg"),
        [(73.5, 4534), (75.0, 4534), (104.07, 4544), (116.4, 4548), (118.499, 4548), (118.5, 4549), (135.0, 4554)],
    )
    def test_is_the_one_around_the_nearest_meridian(self, lon, epsg):
        assert datum.three_degree_zone(lon) == epsg

    @pytest.mark.parametrize("lon", [73.4, 136.5, -104.9, float("nan")])
    def test_is_refused_outside_the_zones(self, lon):
        with pytest.raises(ValueError, match=r"longitude must lie from 73\.5 to 136\.5"):
            datum.three_degree_zone(lon)

    def test_puts_its_meridian_at_500_km_east(self):
        (east, north) = datum.to_zone([(117.0, 40.0)], 4548)[0]
        assert east == pytest.approx(500_000.0, abs=1e-6)
        assert north == pytest.approx(4_429_529.03, abs=0.01)

    @given(st.lists(st.tuples(st.floats(115.5, 118.5), st.floats(20, 50)), min_size=1, max_size=10))
    def test_is_left_again_without_loss(self, points):
        back = datum.from_zone(datum.to_zone(points, 4548), 4548)
        assert np.abs(back - np.array(points)).max() < 1e-9


class TestConversion:
    @pytest.mark.parametrize("system", list(CoordinateSystem))
    def test_goes_there_and_back_in_every_system(self, system):
        epsg = 4548 if system is CoordinateSystem.PROJECTED else None
        there = np.array([(116.4, 39.9), (116.5, 39.8)])
        away = datum.from_cgcs2000(there, system, epsg=epsg)
        assert np.abs(datum.to_cgcs2000(away, system, epsg=epsg) - there).max() < 1e-9

    def test_takes_wgs84_and_cgcs2000_as_the_same(self):
        there = [(116.4, 39.9)]
        assert datum.to_cgcs2000(there, CoordinateSystem.WGS84).tolist() == [[116.4, 39.9]]
        assert datum.to_cgcs2000(there, CoordinateSystem.CGCS2000).tolist() == [[116.4, 39.9]]

    def test_refuses_metres_without_a_code(self):
        with pytest.raises(ValueError, match="needs its EPSG code"):
            datum.to_cgcs2000([(500_000.0, 4_400_000.0)], CoordinateSystem.PROJECTED)

    def test_turns_whole_shapes_and_swapped_axes(self):
        square = shapely.box(116.4, 39.9, 116.5, 40.0)
        swapped = shapely.transform(square, lambda xy: xy[:, ::-1])
        (straight,) = datum.geometries_to_cgcs2000([swapped], CoordinateSystem.WGS84, swapped=True)
        assert straight.bounds == square.bounds
        (metres,) = datum.geometries_to_zone([square], 4548)
        assert metres.area == pytest.approx(8546.6 * 11103.5, rel=2e-3)
