"""The general search on grids whose best layouts are known by eye."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from linli.engine.districting.partition import Bounds, partition
from linli.engine.districting.partition.measures import measure
from linli.engine.districting.partition.question import by_id
from linli.engine.districting.partition.setting import setting_of
from linli.engine.errors import NotSupported
from linli.engine.graph import graph_from_csr, part_counts


def parts(label: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(label == c).tolist()) for c in np.unique(label)}


class TestPartition:
    def test_cuts_a_square_into_its_quarters(self, ask) -> None:
        found = partition(ask(k=4, low=9, high=9))
        assert (found.feasible, found.k, found.objective, found.totals["people"]) == (True, 4, 12.0, (9, 9))
        rows = np.arange(36).reshape(6, 6)
        quarters = {frozenset(rows[i : i + 3, j : j + 3].ravel().tolist()) for i in (0, 3) for j in (0, 3)}
        assert parts(found.assignment) == quarters

    def test_gives_whole_communities_within_their_limits(self, ask) -> None:
        people = np.random.default_rng(5).integers(1, 30, 100)
        question = ask(10, 10, people=people, k=7, low=int(people.sum() / 7 * 0.9), high=int(people.sum() / 7 * 1.1))
        found = partition(question)
        assert found.feasible
        assert part_counts(question.graph, found.assignment, n_communities=7).tolist() == [1] * 7
        totals = np.bincount(found.assignment, weights=people)
        assert (totals.min(), totals.max()) == found.totals["people"]
        assert found.objective == measure(question, found.assignment, "cut-edges")

    def test_finds_the_only_lawful_layout(self, ask) -> None:
        ring = [(i, (i + 1) % 6) for i in range(6)]
        found = partition(ask(1, 6, edges=ring, people=[5, 1, 7, 5, 2, 6], k=2, low=13, high=13))
        assert parts(found.assignment) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}

    def test_chooses_the_smallest_lawful_number_of_a_range(self, ask) -> None:
        found = partition(ask(k=(2, 9), low=4, high=9))
        assert (found.feasible, found.k) == (True, 4)

    def test_counts_border_lengths_rather_than_edges(self, ask) -> None:
        question = ask(2, 4, k=2, low=4, high=4, objectives={"border": 1.0})
        graph = question.graph
        lengths = np.where((graph.sources() % 4 == 1) & (graph.indices % 4 == 2), 50.0, 1.0)
        lengths = np.where((graph.sources() % 4 == 2) & (graph.indices % 4 == 1), 50.0, lengths)
        longer = graph_from_csr(graph.indptr, graph.indices, border_m=lengths, x=graph.x, y=graph.y)
        found = partition(replace(question, graph=longer))
        # Down the middle is two edges and a hundred metres; any layout along the row is four metres.
        assert found.objective == 4.0
        assert found.assignment[1] == found.assignment[2] and found.assignment[5] == found.assignment[6]

    def test_draws_people_to_their_centre(self, ask) -> None:
        found = partition(ask(4, 4, k=4, low=4, high=4, objectives={"hess": 1.0}))
        # Four squares of four: each person half a step from the centre on both axes.
        assert found.objective == pytest.approx(16 * 0.5)


class TestRules:
    def test_moves_as_few_people_as_needed(self, ask) -> None:
        start = np.repeat([0, 1], [2, 4]).astype(np.int32)
        found = partition(ask(1, 6, k=2, low=3, high=3, start=start, objectives={"moved": 1.0}))
        assert (found.objective, found.assignment.tolist()) == (1.0, [0, 0, 0, 1, 1, 1])

    def test_leaves_locked_parcels_where_they_are(self, ask) -> None:
        start = np.repeat([0, 1], [18, 18]).astype(np.int32)
        locked = np.zeros(36, dtype=np.bool_)
        locked[[0, 5, 30, 35]] = True
        found = partition(ask(k=2, low=18, high=18, start=start, locked=locked))
        assert found.feasible
        assert found.assignment[[0, 5]].tolist() == [0, 0] and found.assignment[[30, 35]].tolist() == [1, 1]

    def test_keeps_parcels_together(self, ask) -> None:
        together = np.arange(36)
        together[[2, 3, 8, 9]] = 2
        found = partition(ask(k=4, low=8, high=10, together=together))
        assert found.feasible and len(set(found.assignment[[2, 3, 8, 9]].tolist())) == 1

    def test_refuses_to_keep_together_what_does_not_touch(self, ask) -> None:
        together = np.arange(36)
        together[35] = 0
        with pytest.raises(NotSupported) as refusal:
            partition(ask(k=4, low=9, high=9, together=together))
        assert refusal.value.params["wish"] == "together"

    def test_keeps_foes_apart(self, ask) -> None:
        found = partition(ask(k=4, low=8, high=10, apart=[(0, 1), (28, 29)]))
        assert found.feasible
        assert found.assignment[0] != found.assignment[1] and found.assignment[28] != found.assignment[29]

    def test_gives_each_community_an_office(self, ask) -> None:
        offices = (0, 1, 2, 3, 4)
        found = partition(ask(k=4, low=8, high=10, seeds=offices))
        assert found.feasible and set(found.assignment[list(offices)].tolist()) == {0, 1, 2, 3}

    def test_keeps_several_totals_at_once(self, ask) -> None:
        old = np.zeros(36)
        old[:12] = 3
        bounds = (
            Bounds(name="people", values=np.ones(36), low=8, high=10),
            Bounds(name="old", values=old, low=6, high=12),
        )
        found = partition(ask(k=4, bounds=bounds, sweeps=20))
        assert found.feasible and found.totals["old"][0] >= 6 and found.totals["old"][1] <= 12

    def test_shares_out_communities_among_islands(self, ask) -> None:
        two = [(0, 1), (1, 2), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8)]
        found = partition(ask(1, 9, edges=two, k=3, low=3, high=3))
        assert parts(found.assignment) == {frozenset(range(i, i + 3)) for i in (0, 3, 6)}


class TestConflicts:
    @pytest.mark.parametrize(
        ("wishes", "code", "params"),
        [
            ({"k": 4, "low": 10, "high": 12}, "count-outside-band", {"least": 3, "most": 3}),
            ({"k": 2, "people": [40] + [1] * 35, "low": 30, "high": 39}, "unit-above-band", {"parcel": "P-000"}),
        ],
    )  # fmt: skip
    def test_are_named(self, ask, wishes, code, params) -> None:
        found = partition(ask(**wishes))
        assert (found.feasible, len(found.assignment), [one.code for one in found.conflicts]) == (False, 0, [code])
        assert found.conflicts[0].proven
        assert params.items() <= found.conflicts[0].params.items()

    def test_name_an_island_that_is_too_small(self, ask) -> None:
        found = partition(ask(1, 9, edges=[(0, 1), *((i, i + 1) for i in range(2, 8))], k=2, low=3, high=8))
        assert found.conflicts[0].code == "component-outside-band"
        assert found.conflicts[0].params["parcel"] == "P-000"

    def test_say_that_nothing_is_proven_where_the_search_found_none(self, ask) -> None:
        # A row whose only even cut would part three people from three: 2 + 2 + 2 has it, 1 + 4 + 1 has not.
        found = partition(ask(1, 3, people=[1, 4, 1], k=2, low=3, high=3))
        assert [(one.code, one.proven) for one in found.conflicts] == [("unit-above-band", True)]
        found = partition(ask(1, 4, people=[1, 1, 3, 1], k=2, low=3, high=3))
        assert [(one.code, one.proven) for one in found.conflicts] == [("no-layout-found", False)]
        assert found.conflicts[0].params["out_of_band"] == 2


class TestMaxP:
    def test_fills_every_community(self, ask) -> None:
        found = partition(ask(k=None, low=4, sweeps=60))
        assert (found.feasible, found.k, found.bound, found.gap) == (True, 9, 9.0, 0.0)
        assert found.totals["people"] == (4, 4)

    def test_stays_below_its_bound_where_parcels_are_large(self, ask) -> None:
        found = partition(ask(1, 5, people=[3, 3, 3, 3, 3], k=None, low=5, sweeps=20))
        assert (found.k, found.bound, found.feasible) == (2, 3.0, True)


class TestReplay:
    def test_gives_one_layout_whatever_works_on_it(self, ask) -> None:
        question = ask(10, 10, k=5, low=18, high=22, sweeps=12)
        alone = partition(question)
        for workers in (2, 4):
            with ThreadPoolExecutor(workers) as pool:
                shared = partition(question, executor=pool)
            assert shared.assignment.tolist() == alone.assignment.tolist()
            assert (shared.objective, shared.sweeps, shared.data_hash) == (alone.objective, 12, alone.data_hash)

    def test_does_not_depend_on_the_order_of_rows(self, ask) -> None:
        people = np.random.default_rng(3).integers(1, 9, 36)
        question = ask(people=people, k=4, low=int(people.sum() / 4 * 0.8), high=int(people.sum() / 4 * 1.2))
        order = np.random.default_rng(4).permutation(36)
        place = np.argsort(order)
        edges = np.column_stack((place[question.graph.sources()], place[question.graph.indices]))
        once = question.graph.sources() < question.graph.indices
        ids = tuple(question.ids[i] for i in order)
        mixed = ask(people=people[order], k=4, low=question.bounds[0].low, high=question.bounds[0].high, ids=ids,
                    edges=edges[once])  # fmt: skip
        mixed = replace(mixed, graph=_placed(mixed.graph, question.graph, order))
        one, other = partition(question), partition(mixed)
        assert other.assignment.tolist() == one.assignment[order].tolist()
        assert other.data_hash == one.data_hash

    def test_of_as_many_sweeps_gives_what_a_stop_left(self, ask) -> None:
        question = ask(10, 10, k=5, low=18, high=22, sweeps=1000)
        stopped = partition(question, stop=lambda progress: progress.sweeps >= 5)
        again = partition(replace(question, sweeps=stopped.sweeps))
        assert stopped.sweeps == 5
        assert again.assignment.tolist() == stopped.assignment.tolist()

    def test_a_stop_before_the_first_sweep_leaves_a_whole_layout(self, ask) -> None:
        question = ask(k=4, low=9, high=9)
        found = partition(question, stop=lambda progress: True)
        assert (found.sweeps, found.k) == (0, 4)
        assert part_counts(question.graph, found.assignment, n_communities=4).tolist() == [1] * 4


def _placed(graph, ordered, order):
    return graph_from_csr(graph.indptr, graph.indices, x=ordered.x[order], y=ordered.y[order])


class TestCost:
    @pytest.mark.parametrize("name", ["cut-edges", "border", "hess"])
    def test_of_the_search_is_the_objective_in_its_own_unit(self, ask, name) -> None:
        question, _ = by_id(ask(k=4, low=9, high=9, objectives={name: 1.0}))
        level = setting_of(question).level
        label = (np.arange(36) // 9).astype(np.int32)
        other = (np.arange(36) % 6 // 3 + np.arange(36) // 18 * 2).astype(np.int32)
        ratio = measure(question, label, name) / measure(question, other, name)
        assert level.cost(label, 4) / level.cost(other, 4) == pytest.approx(ratio)
