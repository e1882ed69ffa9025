import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine.districting.regions import better_of_each_place
from linli.engine.districting.start import warm_start
from linli.engine.districting.terrain import terrain_of
from linli.engine.districting.window import window_around
from linli.engine.kernels import Draft

ROWS = "AABBCCDDEEFF AABBCCDDEEFF"
CROWDS = "121212121212 212121212121"


@pytest.fixture
def strip(draw):
    return terrain_of(draw(ROWS, CROWDS))


class TestWindow:
    def test_holds_the_rings_around_a_label_and_one_row_of_frame(self, strip):
        window = window_around(strip, warm_start(strip), 0, rings=2)
        assert (window.inner, len(window.units)) == (12, 14)
        assert window.labels[window.framed].tolist() == [3]
        assert window.terrain.ground.fixed[window.inner :].all()
        assert window.is_settled == (not window.draft.deviation(window.terrain.ground).any())

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 5), st.integers(1, 3), st.data())
    def test_a_change_inside_costs_what_it_costs_the_whole(self, middle, rings, data):
        from tests.engine.districting.conftest import drawn

        strip = terrain_of(drawn(ROWS, CROWDS))
        whole = warm_start(strip)
        window = window_around(strip, whole, middle, rings=rings)
        ground = window.terrain.ground
        label = window.draft.label.copy()
        open_labels = np.flatnonzero(~window.framed[: window.terrain.present_labels])
        for unit in data.draw(st.lists(st.integers(0, window.inner - 1), max_size=5)):
            label[unit] = data.draw(st.sampled_from(open_labels.tolist()))
        tried = Draft.of(label, ground)
        before = whole.cost(strip.ground)
        change = tried.cost(ground) - window.draft.cost(ground)
        window.put_back(tried, whole)
        assert whole.cost(strip.ground) == before + change
        again = Draft.of(whole.label, strip.ground)
        assert (again.total.tolist(), again.count.tolist()) == (whole.total.tolist(), whole.count.tolist())

    def test_a_vanished_label_can_return_only_with_its_office(self, draw):
        from linli.engine.districting import Offices

        offices = Offices(parcel=np.array([0, -1, -1, -1, -1, -1]), x=np.zeros(6), y=np.zeros(6))
        strip = terrain_of(draw(ROWS, CROWDS, offices=offices))
        label = warm_start(strip).label
        label[label == 0] = 1
        draft = Draft.of(label, strip.ground)
        assert 0 in window_around(strip, draft, 0, rings=1).labels
        far = label.copy()
        far[[0, 12]] = 5
        assert 0 not in window_around(strip, Draft.of(far, strip.ground), 2, rings=1).labels


class TestBetterOfEachPlace:
    def test_takes_the_better_side_of_a_wall_from_each(self, draw):
        terrain = terrain_of(draw("AABB", "2222", walls=".|.."))
        one = Draft.of(np.array([0, 0, 0, 0], dtype=np.int32)[[0, 1, 2, 3]], terrain.ground)
        home = warm_start(terrain)
        left_bad, right_bad = home.label.copy(), home.label.copy()
        left_bad[0], right_bad[3] = terrain.present_labels, terrain.present_labels
        one, other = Draft.of(left_bad, terrain.ground), Draft.of(right_bad, terrain.ground)
        assert better_of_each_place(terrain, one, other).label.tolist() == home.label.tolist()

    def test_founded_labels_of_two_drafts_never_become_one(self, draw):
        terrain = terrain_of(draw("AAAABBBB", "33333333", walls="...|...."))
        new = terrain.present_labels
        one = Draft.of(np.array([0, 0, new, new, 1, 1, 1, 1], dtype=np.int32), terrain.ground)
        other = Draft.of(np.array([0, 0, 0, 0, 1, 1, new, new], dtype=np.int32), terrain.ground)
        joined = better_of_each_place(terrain, one, other)
        assert joined.label[2] != joined.label[6]
        assert joined.deviation(terrain.ground).sum() == 0
