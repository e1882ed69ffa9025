import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from linli.engine.geometry.tessellation import tessellate

U_SHAPE = Polygon([(0, 0), (100, 0), (100, 100), (60, 100), (60, 10), (40, 10), (40, 100), (0, 100)])


def assert_covers(made, outline) -> None:
    assert shapely.coverage_is_valid(made.cells)
    assert shapely.is_valid(made.cells).all()
    assert shapely.symmetric_difference(shapely.union_all(made.cells), outline).area < 1e-6
    assert shapely.area(made.cells).sum() == pytest.approx(outline.area, rel=1e-12)


class TestTessellation:
    def test_cuts_halfway_between_points(self):
        made = tessellate(box(0, 0, 40, 20), [(10, 10), (30, 10)])
        assert [cell.bounds for cell in made.cells] == [(0, 0, 20, 20), (20, 0, 40, 20)]
        assert (made.point_of_cell.tolist(), made.cell_of_point.tolist()) == ([0, 1], [0, 1])
        assert not (made.is_shared | made.is_snapped | made.is_refused).any()

    def test_follows_a_road_rather_than_the_middle(self):
        road = LineString([(12, -5), (12, 25)])
        made = tessellate(box(0, 0, 40, 20), [(10, 10), (30, 10)], [road])
        assert [cell.bounds for cell in made.cells] == [(0, 0, 12, 20), (12, 0, 40, 20)]

    def test_keeps_blocks_without_points_as_cells_of_their_own(self):
        roads = [LineString([(10, -5), (10, 25)]), LineString([(20, -5), (20, 25)])]
        made = tessellate(box(0, 0, 40, 20), [(30, 10)], roads)
        assert made.point_of_cell.tolist() == [-1, -1, 0]
        assert made.cell_of_point.tolist() == [2]

    def test_ignores_a_road_that_ends_inside(self):
        made = tessellate(box(0, 0, 40, 20), [(10, 10)], [LineString([(-5, 10), (30, 10)])])
        assert len(made.cells) == 1

    def test_shares_vertices_across_a_road(self):
        road = LineString([(-1, 50), (101, 57)])
        points = [(10, 10), (60, 20), (20, 80), (45, 90), (90, 70)]
        made = tessellate(box(0, 0, 100, 100), points, [road])
        assert_covers(made, box(0, 0, 100, 100))
        assert len(made.cells) == 5

    def test_gives_points_within_a_metre_one_cell(self):
        made = tessellate(box(0, 0, 40, 20), [(30, 10), (10, 10), (30.6, 10.6)])
        assert made.cell_of_point.tolist() == [1, 0, 1]
        assert made.point_of_cell.tolist() == [1, 0]
        assert made.is_shared.tolist() == [True, False, True]

    def test_moves_points_just_outside_to_the_outline(self):
        made = tessellate(box(0, 0, 400, 200), [(100, 100), (450, 100), (501, 100), (np.nan, 5)])
        assert made.is_snapped.tolist() == [False, True, False, False]
        assert made.is_refused.tolist() == [False, False, True, True]
        assert made.cell_of_point.tolist() == [0, 1, -1, -1]
        assert made.cells[1].bounds == (250, 0, 400, 200)

    def test_gives_a_piece_cut_off_from_its_point_to_the_neighbour(self):
        # The left arm is nearer to the point in the right arm's foot, but not on foot.
        made = tessellate(U_SHAPE, [(20, 90), (62, 5)])
        assert_covers(made, U_SHAPE)
        assert set(shapely.get_type_id(made.cells)) == {3}

    def test_takes_no_points_and_one_point(self):
        assert tessellate(U_SHAPE, []).point_of_cell.tolist() == [-1]
        alone = tessellate(U_SHAPE, [(20, 20)])
        assert alone.cells[0].equals(U_SHAPE)
        assert alone.cell_of_point.tolist() == [0]

    def test_covers_outlines_with_lakes_and_several_parts(self):
        lake = shapely.union_all([box(0, 0, 100, 100).difference(box(40, 40, 60, 60)), box(200, 0, 250, 50)])
        made = tessellate(lake, [(20, 20), (80, 80), (20, 80), (220, 10)], [LineString([(0, 30), (100, 35)])])
        assert_covers(made, lake)

    def test_bears_points_on_a_lattice(self):
        x, y = np.meshgrid(np.arange(10) * 50.0, np.arange(10) * 50.0)
        outline = box(-25, -25, 475, 475)
        made = tessellate(outline, np.column_stack((x.ravel(), y.ravel())))
        assert_covers(made, outline)
        assert shapely.area(made.cells).tolist() == pytest.approx([2500.0] * 100)

    def test_refuses_an_invalid_outline(self):
        bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
        with pytest.raises(ValueError, match="the outline must be a valid area, got: Self-intersection"):
            tessellate(bow, [(1, 1)])


class TestAnyDistrict:
    @given(st.integers(0, 100_000), st.integers(1, 40), st.integers(0, 5), st.integers(0, 3))
    def test_is_covered_exactly_whatever_the_order(self, seed, n_points, n_roads, decimals):
        rng = np.random.default_rng(seed)
        # Eastings and northings as large as in a real zone, where floating point is coarse.
        origin = np.array([446_000.0, 4_420_000.0])
        outline = shapely.Point(*(origin + 200)).buffer(200).difference(shapely.Point(*(origin + 230)).buffer(40))
        points = origin + rng.uniform(-20, 420, (n_points, 2)).round(decimals)
        roads = [LineString(origin + rng.uniform(-50, 450, (4, 2))) for _ in range(n_roads)]
        made = tessellate(outline, points, roads)
        assert_covers(made, outline)
        taken = ~made.is_refused
        assert (made.cell_of_point[taken] >= 0).all()
        assert (made.cell_of_point[made.is_refused] == -1).all()
        with_point = made.point_of_cell >= 0
        assert set(shapely.get_type_id(made.cells[with_point])) <= {3}
        assert set(made.cell_of_point[taken].tolist()) == set(np.flatnonzero(with_point).tolist())
        order = rng.permutation(n_points)
        again = tessellate(outline, points[order], roads[::-1])
        assert np.array_equal(again.cell_of_point, made.cell_of_point[order])
        assert shapely.equals_exact(again.cells, made.cells, tolerance=1e-6).all()
