import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from linli.engine.geometry.adjacency import rook_adjacency


def borders(rook) -> dict[tuple[int, int], float]:
    pairs = zip(rook.sources.tolist(), rook.indices.tolist(), strict=True)
    return dict(zip(pairs, rook.length_m.tolist(), strict=True))


def mirrored(found: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    return found | {(b, a): length for (a, b), length in found.items()}


class TestRookAdjacency:
    def test_follows_borders_and_not_corners(self, drawn_grid):
        cells, _ = drawn_grid(["AB", "CD"])
        assert borders(rook_adjacency(cells)) == mirrored({(0, 1): 1.0, (0, 2): 1.0, (1, 3): 1.0, (2, 3): 1.0})

    def test_sums_a_border_of_several_pieces(self):
        left = Polygon([(0, 0), (10, 0), (12, 5), (10, 10), (0, 10)])
        right = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (12, 5)])
        rook = rook_adjacency([left, right])
        assert rook.length_m == pytest.approx([2 * np.hypot(2, 5)] * 2)
        assert rook.segments.shape == (2, 4)
        assert rook.segment_pair.tolist() == [[0, 1], [0, 1]]

    def test_matches_borders_with_vertices_on_one_side_only(self):
        wall = box(0, 0, 10, 9)
        rooms = [box(10, 0, 20, 3), box(10, 3, 20, 7), box(10, 7, 20, 9)]
        found = borders(rook_adjacency([wall, *rooms]))
        assert found == pytest.approx(mirrored({(0, 1): 3.0, (0, 2): 4.0, (0, 3): 2.0, (1, 2): 10.0, (2, 3): 10.0}))

    def test_matches_borders_within_the_tolerance_alone(self):
        apart = [box(0, 0, 10, 10), box(10.005, 0.002, 20, 10.003)]
        assert borders(rook_adjacency(apart, snap_m=0.01)) == pytest.approx(mirrored({(0, 1): 10.0}), abs=0.02)
        assert borders(rook_adjacency(apart, snap_m=0.001)) == {}

    def test_holds_islands_and_lakes(self):
        ring = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
        rook = rook_adjacency([ring, box(10, 10, 20, 20), box(50, 50, 60, 60)])
        assert borders(rook) == mirrored({(0, 1): 40.0})
        assert rook.neighbours(2).tolist() == []

    def test_counts_all_parts_of_a_polygon(self):
        islands = shapely.union_all([box(0, 0, 1, 1), box(2, 0, 3, 1)])
        assert borders(rook_adjacency([islands, box(1, 0, 2, 1)])) == mirrored({(0, 1): 2.0})

    def test_drops_short_borders_on_wish(self, drawn_grid):
        cells, _ = drawn_grid(["AB"])
        assert borders(rook_adjacency(cells, least_border_m=1.0)) == {}
        assert borders(rook_adjacency(cells, least_border_m=0.99)) == mirrored({(0, 1): 1.0})

    def test_links_shapes_given_twice(self):
        twice = [box(0, 0, 1, 1), box(0, 0, 1, 1), box(1, 0, 2, 1)]
        assert borders(rook_adjacency(twice)) == mirrored({(0, 1): 4.0, (0, 2): 1.0, (1, 2): 1.0})

    def test_takes_nothing_and_a_single_one(self):
        assert rook_adjacency([]).indptr.tolist() == [0]
        alone = rook_adjacency([box(0, 0, 1, 1)])
        assert (alone.indptr.tolist(), alone.indices.tolist(), alone.segments.shape) == ([0, 0], [], (0, 4))

    def test_refuses_a_negative_tolerance(self):
        with pytest.raises(ValueError, match="must not be negative, got -1"):
            rook_adjacency([], snap_m=-1)

    def test_uses_the_agreed_types(self, drawn_grid):
        rook = rook_adjacency(drawn_grid(["AB", "CD"])[0])
        assert (rook.indptr.dtype, rook.indices.dtype, rook.length_m.dtype) == (np.int32, np.int32, np.float64)


class TestAnyTessellation:
    @given(st.integers(0, 10_000), st.integers(3, 40))
    def test_gives_the_same_borders_in_any_order_and_accounts_for_every_perimeter(self, seed, n):
        rng = np.random.default_rng(seed)
        square = box(0, 0, 100, 100)
        cells = shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 100, (n, 2))), extend_to=square)
        # On a grid, so that clipping leaves both sides of a border with the same vertices.
        cells = shapely.set_precision(shapely.get_parts(cells), 0.01)
        cells = shapely.intersection(cells, square)
        rook = rook_adjacency(cells)
        order = rng.permutation(len(cells))
        again = borders(rook_adjacency(cells[order]))
        found = borders(rook)
        assert {(order[a], order[b]) for a, b in again} == set(found)
        for (a, b), length in again.items():
            assert found[order[a], order[b]] == pytest.approx(length, abs=1e-9)
        shared = np.bincount(rook.sources, weights=rook.length_m, minlength=len(cells)).sum()
        assert shapely.length(cells).sum() == pytest.approx(shared + 400.0, abs=0.5)
