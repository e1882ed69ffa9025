import numpy as np
import pytest
from shapely import LineString, box

from linli.engine.geometry.adjacency import rook_adjacency
from linli.engine.geometry.barriers import barrier_edges, without_edges


@pytest.fixture
def banks():
    """Two rows of three parcels, 100 m each, on either side of y = 0."""
    return rook_adjacency([box(x, y, x + 100, y + 100) for y in (0, -100) for x in (0, 100, 200)])


def cut_pairs(rook, barrier) -> set[tuple[int, int]]:
    pairs = zip(rook.sources[barrier].tolist(), rook.indices[barrier].tolist(), strict=True)
    return {(a, b) for a, b in pairs if a < b}


class TestBarrierEdges:
    def test_cut_the_borders_along_the_river(self, banks):
        barrier = barrier_edges(banks, [LineString([(-50, 3), (350, -4)])])
        assert cut_pairs(banks, barrier) == {(0, 3), (1, 4), (2, 5)}

    def test_are_flagged_in_both_directions(self, banks):
        barrier = barrier_edges(banks, [LineString([(-50, 0), (350, 0)])])
        assert barrier.sum() == 6

    def test_open_where_a_bridge_is_near(self, banks):
        river = [LineString([(-50, 0), (350, 0)])]
        assert cut_pairs(banks, barrier_edges(banks, river, [(150, 4)], crossing_reach_m=20)) == {(0, 3), (2, 5)}

    def test_leave_borders_that_follow_the_river_for_a_part_only(self, banks):
        brook = [LineString([(-50, 0), (160, 0)])]
        assert cut_pairs(banks, barrier_edges(banks, brook, reach_m=1.0)) == {(0, 3)}
        assert cut_pairs(banks, barrier_edges(banks, brook, reach_m=1.0, least_share=0.5)) == {(0, 3), (1, 4)}

    def test_count_a_river_drawn_in_pieces_and_twice_once(self, banks):
        river = [LineString([(-50, 0), (30, 2), (70, -2), (120, 0)]), LineString([(-50, 1), (60, 1)])]
        assert cut_pairs(banks, barrier_edges(banks, river, reach_m=3.0, least_share=0.999)) == {(0, 3)}
        twice_half = [LineString([(100, 0), (145, 0)]), LineString([(100, 1), (145, 1)])]
        assert cut_pairs(banks, barrier_edges(banks, twice_half, reach_m=2.0, least_share=0.5)) == set()

    def test_do_not_count_a_railway_that_runs_across(self, banks):
        assert not barrier_edges(banks, [LineString([(150, -200), (150, 200)])]).any()

    def test_are_none_without_lines(self, banks):
        assert barrier_edges(banks, []).tolist() == [False] * len(banks.indices)


class TestWithoutEdges:
    def test_keeps_the_rest_as_it_was(self, banks):
        barrier = barrier_edges(banks, [LineString([(-50, 0), (350, 0)])])
        rest = without_edges(banks, barrier)
        assert rest.neighbours(1).tolist() == [0, 2]
        assert rest.length_m.tolist() == [100.0] * 8
        assert rest.segment_pair.tolist() == [[0, 1], [1, 2], [3, 4], [4, 5]]
        assert banks.neighbours(1).tolist() == [0, 2, 4]

    def test_refuses_flags_of_another_length(self, banks):
        with pytest.raises(ValueError, match="one flag per directed edge"):
            without_edges(banks, np.zeros(3, dtype=bool))
