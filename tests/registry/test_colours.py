"""Colours of communities: neighbours differ, the first six come first, held colours stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linli.registry.rules.colours import choose_colours


def ring(n):
    return {str(i): {str((i - 1) % n), str((i + 1) % n)} for i in range(n)}


class TestChooseColours:
    def test_gives_neighbours_different_colours_and_uses_the_six_evenly(self):
        colours = choose_colours(ring(12))
        assert all(colours[a] != colours[b] for a, others in ring(12).items() for b in others)
        assert sorted(colours.values()) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]

    def test_takes_a_seventh_colour_only_where_six_do_not_suffice(self):
        everyone = {str(i): {str(j) for j in range(7) if j != i} for i in range(7)}
        assert sorted(choose_colours(everyone).values()) == [1, 2, 3, 4, 5, 6, 7]

    def test_keeps_the_colours_that_are_held(self):
        assert choose_colours({"a": {"b"}, "b": {"a"}}, held={"a": 4, "gone": 1}) == {"a": 4, "b": 1}

    @given(st.sets(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40))
    def test_parts_neighbours_in_any_graph_of_few_neighbours(self, pairs):
        neighbours = {str(i): set() for i in range(15)}
        for a, b in pairs:
            if a != b and len(neighbours[str(a)]) < 11 and len(neighbours[str(b)]) < 11:
                neighbours[str(a)].add(str(b))
                neighbours[str(b)].add(str(a))
        colours = choose_colours(neighbours)
        assert all(colours[a] != colours[b] for a, others in neighbours.items() for b in others)
        assert choose_colours(dict(reversed(neighbours.items()))) == colours
