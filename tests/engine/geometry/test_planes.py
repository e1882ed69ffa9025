import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from linli.engine.geometry import find_flaws, plane_of

BLOCKS = {
    4490: shapely.box(116.3, 39.8, 116.5, 40.0),
    4548: shapely.box(448_688, 4_418_598, 449_688, 4_419_598),
    2232: shapely.box(3_140_000, 1_690_000, 3_141_000, 1_691_000),
}


class TestPlane:
    @pytest.mark.parametrize("epsg", sorted(BLOCKS))
    def test_measures_as_the_ellipsoid_does(self, epsg):
        plane = plane_of([BLOCKS[epsg]], CRS.from_epsg(epsg))
        block = plane.onto([BLOCKS[epsg]])[0]
        measured = block.area / plane.areal_scale(shapely.get_coordinates(block.centroid))[0]
        corners = plane.degrees(shapely.get_coordinates(shapely.segmentize(block, 50)))
        assert measured == pytest.approx(abs(Geod(ellps="WGS84").polygon_area_perimeter(*corners.T)[0]), rel=2e-6)

    @pytest.mark.parametrize("epsg", sorted(BLOCKS))
    def test_leads_back_to_the_source(self, epsg):
        plane = plane_of([BLOCKS[epsg]], CRS.from_epsg(epsg))
        assert plane.back(plane.onto([BLOCKS[epsg]]))[0].equals_exact(BLOCKS[epsg], 1e-8)

    def test_without_a_system_takes_metres_as_they_are(self):
        plane = plane_of([shapely.box(0, 0, 10, 10)], None)
        assert plane.areal_scale([(0, 0)]).tolist() == [1.0]
        assert np.isnan(plane.degrees([(0, 0)])).all()

    def test_keeps_a_corner_on_the_straight_side_of_the_neighbour(self):
        # Projected to metres, the long southern border would bend away from the corner by centimetres.
        long_one = shapely.box(116.0, 39.9, 116.2, 40.0)
        halves = [shapely.box(116.0, 39.8, 116.1, 39.9), shapely.box(116.1, 39.8, 116.2, 39.9)]
        plane = plane_of([long_one], CRS.from_epsg(4490))
        assert find_flaws(plane.onto([long_one, *halves]), areal_scale=plane.areal_scale) == ()
