import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from linli.engine.geometry.adjacency import rook_adjacency
from linli.engine.geometry.interlock import interlocked_pairs


@pytest.fixture
def interlocks_of(drawn_grid):
    def find(rows, **thresholds):
        cells, community_of = drawn_grid(rows)
        rook = rook_adjacency(cells)
        return interlocked_pairs(rook.indptr, rook.indices, rook.length_m, community_of, **thresholds)

    return find


GRIPPING = ["AABB", "AABB", "ABBB", "AABB", "ABBB", "AABB", "AABB"]
ORDINARY = {
    "a straight border": ["AABB", "AABB", "AABB"],
    "a step": ["AAAB", "AABB", "ABBB"],
    "a corner parcel": ["AAAB", "AABB", "AABB"],
    "one tooth": ["AABBB", "AABBB", "AAABB", "AABBB", "AABBB"],
    "one row of teeth": ["AABBB", "AABBB", "AAABB", "AABBB", "AABBB", "AAABB", "AABBB", "AABBB"],
    "two teeth, one each way": ["AABBB", "AABBB", "AAABB", "ABBBB", "AABBB", "AABBB"],
    "four corners": ["AABB", "AABB", "CCDD", "CCDD"],
    "a small one inside": ["AAAA", "ABBA", "AAAA"],
    "a street-wide strip": ["AAAA", "BBBB", "AAAA"],
    "a strip with an end": ["AAAAA", "ABBBB", "AAAAA"],
    "an exclave": ["AABBB", "AABAB", "AABBB"],
    "a large exclave": ["AABBBBB", "AABAAAB", "AABBBBB", "AABBBBB"],
    "a hook": ["AAAAA", "ABBBB", "ABAAA", "ABBBB"],
    "blind spots between": ["A.B", "A.B", "A.B"],
}


class TestInterlockedPairs:
    def test_are_found_where_two_rows_of_teeth_grip_each_other(self, interlocks_of):
        (found,) = interlocks_of(GRIPPING)
        assert (found.first, found.second) == (0, 1)
        assert found.teeth_of_first == (13,)
        assert found.teeth_of_second == (9, 17)
        assert found.teeth == (9, 13, 17)

    def test_do_not_depend_on_which_community_comes_first(self, interlocks_of):
        (found,) = interlocks_of([row.translate(str.maketrans("AB", "BA")) for row in GRIPPING])
        assert (found.teeth_of_first, found.teeth_of_second) == ((9, 17), (13,))

    def test_leave_the_neighbours_out_of_it(self, interlocks_of):
        (found,) = interlocks_of([row + "CC" for row in GRIPPING])
        assert (found.first, found.second) == (0, 1)

    @pytest.mark.parametrize("rows", ORDINARY.values(), ids=ORDINARY.keys())
    def test_are_none_in_ordinary_layouts(self, interlocks_of, rows):
        assert interlocks_of(rows) == ()

    def test_need_as_many_teeth_as_asked(self, interlocks_of):
        assert len(interlocks_of(GRIPPING, least_teeth=3)) == 1
        assert interlocks_of(GRIPPING, least_teeth=4) == ()

    def test_need_the_share_asked(self, interlocks_of):
        assert len(interlocks_of(GRIPPING, least_share=0.75)) == 1
        assert interlocks_of(GRIPPING, least_share=0.76) == ()

    @pytest.mark.parametrize(("name", "value"), [("least_share", 0.5), ("least_share", 1.1), ("least_teeth", 1)])
    def test_refuse_thresholds_that_mean_nothing(self, interlocks_of, name, value):
        with pytest.raises(ValueError, match=f"got {value}"):
            interlocks_of(["AB"], **{name: value})

    def test_take_a_layout_that_is_all_blind_spot(self, interlocks_of):
        assert interlocks_of(["...", "..."]) == ()

    @settings(max_examples=25)
    @given(st.integers(0, 499))
    def test_raise_no_false_alarm_on_compact_communities_of_irregular_parcels(self, seed):
        rng = np.random.default_rng(seed)
        square = box(0, 0, 1000, 1000)
        x, y = np.meshgrid(np.arange(13) * 77.0 + 38.0, np.arange(13) * 77.0 + 38.0)
        bent = np.column_stack((x.ravel(), y.ravel())) + rng.uniform(-25, 25, (169, 2))
        cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(bent))), square)
        seat = shapely.get_coordinates(shapely.centroid(cells))
        # Lloyd's rounds make the communities compact, as a planner would draw them.
        office = rng.uniform(0, 1000, (24, 2))
        for _ in range(6):
            community_of = np.linalg.norm(seat[:, None] - office[None], axis=2).argmin(axis=1).astype(np.int32)
            for i in np.unique(community_of):
                office[i] = seat[community_of == i].mean(axis=0)
        rook = rook_adjacency(cells)
        assert interlocked_pairs(rook.indptr, rook.indices, rook.length_m, community_of) == ()
