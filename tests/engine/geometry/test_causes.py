import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from tests.factories.meshes import planted

from linli.engine.geometry import Nature, find_causes, find_flaws


def cells(side: int = 3) -> np.ndarray:
    return np.array(
        [box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for y in range(side) for x in range(side)], dtype=object
    )


def causes_in(shapes):
    return find_causes(shapes, find_flaws(shapes))


class TestOnePolygon:
    def test_that_grew_is_the_cause_of_all_eight_overlaps(self):
        shapes = cells()
        shapes[4] = shapes[4].buffer(2, join_style="mitre")
        (cause,) = causes_in(shapes)
        assert (cause.polygon, cause.nature, len(cause.flaws)) == (4, Nature.GROWN, 8)
        assert cause.touched == (0, 1, 2, 3, 5, 6, 7, 8)
        assert cause.area_m2 == pytest.approx(104**2 - 100**2)

    def test_that_shrank_is_the_cause_of_the_gap_around_it(self):
        shapes = cells()
        shapes[4] = shapes[4].buffer(-2, join_style="mitre")
        (cause,) = causes_in(shapes)
        assert (cause.polygon, cause.nature, cause.shift_m) == (4, Nature.SHRUNK, None)

    def test_that_was_shifted_is_told_with_the_way_back(self):
        shapes = cells()
        shapes[4] = shapely.transform(shapes[4], lambda xy: xy + np.array((3.0, -2.0)))
        (cause,) = causes_in(shapes)
        assert (cause.polygon, cause.nature) == (4, Nature.SHIFTED)
        assert cause.shift_m == pytest.approx((3.0, -2.0), abs=0.1)

    def test_that_was_drawn_twice_is_told_by_the_second(self):
        shapes = np.append(cells(), [box(100, 100, 200, 200)])
        (cause,) = causes_in(shapes)
        assert (cause.polygon, cause.nature, cause.touched) == (9, Nature.DUPLICATED, (4,))

    def test_that_lies_over_many_is_told_as_covering(self):
        shapes = np.append(cells(), [box(0, 0, 300, 300)])
        (cause,) = causes_in(shapes)
        assert (cause.polygon, cause.nature, len(cause.flaws)) == (9, Nature.COVERING, 9)

    def test_of_two_that_overlap_neither_is_blamed(self):
        assert causes_in([box(0, 0, 100, 100), box(95, 0, 200, 100)]) == ()

    def test_that_is_missing_is_nobodys_fault(self):
        assert causes_in(np.delete(cells(), 4)) == ()

    def test_beside_many_that_grew_is_not_blamed(self):
        # The park in the middle is pressed from four sides and each of those that press it also press two others.
        shapes = cells(5)
        for grown in (7, 11, 13, 17):
            shapes[grown] = shapes[grown].buffer(2, join_style="mitre")
        assert {cause.polygon for cause in causes_in(shapes)} == {7, 11, 13, 17}


class TestLargeMesh:
    """Anchor B2: twenty grown polygons give at most 25 findings, each naming the true one."""

    def test_folds_twenty_grown_polygons_into_twenty_causes(self):
        layer = planted(60, grown=20)
        flaws = find_flaws(layer.polygons)
        causes = find_causes(layer.polygons, flaws)
        alone = len(flaws) - sum(len(cause.flaws) for cause in causes)
        assert len(flaws) > 100
        assert {cause.polygon: cause.nature.value for cause in causes} == layer.blamed
        assert len(causes) + alone <= 25

    @settings(max_examples=10, deadline=None)
    @given(seed=st.integers(0, 999))
    def test_names_every_planted_polygon_and_no_other(self, seed):
        layer = planted(30, seed=seed, grown=6, shrunk=6, shifted=6, twice=6, gone=6)
        flaws = find_flaws(layer.polygons)
        causes = find_causes(layer.polygons, flaws)
        assert {cause.polygon: cause.nature.value for cause in causes} == layer.blamed
        explained = [flaw for cause in causes for flaw in cause.flaws]
        assert len(explained) == len(set(explained))
        assert {flaws[i].kind.value for i in range(len(flaws)) if i not in explained} == {"hole"}
