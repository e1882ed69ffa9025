import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from linli.engine.geometry.coverage import audit_coverage


def grid(columns: int, rows: int, side: float = 10.0) -> np.ndarray:
    return np.array(
        [box(x * side, y * side, (x + 1) * side, (y + 1) * side) for y in range(rows) for x in range(columns)],
        dtype=object,
    )


class TestSoundCoverage:
    def test_has_no_findings(self):
        found = audit_coverage(grid(3, 3), outline=box(0, 0, 30, 30))
        assert (found.invalid, found.overlaps, found.voids, found.multi_parts, found.protrusions) == ((),) * 5

    def test_is_not_disturbed_by_vertices_of_one_side_only(self):
        left = shapely.Polygon([(0, 0), (10, 0), (10, 3), (10, 10), (0, 10)])
        found = audit_coverage([left, box(10, 0, 20, 10)], outline=box(0, 0, 20, 10))
        assert (found.overlaps, found.voids) == ((), ())

    def test_may_be_empty(self):
        found = audit_coverage([], outline=box(0, 0, 20, 10))
        assert [gap.area_m2 for gap in found.gaps] == [200.0]


class TestInvalidRings:
    def test_are_named_with_reason_and_place(self):
        bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
        (found,) = audit_coverage([box(20, 0, 30, 10), bow]).invalid
        assert (found.index, found.reason, found.place) == (1, "Self-intersection", shapely.Point(5, 5))

    def test_count_missing_empty_and_linear_shapes(self):
        line = shapely.LineString([(0, 0), (4, 0)])
        found = audit_coverage([None, shapely.Polygon(), line, box(0, 0, 1, 1)]).invalid
        assert [(each.index, each.reason) for each in found] == [
            (0, "Empty geometry"),
            (1, "Empty geometry"),
            (2, "Not a polygon"),
        ]
        assert found[0].place is None

    def test_take_part_with_the_area_that_is_left(self):
        bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
        found = audit_coverage([bow, box(5, 0, 20, 10)])
        assert [(each.first, each.second, each.area_m2) for each in found.overlaps] == [(0, 1, 25.0)]


class TestOverlaps:
    def test_find_a_polygon_that_holds_another_whole(self):
        found = audit_coverage([box(0, 0, 10, 10), box(2, 2, 3, 3), box(20, 0, 30, 10)]).overlaps
        assert [(each.first, each.second, each.area_m2) for each in found] == [(0, 1, 1.0)]

    def test_name_the_pair_and_the_land(self):
        (found,) = audit_coverage([box(0, 0, 10, 10), box(20, 0, 30, 10), box(8, 0, 20, 10)]).overlaps
        assert (found.first, found.second, found.area_m2) == (0, 2, 20.0)
        assert found.geometry.equals(box(8, 0, 10, 10))

    def test_find_a_shape_given_twice_and_one_inside_another(self):
        found = audit_coverage([box(0, 0, 10, 10), box(0, 0, 10, 10), box(2, 2, 3, 3)]).overlaps
        assert [(each.first, each.second, each.area_m2) for each in found] == [(0, 1, 100.0), (0, 2, 1.0), (1, 2, 1.0)]

    def test_below_the_threshold_are_left_out(self):
        shapes = [box(0, 0, 10, 10), box(9.999, 0, 20, 10)]
        assert len(audit_coverage(shapes, overlap_m2=0.009).overlaps) == 1
        assert audit_coverage(shapes, overlap_m2=0.011).overlaps == ()


class TestVoids:
    def test_tell_holes_gaps_and_slivers_apart(self):
        blocks = np.delete(grid(5, 3), 7)
        blocks[0] = box(0, 0, 9.5, 10)
        found = audit_coverage(blocks, outline=box(0, 0, 60, 30), sliver_m2=1.0, sliver_width_m=1.0)
        assert [(hole.area_m2, hole.is_enclosed) for hole in found.holes] == [(100.0, True)]
        assert [(gap.area_m2, gap.is_enclosed) for gap in found.gaps] == [(300.0, False)]
        assert [(sliver.area_m2, round(sliver.width_m, 3)) for sliver in found.slivers] == [(5.0, 0.476)]

    def test_without_outline_are_the_holes_alone(self):
        found = audit_coverage(np.delete(grid(3, 3, side=20.0), 4))
        assert [hole.area_m2 for hole in found.holes] == [400.0]
        assert found.gaps == ()

    def test_are_reported_and_never_filled(self):
        blocks = np.delete(grid(3, 3), 4)
        before = shapely.to_wkb(blocks)
        audit_coverage(blocks, outline=box(0, 0, 30, 30))
        assert np.array_equal(shapely.to_wkb(blocks), before)

    def test_leave_out_an_island_in_a_hole(self):
        ring = box(0, 0, 50, 50).difference(box(10, 10, 40, 40))
        (hole,) = audit_coverage([ring, box(20, 20, 30, 30)]).holes
        assert hole.area_m2 == 800.0

    def test_respect_a_hole_of_the_outline_itself(self):
        blocks = np.delete(grid(3, 3), 4)
        found = audit_coverage(blocks, outline=box(0, 0, 30, 30).difference(box(10, 10, 20, 20)))
        assert found.voids == ()


class TestParts:
    def test_are_listed_by_size(self):
        islands = shapely.union_all([box(0, 0, 1, 1), box(5, 5, 8, 8)])
        (found,) = audit_coverage([box(20, 20, 30, 30), islands]).multi_parts
        assert (found.index, found.areas_m2) == (1, (9.0, 1.0))


class TestProtrusions:
    def test_give_the_land_beyond_the_outline(self):
        found = audit_coverage([box(0, 0, 10, 10), box(10, 0, 20, 10), box(90, 0, 95, 10)], outline=box(0, 0, 15, 10))
        assert [(each.index, each.area_m2, each.share) for each in found.protrusions] == [
            (1, 50.0, 0.5),
            (2, 50.0, 1.0),
        ]


class TestAnyGrid:
    @given(
        st.integers(1, 5),
        st.integers(1, 5),
        st.sets(st.integers(0, 24), max_size=8),
        st.randoms(use_true_random=False),
    )
    def test_voids_make_up_what_is_missing_in_any_order(self, columns, rows, missing, random):
        whole = grid(columns, rows)
        kept = [shape for i, shape in enumerate(whole) if i not in missing]
        outline = box(0, 0, columns * 10, rows * 10)
        found = audit_coverage(kept, outline=outline)
        random.shuffle(kept)
        again = audit_coverage(kept, outline=outline)
        assert sum(void.area_m2 for void in found.voids) == pytest.approx(100.0 * (len(whole) - len(kept)))
        assert sorted(void.area_m2 for void in again.voids) == sorted(void.area_m2 for void in found.voids)
        assert len(again.holes) == len(found.holes)
