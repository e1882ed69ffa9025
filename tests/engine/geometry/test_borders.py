import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, Polygon, box

from linli.engine.geometry.borders import FourBounds, community_shapes, four_bounds, named_courses


def bounds_of(area, lines, names):
    return four_bounds(area, named_courses(lines, names))


class TestCommunityShapes:
    def test_join_parcels_and_count_parts(self, drawn_grid):
        cells, community_of = drawn_grid(["AAB", "ABB", "..A"])
        made = community_shapes(cells, community_of, n_communities=3)
        assert made.n_parts.tolist() == [2, 1, 0]
        assert made.area_m2.tolist() == [4.0, 3.0, 0.0]
        assert made.perimeter_m.tolist() == [12.0, 8.0, 0.0]
        assert made.shapes[1].geom_type == "Polygon"
        assert made.shapes[2].is_empty

    def test_count_parts_that_meet_in_a_corner_apart(self, drawn_grid):
        made = community_shapes(*drawn_grid(["AB", "BA"]), n_communities=2)
        assert made.n_parts.tolist() == [2, 2]

    def test_keep_a_hole(self, drawn_grid):
        made = community_shapes(*drawn_grid(["AAA", "A.A", "AAA"]), n_communities=1)
        assert (made.n_parts.tolist(), made.area_m2.tolist()) == ([1], [8.0])

    def test_do_not_depend_on_the_order_of_parcels(self, drawn_grid):
        cells, community_of = drawn_grid(["AABB", "ABBC", "AACC"])
        order = np.random.default_rng(3).permutation(len(cells))
        straight = community_shapes(cells, community_of, n_communities=3)
        shuffled = community_shapes(cells[order], community_of[order], n_communities=3)
        assert shapely.equals(straight.shapes, shuffled.shapes).all()

    def test_survive_parcels_that_overlap(self):
        made = community_shapes([box(0, 0, 2, 1), box(1, 0, 3, 1)], np.array([0, 0], dtype=np.int32), n_communities=1)
        assert made.area_m2.tolist() == [3.0]
        assert made.shapes[0].is_valid


class TestFourBounds:
    AREA = box(0, 0, 400, 300)

    def test_name_the_road_on_each_side(self):
        roads = {
            "东街": LineString([(405, -100), (405, 400)]),
            "南街": LineString([(-100, -8), (500, 6)]),
            "西街": LineString([(-12, -100), (-12, 400)]),
            "北街": LineString([(-100, 310), (500, 295)]),
        }
        assert bounds_of(self.AREA, list(roads.values()), list(roads)) == FourBounds(
            east=("东街",), south=("南街",), west=("西街",), north=("北街",)
        )

    def test_leave_a_side_without_name_open(self):
        found = bounds_of(self.AREA, [LineString([(400, 0), (400, 300)])], ["青年路"])
        assert (found.east, found.south, found.west, found.north) == (("青年路",), None, None, None)

    def test_do_not_name_a_road_that_only_ends_at_the_border(self):
        assert bounds_of(self.AREA, [LineString([(200, 300), (200, 900)])], ["断头路"]).north is None

    def test_list_several_names_by_length(self):
        roads = [LineString([(0, 300), (250, 300)]), LineString([(250, 300), (400, 300)])]
        assert bounds_of(self.AREA, roads, ["长路", "短路"]).north == ("长路", "短路")

    def test_drop_a_name_on_a_small_piece_of_the_side(self):
        roads = [LineString([(0, 300), (340, 300)]), LineString([(340, 300), (400, 300)])]
        assert bounds_of(self.AREA, roads, ["长路", "短路"]).north == ("长路",)

    def test_join_pieces_of_one_name_and_leave_out_the_nameless(self):
        roads = [
            LineString([(0, 300), (100, 300)]),
            LineString([(100, 300), (280, 300)]),
            LineString([(280, 300), (400, 300)]),
        ]
        assert bounds_of(self.AREA, roads, ["人民路", "", "人民路"]).north == ("人民路",)

    def test_do_not_bridge_the_gap_of_a_road_in_parts(self):
        broken = MultiLineString([[(-300, 300), (-200, 300)], [(700, 300), (800, 300)]])
        assert bounds_of(self.AREA, [broken], ["断路"]).north is None

    def test_prefer_the_nearer_of_two_parallel_lines(self):
        roads = [LineString([(0, 325), (400, 325)]), LineString([(0, 305), (400, 305)])]
        assert bounds_of(self.AREA, roads, ["远路", "近路"]).north == ("近路",)

    def test_look_at_outer_borders_of_a_ragged_area_with_a_hole(self):
        ragged = Polygon(
            [(0, 0), (400, 0), (400, 300), (300, 306), (200, 298), (100, 305), (0, 300)],
            [[(150, 100), (250, 100), (250, 200), (150, 200)]],
        )
        roads = [LineString([(-20, 303), (420, 303)]), LineString([(150, 100), (250, 100)])]
        found = bounds_of(ragged, roads, ["北街", "里弄"])
        assert (found.north, found.south) == (("北街",), None)

    def test_work_whichever_way_the_ring_runs(self):
        roads = [LineString([(0, 300), (400, 300)])]
        assert bounds_of(shapely.reverse(self.AREA), roads, ["北街"]).north == ("北街",)

    def test_are_empty_without_lines(self):
        assert bounds_of(self.AREA, [], []) == FourBounds(None, None, None, None)

    def test_refuse_names_that_do_not_match_the_lines(self):
        with pytest.raises(ValueError, match="1 lines, 0 names"):
            bounds_of(self.AREA, [LineString([(0, 0), (1, 1)])], [])

    def test_of_many_areas_are_read_off_the_same_lines(self):
        roads = {"北街": LineString([(0, 300), (900, 300)]), "中街": LineString([(400, 0), (400, 300)])}
        courses = named_courses(list(roads.values()), list(roads))
        left, right = four_bounds(self.AREA, courses), four_bounds(box(400, 0, 900, 300), courses)
        assert (left.east, left.north) == (("中街",), ("北街",))
        assert (right.west, right.north) == (("中街",), ("北街",))
