"""Forty conflicts planted in grids, each named by a least set of rules (E9), and what would undo them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.districting.exact.sketches import grid, locked

from linli.engine.districting import Remedy
from linli.engine.districting.exact import Question, Rule, any_layout, conflicts_in
from linli.engine.districting.exact.counting import findings
from linli.engine.districting.exact.rules import COUNT, HIGH, LOW, rules_of, with_rules


def lock(*nodes: int) -> set[Rule]:
    return {Rule("lock", (u,)) for u in nodes}


def together(*pairs: tuple[int, int]) -> set[Rule]:
    return {Rule("together", pair) for pair in pairs}


def apart(*pairs: tuple[int, int]) -> set[Rule]:
    return {Rule("apart", pair) for pair in pairs}


def clique(*nodes: int) -> tuple[tuple[int, int], ...]:
    return tuple((u, v) for i, u in enumerate(nodes) for v in nodes[i + 1 :])


#: Name -> question, kind of the conflict, its rules.
PLANTED: dict[str, tuple[Question, str, set[Rule]]] = {}


def plant(name: str, question: Question, kind: str, rules: set[Rule]) -> None:
    assert name not in PLANTED
    PLANTED[name] = (question, kind, rules)


for side in (3, 6, 30):
    n = side * side
    wide = {"k": 2, "low": 1, "high": n}
    plant(
        f"too many communities {side}",
        grid(side, side, k=4, low=n // 4 + 1, high=n),
        "too-many-communities",
        {COUNT, LOW},
    )
    plant(
        f"too few communities {side}",
        grid(side, side, k=2, low=1, high=(n - 1) // 2),
        "too-few-communities",
        {COUNT, HIGH},
    )
    plant(
        f"a parcel above the ceiling {side}",
        grid(side, side, sizes=[50 * n, *[1] * (n - 1)], k=2, low=1, high=40 * n),
        "unit-above-ceiling",
        {HIGH},
    )
    plant(
        f"linked parcels above the ceiling {side}",
        grid(side, side, sizes=[5, 5, *[1] * (n - 2)], k=n // 2, low=1, high=9, together=((0, 1), (n - 1, n - 2))),
        "unit-above-ceiling",
        {HIGH} | together((0, 1)),
    )
    plant(
        f"linked across a wall {side}",
        grid(side, side, without=(1,), together=((0, 1), (0, side)), **wide),
        "together-across-regions",
        together((0, 1)),
    )
    plant(
        f"linked and kept apart {side}",
        grid(side, side, together=((0, 1), (1, 2), (3, 4)), apart=((0, 2),), **wide),
        "together-and-apart",
        together((0, 1), (1, 2)) | apart((0, 2)),
    )
    plant(
        f"linked and locked to two {side}",
        grid(side, side, together=((0, 1), (1, 2)), locked=locked(n, c0=(0,), c1=(2,)), **wide),
        "locks-disagree",
        together((0, 1), (1, 2)) | lock(0, 2),
    )
    plant(
        f"locked to one and kept apart {side}",
        grid(side, side, apart=((0, 2),), locked=locked(n, c0=(0, 2), c1=(n - 1,)), **wide),
        "locked-and-apart",
        apart((0, 2)) | lock(0, 2),
    )
    plant(
        f"locked above the ceiling {side}",
        grid(side, side, sizes=[4, 4, 4, *[1] * (n - 3)], k=n // 2, low=1, high=11, locked=locked(n, c0=(0, 1, 2))),
        "locked-above-ceiling",
        {HIGH} | lock(0, 1, 2),
    )
    plant(
        f"a strip behind a wall {side}",
        grid(side, side, without=(1,), k=2, low=side + 1, high=n),
        "region-too-small",
        {LOW},
    )
    plant(
        f"cut off by another's locks {side}",
        grid(side, side, locked=locked(n, c0=(0, n - 1), c1=(1, side)), **wide),
        "locked-apart",
        lock(0, n - 1, 1, side),
    )
    plant(
        f"an office in a corner that others hold {side}",
        grid(side, side, k=2, low=2, high=n, locked=locked(n, c0=(0,), c1=(1, side))),
        "reach-too-small",
        {LOW} | lock(0, 1, side),
    )
    plant(
        f"three apart, two communities {side}",
        grid(side, side, apart=clique(0, side, n - 1), **wide),
        "apart-above-count",
        {COUNT} | apart(*clique(0, side, n - 1)),
    )
plant(
    "more regions than communities",
    grid(3, 6, without=(2, 4), k=2, low=1, high=18),
    "fewer-communities-than-regions",
    {COUNT},
)


class TestPlanted:
    def test_are_forty(self):
        assert len(PLANTED) == 40

    @pytest.mark.parametrize("name", PLANTED)
    def test_is_named_by_its_rules(self, name):
        question, kind, rules = PLANTED[name]
        assert (kind, rules) in [(one.kind, set(one.rules)) for one in conflicts_in(question)]

    @pytest.mark.parametrize("name", PLANTED)
    def test_every_rule_of_it_counts(self, name):
        question, _, rules = PLANTED[name]
        for rule in rules:
            assert next(findings(with_rules(question, rules - {rule})), None) is None

    @pytest.mark.parametrize("name", [name for name in PLANTED if name.endswith(" 3")])
    def test_the_exact_model_agrees(self, name):
        """There is no layout, and there is one where a rule of the conflict is left out."""
        question, _, rules = PLANTED[name]
        assert any_layout(question, seconds=10).status == "infeasible"
        for rule in rules - {COUNT}:
            assert any_layout(with_rules(question, rules - {rule}).question, seconds=10).label is not None


class TestRemedies:
    def remedies(self, name: str) -> tuple[Remedy, ...]:
        question, kind, _ = PLANTED[name]
        return next(one for one in conflicts_in(question) if one.kind == kind).remedies

    def test_the_band_is_widened_no_more_than_needed(self):
        assert self.remedies("a strip behind a wall 6") == (Remedy("relax-band", {"low": 6, "high": 36}),)
        assert self.remedies("a parcel above the ceiling 3") == (Remedy("relax-band", {"low": 1, "high": 450}),)

    def test_the_number_of_communities_is_changed_no_more_than_needed(self):
        assert self.remedies("too many communities 6") == (
            Remedy("change-count", {"k": 3}),
            Remedy("relax-band", {"low": 9, "high": 36}),
        )

    def test_locks_and_links_can_be_given_up(self):
        assert self.remedies("linked across a wall 3") == (Remedy("unlink", {"parcels": ("0", "1")}),)
        assert Remedy("unlock", {"parcels": ("0",)}) in self.remedies("cut off by another's locks 3")


class TestSearch:
    def test_says_nothing_of_a_question_with_an_answer(self):
        assert conflicts_in(grid(4, 4, k=4, low=4, high=4)) == ()

    def test_asks_the_exact_model_where_counting_is_silent(self):
        # A star of five: one of two communities has the middle, so the other is a single leaf and the first has four.
        star = Question(
            indptr=np.array([0, 4, 5, 6, 7, 8], dtype=np.int32),
            indices=np.array([1, 2, 3, 4, 0, 0, 0, 0], dtype=np.int32),
            size=np.ones(5, dtype=np.int64),
            k=2,
            low=2,
            high=3,
        )
        (conflict,) = conflicts_in(star)
        assert (conflict.kind, set(conflict.rules)) == ("no-layout", {COUNT, HIGH})
        assert conflict.remedies == (Remedy("change-count", {"k": 3}), Remedy("relax-band", {"low": 2, "high": 4}))

    def test_two_regions_too_small_are_two_conflicts(self):
        found = conflicts_in(grid(2, 8, without=(1, 7), k=3, low=5, high=12))
        assert [(one.kind, one.nodes) for one in found if one.kind == "region-too-small"] == [
            ("region-too-small", (0, 8)),
            ("region-too-small", (7, 15)),
        ]

    def test_a_stop_is_obeyed(self):
        assert conflicts_in(PLANTED["a strip behind a wall 6"][0], stop=lambda: True) == ()

    def test_rules_left_out_are_gone(self):
        question = PLANTED["linked and locked to two 3"][0]
        assert rules_of(with_rules(question, ()).question) == {LOW, HIGH, COUNT}
        assert with_rules(question, {HIGH}).question.low == 0
