"""Anchor B4: repairs bring no new kind of flaw, change no more than was told, and touch nothing else."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import box
from tests.factories.meshes import planted

from linli.engine.geometry import Mending, apply_repairs, find_causes, find_flaws, propose_repairs
from linli.engine.geometry.repairs import CRUMB_M2


def cells(side: int = 3) -> np.ndarray:
    return np.array(
        [box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for y in range(side) for x in range(side)], dtype=object
    )


def proposals_for(shapes):
    flaws = find_flaws(shapes)
    return flaws, propose_repairs(shapes, flaws, find_causes(shapes, flaws))


def repaired(shapes, **chosen):
    flaws, proposals = proposals_for(shapes)
    return apply_repairs(shapes, flaws, proposals, **chosen)


class TestWithoutChoice:
    @pytest.mark.parametrize(
        "misdrawn",
        [
            box(98, 98, 202, 202),
            box(102, 102, 198, 198),
            box(103, 98, 203, 198),
        ],
    )
    def test_gives_a_misdrawn_polygon_its_place_back(self, misdrawn):
        shapes = cells()
        shapes[4] = misdrawn
        mended = repaired(shapes)
        assert find_flaws(mended) == ()
        assert mended[4].symmetric_difference(cells()[4]).area < 1e-6

    def test_cuts_a_narrow_overlap_off_the_larger(self):
        shapes = np.array([box(0, 0, 100, 100), box(99.5, 0, 300, 100)])
        mended = repaired(shapes)
        assert mended[0] is shapes[0]
        assert mended[1].equals(box(100, 0, 300, 100))

    def test_fills_a_narrow_gap_from_its_longest_border(self):
        frame = [box(-100, 0, 0, 200), box(100, 0, 200, 200), box(0, 100, 100, 200)]
        shapes = np.array([*frame, box(0, 0, 60, 99.5), box(60, 0, 100, 99.5)])
        mended = repaired(shapes)
        assert find_flaws(mended) == ()
        assert mended[2].equals(box(0, 99.5, 100, 200))

    def test_puts_rings_in_order_where_the_polygon_stays_whole(self):
        spike = shapely.Polygon([(0, 0), (100, 0), (100, 100), (150, 100), (100, 100), (0, 100)])
        flaws, (proposal,) = proposals_for([spike])
        assert (proposal.act, proposal.polygon, proposal.because) == (Mending.MAKE_VALID, 0, "invalid")
        assert apply_repairs([spike], flaws, [proposal])[0].equals(box(0, 0, 100, 100))


class TestChoice:
    def test_is_asked_for_a_hole_which_may_be_a_blind_spot(self):
        shapes = np.delete(cells(), 4)
        flaws, (proposal,) = proposals_for(shapes)
        assert (proposal.needs_choice, proposal.because, proposal.choices) == (True, "may_be_meant", tuple(range(8)))
        assert all(a is b for a, b in zip(apply_repairs(shapes, flaws, [proposal]), shapes, strict=True))
        mended = apply_repairs(shapes, flaws, [proposal], chosen={proposal.flaw: 3})
        assert find_flaws(mended) == ()
        assert mended[3].area == 20_000.0

    def test_is_asked_for_a_broad_overlap_of_two(self):
        _, (proposal,) = proposals_for([box(0, 0, 100, 100), box(80, 0, 200, 100)])
        assert (proposal.needs_choice, proposal.because) == (True, "broad")

    def test_is_asked_for_a_polygon_drawn_twice(self):
        _, (proposal,) = proposals_for(np.append(cells(), [box(100, 100, 200, 200)]))
        assert (proposal.needs_choice, proposal.because) == (True, "duplicate")

    def test_is_asked_where_a_cut_would_part_a_polygon(self):
        shapes = [box(0, 0, 300, 100), box(150, -100, 150.5, 200)]
        _, proposals = proposals_for(shapes)
        assert {one.because for one in proposals if one.act is Mending.CUT} == {"falls_apart"}

    def test_must_be_one_of_those_offered(self):
        shapes = np.delete(cells(), 4)
        flaws, proposals = proposals_for(shapes)
        with pytest.raises(ValueError, match="none of the choices"):
            apply_repairs(shapes, flaws, proposals, chosen={0: 99})


class TestAnyLayer:
    @settings(max_examples=20, deadline=None)
    @given(seed=st.integers(0, 9_999), gone=st.integers(0, 3), twice=st.integers(0, 2))
    def test_is_no_worse_afterwards_and_changes_no_more_than_told(self, seed, gone, twice):
        shapes = planted(20, seed=seed, grown=4, shrunk=4, shifted=4, twice=twice, gone=gone).polygons
        flaws, proposals = proposals_for(shapes)
        before = shapely.to_wkb(shapes)
        mended = apply_repairs(shapes, flaws, proposals)
        after = find_flaws(mended)
        assert {flaw.kind for flaw in after} <= {flaw.kind for flaw in flaws}
        assert len(after) == sum(one.needs_choice for one in proposals)
        told = np.zeros(len(shapes))
        for one in proposals:
            if one.polygon is not None:
                told[one.polygon] += one.area_m2
        changed = shapely.area(shapely.symmetric_difference(shapes, mended))
        assert (changed <= told + CRUMB_M2).all()
        assert all(mended[row] is shapes[row] for row in np.flatnonzero(told == 0).tolist())
        assert np.array_equal(shapely.to_wkb(shapes), before)

    @settings(max_examples=20, deadline=None)
    @example(seed=340)
    @given(seed=st.integers(0, 9_999))
    def test_of_polygons_all_shaken_leaves_no_more_than_crumbs_behind(self, seed):
        rng = np.random.default_rng(seed)
        shapes = cells(4)
        for row in range(16):
            shapes[row] = shapely.transform(shapes[row], lambda xy: xy + rng.uniform(-0.4, 0.4, 2))
        flaws, proposals = proposals_for(shapes)
        mended = apply_repairs(shapes, flaws, proposals)
        assert {flaw.kind for flaw in find_flaws(mended)} <= {flaw.kind for flaw in flaws}
        lost = shapely.get_parts(shapely.union_all(shapes).difference(shapely.union_all(mended)))
        assert (shapely.area(lost) <= CRUMB_M2).all()
