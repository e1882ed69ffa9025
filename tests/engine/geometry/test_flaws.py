from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from tests.factories.meshes import mesh, planted

from linli.engine.geometry import FlawKind, SliverOf, Thresholds, find_flaws


def told(flaws) -> list[tuple[str, tuple[int, ...], float]]:
    return [(flaw.kind.value, flaw.polygons, round(flaw.area_m2, 6)) for flaw in flaws]


def row_of(*widths: float) -> list[shapely.Polygon]:
    edges = np.cumsum([0, *widths])
    return [box(west, 0, east, 100) for west, east in pairwise(edges.tolist())]


class TestSlivers:
    def test_are_overlaps_and_gaps_below_the_width(self):
        ring = [box(0, 0, 300, 100), box(0, 100, 100, 200), box(99.5, 100, 199.5, 200), box(200, 100, 300, 200)]
        found = find_flaws([*ring, box(0, 200, 300, 300)])
        assert told(found) == [("sliver", (0, 2, 3, 4), 50.0), ("sliver", (1, 2), 50.0)]
        assert [flaw.of for flaw in found] == [SliverOf.GAP, SliverOf.OVERLAP]
        assert found[1].width_m == pytest.approx(2 * 50 / 201)

    def test_are_those_below_the_area_however_wide(self):
        shapes = [box(0, 0, 100, 100), box(97, 97, 200, 200)]
        assert told(find_flaws(shapes)) == [("sliver", (0, 1), 9.0)]
        assert told(find_flaws(shapes, thresholds=Thresholds(sliver_m2=9.0))) == [("overlap", (0, 1), 9.0)]

    def test_beside_a_broad_overlap_of_the_same_pair_are_part_of_it(self):
        comb = shapely.union_all([box(0, 0, 100, 100), box(100, 0, 130, 30), box(100, 60, 130, 60.1)])
        assert told(find_flaws([comb, box(100, 0, 200, 100)])) == [("overlap", (0, 1), 903.0)]

    def test_of_rounding_are_not_told(self):
        assert find_flaws([box(0, 0, 100, 100), box(99.99995, 0, 200, 100)]) == ()


class TestHoles:
    def test_name_the_polygons_around(self):
        cells = [box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)]
        assert told(find_flaws(np.delete(np.array(cells), 4))) == [("hole", tuple(range(8)), 10_000.0)]

    def test_are_told_from_land_of_the_outline_that_nobody_covers(self):
        found = find_flaws(row_of(100, 100), outline=box(0, 0, 250, 100))
        assert told(found) == [("uncovered_outline", (1,), 5_000.0)]


class TestOutline:
    def test_shows_what_lies_outside(self):
        found = find_flaws(row_of(100, 100), outline=box(0, 0, 150, 100))
        assert told(found) == [("outside_outline", (1,), 5_000.0)]


class TestUnits:
    def test_in_several_parts_are_told_once_with_their_sizes(self):
        two = shapely.union_all([box(0, 0, 100, 100), box(500, 0, 550, 100)])
        (found,) = find_flaws([two, box(100, 0, 500, 100)])
        assert (found.kind, found.polygons, found.parts_m2) == (FlawKind.MULTIPART_UNIT, (0,), (10_000.0, 5_000.0))

    def test_of_several_features_are_put_together_first(self):
        shapes = row_of(100, 100, 100)
        assert find_flaws(shapes, unit_of=[0, 0, 1]) == ()
        assert told(find_flaws(shapes, unit_of=[0, 1, 0])) == [("multipart_unit", (0, 2), 10_000.0)]

    def test_are_tiny_only_beside_larger_ones(self):
        assert told(find_flaws(row_of(100, 100, 0.5))) == [("tiny_unit", (2,), 50.0)]
        assert find_flaws(row_of(0.5, 0.5, 0.5)) == ()


class TestSingleShapes:
    def test_tell_null_and_invalid_apart(self):
        bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
        found = find_flaws([None, bow, shapely.Polygon(), box(200, 0, 300, 100)])
        assert [(flaw.kind.value, flaw.polygons, flaw.reason) for flaw in found] == [
            ("null_geometry", (0,), ""),
            ("null_geometry", (2,), ""),
            ("invalid_geometry", (1,), "Self-intersection"),
        ]

    def test_may_be_all_missing(self):
        assert [flaw.kind for flaw in find_flaws([None, None])] == [FlawKind.NULL_GEOMETRY] * 2


class TestScale:
    def test_turns_areas_and_widths_into_true_ones(self):
        shapes = [box(0, 0, 200, 200), box(180, 0, 400, 200)]
        (plain,) = find_flaws(shapes)
        (found,) = find_flaws(shapes, areal_scale=lambda points: np.full(len(points), 4.0))
        assert (found.area_m2, found.width_m) == (plain.area_m2 / 4, plain.width_m / 2)


class TestMesh:
    """Anchor B1: of ten thousand polygons the planted faults are found, all of them and no others."""

    @pytest.mark.parametrize("side", [30, 100])
    def test_has_no_flaw(self, side):
        assert find_flaws(mesh(side)) == ()

    @pytest.mark.parametrize("side", [40, 100])
    def test_shows_every_planted_fault_and_no_other(self, side):
        layer = planted(side, grown=10, shrunk=10, twice=10, gone=10)
        found = find_flaws(layer.polygons)
        holes = [flaw for flaw in found if flaw.kind is FlawKind.HOLE]
        rings = [flaw for flaw in found if flaw.of is SliverOf.GAP]
        whole = [flaw for flaw in found if flaw.kind is FlawKind.OVERLAP]
        pressed = [flaw for flaw in found if flaw.of is SliverOf.OVERLAP]
        assert len(holes) == len(rings) == len(whole) == 10
        assert len(found) == 30 + len(pressed)
        shrunk = {row for row, what in layer.blamed.items() if what == "shrunk"}
        assert shrunk == {row for flaw in rings for row in flaw.polygons if row in layer.blamed}
        grown = {row for row, what in layer.blamed.items() if what == "grown"}
        assert all(len(grown & set(flaw.polygons)) == 1 for flaw in pressed)

    @settings(max_examples=15, deadline=None)
    @given(seed=st.integers(0, 999))
    def test_gives_the_same_flaws_in_any_order(self, seed):
        layer = planted(14, seed=seed, grown=2, shrunk=2, gone=2).polygons
        order = np.random.default_rng(seed).permutation(len(layer))
        there = {(flaw.kind, round(flaw.area_m2, 4), frozenset(flaw.polygons)) for flaw in find_flaws(layer)}
        again = {
            (flaw.kind, round(flaw.area_m2, 4), frozenset(order[list(flaw.polygons)].tolist()))
            for flaw in find_flaws(layer[order])
        }
        assert there == again
