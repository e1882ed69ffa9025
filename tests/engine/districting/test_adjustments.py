import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.districting.adjustments import LayoutFigures, Verb, adjustments_between, applied
from linli.engine.errors import ProblemNotSound

IDS = tuple("ABCDEFGH")


def column(drawing: str) -> np.ndarray:
    return np.array([IDS.index(c) if c != "." else -1 for c in drawing], dtype=np.int32)


def told(before: str, after: str, households: str | None = None, **figures):
    people = [int(c) for c in households or "1" * len(before)]
    was = LayoutFigures(column(before), **{name: pair[0] for name, pair in figures.items()})
    will = LayoutFigures(column(after), **{name: pair[1] for name, pair in figures.items()})
    return adjustments_between(was, will, community_ids=IDS, households=people)


def short(acts) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(act.verb.value, "".join(act.from_ids), "".join(act.to_ids), act.parcels) for act in acts]


class TestVerbs:
    @pytest.mark.parametrize(
        ("before", "after", "households", "expected"),
        [
            pytest.param("AABB", "AABB", "1111", [], id="nothing changes"),
            pytest.param("AA..", "AABB", "1111", [("ESTABLISH", "", "B", (2, 3))], id="founded on blind spots"),
            pytest.param("AABB", "ACCB", "1111", [("ESTABLISH", "AB", "C", (1, 2))], id="founded out of two"),
            pytest.param("AAB", "CCB", "111", [("ESTABLISH", "A", "C", (0, 1))], id="a village becomes a community"),
            pytest.param("AAAA", "AABB", "1111", [("SPLIT", "A", "AB", (2, 3))], id="one becomes two"),
            pytest.param("AAAA", "BBCC", "1111", [("SPLIT", "A", "BC", (0, 1, 2, 3))], id="one ends as two"),
            pytest.param("AABB", "BBBB", "1111", [("MERGE", "AB", "B", (0, 1))], id="two become one"),
            pytest.param("ABC", "CCC", "111", [("MERGE", "ABC", "C", (0, 1))], id="three become one"),
            pytest.param("BAAC", "BBCC", "1111", [("ABOLISH", "A", "BC", (1, 2))], id="land goes to several"),
            pytest.param("AB", ".B", "11", [("ABOLISH", "A", "", (0,))], id="land goes to nobody"),
            pytest.param("AABB", "ABBB", "1111", [("TRANSFER", "A", "B", (1,))], id="households move"),
            pytest.param("AAABB", "ABBBB", "10111", [("TRANSFER", "A", "B", (1, 2))], id="an empty parcel goes along"),
            pytest.param("AABB", "ABBB", "1011", [("RESIZE", "A", "B", (1,))], id="only empty land moves"),
            pytest.param("AA.B", "AABB", "1111", [("ASSIGN", "", "B", (2,))], id="a blind spot is assigned"),
            pytest.param("AAB", "A.B", "111", [("RESIZE", "A", "", (1,))], id="land is given up"),
            pytest.param(
                "AAAA.BB",
                "AACCCAB",
                "1111111",
                [("SPLIT", "A", "AC", (2, 3)), ("TRANSFER", "B", "A", (5,)), ("ASSIGN", "", "C", (4,))],
                id="split, transfer and assignment together",
            ),
            pytest.param(
                "AAABB",
                "CABBB",
                "11111",
                [("SPLIT", "A", "AC", (0,)), ("TRANSFER", "A", "B", (2,))],
                id="split and transfer out of one",
            ),
            pytest.param(
                "AAB",
                "CBB",
                "111",
                [("ESTABLISH", "A", "C", (0,)), ("MERGE", "AB", "B", (1,))],
                id="a community ends in a new and an old one",
            ),
        ],
    )
    def test_are_read_off_the_two_layouts(self, before, after, households, expected):
        assert short(told(before, after, households)) == expected

    def test_count_households(self):
        (act,) = told("AABB", "ABBB", "1900")
        assert (act.verb, act.households, act.targets) == (Verb.TRANSFER, 9, ("B",))

    def test_name_who_ends_and_who_begins(self):
        (act,) = told("AB", "CC")
        assert (act.verb, act.ended_ids, act.founded_ids) == (Verb.ESTABLISH, ("A", "B"), ("C",))

    def test_transfer_a_whole_community_to_another_subdistrict(self):
        parents = (("east", "east", "west"), ("west", "east", "west"))
        (act,) = told("AABC", "AABC", "2311", parents=parents)
        assert (act.verb, act.from_ids, act.parcels, act.households) == (Verb.TRANSFER_WHOLE, ("A",), (0, 1), 5)
        assert (act.before, act.after) == ("east", "west")

    def test_rename_without_touching_land(self):
        (act,) = told("AB", "AB", names=(("团结社区", "新民社区"), ("团结里社区", "新民社区")))
        assert (act.verb, act.parcels, act.before, act.after) == (Verb.RENAME, (), "团结社区", "团结里社区")

    def test_end_a_custody(self):
        custodians = (np.array([-1, 1], dtype=np.int32), np.array([-1, -1], dtype=np.int32))
        (act,) = told("AA", "AA", custodian_of=custodians)
        assert (act.verb, act.from_ids, act.to_ids, act.parcels) == (Verb.CUSTODY, ("B",), (), (1,))

    def test_refuse_layouts_of_different_length(self):
        with pytest.raises(ProblemNotSound):
            adjustments_between(
                LayoutFigures(column("AB")), LayoutFigures(column("ABB")), community_ids=IDS, households=[1, 1]
            )

    def test_refuse_unknown_communities(self):
        with pytest.raises(ProblemNotSound):
            adjustments_between(
                LayoutFigures(column("AH")), LayoutFigures(column("AB")), community_ids=IDS[:2], households=[1, 1]
            )


layouts = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 6), st.integers(0, 3)), max_size=30)


class TestDifference:
    @given(layouts)
    def test_put_together_again_gives_the_second_layout(self, parcels):
        before, after = (np.array([row[i] for row in parcels], dtype=np.int32) for i in (0, 1))
        acts = adjustments_between(
            LayoutFigures(before), LayoutFigures(after), community_ids=IDS, households=[row[2] for row in parcels]
        )
        assert applied(before, acts, community_ids=IDS).tolist() == after.tolist()

    @given(layouts)
    def test_tells_every_changed_parcel_once_and_empty_moves_as_such(self, parcels):
        before, after, households = (np.array([row[i] for row in parcels], dtype=np.int32) for i in (0, 1, 2))
        acts = adjustments_between(
            LayoutFigures(before), LayoutFigures(after), community_ids=IDS, households=households
        )
        named = sorted(parcel for act in acts for parcel in act.parcels)
        assert named == np.flatnonzero(before != after).tolist()
        assert sum(act.households for act in acts) == households[before != after].sum()
        assert all(act.households == 0 for act in acts if act.verb == Verb.RESIZE and act.to_ids)
