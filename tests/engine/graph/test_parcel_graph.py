import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine.errors import GraphNotSound
from linli.engine.graph import cut_edges, cut_length, graph_from_csr, graph_from_edges, part_counts, parts, subset

SQUARE = [(0, 1), (1, 3), (3, 2), (2, 0)]


class TestGraphFromEdges:
    def test_lists_every_border_from_both_sides_in_order(self):
        graph = graph_from_edges(4, SQUARE, border_m=[10, 20, 30, 40])
        assert graph.indptr.tolist() == [0, 2, 4, 6, 8]
        assert graph.indices.tolist() == [1, 2, 0, 3, 0, 3, 1, 2]
        assert graph.border_m.tolist() == [10, 40, 10, 20, 40, 30, 20, 30]

    def test_does_not_join_across_a_barrier(self):
        graph = graph_from_edges(4, SQUARE, barrier=[True, False, True, False])
        assert graph.component.tolist() == [0, 1, 0, 1]
        assert graph.passable()[1].tolist() == [2, 3, 0, 1]

    def test_joins_across_a_registered_crossing(self):
        graph = graph_from_edges(4, SQUARE, barrier=[True, False, True, False], crossings=[(1, 0), (0, 3)])
        assert graph.component.tolist() == [0, 0, 0, 0]
        assert graph.border_m[graph.indptr[0] : graph.indptr[1]].tolist() == [1.0, 1.0, 0.0]

    def test_leaves_islands_alone(self):
        assert graph_from_edges(3, [(2, 0)]).component.tolist() == [0, 1, 0]

    def test_is_frozen(self):
        with pytest.raises(ValueError, match="read-only"):
            graph_from_edges(2, [(0, 1)]).border_m[0] = 3

    @pytest.mark.parametrize(
        ("edges", "figures", "fact"),
        [
            ([(0, 4)], {}, "no parcel of this graph"),
            ([(-1, 0)], {}, "no parcel of this graph"),
            ([(2, 2)], {}, "neighbours itself"),
            ([(0, 1), (1, 0)], {}, "stands twice"),
            ([(0, 1)], {"border_m": [1, 2]}, "wrong length"),
            ([(0, 1)], {"border_m": [-1]}, "not negative"),
            ([(0, 1)], {"x": [0, 1, 2, np.nan]}, "finite"),
            ([(0, 1)], {"barrier": [True, False]}, "one value per pair"),
            ([(0, 1)], {"crossings": [(1, 9)]}, "no parcel of this graph"),
        ],
    )
    def test_refuses_what_is_no_graph(self, edges, figures, fact):
        with pytest.raises(GraphNotSound, match=fact):
            graph_from_edges(4, edges, **figures)


class TestGraphFromCsr:
    def test_orders_neighbours(self):
        graph = graph_from_csr([0, 2, 3, 4], [2, 1, 0, 0], border_m=[7, 5, 5, 7])
        assert graph.indices.tolist() == [1, 2, 0, 0]
        assert graph.border_m.tolist() == [5, 7, 5, 7]

    @pytest.mark.parametrize(
        ("indptr", "indices", "figures", "fact"),
        [
            ([0, 1, 1], [1], {}, "one side only"),
            ([0, 1], [1], {}, "no parcel of this graph"),
            ([0, 2], [0], {}, "must rise"),
            ([], [], {}, "must rise"),
            ([0, 2, 4], [1, 1, 0, 0], {}, "stands twice"),
            ([0, 1, 2], [1, 0], {"border_m": [1, 2]}, "differ"),
            ([0, 1, 2], [1, 0], {"barrier": [True, False]}, "differ"),
        ],
    )
    def test_refuses_what_is_no_graph(self, indptr, indices, figures, fact):
        with pytest.raises(GraphNotSound, match=fact):
            graph_from_csr(indptr, indices, **figures)

    @settings(deadline=None)
    @given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1])))
    def test_agrees_with_the_same_graph_from_pairs(self, pairs):
        one = graph_from_edges(9, sorted(pairs))
        other = graph_from_csr(one.indptr, one.indices)
        assert one.indices.tolist() == other.indices.tolist()
        assert one.component.tolist() == other.component.tolist()


class TestContiguity:
    def test_counts_parts_of_communities_with_unsorted_numbers(self):
        row = graph_from_edges(6, [(i, i + 1) for i in range(5)])
        community_of = np.array([3, 0, 3, -1, 3, 3], dtype=np.int32)
        assert parts(row, community_of).tolist() == [0, 1, 2, -1, 3, 3]
        assert part_counts(row, community_of, n_communities=4).tolist() == [1, 0, 0, 3]

    def test_a_barrier_parts_a_community(self):
        pair = graph_from_edges(2, [(0, 1)], barrier=[True])
        assert part_counts(pair, np.zeros(2, dtype=np.int32), n_communities=1).tolist() == [2]

    def test_cut_edges_count_barriers_too(self):
        graph = graph_from_edges(4, SQUARE, border_m=[10, 20, 30, 40], barrier=[True, False, False, False])
        halves = np.array([0, 1, 0, 1], dtype=np.int32)
        assert cut_edges(graph, halves).sum() == 4
        assert cut_length(graph, halves) == 40.0


class TestSubset:
    def test_keeps_figures_and_counts_components_anew(self):
        row = graph_from_edges(4, [(0, 1), (1, 2), (2, 3)], border_m=[5, 6, 7], x=[1, 2, 3, 4])
        smaller, numbers = subset(row, np.array([True, False, True, True]))
        assert numbers.tolist() == [0, 2, 3]
        assert (smaller.component.tolist(), smaller.x.tolist()) == ([0, 1, 1], [1, 3, 4])
        assert smaller.border_m.tolist() == [7, 7]
