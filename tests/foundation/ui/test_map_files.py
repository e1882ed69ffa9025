from __future__ import annotations

from shapely.geometry import MultiPolygon, Polygon

from linli.foundation.ui.colours import community_colours
from linli.foundation.ui.map_files import SCALE, encode_shape, file_content

ORIGIN = (114.3, 30.5)


def decoded(flat: list[int]) -> list[tuple[float, float]]:
    points, x, y = [], 0, 0
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((round(ORIGIN[0] + x / SCALE, 6), round(ORIGIN[1] + y / SCALE, 6)))
    return points


class TestCodedShapes:
    def test_come_back_to_a_millionth_of_a_degree(self):
        ring = [(114.3012345, 30.5), (114.31, 30.5), (114.31, 30.5198765), (114.3, 30.51)]
        ((outer),) = encode_shape(Polygon(ring), origin=ORIGIN)
        assert decoded(outer[0]) == [(round(x, 6), round(y, 6)) for x, y in ring]

    def test_rounding_does_not_add_up(self):
        ring = [(114.3 + i * 0.00000049, 30.5 + (i % 2) * 0.001) for i in range(200)]
        ((outer,),) = encode_shape(Polygon(ring), origin=ORIGIN)
        assert abs(decoded(outer)[-1][0] - ring[-1][0]) <= 0.000001

    def test_keep_holes_and_parts_apart(self):
        holed = Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (2, 1), (2, 2)]])
        apart = MultiPolygon([holed, Polygon([(20, 20), (21, 20), (21, 21)])])
        assert [len(polygon) for polygon in encode_shape(apart, origin=(0, 0))] == [2, 1]


class TestFileContent:
    def test_one_content_has_one_name_whatever_its_order(self):
        assert file_content({"a": 1, "b": 2}) == file_content({"b": 2, "a": 1})
        assert file_content({"a": 1})[0] != file_content({"a": 2})[0]


class TestCommunityColours:
    def test_neighbours_always_differ(self):
        grid = [{j for j in (i - 1, i + 1, i - 7, i + 7) if 0 <= j < 49} for i in range(49)]
        colours = community_colours(grid)
        assert all(colours[i] != colours[j] for i in range(49) for j in grid[i])
        assert set(colours) <= set(range(1, 7))

    def test_seven_that_all_touch_take_a_further_colour(self):
        everyone = [set(range(7)) - {i} for i in range(7)]
        assert sorted(community_colours(everyone)) == [1, 2, 3, 4, 5, 6, 7]

    def test_kept_colours_stay(self):
        assert community_colours([{1}, {0}, set()], kept={2: 5, 0: 3})[0::2] == [3, 5]
